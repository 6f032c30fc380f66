#include "config/environment.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace dcmflow {

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::vector<std::string> names_in_process_environment() {
  std::vector<std::string> names;
  for (char** row = environ; row != nullptr && *row != nullptr; ++row) {
    const std::string_view text = *row;
    names.emplace_back(text.substr(0, text.find('=')));
  }
  return names;
}

std::optional<std::string> variable(const Environment& environment, const std::string& name) {
  auto value = environment(name);
  if (value && value->empty()) value.reset();
  return value;
}

}  // namespace dcmflow
