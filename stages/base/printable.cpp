#include "stages/base/printable.h"

#include <cstdint>

#include "stages/base/utf8.h"

namespace dcmflow {
namespace {

// C0, DEL, and C1 (U+0080 to U+009F, the bytes C2 80 to C2 9F): they can move a terminal's cursor
// or break a log line.
bool is_control(std::string_view character) {
  const auto first = static_cast<std::uint8_t>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0;
}

void append_escaped(std::string& text, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    text += "\\x";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
}

}  // namespace

std::string printable(std::string_view name) {
  std::string text;
  text.reserve(name.size());
  while (!name.empty()) {
    const std::size_t length = utf8_length(name);
    const std::string_view character = name.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_control(character)) {
      append_escaped(text, character);
    } else if (character == "\\") {
      text += "\\\\";
    } else {
      text += character;
    }
    name.remove_prefix(character.size());
  }
  return text;
}

}  // namespace dcmflow
