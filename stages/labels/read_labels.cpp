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

Problem nothing_is_there(const LabelReferences& references, const FoundImages& found) {
  return {Reason::labels_without_image,
          {},
          found.other_frame_of_reference.empty()
              ? "nothing that it references is in the input: " +
                    std::to_string(references.instances.size()) + " instances, " +
                    std::to_string(references.series.size()) + " series, " +
                    std::to_string(references.frames_of_reference.size()) + " Frames of Reference"
              : "the image that it references has the Frame of Reference " +
                    found.other_frame_of_reference + ", and the labels another"};
}

// Puts the labels on the grid of the slices that are referenced and in no image; gives their Frame
// of Reference. REQUIRES: there are some.
Result<std::string> lie_on_source(std::vector<Frame> frames, const LabelScene& scene,
                                  LabelSet& labels) {
  const auto uid = [](const Frame& frame) {
    return frame.instance->shared->frame_of_reference_uid;
  };
  const auto refused = [](const std::string& why) {
    return Problem{Reason::labels_without_image,
                   {},
                   "the slices that it references are in no image, and make no grid (" + why + ")"};
  };
  auto frame_of_reference = uid(frames.front());
  if (std::ranges::any_of(frames, [&](const Frame& one) { return uid(one) != frame_of_reference; }))
    return refused("several Frames of Reference");
  auto grid = grid_of_frames(std::move(frames), false, scene.tolerances);
  if (!grid)
    return refused(std::string(reason_code(grid.problem().reason)) + ": " + grid.problem().detail);
  labels.lies_on = LabelGrid::source;
  labels.grid = *grid;
  return frame_of_reference;
}

// Finds the grid, and on it the places of the frames: of an image that is referenced, of slices
// that are and are in no image, of another image in the Frame of Reference, of the frames.
class PlaceSegmentation {
 public:
  PlaceSegmentation(const std::vector<Frame>& frames, const LabelScene& scene, LabelSet& labels)
      : frames_(frames), scene_(scene), labels_(labels) {}

  Result<std::vector<VoxelsOfFrame>> place(const LabelReferences& references) {
    const auto found = scene_.images.find(references);
    const std::span images(found.images);
    auto source =
        found.named == 0 ? referenced_frames(references, scene_.series) : std::vector<Frame>();
    if (images.empty() && source.empty()) first_ = nothing_is_there(references, found);
    if (place_on(images.first(found.named))) return std::move(places_);
    if (!source.empty() && place_on_source(std::move(source))) return std::move(places_);
    if (place_on(images.subspan(found.named))) return std::move(places_);
    return first_.reason == Reason::labels_without_image && images.empty() && !has_source_
               ? Result<std::vector<VoxelsOfFrame>>(first_)
               : place_on_own();
  }

 private:
  bool take(Result<std::vector<VoxelsOfFrame>> places) {
    if (places)
      places_ = std::move(*places);
    else if (first_.detail.empty())
      first_ = places.problem();
    return places.ok();
  }
  bool place_on(std::span<const KnownImage* const> images) {
    for (const auto* image : images)
      if (take(place_frames(frames_, image->stack->grid, scene_.tolerances))) {
        lie_on(*image, labels_);
        return true;
      }
    return false;
  }
  bool place_on_source(std::vector<Frame> source) {
    const auto lies = lie_on_source(std::move(source), scene_, labels_);
    has_source_ = lies.ok();
    if (!lies) return take(lies.problem());
    return take(place_frames(frames_, labels_.grid, scene_.tolerances));
  }
  Result<std::vector<VoxelsOfFrame>> place_on_own() {
    auto own = grid_of_frames(frames_, true, scene_.tolerances);
    if (!own)
      return Problem{
          first_.reason, {}, first_.detail + "; as a grid of their own " + own.problem().detail};
    auto places = place_frames(frames_, *own, scene_.tolerances);
    if (!places) return places;
    labels_.lies_on = LabelGrid::own;
    labels_.image.clear();
    labels_.grid = *own;
    labels_.problems.push_back(
        {Reason::labels_own_grid, {}, "kept on the grid of its own frames: " + first_.detail});
    return places;
  }

  const std::vector<Frame>& frames_;
  const LabelScene& scene_;
  LabelSet& labels_;
  Problem first_;  // why not on the first grid that was tried
  bool has_source_ = false;
  std::vector<VoxelsOfFrame> places_;
};

Status read_frames(const LabelScene& scene, LabelSet& labels) {
  auto segmentation = read_segmentation(*labels.instance);
  if (!segmentation) return segmentation.problem();
  auto frames = segmentation_frames(labels.instance, scene.tolerances);
  if (!frames) return frames.problem();
  auto places = PlaceSegmentation(*frames, scene, labels).place(segmentation->references);
  if (!places) return places.problem();
  return label_frames(std::move(*segmentation), std::move(*frames), std::move(*places), labels);
}

Status read_contours(const LabelScene& scene, std::uint64_t most_bytes, LabelSet& labels) {
  auto structures = read_structure_set(*labels.instance, most_bytes);
  if (!structures) return structures.problem();
  const auto found = scene.images.find(structures->references);
  auto source = found.named == 0 ? referenced_frames(structures->references, scene.series)
                                 : std::vector<Frame>();
  std::string frame;
  if (!source.empty()) {
    auto lies = lie_on_source(std::move(source), scene, labels);
    if (!lies) return lies.problem();
    frame = std::move(*lies);
  } else if (!found.images.empty()) {
    lie_on(*found.images.front(), labels);
    frame = frame_of_reference(*found.images.front());
  } else {
    return nothing_is_there(structures->references, found);
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
