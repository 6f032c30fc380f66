#pragma once
// The dictionary as attribute files ask it. No Problems; thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace dcmflow {

// Keyword → tag and VR (PS3.6); nullopt when unknown.
std::optional<std::pair<std::uint32_t, std::string>> tag_and_vr(std::string_view keyword);

}  // namespace dcmflow
