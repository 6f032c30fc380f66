#pragma once
// Another program, run to its end. Thread-safe.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct ProgramEnd {
  int exit_code = 0;   // 128 + n: signal n ended it
  std::string output;  // what it wrote to standard output
  std::string errors;  // and to standard error; both without line breaks at their end
};

// `words`: the program and its arguments, which no shell sees. A name without '/' is looked for in
// PATH. Standard input is empty; of output and errors `most_bytes` each are kept. Whatever its exit
// code, an end is no Problem. Problem{unreadable}: it could not be started, or not be heard;
// {interrupted}: `is_stopped`, which is asked some times a second, said so, and it was killed.
// REQUIRES: `words` is not empty.
Result<ProgramEnd> run_program(
    std::vector<std::string> words, std::size_t most_bytes,
    const std::function<bool()>& is_stopped = [] { return false; });

}  // namespace dcmflow
