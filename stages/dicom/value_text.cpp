#include "stages/dicom/value_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "stages/base/attribute_values.h"
#include "stages/dicom/character_set.h"

namespace dcmflow {
namespace {

template <class Number>
void append_value(std::string& text, Number number) {
  char digits[32];
  if (!text.empty()) text += '\\';
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

template <class Number>
std::string binary_numbers_text(std::span<const std::uint8_t> value, bool big_endian) {
  std::string text;
  for (; value.size() >= sizeof(Number); value = value.subspan(sizeof(Number))) {
    std::array<std::uint8_t, sizeof(Number)> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = value[big_endian ? bytes.size() - 1 - i : i];
    Number number;
    std::memcpy(&number, bytes.data(), bytes.size());
    append_value(text, number);
  }
  return text;
}

std::string tags_text(std::span<const std::uint8_t> value, bool big_endian) {
  std::string text;
  for (; value.size() >= 4; value = value.subspan(4)) {
    const auto half = [&](std::size_t i) {
      return static_cast<std::uint32_t>(big_endian ? value[i] << 8 | value[i + 1]
                                                   : value[i + 1] << 8 | value[i]);
    };
    if (!text.empty()) text += '\\';
    text += tag_text(half(0) << 16 | half(2));
  }
  return text;
}

constexpr bool is_padding(char c) { return c == ' ' || c == '\0'; }

std::string_view trim(std::string_view text, bool leading_too) {
  while (!text.empty() && is_padding(text.back())) text.remove_suffix(1);
  while (leading_too && !text.empty() && is_padding(text.front())) text.remove_prefix(1);
  return text;
}

// Leading and trailing spaces of each value mean nothing (PS3.5 6.2), except in the single-valued
// texts ST, LT, UT.
std::string trim_values(std::string_view text) {
  std::string trimmed;
  for (bool first = true;; first = false) {
    const auto end = text.find('\\');
    if (!first) trimmed += '\\';
    trimmed += trim(text.substr(0, end), true);
    if (end == std::string_view::npos) return trimmed;
    text.remove_prefix(end + 1);
  }
}

struct VrReader {
  Vr code;
  std::size_t number_bytes;  // 0: the VR holds no numbers
  std::string (*read)(std::span<const std::uint8_t> value, bool big_endian);
};

std::string nothing(std::span<const std::uint8_t>, bool) { return {}; }

template <class Number>
constexpr VrReader numbers(char first, char second) {
  return {vr(first, second), sizeof(Number), binary_numbers_text<Number>};
}

constexpr std::array binary_readers{numbers<std::uint16_t>('U', 'S'),
                                    numbers<std::int16_t>('S', 'S'),
                                    numbers<std::uint32_t>('U', 'L'),
                                    numbers<std::int32_t>('S', 'L'),
                                    numbers<std::uint64_t>('U', 'V'),
                                    numbers<std::int64_t>('S', 'V'),
                                    numbers<float>('F', 'L'),
                                    numbers<double>('F', 'D'),
                                    VrReader{vr('A', 'T'), 4, tags_text},
                                    VrReader{vr('S', 'Q'), 0, nothing},
                                    VrReader{vr('O', 'B'), 0, nothing},
                                    VrReader{vr('O', 'D'), 0, nothing},
                                    VrReader{vr('O', 'F'), 0, nothing},
                                    VrReader{vr('O', 'L'), 0, nothing},
                                    VrReader{vr('O', 'V'), 0, nothing},
                                    VrReader{vr('O', 'W'), 0, nothing}};

// VRs whose values are texts with padding at both ends (PS3.5 table 6.2-1), by letter and letter.
constexpr auto padded_texts = [] {
  std::array<bool, 26 * 26> table{};
  for (const auto* code :
       {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "PN", "SH", "TM", "UC", "UI", "UR"})
    table[(code[0] - 'A') * 26U + (code[1] - 'A')] = true;
  return table;
}();

bool is_padded_text(Vr code) {
  const unsigned first = (code >> 8) - 'A';
  const unsigned second = (code & 0xFFU) - 'A';
  return first < 26 && second < 26 && padded_texts[first * 26 + second];
}

constexpr bool takes_character_set(Vr code) {
  return code == vr('P', 'N') || code == vr('L', 'O') || code == vr('S', 'H') ||
         code == vr('S', 'T') || code == vr('L', 'T') || code == vr('U', 'T') ||
         code == vr('U', 'C');
}

}  // namespace

std::optional<std::string_view> value_as_it_stands(std::span<const std::uint8_t> value, Vr code) {
  if (!is_padded_text(code)) return std::nullopt;
  const auto text = trim({reinterpret_cast<const char*>(value.data()), value.size()}, true);
  // To the end, whatever comes: without a way out the loop vectorises.
  bool is_several = false, has_padding = false;
  for (const char c : text) {
    is_several = is_several | (c == '\\');
    has_padding = has_padding | is_padding(c);
  }
  if ((is_several && has_padding) || !is_plain_ascii(text)) return std::nullopt;
  return text;
}

bool is_cut_off(std::uint64_t length, Vr code) {
  const auto reader = std::ranges::find(binary_readers, code, &VrReader::code);
  return reader != binary_readers.end() && reader->number_bytes > 0 &&
         length % reader->number_bytes != 0;
}

std::string value_text(std::span<const std::uint8_t> value, Vr code, bool big_endian,
                       std::string_view character_set, std::string* note) {
  if (is_cut_off(value.size(), code)) return std::string(unreadable_value);
  for (const auto& reader : binary_readers)
    if (reader.code == code) return reader.read(value, big_endian);
  const std::string_view raw(reinterpret_cast<const char*>(value.data()), value.size());
  const bool single = code == vr('S', 'T') || code == vr('L', 'T') || code == vr('U', 'T');
  const auto trimmed = [single](std::string_view text) {
    return single ? std::string(trim(text, false)) : trim_values(text);
  };
  if (is_plain_ascii(raw)) return trimmed(raw);
  // Decoded first: a byte of a character may look like a '\' or a space.
  return trimmed(to_utf8(raw, takes_character_set(code) ? character_set : std::string_view{},
                         code == vr('P', 'N'), takes_character_set(code) ? note : nullptr));
}

std::string_view without_trailing_empty(std::string_view text) {
  while (text.ends_with('\\') || text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool has_value(std::string_view text, std::string_view value) {
  while (!text.empty()) {
    const auto next = text.substr(0, text.find('\\'));
    if (next == value) return true;
    text.remove_prefix(std::min(next.size() + 1, text.size()));
  }
  return false;
}

std::optional<double> parse_decimal(std::string_view text) {
  text = first_value(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
      !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const auto number = parse_decimal(text);
  constexpr double exact = 9007199254740992.0;  // 2^53: beyond it a double skips integers
  if (!number || std::abs(*number) > exact || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<std::vector<double>> parse_numbers(std::string_view text) {
  std::vector<double> numbers;
  text = without_trailing_empty(text);
  for (;;) {
    const auto end = text.find('\\');
    const auto number = parse_decimal(text.substr(0, end));
    if (!number) return std::nullopt;
    numbers.push_back(*number);
    if (end == std::string_view::npos) return numbers;
    text.remove_prefix(end + 1);
  }
}

std::string numbers_text(std::span<const double> numbers) {
  std::string text;
  for (const double number : numbers) append_value(text, number);
  return text;
}

}  // namespace dcmflow
