#include "stages/catalog/measured_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "stages/dicom/value_text.h"

namespace dcmflow {

double round_to(double number, int digits) {
  std::array<char, 64> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), number,
                                     std::chars_format::scientific, digits - 1);
  double rounded = number;
  if (written.ec == std::errc()) std::from_chars(text.data(), written.ptr, rounded);
  return rounded;
}

int measured_digits(std::string_view text) {
  constexpr int most = 15, of_float = 7, suspect = 9;
  text = text.substr(0, text.find('\\'));
  int digits = 0;
  for (const char c : text.substr(0, text.find_first_of("eE")))
    if (c >= '0' && c <= '9' && (digits > 0 || c != '0')) ++digits;
  if (digits < suspect) return std::max(digits, 1);
  constexpr double half_of_last_bit = 6e-8;
  const auto number = parse_decimal(text);
  if (number && std::abs(round_to(*number, of_float) - *number) <=
                    half_of_last_bit * std::abs(*number))
    return of_float;
  return std::min(digits, most);
}

}  // namespace dcmflow
