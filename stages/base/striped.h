#pragma once
// One value for each of several threads. What all of them touch for every file would else be one
// cache line, for which they wait as soon as there are many cores.

#include <array>
#include <atomic>
#include <cstdint>

#include "stages/base/thread_number.h"

namespace dcmflow {

// Where there are more threads than values some share one: it is atomic all the same, or has a
// mutex.
template <class Value>
class Striped {
 public:
  Value& mine() { return stripes_[thread_number() % stripes_.size()].value; }

  // Each value, in no order that means anything.
  template <class Work>
  void each(Work&& work) {
    for (auto& stripe : stripes_) work(stripe.value);
  }
  template <class Work>
  void each(Work&& work) const {
    for (const auto& stripe : stripes_) work(stripe.value);
  }

 private:
  struct alignas(64) Stripe {  // a cache line
    Value value{};
  };
  std::array<Stripe, 32> stripes_;
};

// A sum to which many threads add. Thread-safe; what is read while they do is of some moment for
// each of them.
class StripedCounter {
 public:
  void operator+=(std::uint64_t more) { counts_.mine().fetch_add(more, std::memory_order_relaxed); }
  void operator++() { *this += 1; }
  // Of nobody who adds at the same time.
  void reset() {
    counts_.each([](auto& count) { count = 0; });
  }
  operator std::uint64_t() const {
    std::uint64_t sum = 0;
    counts_.each([&](const auto& count) { sum += count.load(std::memory_order_relaxed); });
    return sum;
  }

 private:
  Striped<std::atomic<std::uint64_t>> counts_;
};

}  // namespace dcmflow
