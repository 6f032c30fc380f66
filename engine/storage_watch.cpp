#include "engine/storage_watch.h"

#include <sys/resource.h>

namespace dcmflow {
namespace {

struct ThreadUsage {
  std::chrono::microseconds computed;
  long waits;  // when it gave up its core by itself
};

ThreadUsage usage_of_this_thread() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto microseconds = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return {microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_nvcsw};
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
  if (!measures_ || watch_.is_slow()) return;
  const auto took = std::chrono::steady_clock::now() - start_;
  const auto waited_long = [&] {
    if (took < long_wait) return false;
    const auto usage = usage_of_this_thread();
    return usage.waits > waits_ && took - (usage.computed - computed_) >= long_wait;
  };
  if (waited_long())
    ++watch_.long_waits_in_a_row_;
  else if (watch_.long_waits_in_a_row_ != 0)
    watch_.long_waits_in_a_row_ = 0;
}

}  // namespace dcmflow
