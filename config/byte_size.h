#pragma once
// Numbers of bytes as people write them. Pure; thread-safe.

#include <cstdint>
#include <optional>
#include <string_view>

namespace dcmflow {

// "256M", "2G", "1.5GiB", "1048576" → bytes (powers of 1024); nullopt when it is none.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

}  // namespace dcmflow
