#include "stages/sorting/order_frames.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/sorting/drop_duplicates.h"
#include "stages/sorting/find_volumes.h"
#include "stages/sorting/positions.h"
#include "stages/sorting/split_contrasts.h"

namespace dcmflow {
namespace {

OrderedCluster order_unplaced(Cluster cluster) {
  std::ranges::sort(cluster.frames, {}, [](const Frame& f) {
    return std::tuple<std::int64_t, std::string_view, std::string_view, std::uint32_t>(
        f.instance->instance_number().value_or(std::numeric_limits<std::int64_t>::max()),
        f.instance->sop_instance_uid(), f.instance->file->place(), f.number);
  });
  OrderedCluster ordered;
  ordered.cluster = std::move(cluster);
  return ordered;
}

OrderedCluster one_volume(Cluster cluster, Positions positions) {
  OrderedCluster ordered;
  ordered.cluster = std::move(cluster);
  ordered.cluster.frames = std::move(positions.frames);
  ordered.positions = std::move(positions.mm);
  ordered.flags = std::move(ordered.cluster.flags);
  return ordered;
}

// GE's epi_pepolar scans its volumes in turn with one polarity of the phase encoding and the other,
// unless a variable of the protocol says that all have one.
bool alternates_polarity(const Frame& frame) {
  const auto sequence = frame.find(vendor_index(0x0019009C)).value_or("");
  const auto mode = parse_integer(frame.find(vendor_index(0x001900B3)).value_or(""));
  return sequence.find("epi_pepolar") != std::string_view::npos && mode != 0 && mode != 1;
}

// An image for each group of volumes.
std::vector<OrderedCluster> split_volumes(const OrderedCluster& all,
                                          const std::vector<std::uint32_t>& group_of,
                                          std::string_view word, const char* flag) {
  std::vector<OrderedCluster> images(std::ranges::max(group_of) + 1, all);
  for (std::uint32_t group = 0; group < images.size(); ++group) {
    auto& image = images[group];
    image.cluster.frames.clear();
    image.volume_keys.clear();
    image.volumes = 0;
    image.cluster.grid_word = word;
    image.cluster.grid_number = group;
    image.flags.emplace_back(flag);
  }
  const auto slices = static_cast<std::ptrdiff_t>(all.positions.size());
  for (std::uint32_t v = 0; v < all.volumes; ++v) {
    auto& image = images[group_of[v]];
    const auto first = all.cluster.frames.begin() + v * slices;
    image.cluster.frames.insert(image.cluster.frames.end(), first, first + slices);
    if (v < all.volume_keys.size()) image.volume_keys.push_back(all.volume_keys[v]);
    ++image.volumes;
  }
  for (auto& image : images)
    if (image.volumes == 1) {
      image.volume_keys.clear();
      image.dimension.clear();
    }
  return images;
}

// An image of every other volume each. Which of the two is mirrored along its rows nothing says.
std::vector<OrderedCluster> split_polarities(OrderedCluster all) {
  if (all.volumes < 2 || !alternates_polarity(all.cluster.frames.front())) return {std::move(all)};
  std::vector<std::uint32_t> polarity_of;
  for (std::uint32_t v = 0; v < all.volumes; ++v) polarity_of.push_back(v % 2);
  return split_volumes(all, polarity_of, "polarity", "polarity_alternates");
}

// Volumes that lie at the same places along the normal, but not in the plane.
std::vector<OrderedCluster> split_places(OrderedCluster all, const Tolerances& tolerances) {
  const auto slices = all.positions.size();
  const double gap =
      slices > 1 ? (all.positions.back() - all.positions.front()) / static_cast<double>(slices - 1)
                 : 0;
  const double equal = std::max(tolerances.corner_fail_mm, tolerances.corner_fail_of_gap * gap);
  std::vector<std::uint32_t> place_of;
  std::vector<Vector3> places;
  for (std::uint32_t v = 0; v < all.volumes; ++v) {
    const auto& here = all.cluster.frames[v * slices].position;
    const auto is_near = [&](const Vector3& p) { return norm(p - here) <= equal; };
    const auto known = std::ranges::find_if(places, is_near);
    place_of.push_back(static_cast<std::uint32_t>(known - places.begin()));
    if (known == places.end()) places.push_back(here);
  }
  if (places.size() < 2) return {std::move(all)};
  return split_volumes(all, place_of, "place", "shifted_grid");
}

// A frame lies where its Image Position (Patient) says, but Slice Location says that those of one
// position lie at several.
bool is_position_doubtful(const Positions& positions) {
  constexpr double equal_mm = 0.1;
  for (std::uint32_t position = 0; position < positions.size(); ++position) {
    std::optional<double> first;
    for (const auto& frame : positions.of(position)) {
      const auto location = parse_decimal(frame.find(attribute_index(0x00201041)).value_or(""));
      if (!location) continue;
      if (first && std::abs(*location - *first) > equal_mm) return true;
      if (!first) first = location;
    }
  }
  return false;
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

// One image of all that the positions hold, unless its volumes are to be images of their own.
std::vector<OrderedCluster> order_volumes(Cluster cluster, Positions positions,
                                          const Tolerances& tolerances,
                                          const ReadElements& read_elements,
                                          const ImageOptions& options,
                                          std::vector<RefusedInstance>& refused) {
  std::vector<OrderedCluster> images;
  const auto multi_volume = options.multi_volume;
  auto positions_mm = positions.mm;
  const bool is_doubtful = is_position_doubtful(positions);
  auto found = find_volumes(std::move(positions), options.strict, read_elements, refused);
  if (!found) return images;
  OrderedCluster ordered{.cluster = std::move(cluster),
                         .positions = std::move(positions_mm),
                         .volumes = found->volumes,
                         .dimension = std::move(found->dimension),
                         .volume_keys = std::move(found->keys),
                         .missing = std::move(found->missing),
                         .flags = {}};
  ordered.flags = std::move(ordered.cluster.flags);
  ordered.cluster.frames = std::move(found->frames);
  if (found->guessed) ordered.flags.emplace_back("dimension_guessed");
  if (is_doubtful) ordered.flags.emplace_back("slice_location_differs");
  std::vector<OrderedCluster> parts;
  for (auto& polarity : split_polarities(std::move(ordered)))
    std::ranges::move(split_places(std::move(polarity), tolerances), std::back_inserter(parts));
  for (auto& image : parts)
    if (image.volumes > 1 && multi_volume != MultiVolume::four_d)
      std::ranges::move(separate(std::move(image), multi_volume, refused),
                        std::back_inserter(images));
    else
      images.push_back(std::move(image));
  return images;
}

}  // namespace

std::vector<OrderedCluster> order_frames(Cluster cluster, const Tolerances& tolerances,
                                         const SamePixels& same_pixels,
                                         const ReadElements& read_elements,
                                         const ImageOptions& options,
                                         std::vector<RefusedInstance>& refused) {
  std::vector<OrderedCluster> images;
  if (!cluster.is_placed) {
    images.push_back(order_unplaced(std::move(cluster)));
    return images;
  }
  auto positions = find_positions(cluster, tolerances);
  if (auto parts = split_contrasts(cluster, positions, tolerances)) {
    if (!parts->refusal.empty())
      refuse_frames(positions.frames, Reason::mixed_contrasts, parts->refusal, refused);
    for (auto& part : parts->clusters)
      std::ranges::move(
          order_frames(std::move(part), tolerances, same_pixels, read_elements, options, refused),
          std::back_inserter(images));
    return images;
  }
  if (!positions.all_single())
    positions = drop_duplicates(std::move(positions), same_pixels, refused);
  if (!positions.all_single())
    return order_volumes(std::move(cluster), std::move(positions), tolerances, read_elements,
                         options, refused);
  images.push_back(one_volume(std::move(cluster), std::move(positions)));
  return images;
}

}  // namespace dcmflow
