#pragma once
// What slices of one input are, and what joins them to one walk again. Pure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "stages/base/result.h"

namespace dcmflow {

// One of several slices of an input: each name is in one of them, whatever the others hold, so that
// slices may be taken at different times.
struct InputSlice {
  std::size_t part = 0;  // from 0
  std::size_t parts = 1;
  bool has(std::string_view name) const;
};

// What a file is, under any name; both 0: no file. Numbers of devices are of one machine and one
// mount: where several parts are compared a hash of size and times, which links share, stands for
// them.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

// That an earlier name gave the same file.
Problem same_file_problem(std::string name);

// Names in the order of a walk: each is behind its folder, and what one folder holds is together.
// Pure.
std::string walk_key(std::string_view name);

}  // namespace dcmflow
