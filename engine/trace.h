#pragma once
// Which step worked when, on which thread: a file for chrome://tracing and ui.perfetto.dev.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/mutex.h"
#include "stages/base/result.h"

namespace dcmflow {

// Whether a trace can be written there: a regular file, or a link to one or to nothing, or a new
// name, in a folder that takes files. What else lies there stays as it is. Problem{bad_settings}
// about the option, with why not. Thread-safe.
Status check_trace(const std::string& path);

// Off until begin() is called; then 40 bytes an event are kept. Thread-safe.
class Trace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The thread that begins is numbered before those that work. REQUIRES: no other thread uses the
  // trace yet.
  void begin();

  // An event of the calling thread. REQUIRES: `name` outlives the trace.
  void add(std::string_view name, Time start, Time end);

  // The events in the order of their start as complete ("X") events of the Trace Event Format, in
  // microseconds since the first; threads have their thread_number(). A link stays one, and what it
  // leads to is written. Problems: output_not_writable, also where no regular file lies there,
  // which stays as it is; disk_full.
  Status write(const std::string& path) const;

  // Adds an event from its construction to its destruction.
  class Phase {
   public:
    Phase(Trace& trace, std::string_view name) : trace_(trace), name_(name) {}
    ~Phase() { trace_.add(name_, start_, std::chrono::steady_clock::now()); }
    Phase(const Phase&) = delete;
    Phase& operator=(const Phase&) = delete;

   private:
    Trace& trace_;
    std::string_view name_;
    Time start_ = std::chrono::steady_clock::now();
  };

 private:
  struct Event {
    std::string_view name;
    Time start;
    std::chrono::microseconds duration;
    std::uint32_t thread;
  };

  bool is_on_ = false;
  mutable Mutex mutex_;
  std::vector<Event> events_ GUARDED_BY(mutex_);
};

}  // namespace dcmflow
