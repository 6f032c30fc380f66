#include "test-data/ramp/truth.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace dcmflow::cases {
namespace {

// A frame with what its file says of it.
struct Slice {
  const File* file;
  const Frame* frame;
  double distance;  // along the normal
  bool is_there;
};

constexpr double same_position = 1e-6;
constexpr double gradient = 6.2;       // of 2x + 3y + 5z: sqrt(38) a mm
constexpr double float_affine = 0.01;  // of the ramp: NIfTI holds its affine as 32-bit floats

std::vector<Slice> slices_of(const Scene& scene, int image) {
  std::vector<Slice> slices;
  for (const File& file : scene.files)
    for (const Frame& frame : file.frames)
      if (frame.image == image)
        slices.push_back({&file, &frame, dot(frame.position, cross(file.row, file.column)),
                          file.is_written && file.refused.empty()});
  std::ranges::stable_sort(slices, {}, &Slice::distance);
  return slices;
}

// One of each position.
std::vector<Slice> positions(const std::vector<Slice>& slices) {
  std::vector<Slice> result;
  for (const Slice& slice : slices)
    if (result.empty() || slice.distance - result.back().distance > same_position)
      result.push_back(slice);
    else
      result.back().is_there = result.back().is_there || slice.is_there;
  return result;
}

double median_gap(const std::vector<Slice>& slices) {
  std::vector<double> gaps;
  for (std::size_t k = 1; k < slices.size(); ++k)
    gaps.push_back(slices[k].distance - slices[k - 1].distance);
  std::ranges::sort(gaps);
  return gaps[gaps.size() / 2];
}

Kind kind_of(const File& file) {
  if (file.storage.cell == Cell::bit) return Kind::mask;
  return file.storage.colour == Colour::none ? Kind::grey : Kind::colour;
}

// The grid over these positions, which are in order; offsets and tolerance are left.
ExpectedImage grid_over(const std::vector<Slice>& slices, bool gaps_are_empty) {
  const File& file = *slices.front().file;
  const Vector& first = slices.front().frame->position;
  const Vector normal = cross(file.row, file.column);
  ExpectedImage image{.origin = first, .kind = kind_of(file)};
  unsigned count = 1;
  Vector step = along({}, file.gap, normal);
  if (slices.size() > 1) {
    const double length = slices.back().distance - slices.front().distance;
    const double gap = gaps_are_empty ? file.gap : median_gap(slices);
    count = static_cast<unsigned>(std::lround(length / gap)) + 1;
    step = along({}, 1.0 / (count - 1), along(slices.back().frame->position, -1, first));
  }
  image.size = {file.columns, file.rows, count};
  image.steps = {along({}, file.column_spacing, file.row), along({}, file.row_spacing, file.column),
                 step};
  const Vector drift = along(step, -dot(step, normal), normal);
  image.is_sheared = dot(drift, drift) > 1e-6;
  for (const Slice& slice : slices)
    if (gaps_are_empty)
      image.labelled.push_back(static_cast<unsigned>(
          std::lround((slice.distance - slices.front().distance) / file.gap)));
  return image;
}

ExpectedImage image_of(const Scaling& scaling, const Facts& facts, const std::vector<Slice>& all) {
  ExpectedImage image = grid_over(positions(all), facts.gaps_are_empty);
  image.scaling = scaling;
  image.any_slices = facts.any_slices;
  image.any_order = facts.any_order;
  image.directions = facts.directions;
  image.verdict = facts.verdict;
  double step = 0;  // between stored values
  std::map<unsigned, double> offsets;
  for (const Slice& slice : all) {
    offsets[slice.frame->volume] = slice.frame->offset;
    if (slice.file->storage.cell == Cell::integer)
      step = std::max(step, std::abs(slice.frame->slope));
  }
  for (const auto& [volume, offset] : offsets) image.offsets.push_back(offset);
  image.tolerance = step / 2 + facts.tolerance_values + 1e-3 * step +
                    scaling.scale * (float_affine + gradient * facts.tolerance_mm);
  if (facts.is_interpolated || image.is_sheared) image.tolerance += 0.51;
  if (image.kind == Kind::colour) image.tolerance += 1;
  return image;
}

// Runs of slices that are there with equal gaps: what a program writes that splits instead of
// repairing.
std::vector<ExpectedImage> pieces_of(const Scaling& scaling, const Facts& facts,
                                     const std::vector<Slice>& all) {
  std::vector<std::vector<Slice>> runs;
  for (const Slice& slice : all) {
    if (!slice.is_there) {
      if (!runs.empty() && !runs.back().empty()) runs.emplace_back();
      continue;
    }
    if (runs.empty()) runs.emplace_back();
    auto& run = runs.back();
    const auto places = positions(run);
    const auto count = places.size();
    if (count >= 2) {
      const double gap = places[1].distance - places[0].distance;
      const double next = slice.distance - places.back().distance;
      if (next > same_position && std::abs(next - gap) > gap / 100) {
        runs.push_back({slice});
        continue;
      }
    }
    run.push_back(slice);
  }
  std::vector<ExpectedImage> pieces;
  for (const auto& run : runs)
    if (!run.empty()) pieces.push_back(image_of(scaling, facts, run));
  return pieces;
}

}  // namespace

Truth truth_of(const Scene& scene, const Scaling& scaling) {
  Truth truth{.flags = scene.flags, .options = scene.options};
  std::set<int> images;
  for (const File& file : scene.files) {
    for (const Frame& frame : file.frames)
      if (frame.image != no_image) images.insert(frame.image);
    const auto& reason = scene.refused.empty() ? file.refused : scene.refused;
    if (file.is_written && !reason.empty()) truth.refused.push_back({file.name, reason});
  }
  std::vector<ExpectedImage> pieces;
  bool is_in_pieces = false;
  for (const int number : images) {
    const auto slices = slices_of(scene, number);
    const auto facts = scene.facts.contains(number) ? scene.facts.at(number) : Facts{};
    truth.images.push_back(image_of(scaling, facts, slices));
    auto parts = pieces_of(scaling, facts, slices);
    is_in_pieces = is_in_pieces || parts.size() != 1;
    pieces.insert(pieces.end(), parts.begin(), parts.end());
  }
  if (is_in_pieces && !pieces.empty()) truth.also_right.push_back(std::move(pieces));
  if (scene.in_pieces) std::swap(truth.images, truth.also_right.at(0));
  if (!scene.refused.empty()) {
    truth.also_right.push_back(std::move(truth.images));
    truth.images.clear();
  }
  return truth;
}

}  // namespace dcmflow::cases
