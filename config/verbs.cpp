#include "config/verbs.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "config/attribute_file.h"
#include "config/keywords.h"
#include "stages/base/printable.h"
#include "stages/base/text_file.h"
#include "stages/database/query_catalogue.h"
#include "stages/database/verify_output.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {
namespace {

using Words = std::vector<std::string>;

constexpr int differs = 6;      // that of a run with problems
constexpr int wrong_rules = 3;  // the exit code of Reason::bad_rules

struct Verb {
  std::string_view first;
  std::string_view second;  // "" for a verb of one word
  std::string_view arguments;
  std::string_view help;
  Task task;
};
constexpr std::array verbs{
    Verb{"run", "", "[INPUT] [OUTPUT]", "convert; may be left out", Task::convert},
    Verb{"rules", "check", "FILE", "every mistake in selection rules; needs no data",
         Task::check_rules},
    Verb{"rules", "explain", "FILE INPUT", "why each image is or is not selected; --json",
         Task::explain_rules},
    Verb{"values", "", "INPUT [KEYWORD...]", "which values there are to match on; --json",
         Task::list_values},
    Verb{"query", "", "OUTPUT SQL", "what the catalogue of an output folder says; --json",
         Task::query},
    Verb{"verify", "", "OUTPUT", "whether an output folder is as it was written; --json",
         Task::verify},
    Verb{"plan", "", "INPUT WORK --shards N", "a run in N shards; docs/scale-out.md",
         Task::plan_shards},
    Verb{"shard", "run", "WORK --shard K|auto", "one of them, from 0", Task::run_shard},
    Verb{"merge", "", "WORK OUTPUT", "the outputs, as of one process", Task::merge_shards},
    Verb{"show", "", "[app|pkg]", "the manifests of the application package", Task::show},
    Verb{"extract", "", "", "the parts of the application package, to their mounts", Task::extract},
};

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

bool is_option(const std::string& word) { return word.starts_with("--"); }

bool asks_for_help(const Words& words) { return std::ranges::find(words, "--help") != words.end(); }

std::string counted(std::size_t count, std::string_view thing) {
  return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
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
  constexpr std::size_t terminal_width = 80;
  const bool json = words.size() == 4 && words[3] == "--json";
  if (words.size() < 3 || (words.size() > 3 && !json)) return lacks(verb);
  auto catalogue = read_catalogue(words[1]);
  if (!catalogue) return catalogue.problem();
  auto answer = query(*catalogue, words[2],
                      {.json = json, .width = isatty(STDOUT_FILENO) ? terminal_width : 0});
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

}  // namespace

std::optional<Result<ExitNow>> answer_verb(const Words& arguments, const PackagePlaces& places) {
  const Verb* verb = find_verb(arguments);
  if (verb == nullptr) return std::nullopt;
  if (asks_for_help(arguments) && verb->task != Task::show && verb->task != Task::extract)
    return std::nullopt;  // find_question() knows it
  if (verb->task == Task::check_rules) return check_rules(*verb, arguments);
  if (verb->task == Task::query) return query_catalogue(*verb, arguments);
  if (verb->task == Task::verify) return verify(*verb, arguments);
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
  }
  question.arguments.insert(question.arguments.end(), next, arguments.end());
  return question;
}

std::string verbs_help() {
  constexpr std::size_t column = 43;
  std::string text;
  for (const Verb& verb : verbs) {
    std::string line = text.empty() ? "Usage: dcmflow " : "       dcmflow ";
    line += verb.task == Task::convert ? "[run]" : std::string(verb.first);
    if (!verb.second.empty()) line.append(" ").append(verb.second);
    if (!verb.arguments.empty()) line.append(" ").append(verb.arguments);
    line.resize(std::max(column, line.size() + 2), ' ');
    text.append(line).append(verb.help).append("\n");
  }
  return text;
}

}  // namespace dcmflow
