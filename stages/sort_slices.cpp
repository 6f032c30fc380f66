#include "stages/sort_slices.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <variant>

#include "stages/geometry/label_step.h"
#include "stages/geometry/regular_runs.h"
#include "stages/pixels/choose_values.h"
#include "stages/pixels/suv.h"
#include "stages/sorting/held_positions.h"
#include "stages/sorting/join_clusters.h"
#include "stages/sorting/make_stack.h"
#include "stages/sorting/name_stacks.h"
#include "stages/sorting/order_frames.h"
#include "stages/sorting/split_series.h"
#include "stages/sorting/tell_refused.h"
#include "stages/sorting/usable_instances.h"

namespace dcmflow {
namespace {

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

// The runs of all clusters. A gap in which other frames of the series lie is none to interpolate.
std::vector<OrderedCluster> order_and_split(std::vector<Cluster> clusters,
                                            const Tolerances& tolerances,
                                            const SamePixels& same_pixels,
                                            const ReadElements& read_elements,
                                            const ImageOptions& options,
                                            std::vector<RefusedInstance>& refused) {
  auto split_at_gaps = options;
  if (options.on_missing == OnMissing::fill && !options.strict)
    split_at_gaps.on_missing = OnMissing::split;
  if (options.on_irregular == OnIrregular::resample && !options.strict)
    split_at_gaps.on_irregular = OnIrregular::split;
  const HeldPositions held(clusters);
  std::vector<OrderedCluster> images;
  for (auto& cluster : clusters)
    std::ranges::move(
        order_frames(std::move(cluster), tolerances, same_pixels, read_elements, options, refused),
        std::back_inserter(images));
  const auto have_held_gaps = held.tell_of_gaps(images, tolerances);
  std::vector<OrderedCluster> parts;
  for (std::size_t i = 0; i < images.size(); ++i)
    std::ranges::move(
        split_runs(std::move(images[i]), tolerances, have_held_gaps[i] ? split_at_gaps : options),
        std::back_inserter(parts));
  return parts;
}

// Of PET images SUV where that is asked for, and nothing else.
Status settle_values(Stack& stack, const ImageOptions& options, SuvTimes& times) {
  if (options.suv != Suv::none && is_pet(stack)) return use_suv(stack, options.suv, times);
  return choose_values(stack, options);
}

}  // namespace

SortedSeries sort_slices(const SeriesPtr& series, const Tolerances& tolerances,
                         const SamePixels& same_pixels, const ImageOptions& options,
                         const ReadElements& read_elements) {
  SortedSeries sorted;
  std::vector<SortedStack> stacks;
  SuvTimes times(*series);
  auto usable = usable_frames(*series, tolerances, same_pixels, options, sorted.refused);
  auto clusters = join_clusters(split_series(std::move(usable), tolerances), tolerances);
  for (auto& ordered : order_and_split(std::move(clusters), tolerances, same_pixels, read_elements,
                                       options, sorted.refused)) {
    auto made = make_stack(series, ordered, tolerances, options);
    if (auto* stack = std::get_if<Stack>(&made)) {
      if (const auto chosen = settle_values(*stack, options, times); !chosen) {
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
