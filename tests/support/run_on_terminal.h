#pragma once
// Runs a program whose standard streams are a terminal, as a person sees it.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace dcmflow {

struct TerminalCall {
  std::vector<std::string> command{};
  std::map<std::string, std::string> environment{};  // beside PATH and what a sanitizer needs
  unsigned short columns = 80;
  std::string output_file{};  // empty: standard output is the terminal, too
};

struct TerminalRun {
  std::string sent;  // what the program sent to the terminal, line breaks as \n
  int exit_status = -1;
};

// From the folder "/". Throws std::runtime_error when there is no terminal to be had.
TerminalRun run_on_terminal(const TerminalCall& call);

// What stands on the screen when all is sent: carriage returns and "erase to the end of the line"
// are followed, colours are left out.
std::vector<std::string> screen_lines(const std::string& sent);

}  // namespace dcmflow
