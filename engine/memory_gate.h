#pragma once
// Admits work while its bytes fit the budget.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>

namespace dcmflow {

// Bytes are booked before they are allocated, and given back when the last copy of the lease goes:
// on success, Problem and exception alike. Never waits: a caller that is turned away comes back
// when a lease was given back. Thread-safe.
class MemoryGate {
 public:
  using Lease = std::shared_ptr<void>;

  // At most `budget` bytes and `most_leases` leases at once.
  MemoryGate(std::uint64_t budget, std::size_t most_leases)
      : budget_(budget), most_leases_(most_leases) {}

  // From now on; leases that are out stay.
  void allow(std::size_t most_leases) {
    const std::lock_guard lock(mutex_);
    most_leases_ = most_leases;
  }

  // A lease, or null when it does not fit now. Work that is larger than the whole budget is
  // admitted alone.
  Lease admit(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    const bool alone = leases_ == 0;
    if (!alone && (leases_ >= most_leases_ || bytes > budget_ - std::min(budget_, booked_)))
      return nullptr;
    booked_ += bytes;
    peak_ = std::max(peak_, booked_);
    ++leases_;
    return {this, [bytes](MemoryGate* gate) { gate->give_back(bytes); }};
  }

  std::uint64_t peak() const {
    const std::lock_guard lock(mutex_);
    return peak_;
  }

 private:
  void give_back(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    booked_ -= bytes;
    --leases_;
  }

  const std::uint64_t budget_;
  mutable std::mutex mutex_;
  std::size_t most_leases_;
  std::uint64_t booked_ = 0;
  std::uint64_t peak_ = 0;
  std::size_t leases_ = 0;
};

}  // namespace dcmflow
