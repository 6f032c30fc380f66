#include "stages/catalog/measured_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

// Significant ones; zeros behind the point count.
int digits_of(std::string_view text) {
  int digits = 0;
  for (const char c : text.substr(0, text.find_first_of("eE")))
    if (c >= '0' && c <= '9' && (digits > 0 || c != '0')) ++digits;
  return digits;
}

}  // namespace

double round_to(double number, int digits) {
  std::array<char, 64> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), number,
                                     std::chars_format::scientific, digits - 1);
  double rounded = number;
  if (written.ec == std::errc()) std::from_chars(text.data(), written.ptr, rounded);
  return rounded;
}

int measured_digits(std::string_view text) {
  constexpr int most = 15, suspect = 9, surely = 12, simple = 7;
  text = text.substr(0, text.find('\\'));
  const int digits = std::clamp(digits_of(text), 1, most);
  const auto number = parse_decimal(text);
  if (digits < suspect || !number) return digits;
  constexpr double half_of_last_bit = 6e-8;
  if (digits >= surely &&
      std::abs(round_to(*number, simple) - *number) <= half_of_last_bit * std::abs(*number))
    return simple;
  // The nearest number of 32 bits, in as many digits as tell it from the others.
  const auto narrow = static_cast<float>(*number);
  if (!std::isfinite(narrow) || round_to(narrow, digits) != round_to(*number, digits))
    return digits;
  std::array<char, 64> shortest;
  const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), narrow);
  const int needed = std::max(
      digits_of({shortest.data(), static_cast<std::size_t>(written.ptr - shortest.data())}), 1);
  return digits >= surely || needed <= simple ? std::min(needed, digits) : digits;
}

}  // namespace dcmflow
