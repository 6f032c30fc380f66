#pragma once
// The last line of a terminal, which tells how far a run is and gives way to what is logged. No
// Problems.

#include <string>
#include <string_view>

#include "stages/base/mutex.h"

namespace dcmflow {

// Standard error is one for the whole process, and so is this. Thread-safe.
class LiveLine {
 public:
  static LiveLine& of_process();

  // In place of the one before. REQUIRES: no line break in it, and it fits the terminal.
  void show(std::string line);
  void hide();
  // Whole lines, above it.
  void print(std::string_view lines);

 private:
  LiveLine() = default;
  Mutex mutex_;
  std::string line_ GUARDED_BY(mutex_);  // empty: nothing is shown
};

}  // namespace dcmflow
