#include "stages/to_dicom/measure_segments.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {
namespace {

// Value by value, without losing the digits of small differences (Welford).
struct Sum {
  SegmentValues values;
  double squares = 0;  // of the distances from the mean

  void add(double value) {
    if (values.voxels++ == 0) values.least = values.greatest = value;
    values.least = std::min(values.least, value);
    values.greatest = std::max(values.greatest, value);
    const double before = value - values.mean;
    values.mean += before / static_cast<double>(values.voxels);
    squares += before * (value - values.mean);
  }
};

}  // namespace

Result<std::map<std::uint16_t, SegmentValues>> measure_segments(
    const HeldImage& image, std::span<const std::uint16_t> labels) {
  constexpr std::size_t at_once = std::size_t{1} << 18;
  auto voxels = VoxelValues::open(image);
  if (!voxels) return voxels.problem();
  std::map<std::uint16_t, Sum> sums;
  while (!labels.empty()) {
    const auto part = labels.first(std::min(at_once, labels.size()));
    if (auto read = voxels->read(part.size()); !read) return read.problem();
    const auto values = voxels->values();
    for (std::size_t i = 0; i < part.size(); ++i)
      if (part[i] != 0 && std::isfinite(values[i])) sums[part[i]].add(values[i]);
    labels = labels.subspan(part.size());
  }
  std::map<std::uint16_t, SegmentValues> measured;
  for (const auto& [label, sum] : sums) {
    measured[label] = sum.values;
    measured[label].deviation = std::sqrt(sum.squares / static_cast<double>(sum.values.voxels));
  }
  return measured;
}

}  // namespace dcmflow
