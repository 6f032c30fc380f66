#pragma once
// The log on standard error: plain lines for a machine, short ones for who watches a terminal. No
// Problems.

#include <spdlog/sinks/sink.h>

#include <memory>

#include "config/console.h"
#include "stages/base/mutex.h"

namespace dcmflow {

// Thread-safe. A line of a terminal is broken where the terminal ends, says its level only where
// it is not info, and can do nothing but be read.
class ConsoleSink : public spdlog::sinks::sink {
 public:
  explicit ConsoleSink(const Console& console) : console_(console) {}

  void log(const spdlog::details::log_msg& message) override;
  void flush() override {}
  void set_pattern(const std::string& pattern) override;
  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override;

 private:
  const Console console_;
  Mutex mutex_;
  std::unique_ptr<spdlog::formatter> formatter_ GUARDED_BY(mutex_);
};

}  // namespace dcmflow
