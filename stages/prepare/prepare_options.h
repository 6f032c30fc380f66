#pragma once
// What is asked of prepared images. Plain values; no Problems.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stages/base/vector3.h"
#include "stages/prepare/interpolation.h"

namespace dcmflow {

// How the images of a study are laid out for a model: image by image, as nnU-Net or MONAI look for
// them, or one file with a volume a channel.
enum class Arrangement : std::uint8_t { none, nnunet, monai, channels };

// In the order of the enum.
inline constexpr std::array<std::string_view, 4> arrangement_names{"none", "nnunet", "monai",
                                                                   "channels"};

constexpr std::string_view arrangement_name(Arrangement arrangement) {
  return arrangement_names[static_cast<std::size_t>(arrangement)];
}

// Voxels along each axis; 0: as many as there are.
using VoxelCounts = std::array<std::uint32_t, 3>;

// Applied in this order; what is not asked for stays.
struct GridChanges {
  std::string orient;              // where the axes go to, as "RAS"; empty: as they go
  std::optional<Vector3> spacing;  // mm, along the axes as they go then; 0: as it is
  std::optional<VoxelCounts> crop, pad;
};

struct PrepareOptions {
  GridChanges changes;
  std::string align_to;  // a selection; empty: each image keeps a grid of its own
  Interpolation interpolation = Interpolation::linear;
  Interpolation label_interpolation = Interpolation::nearest;
  Arrangement arrange = Arrangement::none;

  // Whether voxels come to lie between those that there are; else they are only moved.
  bool resamples() const { return changes.spacing || !align_to.empty(); }
};

}  // namespace dcmflow
