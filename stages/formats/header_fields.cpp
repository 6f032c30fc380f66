#include "stages/formats/header_fields.h"

#include <charconv>
#include <cmath>
#include <system_error>

namespace dcmflow {

Problem malformed(const std::string& what) { return {Reason::malformed, {}, what}; }

std::optional<std::vector<double>> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  for (;;) {
    const auto begin = text.find_first_not_of(" ,()");
    if (begin == std::string_view::npos) return numbers;
    text.remove_prefix(begin);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
}

Fields fields_of(std::string_view text, std::string_view separator, std::string_view last) {
  Fields fields;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    if (line.empty()) break;
    const auto at = line.find(separator);
    if (at != std::string_view::npos) {
      const std::string key(line.substr(0, at));
      fields.emplace(key, line.substr(at + separator.size()));
      if (key == last) break;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return fields;
}

Result<std::vector<double>> field_numbers(const Fields& fields, std::string_view key,
                                          std::size_t count) {
  const auto field = fields.find(key);
  if (field == fields.end()) return malformed("the header has no " + std::string(key));
  const auto numbers = numbers_of(field->second);
  if (!numbers || numbers->size() != count)
    return malformed("the header's " + std::string(key) + " is '" + field->second + "', expected " +
                     std::to_string(count) + " numbers");
  return *numbers;
}

bool is_count(double number) {
  return number >= 1 && number <= 4294967295.0 && number == std::floor(number);
}

void set_steps(Grid& grid, const std::array<Vector3, 3>& steps) {
  for (std::size_t i = 0; i < 3; ++i) {
    grid.spacing[i] = std::hypot(steps[i][0], steps[i][1], steps[i][2]);
    for (std::size_t j = 0; j < 3; ++j) grid.direction[i][j] = steps[i][j] / grid.spacing[i];
  }
}

}  // namespace dcmflow
