#pragma once
// A program that works beside the test.

#include <memory>
#include <string>

#include "tests/support/run_program.h"

namespace dcmflow {

class RunningProgram {
 public:
  // Throws like run_program().
  explicit RunningProgram(ProgramCall call);
  // It is killed if it still runs.
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void send(int signal) const;
  // Standard error, so far.
  std::string errors() const;
  // Waits for its end; call.timeout_seconds and what it has to send count from now. Once.
  ProgramRun wait();

 private:
  struct Process;
  std::unique_ptr<Process> process_;
};

}  // namespace dcmflow
