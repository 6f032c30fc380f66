#include <map>
#include <vector>

#include "config/help_topics.h"
#include "config/manual/manual.h"
#include "config/manual/verb_options.h"

namespace dcmflow {
namespace {

using Kind = OptionValue::Kind;

// A text of a specification of _arguments or _describe, in single quotes.
std::string escaped(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\'') {
      line += "'\\''";
      continue;
    }
    if (c == ':' || c == '[' || c == ']' || c == '\\') line += '\\';
    line += c;
  }
  return line;
}

std::string action_of(const OptionValue& value) {
  if (value.kind == Kind::file) return "_files";
  if (value.kind == Kind::folder) return "_files -/";
  std::string action;
  if (value.kind == Kind::words)
    for (const auto& word : value.words) action.append(action.empty() ? "(" : " ").append(word);
  return action.empty() ? " " : action + ')';
}

// '(-f --format)--format=[help]:NAME:(mhd nii)'
std::string specifications(const OfferedOption& option) {
  const bool takes_value = option.value.kind != Kind::none;
  auto rest = '[' + escaped(option.help) + ']';
  if (takes_value) rest += ':' + escaped(option.value.name) + ':' + action_of(option.value);
  const auto both = option.letter.empty() ? "" : '(' + option.letter + ' ' + option.name + ')';
  std::string text;
  if (!option.letter.empty())
    text += "    '" + both + option.letter + (takes_value ? "+" : "") + rest + "'\n";
  return text + "    '" + both + option.name + (takes_value ? "=" : "") + rest + "'\n";
}

std::string array(std::string_view name, const std::string& rows) {
  return "  " + std::string(name) + "=(\n" + rows + "  )\n";
}

std::string specifications(const std::vector<OfferedOption>& options) {
  std::string text;
  for (const auto& option : options) text += specifications(option);
  return text;
}

std::string described(std::string_view word, std::string_view help) {
  return "    '" + escaped(word) + ':' + escaped(help) + "'\n";
}

std::string first_words() {
  std::string rows;
  std::string_view first;
  for (const Verb& verb : verbs) {
    if (verb.first != first) rows += described(verb.first, verb.help);
    first = verb.first;
  }
  return rows;
}

// Verbs of two words, and the topics of help.
std::string seconds() {
  std::map<std::string_view, std::string> rows;
  for (const Verb& verb : verbs)
    if (!verb.second.empty()) rows[verb.first] += described(verb.second, verb.help);
  for (const auto& topic : help_topics()) rows["help"] += "    '" + topic + "'\n";
  std::string text;
  for (const auto& [first, words] : rows)
    text += "  (" + std::string(first) + ")\n" + array("words_behind", words) + "    ;;\n";
  return text;
}

std::string options_of_verbs() {
  std::string text;
  for (const Verb& verb : verbs) {
    if (verb.task == Task::convert) continue;
    const std::string behind = verb.takes == Takes::run_options       ? "options=($run)\n"
                               : verb.takes == Takes::machine_options ? "options=($machine)\n"
                                                                      : "options=($others)\n";
    text += "  ('" + words_of(verb) + "') " + behind;
    if (const auto own = specifications(own_options(verb)); !own.empty())
      text += "  options+=(\n" + own + "  )\n";
    text += "    ;;\n";
  }
  return text;
}

constexpr std::string_view begin = R"(

_dcmflow() {
  local -a verbs words_behind run machine others known options
  local verb=$words[2]
)";
constexpr std::string_view choose_words = R"(
  if (( CURRENT == 2 )) && [[ $verb != -* ]]; then
    _describe -t verbs verb verbs
    _files
    return
  fi
  case $verb in
)";
constexpr std::string_view choose_options = R"(  esac
  if (( CURRENT == 3 && $#words_behind )); then
    _describe -t words word words_behind
    return
  fi
  # _arguments takes the first of the words for the command.
  known=(${(M)verbs:#${verb}:*})
  if (( $#known )); then
    if (( $#words_behind )) && [[ $verb != help ]]; then
      verb+=" $words[3]"
      shift words
      (( CURRENT-- ))
    fi
    shift words
    (( CURRENT-- ))
  fi
  case $verb in
)";
constexpr std::string_view end = R"(  (*) options=($run) ;;
  esac
  _arguments -s : $options '*:file:_files'
}

_dcmflow "$@"
)";

}  // namespace

std::string zsh_completion() {
  return "#compdef dcmflow\n# Completion of dcmflow " DCMFLOW_VERSION
         " for zsh, made from its tables of options and verbs.\n" +
         std::string(begin) + array("verbs", first_words()) +
         array("run", specifications(offered_options(Takes::run_options))) +
         array("machine", specifications(offered_options(Takes::machine_options))) +
         array("others", specifications(offered_options(Takes::nothing))) +
         std::string(choose_words) + seconds() + std::string(choose_options) + options_of_verbs() +
         std::string(end);
}

}  // namespace dcmflow
