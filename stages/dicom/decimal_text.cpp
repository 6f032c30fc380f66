#include "stages/dicom/decimal_text.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace dcmflow {

std::string decimal_text(double number) {
  constexpr std::ptrdiff_t most_characters = 16;
  std::array<char, 32> text{};
  const auto begin = text.data();
  auto end = std::to_chars(begin, begin + text.size(), number + 0.0).ptr;
  // Fewer digits until they fit: a sign, a point and an exponent take up to seven characters.
  for (int digits = most_characters; end - begin > most_characters; --digits)
    end = std::to_chars(begin, begin + text.size(), number, std::chars_format::general, digits).ptr;
  return {begin, end};
}

std::string decimals_text(std::span<const double> numbers) {
  std::string text;
  for (const double number : numbers) {
    if (!text.empty()) text += '\\';
    text += decimal_text(number);
  }
  return text;
}

}  // namespace dcmflow
