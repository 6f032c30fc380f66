#include "stages/labels/read_labels.h"

#include <algorithm>
#include <utility>

#include "stages/labels/contour_labels.h"
#include "stages/labels/frame_labels.h"
#include "stages/labels/grid_of_frames.h"

namespace dcmflow {
namespace {

const std::string& frame_of_reference(const KnownImage& image) {
  return image.stack->frames.front().instance->shared->frame_of_reference_uid;
}

void lie_on(const KnownImage& image, LabelSet& labels) {
  labels.lies_on = LabelGrid::image;
  labels.image = image.file;
  labels.grid = image.stack->grid;
}

// The grid of the slices that are referenced and in no image.
Status lie_on_source(const LabelReferences& references, const FoundImages& found,
                     const LabelScene& scene, LabelSet& labels) {
  auto frames = referenced_frames(references, scene.series);
  if (frames.empty())
    return Problem{Reason::labels_without_image,
                   {},
                   found.other_frame_of_reference.empty()
                       ? "nothing that it references is in the input: " +
                             std::to_string(references.instances.size()) + " instances, " +
                             std::to_string(references.series.size()) + " series, " +
                             std::to_string(references.frames_of_reference.size()) +
                             " Frames of Reference"
                       : "the image that it references has the Frame of Reference " +
                             found.other_frame_of_reference + ", and the labels another"};
  auto grid = grid_of_frames(std::move(frames), false, scene.tolerances);
  if (!grid)
    return Problem{Reason::labels_without_image,
                   {},
                   "the slices that it references are in no image, and make no grid (" +
                       std::string(reason_code(grid.problem().reason)) + ": " +
                       grid.problem().detail + ")"};
  labels.lies_on = LabelGrid::source;
  labels.grid = *grid;
  return Done{};
}

// Finds the grid, and on it the places of the frames.
Result<std::vector<VoxelsOfFrame>> place_segmentation(const LabelReferences& references,
                                                      const std::vector<Frame>& frames,
                                                      const LabelScene& scene, LabelSet& labels) {
  const auto found = scene.images.find(references);
  Problem first;
  for (const auto* image : found.images) {
    auto places = place_frames(frames, image->stack->grid, scene.tolerances);
    if (places) {
      lie_on(*image, labels);
      return places;
    }
    if (first.detail.empty()) first = places.problem();
  }
  if (found.images.empty()) {
    if (auto source = lie_on_source(references, found, scene, labels); !source)
      return source.problem();
    auto places = place_frames(frames, labels.grid, scene.tolerances);
    if (places) return places;
    first = places.problem();
  }
  auto own = grid_of_frames(frames, true, scene.tolerances);
  if (!own)
    return Problem{
        first.reason, {}, first.detail + "; as a grid of their own " + own.problem().detail};
  auto places = place_frames(frames, *own, scene.tolerances);
  if (!places) return places.problem();
  labels.lies_on = LabelGrid::own;
  labels.image.clear();
  labels.grid = *own;
  labels.problems.push_back(
      {Reason::labels_own_grid, {}, "kept on the grid of its own frames: " + first.detail});
  return places;
}

Status read_frames(const LabelScene& scene, LabelSet& labels) {
  auto segmentation = read_segmentation(*labels.instance);
  if (!segmentation) return segmentation.problem();
  auto frames = segmentation_frames(labels.instance, scene.tolerances);
  if (!frames) return frames.problem();
  auto places = place_segmentation(segmentation->references, *frames, scene, labels);
  if (!places) return places.problem();
  return label_frames(std::move(*segmentation), std::move(*frames), std::move(*places), labels);
}

Status read_contours(const LabelScene& scene, std::uint64_t most_bytes, LabelSet& labels) {
  auto structures = read_structure_set(*labels.instance, most_bytes);
  if (!structures) return structures.problem();
  const auto found = scene.images.find(structures->references);
  std::string frame;
  if (!found.images.empty()) {
    lie_on(*found.images.front(), labels);
    frame = frame_of_reference(*found.images.front());
  } else if (auto source = lie_on_source(structures->references, found, scene, labels); !source) {
    return source;
  }
  if (structures->is_renumbered)
    labels.problems.push_back({Reason::labels_renumbered,
                               {},
                               "ROI Numbers that are no voxel values: they are counted from 1"});
  return label_contours(std::move(*structures), frame, scene.tolerances, labels);
}

}  // namespace

std::string_view label_grid_name(LabelGrid grid) {
  constexpr std::array<std::string_view, 3> names{"image", "source", "own"};
  return names[static_cast<std::size_t>(grid)];
}

Result<LabelSet> read_labels(const SeriesPtr& series, const InstancePtr& instance,
                             const LabelScene& scene, std::uint64_t most_bytes) {
  LabelSet labels;
  labels.series = series;
  labels.instance = instance;
  const auto read = is_label(*instance->shared) ? read_frames(scene, labels)
                                                : read_contours(scene, most_bytes, labels);
  if (read) return labels;
  auto problem = read.problem();
  problem.subject = instance->file->name;
  return problem;
}

}  // namespace dcmflow
