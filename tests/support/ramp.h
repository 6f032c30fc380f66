#pragma once
// Does an image give the ramp phantom back when it is read through its own affine?

#include <array>
#include <cstddef>
#include <iosfwd>
#include <optional>

#include "tests/support/image_reader.h"

namespace dcmflow {

// The worst voxel of an image, and whether it is good enough.
struct RampCheck {
  bool passed = false;  // some voxels were compared, and none is off by more than the tolerance
  std::size_t compared = 0;  // voxels
  double worst_error = 0;
  std::array<std::size_t, 4> worst_voxel{};  // i, j, k, volume
  double found = 0, expected = 0;            // there

  explicit operator bool() const { return passed; }
};

// Says where the worst voxel is: EXPECT_TRUE(check) << check.
std::ostream& operator<<(std::ostream& stream, const RampCheck& check);

// Compares every voxel with ramp(its position). Voxels that equal `background` are left out: the
// borders that a repair adds. An image with more than one component, or with fewer voxels than its
// size says, fails.
RampCheck check_ramp(const ReadImage& image, double tolerance,
                     std::optional<double> background = std::nullopt);

}  // namespace dcmflow
