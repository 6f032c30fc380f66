#include "stages/sorting/order_frames.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "config/attributes.h"
#include "stages/discover_files.h"
#include "stages/geometry/vector3.h"

namespace dcmflow {
namespace {

// DS text carries at most 16 characters: differences below this are rounding.
constexpr double rounding_mm = 1e-5;

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + values.size() / 2);
  return values[values.size() / 2];
}

// Positions nearer than this are one: position_equal_mm, but a tenth of the median gap where slices
// are thinner than that.
double equal_within(const std::vector<double>& sorted, const Tolerances& tolerances) {
  for (const double least : {tolerances.position_equal_mm, rounding_mm}) {
    std::vector<double> gaps;
    for (std::size_t i = 0; i + 1 < sorted.size(); ++i)
      if (sorted[i + 1] - sorted[i] > least) gaps.push_back(sorted[i + 1] - sorted[i]);
    if (gaps.empty()) continue;
    const double tenth = 0.1 * median(std::move(gaps));
    if (tenth >= tolerances.position_equal_mm || least == rounding_mm)
      return std::min(tolerances.position_equal_mm, tenth);
  }
  return tolerances.position_equal_mm;
}

bool all_single(const std::vector<Slot>& slots) {
  return std::ranges::all_of(slots, [](const Slot& s) { return s.frames.size() == 1; });
}

// Two files that differ only in what a re-send changes. An even number of images at every position
// is a time series even when its pixels repeat, so numbers and times have to agree too.
bool same_acquisition(const Frame& a, const Frame& b) {
  constexpr std::array told_apart_by{attribute_index(0x00080032), attribute_index(0x00080033),
                                     attribute_index(0x0008002A), attribute_index(0x00181060),
                                     attribute_index(0x00189087), attribute_index(0x00189089),
                                     attribute_index(0x00200100), attribute_index(0x00541300),
                                     attribute_index(0x00200012), attribute_index(0x00200013)};
  return std::ranges::all_of(told_apart_by, [&](AttributeIndex attribute) {
    return a.find(attribute) == b.find(attribute);
  });
}

// Drops from every slot what has the pixels of an earlier member; `only_same_acquisition` asks for
// equal times and numbers too.
void drop_duplicates(std::vector<Slot>& slots, bool only_same_acquisition,
                     const SamePixels& same_pixels, std::vector<RefusedInstance>& refused) {
  for (auto& slot : slots) {
    std::vector<Frame> kept;
    for (const auto& frame : slot.frames) {
      const auto original = std::ranges::find_if(kept, [&](const Frame& k) {
        return (!only_same_acquisition || same_acquisition(k, frame)) && same_pixels(k, frame);
      });
      if (original == kept.end())
        kept.push_back(frame);
      else
        refused.push_back(
            {frame.instance, Reason::duplicate_pixels,
             "same position and pixels as " + printable(original->instance->file->name)});
    }
    slot.frames = std::move(kept);
  }
}

void refuse_repeats(const std::vector<Slot>& slots, std::vector<RefusedInstance>& refused) {
  const auto [least, most] =
      std::ranges::minmax(slots, {}, [](const Slot& s) { return s.frames.size(); });
  const bool even = least.frames.size() == most.frames.size();
  const auto reason = even ? Reason::multi_volume_unsupported : Reason::ambiguous_positions;
  const auto detail = even ? std::to_string(most.frames.size()) + " images at each of " +
                                 std::to_string(slots.size()) + " positions"
                           : "between " + std::to_string(least.frames.size()) + " and " +
                                 std::to_string(most.frames.size()) + " images at each of " +
                                 std::to_string(slots.size()) + " positions";
  for (const auto& slot : slots) refuse_frames(slot.frames, reason, detail, refused);
}

Cluster with_frames(Cluster cluster, const std::vector<Slot>& slots) {
  cluster.frames.clear();
  for (const auto& slot : slots)
    cluster.frames.insert(cluster.frames.end(), slot.frames.begin(), slot.frames.end());
  return cluster;
}

}  // namespace

std::vector<Slot> make_slots(const Cluster& cluster, const Tolerances& tolerances) {
  struct Placed {
    double position;
    const Frame* frame;
  };
  std::vector<Placed> placed;
  placed.reserve(cluster.frames.size());
  for (const auto& frame : cluster.frames)
    placed.push_back({dot(frame.position, cluster.orientation.normal), &frame});
  std::ranges::sort(placed, {}, &Placed::position);
  std::vector<double> positions;
  for (const auto& p : placed) positions.push_back(p.position);
  const double equal = equal_within(positions, tolerances);

  std::vector<Slot> slots;
  for (const auto& p : placed) {
    if (slots.empty() || p.position - slots.back().position > equal)
      slots.push_back({p.position, {}});
    slots.back().frames.push_back(*p.frame);
  }
  for (auto& slot : slots)
    std::ranges::sort(slot.frames, {}, [](const Frame& f) {
      return std::tuple<std::int64_t, std::string_view, std::string_view, std::uint32_t>(
          f.instance->instance_number().value_or(std::numeric_limits<std::int64_t>::max()),
          f.instance->sop_instance_uid(), f.instance->file->name, f.number);
    });
  return slots;
}

std::vector<OrderedCluster> order_frames(const Cluster& cluster, const Tolerances& tolerances,
                                         const SamePixels& same_pixels,
                                         std::vector<RefusedInstance>& refused) {
  auto slots = make_slots(cluster, tolerances);
  if (all_single(slots)) return {{cluster, std::move(slots)}};
  if (auto echoes = split_echoes(cluster); echoes.size() > 1) {
    std::vector<OrderedCluster> ordered;
    for (const auto& echo : echoes)
      std::ranges::move(order_frames(echo, tolerances, same_pixels, refused),
                        std::back_inserter(ordered));
    return ordered;
  }
  drop_duplicates(slots, true, same_pixels, refused);
  const bool uneven = std::ranges::any_of(
      slots, [&](const Slot& s) { return s.frames.size() != slots.front().frames.size(); });
  if (uneven) drop_duplicates(slots, false, same_pixels, refused);
  if (all_single(slots)) return {{with_frames(cluster, slots), slots}};
  refuse_repeats(slots, refused);
  return {};
}

}  // namespace dcmflow
