#include "config/folders.h"

#include <array>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "config/environment.h"
#include "config/platform_variables.h"
#include "stages/base/open_path.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

constexpr std::array input_places{"/input", "/var/holoscan/input", "/var/monai/input"};
constexpr std::array output_places{"/output", "/var/holoscan/output", "/var/monai/output"};
constexpr std::array log_places{"/logs"};

// The error number, or 0 when the path leads to something.
int error_of(const std::string& path) {
  struct stat found {};
  return stat_path(path, found);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

// `name:/path;/other` → the paths. An entry that begins like a path has no name, and its colons
// belong to it.
std::vector<std::string> paths_of_list(std::string_view list) {
  std::vector<std::string> paths;
  while (!list.empty()) {
    const std::size_t end = list.find_first_of(";,");
    std::string_view entry = trimmed(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    const std::size_t colon = entry.find(':');
    if (colon != std::string_view::npos && !entry.starts_with('/') && !entry.starts_with('.'))
      entry = trimmed(entry.substr(colon + 1));
    if (!entry.empty()) paths.emplace_back(entry);
  }
  return paths;
}

// What is named by the first variable that is set: one path, or the entries of a list.
std::optional<Sourced<std::vector<std::string>>> named_paths(
    const std::optional<std::string>& argument, const char* argument_source,
    std::span<const PlatformVariable> variables, const Environment& environment) {
  if (argument) return Sourced<std::vector<std::string>>{{*argument}, argument_source};
  for (const PlatformVariable& row : variables) {
    if (const auto value = variable(environment, row.name))
      return Sourced<std::vector<std::string>>{
          row.is_list ? paths_of_list(*value) : std::vector{*value}, row.name};
  }
  return std::nullopt;
}

std::optional<std::string> first_that_exists(const std::vector<std::string>& paths) {
  for (const std::string& path : paths)
    if (error_of(path) == 0) return path;
  return std::nullopt;
}

std::vector<std::string> below(const std::string& root, std::span<const char* const> places) {
  std::vector<std::string> paths;
  for (const char* place : places) paths.push_back(root + place);
  return paths;
}

// "a (No such file or directory), b (Permission denied)"
std::string with_errors(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) {
    if (!text.empty()) text += ", ";
    text += printable(path) + " (" + std::generic_category().message(error_of(path)) + ')';
  }
  return text;
}

Problem list_without_path(Reason reason, const std::string& source) {
  return {reason, source,
          "found no path in the list, expected entries like name:/path, separated by ';' or ','"};
}

}  // namespace

Result<Sourced<std::string>> find_input(const std::optional<std::string>& argument,
                                        const Environment& environment, const std::string& root) {
  if (const auto named = named_paths(argument, "argument", input_variables, environment)) {
    if (named->value.empty()) return list_without_path(Reason::no_input, named->source);
    if (auto path = first_that_exists(named->value))
      return Sourced<std::string>{*path, named->source};
    return Problem{Reason::no_input, named->source,
                   "found no input at " + with_errors(named->value) +
                       ", expected a folder or a file that exists"};
  }
  const std::vector<std::string> places = below(root, input_places);
  if (auto path = first_that_exists(places)) return Sourced<std::string>{*path, "default"};
  return Problem{Reason::no_input, "input",
                 "no argument and no variable names the input; found no input at " +
                     with_errors(places) + ", expected one of them"};
}

Result<Sourced<std::string>> find_output(const std::optional<std::string>& argument,
                                         const Environment& environment, const std::string& root) {
  if (const auto named = named_paths(argument, "argument", output_variables, environment)) {
    if (named->value.empty()) return list_without_path(Reason::bad_settings, named->source);
    return Sourced<std::string>{first_that_exists(named->value).value_or(named->value.front()),
                                named->source};
  }
  const std::vector<std::string> places = below(root, output_places);
  if (auto path = first_that_exists(places)) return Sourced<std::string>{*path, "default"};
  return Problem{Reason::bad_settings, "output",
                 "no argument and no variable names the output folder; found none at " +
                     with_errors(places) + ", expected one of them"};
}

Sourced<std::optional<std::string>> find_logs(const std::optional<std::string>& option,
                                              const Environment& environment,
                                              const std::string& root) {
  // No variable of logs is a list, so that one path is named.
  if (const auto named = named_paths(option, "--logs", log_variables, environment))
    return {named->value.front(), named->source};
  if (auto path = first_that_exists(below(root, log_places))) return {path, "default"};
  return {std::nullopt, "none"};
}

bool is_folder(const std::string& path) {
  struct stat found {};
  return stat_path(path, found) == 0 && S_ISDIR(found.st_mode);
}

bool is_same_place(const std::string& one, const std::string& other) {
  struct stat first {};
  struct stat second {};
  return stat_path(one, first) == 0 && stat_path(other, second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace dcmflow
