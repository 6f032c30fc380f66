#pragma once
// What must come out of a scene, told without dcmflow: the judge of the tests and that of the
// comparison with other programs (bench/ramp_judge.py) read the same.

#include "test-data/ramp/scene.h"

namespace dcmflow::cases {

enum class Kind : std::uint8_t { grey, mask, colour };

// Voxel (i, j, k) lies at origin + i · steps[0] + j · steps[1] + k · steps[2]. Its value in volume
// v is scale · (2x + 3y + 5z + offsets[v]) + constant; of a mask 1 where that is above 0; of colour
// the three channels of it.
struct ExpectedImage {
  std::array<unsigned, 3> size{};
  Vector origin{};
  std::array<Vector, 3> steps{};
  std::vector<double> offsets;  // one for each volume, in order
  Scaling scaling;
  double tolerance = 0;  // of a value: rounding, interpolation, lossy compression
  Kind kind = Kind::grey;
  bool is_sheared = false;         // an image that is made upright may be larger
  bool any_slices = false;         // resampled: how many slices there are is not said
  bool any_order = false;          // of the volumes
  std::vector<unsigned> labelled;  // the slices that are not all 0; empty: no matter
  std::vector<Vector> directions;  // as in Facts
  std::string verdict;
};

struct RefusedFile {
  std::string name, reason;  // several reasons separated by '|': any of them
};

struct Truth {
  std::string name, group, rule;
  std::vector<ExpectedImage> images;
  // Other sets of images that are as true: the pieces of a series with gaps; the image that one
  // would like to have of a series that must be refused.
  std::vector<std::vector<ExpectedImage>> also_right;
  std::vector<RefusedFile> refused;
  std::vector<std::string> flags, options;
};

Truth truth_of(const Scene& scene, const Scaling& scaling);

std::string to_json(const Truth& truth);

}  // namespace dcmflow::cases
