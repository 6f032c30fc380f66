#include "tests/support/judge_ramp.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace dcmflow {
namespace {

using cases::along;
using cases::cross;
using cases::dot;
using cases::ExpectedImage;
using cases::Kind;
using cases::Vector;

// Voxel (i, j, k) at origin + i · step[0] + j · step[1] + k · step[2].
struct Affine {
  Vector origin{};
  std::array<Vector, 3> step{};
  std::array<double, 3> size{};

  Vector position(const Vector& index) const {
    Vector point = origin;
    for (std::size_t axis = 0; axis < 3; ++axis) point = along(point, index[axis], step[axis]);
    return point;
  }
  Vector index(const Vector& point) const {
    const Vector from = along(point, -1, origin);
    const double volume = dot(step[0], cross(step[1], step[2]));
    return {dot(from, cross(step[1], step[2])) / volume,
            dot(from, cross(step[2], step[0])) / volume,
            dot(from, cross(step[0], step[1])) / volume};
  }
  // How many voxels the farthest corner of the other lies outside.
  double farthest_corner(const Affine& other) const {
    double farthest = 0;
    for (unsigned corner = 0; corner < 8; ++corner) {
      Vector at{};
      for (unsigned axis = 0; axis < 3; ++axis)
        at[axis] = (corner >> axis & 1U) != 0 ? other.size[axis] - 1 : 0;
      const Vector found = index(other.position(at));
      for (unsigned axis = 0; axis < 3; ++axis)
        farthest = std::max({farthest, -found[axis], found[axis] - (size[axis] - 1)});
    }
    return farthest;
  }
};

Affine affine_of(const ReadImage& image) {
  Affine affine{.origin = image.origin};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    affine.step[axis] = along({}, image.spacing[axis], image.direction[axis]);
    affine.size[axis] = static_cast<double>(image.size[axis]);
  }
  return affine;
}

Affine affine_of(const ExpectedImage& image) {
  Affine affine{.origin = image.origin, .step = image.steps};
  std::ranges::copy(image.size, affine.size.begin());
  return affine;
}

template <class... Parts>
std::string say(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

std::optional<std::string> size_fault(const ReadImage& image, const ExpectedImage& expected) {
  bool fits = image.volumes == expected.offsets.size() &&
              image.components == (expected.kind == Kind::colour ? 3 : 1);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const bool may_grow = expected.is_sheared && axis < 2;
    const bool may_vary = expected.any_slices && axis == 2;
    fits = fits && (image.size[axis] == expected.size[axis] || may_vary ||
                    (may_grow && image.size[axis] > expected.size[axis]));
  }
  if (fits) return std::nullopt;
  return say(image.size[0], " × ", image.size[1], " × ", image.size[2], " × ", image.volumes, ", ",
             image.components, " components; expected ", expected.size[0], " × ", expected.size[1],
             " × ", expected.size[2], " × ", expected.offsets.size());
}

std::optional<std::string> grid_fault(const Affine& found, const ExpectedImage& expected) {
  const Affine truth = affine_of(expected);
  const double margin = expected.any_slices ? 1 : expected.is_sheared ? 0.51 : 0.1;
  if (const double outside = found.farthest_corner(truth); !(outside <= margin))
    return say("a corner of the slices lies ", outside, " voxels outside of the image");
  if (expected.is_sheared) return std::nullopt;
  if (const double beyond = truth.farthest_corner(found); !(beyond <= margin))
    return say("the image goes ", beyond, " voxels beyond the slices");
  return std::nullopt;
}

// Whether voxels there are to be judged. Upright voxels at the border of sheared slices may be
// background.
bool is_inside(const Vector& index, const ExpectedImage& expected) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double edge = expected.any_slices    ? 0.001
                        : !expected.is_sheared ? 0.11
                        : axis < 2             ? -0.01
                                               : 0.02;
    if (index[axis] < -edge || index[axis] > expected.size[axis] - 1 + edge) return false;
  }
  return true;
}

bool is_labelled(const Vector& index, const ExpectedImage& expected) {
  const auto slice = static_cast<unsigned>(std::lround(std::max(index[2], 0.0)));
  return expected.labelled.empty() || std::ranges::count(expected.labelled, slice) > 0;
}

// How far a voxel's components are from what the ramp says; 0 where a mask may be either.
double error_of(const double* found, double value, Kind kind) {
  if (kind == Kind::mask)
    return std::abs(value) > 0.5 && (*found > 0.5) != (value > 0) ? HUGE_VAL : 0;
  if (kind == Kind::grey) return std::abs(*found - value);
  double worst = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    const auto& [slope, intercept] = cases::colour_channels[c];
    worst = std::max(worst, std::abs(found[c] - (slope * value + intercept)));
  }
  return worst;
}

std::optional<std::string> value_fault(const ReadImage& image, std::size_t volume,
                                       const ExpectedImage& expected, double offset) {
  const Affine affine = affine_of(image);
  const Affine truth = affine_of(expected);
  const auto [columns, rows, slices] = image.size;
  std::size_t judged = 0;
  for (std::size_t k = 0; k < slices; ++k)
    for (std::size_t j = 0; j < rows; ++j)
      for (std::size_t i = 0; i < columns; ++i) {
        const Vector point = affine.position(
            {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
        const Vector place = truth.index(point);
        if (!is_inside(place, expected)) continue;
        ++judged;
        const std::size_t voxel = ((volume * slices + k) * rows + j) * columns + i;
        const double* found = image.voxels.data() + voxel * image.components;
        const double value = is_labelled(place, expected)  ? expected.scaling.value(point, offset)
                             : expected.kind == Kind::mask ? -1
                                                           : 0;
        const double error = error_of(found, value, expected.kind);
        if (!(error <= expected.tolerance))
          return say("voxel (", i, ", ", j, ", ", k, ") of volume ", volume, " is ", *found,
                     ", expected ", value, " ± ", expected.tolerance);
      }
  if (judged == 0) return "no voxel lies inside of the slices";
  return std::nullopt;
}

// `order` becomes which expected volume each volume is.
std::optional<std::string> volumes_fault(const ReadImage& image, const ExpectedImage& expected,
                                         std::vector<std::size_t>& order) {
  std::vector<std::size_t> left(expected.offsets.size());
  std::iota(left.begin(), left.end(), 0);
  for (std::size_t volume = 0; volume < image.volumes; ++volume) {
    const std::size_t candidates = expected.any_order ? left.size() : 1;
    std::optional<std::string> fault;
    for (std::size_t c = 0; c < candidates; ++c) {
      fault = value_fault(image, volume, expected, expected.offsets[left[c]]);
      if (fault) continue;
      order.push_back(left[c]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(c));
      break;
    }
    if (fault) return fault;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> fault_of(const ReadImage& image, const ExpectedImage& expected) {
  if (auto fault = size_fault(image, expected)) return fault;
  if (auto fault = grid_fault(affine_of(image), expected)) return fault;
  std::vector<std::size_t> order;
  return volumes_fault(image, expected, order);
}

std::vector<std::size_t> volumes_of(const ReadImage& image, const ExpectedImage& expected) {
  std::vector<std::size_t> order;
  volumes_fault(image, expected, order);
  return order;
}

std::vector<std::string> faults_of(const std::vector<ReadImage>& images,
                                   const std::vector<ExpectedImage>& expected) {
  std::vector<std::string> faults;
  std::vector<const ReadImage*> left;
  for (const ReadImage& image : images) left.push_back(&image);
  for (const ExpectedImage& wanted : expected) {
    std::string why = "no image is left";
    const auto fits = std::ranges::find_if(left, [&](const ReadImage* image) {
      const auto fault = fault_of(*image, wanted);
      if (fault) why = *fault;
      return !fault;
    });
    if (fits == left.end())
      faults.push_back("image " + std::to_string(&wanted - expected.data()) + ": " + why);
    else
      left.erase(fits);
  }
  if (images.size() != expected.size())
    faults.push_back(say(images.size(), " images, expected ", expected.size()));
  return faults;
}

}  // namespace dcmflow
