#include "engine/storage_watch.h"

#include <sys/resource.h>
#include <time.h>

namespace dcmflow {
namespace {

struct ThreadUsage {
  std::chrono::nanoseconds computed;
  long waits;  // when it gave up its core by itself
};

// The clock, since getrusage() knows of computing only what was booked at the last tick.
ThreadUsage usage_of_this_thread() {
  timespec computed{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &computed);
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return {std::chrono::seconds(computed.tv_sec) + std::chrono::nanoseconds(computed.tv_nsec),
          usage.ru_nvcsw};
}

}  // namespace

StorageWatch::Read::Read(StorageWatch& watch) : watch_(watch), measures_(!watch.is_slow()) {
  if (!measures_) return;
  const auto usage = usage_of_this_thread();
  computed_ = usage.computed;
  waits_ = usage.waits;
  start_ = std::chrono::steady_clock::now();
}

StorageWatch::Read::~Read() {
  if (!measures_ || reads_ == 0 || watch_.is_slow()) return;
  const auto took = std::chrono::steady_clock::now() - start_;
  const auto waited_long = [&] {
    const auto long_waits = reads_ * long_wait;
    if (took < long_waits) return false;
    const auto usage = usage_of_this_thread();
    return usage.waits > waits_ && took - (usage.computed - computed_) >= long_waits;
  };
  if (waited_long()) {
    if ((watch_.long_waits_in_a_row_ += reads_) >= reads_in_a_row) watch_.is_slow_ = true;
  } else if (watch_.long_waits_in_a_row_ != 0) {
    watch_.long_waits_in_a_row_ = 0;
  }
}

}  // namespace dcmflow
