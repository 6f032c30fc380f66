#pragma once
// The ramp cases: a small series for every rule of how series become images, each with what must
// come out of it. The voxels hold a ramp, value = scale · (2x + 3y + 5z) + constant in patient mm,
// so an image is judged through its own affine, whoever wrote it. Numbers (matrix, spacing, angles,
// origin) come from a seed.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "test-data/ramp/changes.h"
#include "test-data/ramp/truth.h"

namespace dcmflow::cases {

// `group` is the part of the rules, `rule` the rule in words.
struct RampCase {
  std::string_view name, group, rule;
  std::vector<Change> changes;
};

// Order, planes, spacing, tilt and gaps; what one series is split into; its volumes; contrasts;
// slices that are written in different ways; pixels; files.
std::vector<RampCase> geometry_cases();
std::vector<RampCase> series_cases();
std::vector<RampCase> volume_cases();
std::vector<RampCase> contrast_cases();
std::vector<RampCase> storage_cases();
std::vector<RampCase> pixel_cases();
std::vector<RampCase> file_cases();

// All of them, in this order. Names are unique, of letters, digits and '_'.
const std::vector<RampCase>& ramp_cases();

// Writes the files of the case into `folder`, which is made, and says what must come out. The same
// bytes for the same seed. Throws std::runtime_error when a file cannot be written.
Truth make_ramp_case(const RampCase& ramp_case, std::uint64_t seed, const std::string& folder);

}  // namespace dcmflow::cases
