#include "stages/dicom/character_set.h"

#include <algorithm>
#include <cstdint>

#include "stages/dicom/code_extensions.h"

namespace dcmflow {
namespace {

constexpr char escape = 0x1B;

// Bytes of the UTF-8 character that starts the text; 0 when it is none (RFC 3629: no overlong
// forms, no surrogates).
std::size_t utf8_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const auto length = utf8_character(text);
    if (length == 0)
      valid += "\xEF\xBF\xBD";
    else
      valid.append(text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return valid;
}

bool has_upper_bytes(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<std::uint8_t>(c) >= 0x80; });
}

std::string from_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0 | byte >> 6);
      utf8 += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return utf8;
}

}  // namespace

bool is_plain_ascii(std::string_view text) {
  // To the end, whatever comes: without a way out the loop vectorises.
  bool plain = true;
  for (const char c : text) plain = plain & (static_cast<std::uint8_t>(c) < 0x80) & (c != escape);
  return plain;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view text, std::string_view character_set, bool is_name,
                    std::string* note) {
  if (is_plain_ascii(text)) return std::string(text);
  const auto tell = [note](std::string words) {
    if (note != nullptr && note->empty()) *note = std::move(words);
  };
  if (character_set == "ISO_IR 192") {
    if (!is_utf8(text)) tell("bytes are no UTF-8, which is declared (ISO_IR 192)");
    return replace_invalid_utf8(text);
  }
  std::string why;
  auto decoded = decode_text(text, character_set, is_name, why);
  // Marks say less than the UTF-8 that some writers use under any name.
  const bool utf8 = has_upper_bytes(text) && is_utf8(text);
  if (decoded && !(utf8 && !decoded->lacking.empty())) {
    if (!decoded->note.empty()) tell(std::move(decoded->note));
    return std::move(decoded->utf8);
  }
  if (decoded) why = std::move(decoded->note);
  tell(why + (utf8 ? ": read as UTF-8" : ": read as Latin-1"));
  return utf8 ? std::string(text) : from_latin1(text);
}

}  // namespace dcmflow
