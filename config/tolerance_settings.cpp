#include "config/tolerance_settings.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "stages/base/printable.h"

namespace dcmflow {
namespace {

std::string shortest(double number) {
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                       std::chars_format::fixed)
                             .ptr};
}

Problem wrong(std::string_view found, const std::string& expected) {
  return {Reason::bad_settings, "--tolerances",
          "found '" + printable(found) + "', expected " + expected};
}

std::optional<double> number_up_to(std::string_view text, double greatest) {
  double number = 0;
  const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || after != text.data() + text.size()) return std::nullopt;
  if (!(number >= 0 && number <= greatest)) return std::nullopt;
  return number;
}

Status read_one(std::string_view text, Tolerances& tolerances, std::set<std::string_view>& seen) {
  const auto equals = std::min(text.find('='), text.size());
  const auto name = text.substr(0, equals);
  const auto row = std::ranges::find(tolerance_rows, name, &ToleranceRow::name);
  if (row == tolerance_rows.end()) {
    std::string names = "NAME=VALUE with one of";
    for (const ToleranceRow& known : tolerance_rows) names.append(" ").append(known.name);
    return wrong(text, names);
  }
  if (!seen.insert(row->name).second) return wrong(text, "each name once");
  const auto number = number_up_to(text.substr(std::min(equals + 1, text.size())), row->greatest);
  if (!number) return wrong(text, "a number from 0 to " + shortest(row->greatest));
  tolerances.*row->value = *number;
  return Done{};
}

}  // namespace

Result<Tolerances> read_tolerances(const CommandLine::Text& option) {
  Tolerances tolerances;
  if (!option) return tolerances;
  std::set<std::string_view> seen;
  for (std::string_view rest = *option;;) {
    const auto comma = rest.find(',');
    if (auto status = read_one(rest.substr(0, comma), tolerances, seen); !status)
      return status.problem();
    if (comma == std::string_view::npos) return tolerances;
    rest.remove_prefix(comma + 1);
  }
}

std::vector<std::pair<std::string, std::string>> tolerance_words(const Tolerances& tolerances) {
  std::vector<std::pair<std::string, std::string>> words;
  for (const ToleranceRow& row : tolerance_rows)
    words.emplace_back(row.name, shortest(tolerances.*row.value));
  return words;
}

}  // namespace dcmflow
