#include "stages/sorting/make_stack.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/diffusion.h"
#include "stages/sorting/concatenations.h"

namespace dcmflow {
namespace {

// A lone slice has no gap to measure: Spacing Between Slices, then Slice Thickness (PS3.3
// C.7.6.2.1.1).
double single_slice_spacing(const Frame& frame, std::vector<std::string>& flags) {
  const auto between = parse_decimal(frame.find(attribute_index(0x00180088)).value_or(""));
  if (between && *between > 0) {
    flags.emplace_back("spacing_from_spacing_between_slices");
    return *between;
  }
  if (const double thickness = frame.slice_thickness().value_or(0); thickness > 0) {
    flags.emplace_back("spacing_from_slice_thickness");
    return thickness;
  }
  flags.emplace_back("spacing_unknown");
  return 1;
}

std::optional<Refusal> place(Stack& stack, const OrderedCluster& ordered,
                             const Tolerances& tolerances, const ImageOptions& options) {
  const auto& frames = ordered.cluster.frames;
  const bool single = ordered.positions.size() == 1;
  return place_slices(
      stack,
      {.frames = frames,
       .positions = ordered.positions,
       .volumes = ordered.volumes,
       .orientation = ordered.cluster.orientation,
       .single_spacing = single ? single_slice_spacing(frames.front(), stack.flags) : 0},
      tolerances, options);
}

// A grid for frames that lie nowhere: index axes for axes, and spacings where they are known.
void leave_unplaced(Stack& stack, const Cluster& cluster) {
  const auto& first = cluster.frames.front();
  const auto& layout = first.instance->shared->layout;
  const double between_slices = single_slice_spacing(first, stack.flags);
  auto [between_rows, between_columns] = cluster.pixel_spacing;
  if (between_rows <= 0) {
    between_rows = between_columns = 1;
    if (std::ranges::count(stack.flags, "spacing_unknown") == 0)
      stack.flags.emplace_back("spacing_unknown");
  }
  stack.grid.size = {layout.columns, layout.rows,
                     static_cast<std::uint32_t>(cluster.frames.size())};
  stack.grid.spacing = {between_columns, between_rows, between_slices};
  stack.grid.direction = {Vector3{1, 0, 0}, Vector3{0, 1, 0}, Vector3{0, 0, 1}};
  stack.grid.is_placed = false;
  stack.warn();
  stack.flags.emplace_back("no_geometry");
}

// Two instances have one SOP Instance UID.
bool repeats_uid(const std::vector<Frame>& frames) {
  std::unordered_map<std::string_view, const Instance*> instance_of;
  return std::ranges::any_of(frames, [&](const Frame& frame) {
    const auto uid = frame.instance->sop_instance_uid();
    const auto* instance = frame.instance.get();
    return !uid.empty() && instance_of.try_emplace(uid, instance).first->second != instance;
  });
}

// A volume is weighted, and nothing says in which direction. Scanners that write b = 0 as a small
// number mean it.
bool lacks_direction(const Stack& stack) {
  constexpr double least_weighting = 5;
  const auto slices = stack.frames.size() / stack.volumes;
  for (std::size_t first = 0; first < stack.frames.size(); first += slices) {
    const auto& frame = stack.frames[first];
    const auto diffusion = find_diffusion(frame);
    if (diffusion && diffusion->b_value > least_weighting && !diffusion->direction &&
        !is_isotropic(frame))
      return true;
  }
  return false;
}

}  // namespace

std::variant<Stack, Refusal> make_stack(const SeriesPtr& series, OrderedCluster& ordered,
                                        const Tolerances& tolerances, const ImageOptions& options) {
  Stack stack;
  stack.series = series;
  if (series->patients > 1) ordered.flags.emplace_back("several_patients");
  if (lacks_part(*series, ordered.cluster.frames))
    ordered.flags.emplace_back("concatenation_incomplete");
  if (repeats_uid(ordered.cluster.frames)) ordered.flags.emplace_back("sop_instance_uid_repeats");
  stack.flags = ordered.flags;
  const auto& first = ordered.cluster.frames.front();
  if (!ordered.cluster.is_placed)
    leave_unplaced(stack, ordered.cluster);
  else if (auto refusal = place(stack, ordered, tolerances, options))
    return *refusal;
  if (first.instance->shared->pixel_spacing_is_imager && first.pixel_spacing())
    stack.flags.emplace_back("spacing_from_imager");
  if (first.instance->shared->study_uid_is_made) stack.flags.emplace_back("study_uid_made");
  if (!ordered.flags.empty()) stack.warn();
  if (!ordered.missing.empty()) stack.verdict = Verdict::partial;
  std::ranges::copy(ordered.cluster.notes, std::back_inserter(stack.flags));
  stack.volumes = ordered.volumes;
  stack.volume_keys = std::move(ordered.volume_keys);
  if (stack.volumes > 1) stack.dimension = ordered.dimension;
  stack.missing = std::move(ordered.missing);
  stack.frames = std::move(ordered.cluster.frames);
  if (ordered.cluster.properties[component_property] == "magnitude" && lacks_direction(stack))
    stack.flags.emplace_back("direction_missing");
  return stack;
}

}  // namespace dcmflow
