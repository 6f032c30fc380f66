#pragma once
// The value of an element as text: binary numbers become decimal text, strings lose their padding
// and become UTF-8. By VR as in PS3.5 6.2. Pure; no Problems.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom/element_reader.h"

namespace dcmflow {

// What stands for a value that cannot be read (U+FFFD): no number, and no text of any rule.
inline constexpr std::string_view unreadable_value = "\xEF\xBF\xBD";

// Whether a value of so many bytes ends inside of a number or tag of a binary VR.
bool is_cut_off(std::uint64_t length, Vr code);

// Several values are separated by '\' (PS3.5 6.4). Sequences and bulk data (OB, OW, ...) give "",
// binary values that are cut off unreadable_value. `note`: as of to_utf8(). Thread-safe.
std::string value_text(std::span<const std::uint8_t> value, Vr code, bool big_endian,
                       std::string_view character_set, std::string* note = nullptr);

// What value_text() gives, without a copy, where that is the value as it stands but for padding at
// its ends: as for most values. nullopt: ask value_text().
std::optional<std::string_view> value_as_it_stands(std::span<const std::uint8_t> value, Vr code);

// Whether one of the values of a text is `value`.
bool has_value(std::string_view text, std::string_view value);

// Numbers of DICOM text. nullopt when there is none, it is no number, or it is not finite.
std::optional<double> parse_decimal(std::string_view text);  // DS, FD: the first value
std::optional<std::int64_t> parse_integer(
    std::string_view text);  // IS, US, ...: the first value; "3.0" is 3

// The text without empty values at its end: some writers end each value with a '\'.
std::string_view without_trailing_empty(std::string_view text);

// Exactly N numbers separated by '\', and empty values behind them; else nullopt.
template <std::size_t N>
std::optional<std::array<double, N>> parse_decimals(std::string_view text) {
  std::array<double, N> numbers{};
  text = without_trailing_empty(text);
  for (std::size_t i = 0; i < N; ++i) {
    const auto end = text.find('\\');
    if ((end == std::string_view::npos) != (i + 1 == N)) return std::nullopt;
    const auto number = parse_decimal(text.substr(0, end));
    if (!number) return std::nullopt;
    numbers[i] = *number;
    if (i + 1 < N) text.remove_prefix(end + 1);
  }
  return numbers;
}

// All numbers of a text, separated by '\\', and empty values behind them; nullopt when one is none.
std::optional<std::vector<double>> parse_numbers(std::string_view text);

// Numbers as DICOM text, separated by '\\', with as many digits as give them back.
std::string numbers_text(std::span<const double> numbers);

}  // namespace dcmflow
