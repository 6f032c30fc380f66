#pragma once
// How the segments of a segmentation or structure set become images. Plain values.

#include <array>
#include <cstdint>
#include <string_view>

namespace dcmflow {

// each: an image a segment. merged: one image of all, where none share a voxel. four_d: one image,
// a volume a segment.
enum class LabelStyle : std::uint8_t { each, merged, four_d };
inline constexpr std::array<std::string_view, 3> label_styles{"each", "merged", "4d"};

}  // namespace dcmflow
