#pragma once
// How many series a plan or a merge has in memory. Pure; no Problems.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/settings.h"

namespace dcmflow {

// When those that are at work have so many files nothing is added to them.
inline std::size_t files_at_work(const Settings& settings) {
  constexpr std::uint64_t file_bytes = 4096;  // with what is made of it; a few times what is usual
  constexpr std::uint64_t most = 20'000;      // threads are as busy as with more
  return std::clamp<std::uint64_t>(settings.memory_budget / file_bytes, 1, most);
}

}  // namespace dcmflow
