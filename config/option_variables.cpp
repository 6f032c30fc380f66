#include "config/option_variables.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "config/choices.h"
#include "config/environment.h"
#include "config/help_text.h"
#include "config/pull_call.h"
#include "stages/base/ascii.h"
#include "stages/base/nearest_name.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

constexpr std::string_view prefix = "DCMFLOW_";

// Of verbs, which no run reads.
constexpr std::array<std::string_view, 3> of_verbs{pull_user, pull_password, pull_token};

// Of what tests and tools of this project, and not dcmflow, are told.
constexpr std::array<std::string_view, 7> of_tools{
    "DCMFLOW_CI_BASE",       "DCMFLOW_BENCH_FOLDER", "DCMFLOW_BENCH_HEADERS", "DCMFLOW_CORPUS",
    "DCMFLOW_DEBIAN_MIRROR", "DCMFLOW_IMAGE",        "DCMFLOW_RAMP_SEED"};

std::optional<bool> as_flag(std::string text) {
  struct Word {
    std::string_view text;
    bool value;
  };
  constexpr std::array words{Word{"yes", true}, Word{"true", true},   Word{"1", true},
                             Word{"no", false}, Word{"false", false}, Word{"0", false}};
  std::ranges::transform(text, text.begin(), lower);
  const auto* const found = std::ranges::find(words, text, &Word::text);
  return found == words.end() ? std::nullopt : std::optional(found->value);
}

}  // namespace

std::string variable_of(std::string_view option) {
  while (option.starts_with('-')) option.remove_prefix(1);
  while (option.ends_with('.')) option.remove_suffix(1);  // "INPUT..."
  std::string name(prefix);
  for (const char c : option)
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

Result<OptionVariables> read_option_variables(const Environment& environment,
                                              CommandLine& command_line) {
  OptionVariables read;
  std::optional<Problem> wrong;
  std::set<std::string> seen;  // OUTPUT and --output are one
  for (const OptionRow& row : command_line_options()) {
    const auto name = variable_of(row.name);
    const auto value = variable(environment, name);
    const bool is_first = seen.insert(name).second;
    const bool is_of_platform = std::ranges::any_of(
        row.platform, [&](const auto& one) { return variable(environment, one.name).has_value(); });
    if (!value || !is_first || is_of_platform || command_line.given.contains(row.name)) continue;
    if (const auto* flag = std::get_if<bool CommandLine::*>(&row.field)) {
      const auto is_set = as_flag(*value);
      if (is_set) command_line.*(*flag) = *is_set;
      if (!is_set && !wrong) wrong = bad_value(name, *value, "yes, true or 1, or no, false or 0");
    } else if (const auto* text = std::get_if<CommandLine::Text CommandLine::*>(&row.field)) {
      command_line.*(*text) = value;
    } else {
      command_line.input = value;
    }
    read.emplace(row.name, name);
  }
  if (wrong) return *wrong;
  return read;
}

std::string source_in(const OptionVariables& variables, std::string_view source) {
  const auto option = source.substr(0, source.find(' '));
  const auto found = variables.find(option);
  return found == variables.end() ? std::string(source)
                                  : found->second + std::string(source.substr(option.size()));
}

std::vector<std::string> tell_unknown_variables(std::span<const std::string> names) {
  std::set<std::string> known;
  for (const OptionRow& row : command_line_options()) known.insert(variable_of(row.name));
  std::set<std::string> lines;
  for (const std::string& name : names) {
    if (!name.starts_with(prefix) || known.contains(name) ||
        std::ranges::find(of_tools, name) != of_tools.end() ||
        std::ranges::find(of_verbs, name) != of_verbs.end())
      continue;
    NearestName nearest(name);
    for (const auto& one : known) nearest.offer(one);
    const auto best = nearest.best();
    lines.insert("the variable " + printable(name) + " is of no option" +
                 (best ? "; did you mean " + *best + "?" : ""));
  }
  return {lines.begin(), lines.end()};
}

}  // namespace dcmflow
