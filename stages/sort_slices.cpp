#include "stages/sort_slices.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/diffusion.h"
#include "stages/geometry/label_step.h"
#include "stages/geometry/place_slices.h"
#include "stages/geometry/regular_runs.h"
#include "stages/pixels/choose_values.h"
#include "stages/sorting/held_positions.h"
#include "stages/sorting/join_clusters.h"
#include "stages/sorting/main_image.h"
#include "stages/sorting/order_frames.h"
#include "stages/sorting/split_series.h"
#include "stages/sorting/tell_refused.h"
#include "stages/sorting/usable_instances.h"

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
  stack.verdict = Verdict::warn;
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

// Takes the frames, unless it refuses them.
std::variant<Stack, Refusal> make_stack(const SeriesPtr& series, OrderedCluster& ordered,
                                        const Tolerances& tolerances, const ImageOptions& options) {
  Stack stack;
  stack.series = series;
  if (series->patients > 1) ordered.flags.emplace_back("several_patients");
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
  if (!ordered.flags.empty() && stack.verdict == Verdict::pass) stack.verdict = Verdict::warn;
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

// What a volume that is an image of its own adds to the name of its cluster's: "time2".
std::string volume_word(const OrderedCluster& origin) {
  const bool is_one_of_many = origin.volumes == 1 && !origin.dimension.empty();
  return is_one_of_many ? origin.dimension + std::to_string(origin.volume + 1) : "";
}

// Every image but the main one is named by why it was split off; a word that is taken gets a
// number.
std::vector<Stack> name_stacks(std::vector<SortedStack> sorted, const Tolerances& tolerances) {
  std::vector<std::pair<MainOrder, SortedStack*>> order;
  for (auto& s : sorted) order.emplace_back(main_order(s.stack, s.origin), &s);
  std::ranges::sort(order, {}, [](const auto& o) -> const MainOrder& { return o.first; });
  std::vector<Stack> stacks;
  stacks.reserve(order.size());
  std::map<std::string, unsigned> uses;
  for (const auto& [key, named] : order) {
    auto& [stack, origin] = *named;
    const auto& main = order.front().second->origin.cluster;
    stack.is_main = stacks.empty();
    stack.image_stem = stack.series->series_instance_uid;
    if (!stack.is_main) {
      const auto volume = volume_word(origin);
      auto& word = stack.split_reason;
      if (volume.empty() || !is_one_cluster(origin.cluster, main))
        word = split_word(origin.cluster, main, tolerances);
      if (!volume.empty()) word += (word.empty() ? "" : "_") + volume;
      const auto nth = ++uses[word];
      stack.image_stem += '_' + word + (nth == 1 ? "" : std::to_string(nth));
    }
    stacks.push_back(std::move(stack));
  }
  return stacks;
}

// An instance of several frames is refused once, for its first frame that was.
void keep_one_of_each(std::vector<RefusedInstance>& refused) {
  std::unordered_set<const Instance*> seen;
  std::erase_if(refused, [&](const RefusedInstance& r) {
    return r.instance->pixel_data.number_of_frames != 1 && !seen.insert(r.instance.get()).second;
  });
}

std::vector<SlabRange> runs_of(const OrderedCluster& ordered, const Tolerances& tolerances,
                               const ImageOptions& options) {
  if (!ordered.cluster.is_placed || ordered.positions.size() < 2) return {};
  // What a segmentation leaves out is empty, and no gap.
  const auto& first = ordered.cluster.frames.front();
  if (is_label(*first.instance->shared) && find_label_step(first, ordered.positions, tolerances))
    return {};
  return image_runs(ordered.positions, tolerances, options);
}

// The runs of slices that become images of their own, each with its frames of every volume.
std::vector<OrderedCluster> split_runs(OrderedCluster ordered, const Tolerances& tolerances,
                                       const ImageOptions& options) {
  std::vector<OrderedCluster> parts;
  const auto runs = runs_of(ordered, tolerances, options);
  if (runs.size() <= 1) {
    parts.push_back(std::move(ordered));
    return parts;
  }
  const auto frames = std::exchange(ordered.cluster.frames, {});
  const auto positions = std::exchange(ordered.positions, {});
  for (const auto& [first, slices] : runs) {
    auto part = ordered;
    part.positions.assign(positions.begin() + first, positions.begin() + first + slices);
    for (std::uint32_t v = 0; v < ordered.volumes; ++v) {
      const auto volume = frames.begin() + static_cast<std::ptrdiff_t>(v * positions.size());
      part.cluster.frames.insert(part.cluster.frames.end(), volume + first,
                                 volume + first + slices);
    }
    part.flags.emplace_back("split_at_gap");
    parts.push_back(std::move(part));
  }
  return parts;
}

// The runs of all clusters. A gap that frames of another cluster fill is none to interpolate: both
// say so.
std::vector<OrderedCluster> order_and_split(std::vector<Cluster> clusters,
                                            const Tolerances& tolerances,
                                            const SamePixels& same_pixels,
                                            const ImageOptions& options,
                                            std::vector<RefusedInstance>& refused) {
  auto split_at_gaps = options;
  if (options.on_missing == OnMissing::fill && !options.strict)
    split_at_gaps.on_missing = OnMissing::split;
  if (options.on_irregular == OnIrregular::resample && !options.strict)
    split_at_gaps.on_irregular = OnIrregular::split;
  struct Ordered {
    OrderedCluster image;
    std::size_t cluster;
    bool has_held_gaps = false;
  };
  const HeldPositions held(clusters);
  std::vector<Ordered> all;
  for (std::size_t i = 0; i < clusters.size(); ++i)
    for (auto& image :
         order_frames(std::move(clusters[i]), tolerances, same_pixels, options, refused))
      all.push_back({std::move(image), i});
  std::set<std::size_t> holders;
  for (auto& ordered : all) {
    const auto in_gaps = held.in_gaps_of(ordered.image, tolerances);
    ordered.has_held_gaps = !in_gaps.empty();
    holders.insert(in_gaps.begin(), in_gaps.end());
  }
  std::vector<OrderedCluster> parts;
  for (auto& [image, cluster, has_held_gaps] : all) {
    if (has_held_gaps || holders.contains(cluster))
      image.flags.emplace_back("position_held_by_another");
    std::ranges::move(
        split_runs(std::move(image), tolerances, has_held_gaps ? split_at_gaps : options),
        std::back_inserter(parts));
  }
  return parts;
}

}  // namespace

SortedSeries sort_slices(const SeriesPtr& series, const Tolerances& tolerances,
                         const SamePixels& same_pixels, const ImageOptions& options) {
  SortedSeries sorted;
  std::vector<SortedStack> stacks;
  auto usable = usable_frames(*series, tolerances, same_pixels, options, sorted.refused);
  auto clusters = join_clusters(split_series(std::move(usable), tolerances), tolerances);
  for (auto& ordered :
       order_and_split(std::move(clusters), tolerances, same_pixels, options, sorted.refused)) {
    auto made = make_stack(series, ordered, tolerances, options);
    if (auto* stack = std::get_if<Stack>(&made)) {
      if (const auto chosen = choose_values(*stack, options); !chosen) {
        const auto& problem = chosen.problem();
        refuse_frames(stack->frames, problem.reason, problem.detail, sorted.refused);
        continue;
      }
      stacks.push_back({std::move(*stack), std::move(ordered)});
      continue;
    }
    const auto& refusal = std::get<Refusal>(made);
    refuse_frames(ordered.cluster.frames, refusal.reason, refusal.detail, sorted.refused);
  }
  keep_one_of_each(sorted.refused);
  tell_refused(sorted.refused, stacks);
  sorted.stacks = name_stacks(std::move(stacks), tolerances);
  return sorted;
}

}  // namespace dcmflow
