#include "stages/sorting/positions.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "stages/base/vector3.h"

namespace dcmflow {
namespace {

// DS text carries at most 16 characters: differences below this are rounding.
constexpr double rounding_mm = 1e-5;

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + values.size() / 2);
  return values[values.size() / 2];
}

struct Placed {
  double position;
  std::uint32_t frame;
};

// Positions nearer than this are one: position_equal_mm, but a tenth of the median gap where slices
// are thinner than that.
double equal_within(const std::vector<Placed>& sorted, const Tolerances& tolerances) {
  for (const double least : {tolerances.position_equal_mm, rounding_mm}) {
    std::vector<double> gaps;
    for (std::size_t i = 0; i + 1 < sorted.size(); ++i)
      if (const double gap = sorted[i + 1].position - sorted[i].position; gap > least)
        gaps.push_back(gap);
    if (gaps.empty()) continue;
    const double tenth = 0.1 * median(std::move(gaps));
    if (tenth >= tolerances.position_equal_mm || least == rounding_mm)
      return std::min(tolerances.position_equal_mm, tenth);
  }
  return tolerances.position_equal_mm;
}

void order_within(std::span<Frame> position) {
  if (position.size() < 2) return;
  std::ranges::sort(position, {}, [](const Frame& f) {
    return std::tuple<std::int64_t, std::string_view, std::string_view, std::uint32_t>(
        f.instance->instance_number().value_or(std::numeric_limits<std::int64_t>::max()),
        f.instance->sop_instance_uid(), f.instance->file->place(), f.number);
  });
}

}  // namespace

bool Positions::all_equal() const {
  for (std::uint32_t position = 1; position < size(); ++position)
    if (members(position) != members(0)) return false;
  return true;
}

Positions find_positions(Cluster& cluster, const Tolerances& tolerances) {
  std::vector<Placed> placed;
  placed.reserve(cluster.frames.size());
  for (std::uint32_t i = 0; i < cluster.frames.size(); ++i)
    placed.push_back({dot(cluster.frames[i].position, cluster.orientation.normal), i});
  std::ranges::sort(placed, {}, [](const Placed& p) { return std::pair(p.position, p.frame); });
  const double equal = equal_within(placed, tolerances);

  Positions positions;
  positions.frames.reserve(placed.size());
  for (const auto& p : placed) {
    if (positions.mm.empty() || p.position - positions.mm.back() > equal) {
      positions.mm.push_back(p.position);
      positions.ends.push_back(0);
    }
    positions.frames.push_back(std::move(cluster.frames[p.frame]));
    positions.ends.back() = static_cast<std::uint32_t>(positions.frames.size());
  }
  cluster.frames.clear();
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    order_within(std::span(positions.frames)
                     .subspan(positions.begin_of(position), positions.members(position)));
  return positions;
}

Positions without(Positions positions, const std::vector<bool>& dropped) {
  Positions kept;
  kept.mm = std::move(positions.mm);
  for (std::uint32_t position = 0; position < positions.size(); ++position) {
    for (auto i = positions.begin_of(position); i < positions.ends[position]; ++i)
      if (!dropped[i]) kept.frames.push_back(std::move(positions.frames[i]));
    kept.ends.push_back(static_cast<std::uint32_t>(kept.frames.size()));
  }
  return kept;
}

}  // namespace dcmflow
