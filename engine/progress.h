#pragma once
// The progress line: only on a terminal, a few times a second.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace dcmflow {

// Thread-safe. Clears its line when it goes.
class Progress {
 public:
  // `total` 0: unknown.
  explicit Progress(std::string what, std::uint64_t total = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(std::uint64_t done);

 private:
  void show(std::uint64_t done) const;

  const std::string what_;
  const std::uint64_t total_;
  const bool on_terminal_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::int64_t> next_show_;
};

}  // namespace dcmflow
