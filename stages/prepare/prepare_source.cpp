#include "stages/prepare/prepare_source.h"

#include <algorithm>

#include "stages/formats/read_image_header.h"
#include "stages/geometry/background.h"

namespace dcmflow {
namespace {

Problem refused(std::string detail) { return {Reason::not_prepared, {}, std::move(detail)}; }

const SharedHeader& header_of(const Stack& stack) { return *stack.frames.front().instance->shared; }

Status check(const ImageFile& file) {
  const Stack& stack = *file.stack;
  if (file.type == VoxelType::rgb24)
    return refused("it is in colour, and nothing lies between two colours");
  if (stack.kept_stored)
    return refused(
        "its voxels are as they are stored, and not its values: leave out --keep-stored");
  if (!stack.grid.is_placed)
    return refused("nothing is known of where it lies, as --allow-no-geometry allows");
  if (stack.grid.is_sheared)
    return refused("its grid is sheared, as --on-tilt affine allows: rectify makes it upright");
  if (stack.verdict == Verdict::fail)
    return refused("its verdict is fail: its grid is not where its slices lie, as keep allows");
  return Done{};
}

}  // namespace

Result<PreparedSource> prepare_source(const ChosenImage& image, const std::string& selection,
                                      const PrepareOptions& options) {
  if (auto can = check(image.file); !can) return can.problem();
  const Stack& stack = *image.file.stack;
  const bool is_of_labels = is_label(header_of(stack));
  PreparedSource source{.image = image,
                        .selection = selection,
                        .interpolation = Interpolation::nearest,
                        .interpolates = options.resamples(),
                        .background = 0};
  if (source.interpolates)
    source.interpolation = is_of_labels ? options.label_interpolation : options.interpolation;
  // ITK mirrors at the outermost voxels, of two beyond them again.
  if (source.interpolation == Interpolation::bspline &&
      std::ranges::count(stack.grid.size, 2U) != 0)
    return refused(
        "it has 2 voxels along an axis, B-splines take 1, or 3 and more: --interpolation linear");
  if (!is_of_labels) source.background = background_outside(stack, image.file.values);
  return source;
}

std::string frame_of_reference(const Stack& stack) {
  const auto& uid = header_of(stack).frame_of_reference_uid;
  const bool is_one = std::ranges::all_of(stack.frames, [&](const Frame& frame) {
    return frame.instance->shared->frame_of_reference_uid == uid;
  });
  return is_one ? uid : std::string();
}

}  // namespace dcmflow
