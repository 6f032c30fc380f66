#include "stages/base/base64.h"

#include <array>
#include <cstdint>

namespace dcmflow {
namespace {

constexpr std::uint8_t not_a_digit = 0xFF;

// RFC 4648 sections 4 and 5: both alphabets at once, they differ in the last two digits only.
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr auto digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_a_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  values['-'] = 62;
  values['_'] = 63;
  return values;
}();

bool is_blank(char c) { return std::string_view(" \t\r\n\v\f").find(c) != std::string_view::npos; }

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (is_blank(c)) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::uint8_t value = digit_values[static_cast<std::uint8_t>(c)];
    if (value == not_a_digit || padding > 0) return std::nullopt;
    bits = (bits << 6) | value;
    // Of each four digits the first completes no byte.
    const std::size_t spare = (6 * ++digits) % 8;
    if (digits % 4 != 1) bytes += static_cast<char>((bits >> spare) & 0xFF);
  }
  // One digit is no byte, and bits left over mean that the text was cut.
  const std::size_t rest = digits % 4;
  if (rest == 1 || padding > (4 - rest) % 4) return std::nullopt;
  if (const std::size_t spare = (6 * digits) % 8; (bits & ((1U << spare) - 1)) != 0)
    return std::nullopt;
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto three = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < three.size() ? static_cast<std::uint8_t>(three[i]) : 0);
    for (std::size_t i = 0; i <= three.size(); ++i) out[i] = alphabet[bits >> (18 - 6 * i) & 0x3F];
    out += 4;
  }
  return text;
}

}  // namespace dcmflow
