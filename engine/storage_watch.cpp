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

// Asked once in some reads, since it takes as long as a small read itself. A read that took long is
// followed by a new one, so that only the first of several is judged by one that is old.
struct LastUsage {
  ThreadUsage usage{};
  int reads_left = 0;
};
constexpr int reads_between = 16;

LastUsage& last_usage() {
  thread_local LastUsage last;
  return last;
}

}  // namespace

StorageWatch::Read::Read(StorageWatch& watch) : watch_(watch), measures_(!watch.is_slow()) {
  if (!measures_) return;
  auto& [usage, reads_left] = last_usage();
  if (reads_left == 0) {
    usage = usage_of_this_thread();
    reads_left = reads_between;
  }
  --reads_left;
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
    last_usage() = {usage, reads_between};
    return usage.waits > waits_ && took - (usage.computed - computed_) >= long_waits;
  };
  if (waited_long()) {
    if ((watch_.long_waits_in_a_row_ += reads_) >= reads_in_a_row) watch_.is_slow_ = true;
  } else if (watch_.long_waits_in_a_row_ != 0) {
    watch_.long_waits_in_a_row_ = 0;
  }
}

}  // namespace dcmflow
