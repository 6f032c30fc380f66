#include "stages/catalog/script_json.h"

#include <algorithm>

namespace dcmflow {
namespace {

// Of a character that may not stand in a script as it is; empty: `json` has none at its begin.
std::string_view escape_of(std::string_view json) {
  constexpr std::string_view line_separator = "\xE2\x80\xA8", paragraph_separator = "\xE2\x80\xA9";
  if (json.starts_with('<')) return "\\u003c";
  if (json.starts_with('>')) return "\\u003e";
  if (json.starts_with('&')) return "\\u0026";
  if (json.starts_with(line_separator)) return "\\u2028";
  if (json.starts_with(paragraph_separator)) return "\\u2029";
  return {};
}

constexpr bool begins_escape(char c) { return c == '<' || c == '>' || c == '&' || c == '\xE2'; }

}  // namespace

// Most of a page is pictures, in which nothing is to be escaped: runs are copied as a whole.
std::string script_json(std::string_view json) {
  constexpr std::size_t separator_bytes = 3;
  std::string text;
  text.reserve(json.size());
  while (!json.empty()) {
    const auto run =
        static_cast<std::size_t>(std::ranges::find_if(json, begins_escape) - json.begin());
    text += json.substr(0, run);
    json.remove_prefix(run);
    if (json.empty()) break;
    const auto escape = escape_of(json);
    const std::size_t taken = !escape.empty() && json.front() == '\xE2' ? separator_bytes : 1;
    text += escape.empty() ? json.substr(0, 1) : escape;
    json.remove_prefix(taken);
  }
  return text;
}

}  // namespace dcmflow
