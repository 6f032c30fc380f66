#pragma once
// Whether threads that read files mostly wait for the storage. No Problems.

#include <atomic>
#include <chrono>
#include <cstddef>

namespace dcmflow {

// A local disk whose files are cached gives a file in microseconds, a network file system in
// milliseconds. Storage is slow once `reads_in_a_row` reads each made their thread wait for
// `long_wait` or more, and stays so. What a thread computes, and the time for which other threads
// take its core, are no waits. Thread-safe.
class StorageWatch {
 public:
  static constexpr int reads_in_a_row = 16;
  static constexpr std::chrono::milliseconds long_wait{1};

  // One read, from its construction to its destruction, by one thread; or as many as it is told.
  class Read {
   public:
    explicit Read(StorageWatch& watch);
    ~Read();
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;
    // Each waited for as long as they did on the average.
    void count(std::size_t reads) { reads_ = static_cast<int>(reads); }

   private:
    StorageWatch& watch_;
    bool measures_;
    int reads_ = 1;
    std::chrono::steady_clock::time_point start_;
    std::chrono::nanoseconds computed_{};  // by this thread until then, or a few reads before
    long waits_ = 0;                       // of this thread until the same moment
  };

  bool is_slow() const { return is_slow_; }

 private:
  std::atomic<int> long_waits_in_a_row_ = 0;
  std::atomic<bool> is_slow_ = false;  // never false again
};

}  // namespace dcmflow
