#pragma once
// What the control groups of this process allow, version 1 and 2, read from files below `root` (""
// in earnest). What cannot be read is no limit: no Problems. Thread-safe.

#include <cstdint>
#include <optional>
#include <string>

namespace dcmflow {

// CPU time as a number of cores, rounded up, at least 1 (v2 cpu.max; v1 cpu.cfs_quota_us /
// cpu.cfs_period_us): the least over the group and all its parents. nullopt: no limit.
std::optional<std::size_t> cgroup_cores(const std::string& root = "");

// Bytes (v2 memory.max, v1 memory.limit_in_bytes), likewise the least.
std::optional<std::uint64_t> cgroup_memory(const std::string& root = "");

}  // namespace dcmflow
