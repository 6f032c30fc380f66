#include "stages/dicomweb/media_type.h"

#include <algorithm>

#include "stages/base/ascii.h"

namespace dcmflow {
namespace {

// Takes a token or a quoted text from the front, and what is before the next ';' (RFC 9110, 5.6.6).
std::string take_value(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    value = trimmed(text.substr(0, text.find(';')), header_blanks);
  } else {
    text.remove_prefix(1);
    while (!text.empty() && text.front() != '"') {
      if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
      value += text.front();
      text.remove_prefix(1);
    }
  }
  text.remove_prefix(std::min(text.find(';'), text.size()));
  return value;
}

}  // namespace

bool is_same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_media_type(std::string_view content_type, std::string_view type) {
  return is_same_word(trimmed(content_type.substr(0, content_type.find(';')), header_blanks), type);
}

std::string media_parameter(std::string_view content_type, std::string_view name) {
  auto text = content_type.substr(std::min(content_type.find(';'), content_type.size()));
  while (text.starts_with(';')) {
    text.remove_prefix(1);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) break;
    const auto found = trimmed(text.substr(0, equals), header_blanks);
    text.remove_prefix(equals + 1);
    text.remove_prefix(std::min(text.find_first_not_of(header_blanks), text.size()));
    auto value = take_value(text);
    if (is_same_word(found, name)) return value;
  }
  return {};
}

}  // namespace dcmflow
