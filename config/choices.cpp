#include "config/choices.h"

#include <algorithm>

#include "stages/base/printable.h"

namespace dcmflow {

Result<std::size_t> choose(const std::string& option, const CommandLine::Text& value,
                           std::span<const std::string_view> names) {
  if (!value) return std::size_t{0};
  const auto found = std::ranges::find(names, *value);
  if (found == names.end()) return bad_value(option, *value, one_of(names));
  return static_cast<std::size_t>(found - names.begin());
}

std::string one_of(std::span<const std::string_view> names) {
  std::string text = "one of";
  for (const std::string_view name : names)
    text.append(name == names.front() ? " " : ", ").append(name);
  return text;
}

Problem bad_value(const std::string& source, const std::string& found,
                  const std::string& expected) {
  return {Reason::bad_settings, source, "found '" + printable(found) + "', expected " + expected};
}

}  // namespace dcmflow
