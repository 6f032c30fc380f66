#include "config/verbs.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "config/attribute_file.h"
#include "config/console.h"
#include "config/help_text.h"
#include "config/help_topics.h"
#include "config/keywords.h"
#include "config/verb_table.h"
#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/base/terminal_text.h"
#include "stages/base/text_file.h"
#include "stages/database/diff_outputs.h"
#include "stages/database/query_catalogue.h"
#include "stages/database/verify_output.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {
namespace {

using Words = std::vector<std::string>;

constexpr int differs = 6;      // that of a run with problems
constexpr int wrong_rules = 3;  // the exit code of Reason::bad_rules

const Verb* find_verb(const Words& words) {
  const auto verb = std::ranges::find_if(verbs, [&](const Verb& row) {
    if (words.empty() || words[0] != row.first) return false;
    return row.second.empty() || (words.size() > 1 && words[1] == row.second);
  });
  return verb == verbs.end() ? nullptr : &*verb;
}

Problem lacks(const Verb& verb) {
  std::string name(verb.first);
  if (!verb.second.empty()) name.append(" ").append(verb.second);
  return {Reason::bad_settings, "command line",
          "dcmflow " + name + " needs " + std::string(verb.arguments) + "; options come behind it"};
}

bool is_option(const std::string& word) { return word.size() > 1 && word.starts_with('-'); }

bool asks_for_help(const Words& words) {
  return std::ranges::any_of(words,
                             [](const auto& word) { return word == "--help" || word == "-h"; });
}

bool names_list(const Words& words) {
  return std::ranges::any_of(
      words, [](const auto& word) { return word.substr(0, word.find('=')) == "--files-from"; });
}

// words: rules check FILE [--attributes FILE]
Result<ExitNow> check_rules(const Verb& verb, const Words& words) {
  constexpr std::size_t with_attributes = 5;
  const bool has_attributes = words.size() == with_attributes && words[3] == "--attributes";
  if (words.size() < 3 || is_option(words[2]) || (words.size() > 3 && !has_attributes))
    return lacks(verb);
  AttributeTable table;
  if (has_attributes)
    if (const auto added = read_attribute_file(words[4], tag_and_vr, table); !added)
      return added.problem();
  const auto text = read_text_file(words[2], Reason::bad_rules, words[2]);
  if (!text) return text.problem();
  const std::string file = printable(words[2]);
  const auto found = check_selection_rules(*text, words[2], table);
  std::string answer;
  for (const auto& mistake : found.mistakes) answer += file + ": " + mistake + '\n';
  for (const auto& warning : found.warnings) answer += file + ": warning: " + warning + '\n';
  const bool right = found.mistakes.empty();
  answer += file + ": " + (right ? "no mistake" : counted(found.mistakes.size(), "mistake")) +
            ", " + counted(found.warnings.size(), "warning") + '\n';
  return ExitNow{answer, right ? 0 : wrong_rules, true};
}

// words: query OUTPUT SQL [--json]
Result<ExitNow> query_catalogue(const Verb& verb, const Words& words) {
  const bool json = words.size() == 4 && words[3] == "--json";
  if (words.size() < 3 || (words.size() > 3 && !json)) return lacks(verb);
  auto catalogue = read_catalogue(words[1]);
  if (!catalogue) return catalogue.problem();
  auto answer = query(*catalogue, words[2],
                      {.json = json, .width = terminals_of_process().output ? help_columns : 0});
  if (!answer) return answer.problem();
  return ExitNow{std::move(*answer), 0, true};
}

// words: verify OUTPUT [--json]
Result<ExitNow> verify(const Verb& verb, const Words& words) {
  const bool json = words.size() == 3 && words[2] == "--json";
  if (words.size() < 2 || is_option(words[1]) || (words.size() > 2 && !json)) return lacks(verb);
  const auto verification = verify_output(words[1]);
  if (!verification) return verification.problem();
  return ExitNow{verification_text(*verification, json),
                 verification->differences.empty() ? 0 : differs, true};
}

// words: diff OUTPUT_A OUTPUT_B [--json]
Result<ExitNow> diff(const Verb& verb, const Words& words) {
  const bool json = words.size() == 4 && words[3] == "--json";
  if (words.size() < 3 || is_option(words[1]) || is_option(words[2]) || (words.size() > 3 && !json))
    return lacks(verb);
  const auto found = diff_outputs(words[1], words[2]);
  if (!found) return found.problem();
  return ExitNow{
      json ? diff_json(*found) : diff_text(*found, terminals_of_process().output_columns),
      found->differences.empty() ? 0 : differs, true};
}

std::string usage(const Verb& verb) {
  std::string line = "dcmflow " + std::string(verb.first);
  for (const auto part : {verb.second, verb.arguments})
    if (!part.empty()) line.append(" ").append(part);
  return line;
}

}  // namespace

std::optional<Result<ExitNow>> answer_verb(const Words& arguments, const PackagePlaces& places) {
  const Verb* verb = find_verb(arguments);
  if (verb == nullptr) return std::nullopt;
  if (asks_for_help(arguments)) {
    if (verb->task == Task::convert) return std::nullopt;  // find_question() knows it
    return ExitNow{verb_help(verb->first), 0};
  }
  if (verb->task == Task::check_rules) return check_rules(*verb, arguments);
  if (verb->task == Task::query) return query_catalogue(*verb, arguments);
  if (verb->task == Task::verify) return verify(*verb, arguments);
  if (verb->task == Task::diff) return diff(*verb, arguments);
  if (verb->task == Task::serve) return std::nullopt;  // find_service() knows it
  if (verb->task == Task::help)
    return arguments.size() > 2 ? Result<ExitNow>(lacks(*verb))
                                : help_on(arguments.size() == 2 ? arguments[1] : "");
  return run_package_command(arguments, places);
}

Words arguments_of(int argc, const char* const* argv) {
  return argc < 1 ? Words() : Words(argv + 1, argv + argc);
}

Result<Question> find_question(Words arguments) {
  const Verb* verb = find_verb(arguments);
  if (verb == nullptr) return Question{Task::convert, {}, std::move(arguments)};
  if (asks_for_help(arguments)) return Question{verb->task, {}, {"--help"}};
  Question question{verb->task, {}, {}};
  auto next = arguments.begin() + (verb->second.empty() ? 1 : 2);
  const auto behind = std::find_if(next, arguments.end(), is_option);
  const auto given = static_cast<std::size_t>(behind - next);
  if (verb->task == Task::explain_rules) {
    if (given != 2) return lacks(*verb);
    question.arguments = {next[1], "--rules", next[0]};
    next += 2;
  } else if (verb->task == Task::list_values) {
    if (given == 0) return lacks(*verb);
    question.arguments = {next[0]};
    question.keywords.assign(next + 1, behind);
    next = behind;
  } else if (verb->task == Task::list_series) {
    if (given != 1 && !(given == 0 && names_list(arguments))) return lacks(*verb);
  }
  question.arguments.insert(question.arguments.end(), next, arguments.end());
  return question;
}

std::optional<Result<Service>> find_service(const Words& arguments) {
  const Verb* verb = find_verb(arguments);
  if (verb == nullptr || verb->task != Task::serve) return std::nullopt;
  const std::string option = "--listen";
  Words words(arguments.begin() + 1, arguments.end());
  if (words.size() == 2 && words[1].starts_with(option + '='))
    words = {words[0], option, words[1].substr(option.size() + 1)};
  const bool has_address = words.size() == 3 && words[1] == option;
  if (words.empty() || is_option(words[0]) || (words.size() > 1 && !has_address))
    return lacks(*verb);
  Service service{words[0]};
  if (has_address) {
    auto address = read_listen_address(words[2]);
    if (!address) return address.problem();
    service.address = std::move(*address);
  }
  return service;
}

std::string verbs_help() {
  constexpr std::size_t column = 35;
  std::string text;
  for (const Verb& verb : verbs) {
    if (verb.task == Task::convert) continue;
    std::string line = "  " + usage(verb);
    if (line.size() + 1 > column)
      line.append("\n").append(column, ' ');
    else
      line.resize(column, ' ');
    text.append(line).append(verb.help).append("\n");
  }
  return text;
}

std::vector<std::string_view> verb_names() {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs)
    if (names.empty() || names.back() != verb.first) names.push_back(verb.first);
  return names;
}

std::string verb_help(std::string_view name) {
  std::string text;
  for (const Verb& verb : verbs) {
    if (verb.first != name) continue;
    if (!text.empty()) text += '\n';
    text += "Usage: " + usage(verb) + "\n  " + std::string(verb.help) + "\n\n" +
            wrap(verb.about, help_columns, 0) + '\n';
  }
  return text;
}

}  // namespace dcmflow
