#pragma once
// What is installed beside the program for those who call it: its man page and completions, made
// from the tables of options and verbs. Pure; no Problems.

#include <string>

namespace dcmflow {

std::string man_page();         // dcmflow(1), for man of groff or mandoc
std::string bash_completion();  // bash 4 and later, without bash-completion
std::string zsh_completion();   // a function for $fpath
std::string fish_completion();

}  // namespace dcmflow
