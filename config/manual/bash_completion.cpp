#include <algorithm>
#include <iterator>
#include <map>

#include "config/help_topics.h"
#include "config/manual/manual.h"
#include "config/manual/verb_options.h"
#include "config/verbs.h"

namespace dcmflow {
namespace {

using Kind = OptionValue::Kind;

template <class Texts>
std::string joined(const Texts& texts, std::string_view between) {
  std::string line;
  for (const auto& text : texts) line.append(line.empty() ? "" : between).append(text);
  return line;
}

std::vector<std::string> names_of(const std::vector<OfferedOption>& options) {
  std::vector<std::string> names;
  std::ranges::transform(options, std::back_inserter(names), &OfferedOption::name);
  return names;
}

// "words all selected": of an option that takes a value.
std::string value_words(const OptionValue& value) {
  if (value.kind == Kind::words) return "words " + joined(value.words, " ");
  return value.kind == Kind::text ? "text" : "file";
}

// All options that take a value, by what may stand there.
std::string values_case() {
  std::map<std::string, std::vector<std::string>> names_by_value;
  const auto add = [&](const std::vector<OfferedOption>& options) {
    for (const auto& option : options) {
      if (option.value.kind == Kind::none) continue;
      auto& names = names_by_value[value_words(option.value)];
      for (const auto& name : {option.name, option.letter})
        if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  };
  add(offered_options(Takes::run_options));
  for (const Verb& verb : verbs) add(own_options(verb));
  std::string text;
  for (const auto& [value, names] : names_by_value)
    text += "    " + joined(names, " | ") + ") echo '" + value + "' ;;\n";
  return text;
}

std::string options_case() {
  std::string text;
  for (const Verb& verb : verbs) {
    if (verb.task == Task::convert) continue;
    auto names = names_of(own_options(verb));
    if (verb.takes == Takes::run_options)
      names.emplace_back("$run");
    else
      std::ranges::copy(names_of(offered_options(verb.takes)), std::back_inserter(names));
    text += "    '" + words_of(verb) + "') echo \"" + joined(names, " ") + "\" ;;\n";
  }
  return text;
}

// The second words of verbs of two, by their first.
std::string seconds_case() {
  std::map<std::string_view, std::vector<std::string_view>> seconds;
  for (const Verb& verb : verbs)
    if (!verb.second.empty()) seconds[verb.first].push_back(verb.second);
  std::string text;
  for (const auto& [first, words] : seconds)
    text += "    " + std::string(first) + ") echo '" + joined(words, " ") + "' ;;\n";
  return text + "    help) echo '" + joined(help_topics(), " ") + "' ;;\n";
}

constexpr std::string_view function = R"sh(
_dcmflow() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} value words
  local verb=${COMP_WORDS[1]} second=${COMP_WORDS[2]-}
  COMPREPLY=()
  # Of --format=nii bash makes three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if value=$(_dcmflow_value "$before"); then
    [[ $value == file ]] || compopt +o default +o bashdefault 2>/dev/null  # else bash offers files
    [[ $value != words* ]] || mapfile -t COMPREPLY < <(compgen -W "${value#words }" -- "$word")
    return
  fi
  if words=$(_dcmflow_seconds "$verb") && [[ $verb != help ]]; then verb="$verb $second"; fi
  if ((COMP_CWORD == 2)) && [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  elif [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_dcmflow_options "$verb")" -- "$word")
  elif ((COMP_CWORD == 1)); then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -W "$_dcmflow_verbs" -- "$word"; compgen -d -- "$word")
  fi
}
complete -o bashdefault -o default -F _dcmflow dcmflow
)sh";

}  // namespace

std::string bash_completion() {
  return "# Completion of dcmflow " DCMFLOW_VERSION
         " for bash, made from its tables of options and verbs.\n"
         "_dcmflow_verbs='" +
         joined(verb_names(), " ") +
         "'\n\n# What stands behind an option: words, a file, or another text; status 1: it takes "
         "no value.\n_dcmflow_value() {\n  case $1 in\n" +
         values_case() +
         "    *) return 1 ;;\n  esac\n}\n\n# The options of a verb.\n_dcmflow_options() {\n"
         "  local run='" +
         joined(names_of(offered_options(Takes::run_options)), " ") + "'\n  case $1 in\n" +
         options_case() +
         "    *) echo \"$run\" ;;\n  esac\n}\n\n# The second words of a verb.\n"
         "_dcmflow_seconds() {\n  case $1 in\n" +
         seconds_case() + "    *) return 1 ;;\n  esac\n}\n" + std::string(function);
}

}  // namespace dcmflow
