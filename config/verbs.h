#pragma once
// What dcmflow can be asked beside converting a folder: one table of verbs. A verb is the first
// word or two; a folder of that name is ./values. For one thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/application_package.h"
#include "config/settings.h"

namespace dcmflow {

// The answers that need no input folder: show, extract, rules check, query, verify, diff, help, and
// --help of a verb. nullopt for anything else. The text of `rules check` is its answer, whatever
// the exit code: 0, or 3 with every mistake on a line.
std::optional<Result<ExitNow>> answer_verb(const std::vector<std::string>& arguments,
                                           const PackagePlaces& places = {});

// The words behind the name of the program; none where not even that is there (argc 0).
std::vector<std::string> arguments_of(int argc, const char* const* argv);

// A question about an input folder, and the options that remain.
struct Question {
  Task task = Task::convert;
  std::vector<std::string> keywords;   // of `values`
  std::vector<std::string> arguments;  // as if a folder were to be converted
};

// "rules explain FILE INPUT", "values INPUT [KEYWORD...]" and "list INPUT", options behind; all
// else is a conversion. Problem{bad_settings} for a verb without what it needs; --help needs
// nothing.
Result<Question> find_question(std::vector<std::string> arguments);

// The verbs for the help text, a line each.
std::string verbs_help();

// The first words of the verbs, each once, in the order of the help.
std::vector<std::string_view> verb_names();

// How to ask for the verbs that begin with this word, and what they answer; empty where there is
// none.
std::string verb_help(std::string_view name);

}  // namespace dcmflow
