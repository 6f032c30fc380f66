#pragma once
// Which Series Instance UIDs do not stand for one series alone. Pure; no Problems.

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "stages/base/stable_hash.h"

namespace dcmflow {

// Eight bytes a text: one that is not shared is taken for one that is where their hashes are equal.
// For one thread until end().
class SharedUids {
 public:
  void add_series(std::string_view uid) { uids_.push_back(stable_hash(uid)); }
  // Of an image. `uid`: of its series.
  void add_stem(std::string_view stem, std::string_view uid) {
    if (stem != uid) stems_.push_back(stable_hash(stem));
  }
  // When all are added.
  void end() {
    std::ranges::sort(uids_);
    std::ranges::sort(stems_);
    for (std::size_t i = 0; i < uids_.size(); ++i)
      if ((i > 0 && uids_[i] == uids_[i - 1]) || std::ranges::binary_search(stems_, uids_[i]))
        shared_.push_back(uids_[i]);
    uids_ = {};
    stems_ = {};
  }
  // Whether another series has it, or an image that is not its own series' main one is called so.
  bool contains(std::string_view uid) const {
    return std::ranges::binary_search(shared_, stable_hash(uid));
  }

 private:
  std::vector<std::uint64_t> uids_, stems_;
  std::vector<std::uint64_t> shared_;  // sorted
};

}  // namespace dcmflow
