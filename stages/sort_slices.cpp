#include "stages/sort_slices.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>
#include <tuple>
#include <unordered_set>
#include <variant>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/geometry/place_slices.h"
#include "stages/geometry/spacing.h"
#include "stages/pixels/choose_values.h"
#include "stages/sorting/order_frames.h"
#include "stages/sorting/split_series.h"
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

// Takes the frames, unless it refuses them.
std::variant<Stack, Refusal> make_stack(const SeriesPtr& series, OrderedCluster& ordered,
                                        const Tolerances& tolerances, const ImageOptions& options) {
  Stack stack;
  stack.series = series;
  stack.flags = ordered.flags;
  const auto& first = ordered.cluster.frames.front();
  if (!ordered.cluster.is_placed)
    leave_unplaced(stack, ordered.cluster);
  else if (auto refusal = place(stack, ordered, tolerances, options))
    return *refusal;
  if (first.instance->shared->pixel_spacing_is_imager && first.pixel_spacing())
    stack.flags.emplace_back("spacing_from_imager");
  if (!ordered.flags.empty() && stack.verdict == Verdict::pass) stack.verdict = Verdict::warn;
  if (!ordered.missing.empty()) stack.verdict = Verdict::partial;
  stack.volumes = ordered.volumes;
  stack.volume_keys = std::move(ordered.volume_keys);
  if (stack.volumes > 1) stack.dimension = ordered.dimension;
  stack.missing = std::move(ordered.missing);
  stack.frames = std::move(ordered.cluster.frames);
  return stack;
}

// The main image: most slices, then lowest Acquisition Number, then lowest Instance Number.
using MainOrder = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::uint32_t, std::string>;

struct Named {
  Stack stack;
  OrderedCluster origin;  // without its frames
  MainOrder order;
};

MainOrder main_order(const Stack& stack, std::uint32_t volume) {
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  std::int64_t acquisition = last;
  std::int64_t instance_number = last;
  for (const auto& frame : stack.frames) {
    acquisition = std::min(
        acquisition,
        parse_integer(frame.find(attribute_index(0x00200012)).value_or("")).value_or(last));
    instance_number = std::min(instance_number, frame.instance->instance_number().value_or(last));
  }
  return {-static_cast<std::int64_t>(stack.frames.size()), acquisition, instance_number, volume,
          std::string(stack.frames.front().instance->sop_instance_uid())};
}

// What a volume that is an image of its own adds to the name of its cluster's: "time2".
std::string volume_word(const OrderedCluster& origin) {
  const bool is_one_of_many = origin.volumes == 1 && !origin.dimension.empty();
  return is_one_of_many ? origin.dimension + std::to_string(origin.volume + 1) : "";
}

// Every image but the main one is named by why it was split off; a word that is taken gets a
// number.
std::vector<Stack> name_stacks(std::vector<Named> named, const Tolerances& tolerances) {
  std::ranges::sort(named, {}, &Named::order);
  std::vector<Stack> stacks;
  stacks.reserve(named.size());
  std::map<std::string, unsigned> uses;
  for (auto& n : named) {
    n.stack.is_main = stacks.empty();
    n.stack.image_stem = n.stack.series->image_stem;
    if (!n.stack.is_main) {
      const auto volume = volume_word(n.origin);
      auto& word = n.stack.split_reason;
      if (volume.empty() || !is_one_cluster(n.origin.cluster, named.front().origin.cluster))
        word = split_word(n.origin.cluster, named.front().origin.cluster, tolerances);
      if (!volume.empty()) word += (word.empty() ? "" : "_") + volume;
      const auto nth = ++uses[word];
      n.stack.image_stem += '_' + word + (nth == 1 ? "" : std::to_string(nth));
    }
    stacks.push_back(std::move(n.stack));
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

// The runs of slices that --on-missing split and --on-irregular split make images of, each with its
// frames of every volume.
std::vector<OrderedCluster> split_runs(OrderedCluster ordered, const Tolerances& tolerances,
                                       const ImageOptions& options) {
  std::vector<OrderedCluster> parts;
  const auto spacing = measure_spacing(ordered.positions, tolerances);
  // Of what is missing for the most part no image is made, whatever is asked for.
  const bool splits =
      (spacing.kind == SpacingKind::missing && options.on_missing == OnMissing::split &&
       spacing.missing <= ordered.positions.size()) ||
      (spacing.kind == SpacingKind::irregular && options.on_irregular == OnIrregular::split);
  if (!splits || !ordered.cluster.is_placed) {
    parts.push_back(std::move(ordered));
    return parts;
  }
  const auto slices = ordered.positions.size();
  for (const auto& run : regular_runs(ordered.positions, tolerances)) {
    auto part = ordered;
    const auto first = part.positions.begin() + run.first_slice;
    part.positions = std::vector(first, first + run.slices);
    part.cluster.frames.clear();
    for (std::uint32_t v = 0; v < ordered.volumes; ++v)
      for (std::uint32_t k = 0; k < run.slices; ++k)
        part.cluster.frames.push_back(ordered.cluster.frames[v * slices + run.first_slice + k]);
    part.flags.emplace_back("split_at_gap");
    parts.push_back(std::move(part));
  }
  return parts;
}

std::vector<OrderedCluster> order_and_split(Cluster cluster, const Tolerances& tolerances,
                                            const SamePixels& same_pixels,
                                            const ImageOptions& options,
                                            std::vector<RefusedInstance>& refused) {
  std::vector<OrderedCluster> parts;
  for (auto& ordered : order_frames(std::move(cluster), tolerances, same_pixels, options, refused))
    std::ranges::move(split_runs(std::move(ordered), tolerances, options),
                      std::back_inserter(parts));
  return parts;
}

}  // namespace

SortedSeries sort_slices(const SeriesPtr& series, const Tolerances& tolerances,
                         const SamePixels& same_pixels, const ImageOptions& options) {
  SortedSeries sorted;
  std::vector<Named> named;
  auto usable = usable_frames(*series, tolerances, same_pixels, options, sorted.refused);
  for (auto& cluster : split_series(std::move(usable), tolerances)) {
    for (auto& ordered :
         order_and_split(std::move(cluster), tolerances, same_pixels, options, sorted.refused)) {
      auto made = make_stack(series, ordered, tolerances, options);
      if (auto* stack = std::get_if<Stack>(&made)) {
        choose_values(*stack, options);
        auto order = main_order(*stack, ordered.volume);
        named.push_back({std::move(*stack), std::move(ordered), std::move(order)});
        continue;
      }
      const auto& refusal = std::get<Refusal>(made);
      refuse_frames(ordered.cluster.frames, refusal.reason, refusal.detail, sorted.refused);
    }
  }
  sorted.stacks = name_stacks(std::move(named), tolerances);
  keep_one_of_each(sorted.refused);
  return sorted;
}

}  // namespace dcmflow
