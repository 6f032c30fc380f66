#include <map>
#include <vector>

#include "config/help_topics.h"
#include "config/manual/manual.h"
#include "config/manual/verb_options.h"
#include "config/verbs.h"

namespace dcmflow {
namespace {

using Kind = OptionValue::Kind;

std::string quoted(std::string_view text) {
  std::string line = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') line += '\\';
    line += c;
  }
  return line + '\'';
}

std::string complete(const std::string& condition, const std::string& rest) {
  return "complete -c dcmflow -n " + quoted(condition) + ' ' + rest + '\n';
}

std::string word(const std::string& condition, std::string_view word, std::string_view help,
                 const std::string& flags = {}) {
  auto rest = flags + "-a " + quoted(word);
  if (!help.empty()) rest += " -d " + quoted(help);
  return complete(condition, rest);
}

std::string option_words(const OfferedOption& option) {
  std::string text = "-l " + option.name.substr(2);
  if (!option.letter.empty()) text += " -s " + option.letter.substr(1);
  switch (option.value.kind) {
    case Kind::none:
      break;
    case Kind::file:
    case Kind::folder:
      text += " -r -F";
      break;
    case Kind::text:
      text += " -x";
      break;
    case Kind::words: {
      std::string words;
      for (const auto& one : option.value.words) words.append(words.empty() ? "" : " ").append(one);
      text += " -x -a " + quoted(words);
    }
  }
  return text + " -d " + quoted(option.help);
}

std::string options(const std::string& condition, const std::vector<OfferedOption>& offered) {
  std::string text;
  for (const auto& option : offered)
    if (option.name != "--") text += complete(condition, option_words(option));
  return text;
}

// True behind one of the verbs that take these options.
std::string behind(Takes takes) {
  std::string condition = "__dcmflow_behind";
  for (const Verb& verb : verbs)
    if (verb.takes == takes) condition += " \"" + words_of(verb) + '"';
  return condition;
}

std::string first_words() {
  std::string text;
  std::string_view first;
  for (const Verb& verb : verbs) {
    if (verb.first != first) text += word("__dcmflow_is_at 1", verb.first, verb.help);
    first = verb.first;
  }
  return text;
}

// No file may stand there.
std::string second_word(std::string_view first, std::string_view second, std::string_view help) {
  return word("__dcmflow_is_at 2; and __dcmflow_begins " + std::string(first), second, help, "-f ");
}

std::string second_words() {
  std::string text;
  for (const Verb& verb : verbs)
    if (!verb.second.empty()) text += second_word(verb.first, verb.second, verb.help);
  for (const auto& topic : help_topics()) text += second_word("help", topic, {});
  return text;
}

constexpr std::string_view functions = R"(
# How many words stand before the one that is completed.
function __dcmflow_is_at
    test (count (commandline -opc)) -eq $argv[1]
end
function __dcmflow_begins
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv
end
# Whether the verb is one of these; "run" stands for none.
function __dcmflow_behind
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv; or contains -- "$words[2] $words[3]" $argv
    or begin
        contains -- run $argv; and not contains -- "$words[2]" $__dcmflow_verbs
    end
end
)";

}  // namespace

std::string fish_completion() {
  std::string text = "# Completion of dcmflow " DCMFLOW_VERSION
                     " for fish, made from its tables of options and verbs.\n"
                     "set -g __dcmflow_verbs";
  for (const auto name : verb_names()) text.append(" ").append(name);
  text += '\n' + std::string(functions) + first_words() + second_words();
  for (const auto takes : {Takes::run_options, Takes::machine_options, Takes::nothing})
    text += options(behind(takes), offered_options(takes));
  for (const Verb& verb : verbs)
    text += options("__dcmflow_behind \"" + words_of(verb) + '"', own_options(verb));
  return text;
}

}  // namespace dcmflow
