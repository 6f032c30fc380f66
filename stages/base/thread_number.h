#pragma once
// Which thread this is.

#include <atomic>
#include <cstdint>

namespace dcmflow {

// How many threads asked for theirs before this one did. Thread-safe.
inline std::uint32_t thread_number() {
  static std::atomic<std::uint32_t> threads{0};
  thread_local const std::uint32_t number = threads++;
  return number;
}

}  // namespace dcmflow
