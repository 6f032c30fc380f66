#include "stages/sorting/order_frames.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "stages/sorting/drop_duplicates.h"
#include "stages/sorting/find_volumes.h"
#include "stages/sorting/slots.h"
#include "stages/sorting/split_contrasts.h"

namespace dcmflow {
namespace {

OrderedCluster order_unplaced(Cluster cluster) {
  std::ranges::sort(cluster.frames, {}, [](const Frame& f) {
    return std::tuple<std::int64_t, std::string_view, std::string_view, std::uint32_t>(
        f.instance->instance_number().value_or(std::numeric_limits<std::int64_t>::max()),
        f.instance->sop_instance_uid(), f.instance->file->name, f.number);
  });
  OrderedCluster ordered;
  ordered.cluster = std::move(cluster);
  return ordered;
}

OrderedCluster one_volume(Cluster cluster, Slots slots) {
  OrderedCluster ordered;
  ordered.cluster = std::move(cluster);
  ordered.cluster.frames = std::move(slots.frames);
  ordered.positions = std::move(slots.positions);
  ordered.flags = std::move(ordered.cluster.flags);
  return ordered;
}

// One image for each volume, or for the first alone.
std::vector<OrderedCluster> separate(OrderedCluster all, MultiVolume multi_volume,
                                     std::vector<RefusedInstance>& refused) {
  const auto slices = static_cast<std::ptrdiff_t>(all.positions.size());
  const auto frames = std::move(all.cluster.frames);
  all.cluster.frames.clear();
  const auto volumes = std::exchange(all.volumes, 1);
  all.volume_keys.clear();
  std::vector<OrderedCluster> images;
  for (std::uint32_t v = 0; v < volumes; ++v) {
    const auto first = frames.begin() + v * slices;
    if (v > 0 && multi_volume == MultiVolume::first) {
      refuse_frames({first, frames.end()}, Reason::further_volume,
                    "volume 1 of " + std::to_string(volumes) + " alone is written", refused);
      break;
    }
    images.push_back(all);
    images.back().volume = v;
    images.back().cluster.frames.assign(first, first + slices);
  }
  return images;
}

// One image of all that the slots hold, unless its volumes are to be images of their own.
std::vector<OrderedCluster> order_volumes(Cluster cluster, Slots slots, MultiVolume multi_volume,
                                          std::vector<RefusedInstance>& refused) {
  std::vector<OrderedCluster> images;
  auto positions = slots.positions;
  auto found = find_volumes(std::move(slots), refused);
  if (!found) return images;
  OrderedCluster ordered{.cluster = std::move(cluster),
                         .positions = std::move(positions),
                         .volumes = found->volumes,
                         .dimension = std::move(found->dimension),
                         .volume_keys = std::move(found->keys),
                         .missing = std::move(found->missing),
                         .flags = {}};
  ordered.flags = std::move(ordered.cluster.flags);
  ordered.cluster.frames = std::move(found->frames);
  if (found->guessed) ordered.flags.emplace_back("dimension_guessed");
  if (ordered.volumes > 1 && multi_volume != MultiVolume::four_d)
    return separate(std::move(ordered), multi_volume, refused);
  images.push_back(std::move(ordered));
  return images;
}

}  // namespace

std::vector<OrderedCluster> order_frames(Cluster cluster, const Tolerances& tolerances,
                                         const SamePixels& same_pixels, const ImageOptions& options,
                                         std::vector<RefusedInstance>& refused) {
  std::vector<OrderedCluster> images;
  if (!cluster.is_placed) {
    images.push_back(order_unplaced(std::move(cluster)));
    return images;
  }
  auto slots = make_slots(cluster, tolerances);
  if (auto parts = split_contrasts(cluster, slots, tolerances)) {
    if (!parts->refusal.empty())
      refuse_frames(slots.frames, Reason::mixed_contrasts, parts->refusal, refused);
    for (auto& part : parts->clusters)
      std::ranges::move(order_frames(std::move(part), tolerances, same_pixels, options, refused),
                        std::back_inserter(images));
    return images;
  }
  if (!slots.all_single()) slots = drop_duplicates(std::move(slots), same_pixels, refused);
  if (!slots.all_single())
    return order_volumes(std::move(cluster), std::move(slots), options.multi_volume, refused);
  images.push_back(one_volume(std::move(cluster), std::move(slots)));
  return images;
}

}  // namespace dcmflow
