#include "tests/support/ramp.h"

#include <cmath>
#include <ostream>

#include "test-data/phantom.h"

namespace dcmflow {

std::ostream& operator<<(std::ostream& stream, const RampCheck& check) {
  const auto& [i, j, k, volume] = check.worst_voxel;
  return stream << check.compared << " voxels compared; worst is (" << i << ", " << j << ", " << k
                << ") of volume " << volume << ": found " << check.found << ", expected "
                << check.expected << ", off by " << check.worst_error;
}

RampCheck check_ramp(const ReadImage& image, double tolerance, std::optional<double> background) {
  RampCheck check;
  const auto& size = image.size;
  if (image.components != 1 || image.voxels.size() != size[0] * size[1] * size[2] * image.volumes)
    return check;
  auto voxel = image.voxels.begin();
  for (std::size_t volume = 0; volume < image.volumes; ++volume)
    for (std::size_t k = 0; k < size[2]; ++k)
      for (std::size_t j = 0; j < size[1]; ++j)
        for (std::size_t i = 0; i < size[0]; ++i) {
          const double found = *voxel++;
          if (found == background) continue;
          const double expected = ramp(image.position(i, j, k));
          const double error = std::abs(found - expected);
          // The comparison is this way round so that a NaN is the worst of all.
          if (check.compared++ == 0 || !(error <= check.worst_error)) {
            check.worst_error = error;
            check.worst_voxel = {i, j, k, volume};
            check.found = found;
            check.expected = expected;
            if (std::isnan(error)) return check;
          }
        }
  check.passed = check.compared > 0 && check.worst_error <= tolerance;
  return check;
}

}  // namespace dcmflow
