#pragma once
// Admits work while its bytes fit the budget. No Problems.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>

#include "stages/base/mutex.h"

namespace dcmflow {

// Bytes are booked before they are allocated, and given back when the last copy of the lease goes:
// on success, Problem and exception alike. Never waits, but for wait_for(): a caller that is turned
// away comes back when a lease was given back. Thread-safe.
class MemoryGate {
 public:
  using Lease = std::shared_ptr<void>;

  // At most `budget` bytes and `most_leases` leases at once.
  MemoryGate(std::uint64_t budget, std::size_t most_leases)
      : budget_(budget), most_leases_(most_leases) {}

  // From now on; leases that are out stay.
  void allow(std::size_t most_leases) {
    const Lock lock(mutex_);
    most_leases_ = most_leases;
  }

  // A lease, or null when it does not fit now. Work that is larger than the whole budget is
  // admitted alone.
  Lease admit(std::uint64_t bytes) {
    const Lock lock(mutex_);
    return fits(bytes) ? book(bytes) : nullptr;
  }

  // The same, but waits until it fits; null when `is_stopped()` says so before. For those who hold
  // no lease, and wait for nothing else while they hold one: else nobody gives back.
  template <class IsStopped>
  Lease wait_for(std::uint64_t bytes, IsStopped&& is_stopped) {
    constexpr std::chrono::milliseconds between_questions{100};
    const Lock lock(mutex_);
    while (!fits(bytes)) {
      if (is_stopped()) return nullptr;
      given_back_.wait_until(mutex_, std::chrono::steady_clock::now() + between_questions);
    }
    return book(bytes);
  }

  std::uint64_t peak() const {
    const Lock lock(mutex_);
    return peak_;
  }

 private:
  bool fits(std::uint64_t bytes) const REQUIRES_LOCK(mutex_) {
    return leases_ == 0 ||
           (leases_ < most_leases_ && bytes <= budget_ - std::min(budget_, booked_));
  }
  Lease book(std::uint64_t bytes) REQUIRES_LOCK(mutex_) {
    booked_ += bytes;
    peak_ = std::max(peak_, booked_);
    ++leases_;
    return {this, [bytes](MemoryGate* gate) { gate->give_back(bytes); }};
  }

  void give_back(std::uint64_t bytes) {
    {
      const Lock lock(mutex_);
      booked_ -= bytes;
      --leases_;
    }
    given_back_.notify_all();
  }

  const std::uint64_t budget_;
  mutable Mutex mutex_;
  ConditionVariable given_back_;
  std::size_t most_leases_ GUARDED_BY(mutex_);
  std::uint64_t booked_ GUARDED_BY(mutex_) = 0;
  std::uint64_t peak_ GUARDED_BY(mutex_) = 0;
  std::size_t leases_ GUARDED_BY(mutex_) = 0;
};

}  // namespace dcmflow
