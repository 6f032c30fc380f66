#pragma once
// How values between voxels are found. Constant; no Problems.

#include <array>
#include <cstdint>
#include <string_view>

namespace dcmflow {

// linear and bspline (third order) make float32; nearest and label_gaussian (each label smoothed
// by a Gaussian of half a voxel, the strongest wins) give none but values that are there.
enum class Interpolation : std::uint8_t { linear, bspline, nearest, label_gaussian };

// In the order of the enum.
inline constexpr std::array<std::string_view, 4> interpolation_names{"linear", "bspline", "nearest",
                                                                     "label-gaussian"};

constexpr std::string_view interpolation_name(Interpolation interpolation) {
  return interpolation_names[static_cast<std::size_t>(interpolation)];
}

constexpr bool makes_new_values(Interpolation interpolation) {
  return interpolation == Interpolation::linear || interpolation == Interpolation::bspline;
}

}  // namespace dcmflow
