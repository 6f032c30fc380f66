#pragma once
// The tables of options and verbs as a completion wants them: which options stand behind a verb,
// and what behind an option. Pure; no Problems.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/verb_table.h"

namespace dcmflow {

// What an option takes.
struct OptionValue {
  enum class Kind : std::uint8_t { none, words, file, folder, text };
  Kind kind = Kind::none;
  std::string name;                // what the help calls it; empty: none
  std::vector<std::string> words;  // one of them, of Kind::words
};

struct OfferedOption {
  std::string name;    // with its dashes
  std::string letter;  // "-f"; empty: it has no short form
  std::string help;
  OptionValue value;
};

// The options of the table that every verb of this kind takes; --help and --version stand behind
// those of a run, --help behind all others.
std::vector<OfferedOption> offered_options(Takes takes);

// Those that the texts of the verb name, and `offered_options()` of it do not have.
std::vector<OfferedOption> own_options(const Verb& verb);

// "rules check", "list"
std::string words_of(const Verb& verb);

}  // namespace dcmflow
