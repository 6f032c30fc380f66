#pragma once
// Runs a program and tells what it did: for tests of the dcmflow program from the outside.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dcmflow {

struct ProgramCall {
  std::vector<std::string> command{};  // command[0] is a path or is looked up in PATH
  std::map<std::string, std::string>
      environment{};             // all of it, but PATH, HOME and what a sanitizer needs
  std::string input{};           // what standard input holds
  std::string working_folder{};  // empty: this process's own
  double timeout_seconds = 60;   // then SIGKILL
  int send_signal = 0;           // sent once after send_after_seconds, when not 0
  double send_after_seconds = 0;
};

struct ProgramRun {
  std::string output, errors;      // standard output and standard error, whole
  std::optional<int> exit_status;  // when it ended by itself
  int signal = 0;                  // that ended it, else 0
  bool timed_out = false;
  double seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
};

// Throws std::runtime_error when the program cannot be started.
ProgramRun run_program(const ProgramCall& call);

// The dcmflow program under test with these arguments and this environment, from the folder "/".
ProgramRun run_dcmflow(std::vector<std::string> arguments,
                       std::map<std::string, std::string> environment = {});

}  // namespace dcmflow
