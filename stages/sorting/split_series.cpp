#include "stages/sorting/split_series.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "stages/base/vector3.h"
#include "stages/sorting/image_type.h"
#include "stages/sorting/usable_instances.h"

namespace dcmflow {
namespace {

using PixelSpacing = std::array<double, 2>;

bool equal_spacing(const PixelSpacing& a, const PixelSpacing& b, const Tolerances& tolerances) {
  for (std::size_t axis = 0; axis < 2; ++axis)
    if (std::abs(a[axis] - b[axis]) > tolerances.pixel_spacing_relative * a[axis]) return false;
  return true;
}

// The frames of one cluster to be, by their indices, and the running mean of their orientations.
class ClusterBuilder {
 public:
  ClusterBuilder(const Orientation& orientation, const PixelSpacing& spacing)
      : first_(orientation), spacing_(spacing) {}

  bool accepts(const Orientation& orientation, const PixelSpacing& spacing,
               const Tolerances& tolerances) const {
    return equal_spacing(spacing_, spacing, tolerances) &&
           angle_deg(mean(), orientation) <= tolerances.iop_cluster_deg;
  }

  void add(std::uint32_t frame, const Orientation& orientation) {
    frames_.push_back(frame);
    all_equal_ = all_equal_ && orientation.row == first_.row && orientation.column == first_.column;
    row_sum_ = row_sum_ + orientation.row;
    column_sum_ = column_sum_ + orientation.column;
  }

  // Equal orientations stay what they are, to the last bit.
  Orientation mean() const {
    if (all_equal_) return first_;
    Orientation o;
    o.row = normalised(row_sum_);
    o.column = normalised(column_sum_ - o.row * dot(o.row, column_sum_));
    o.normal = cross(o.row, o.column);
    return o;
  }

  const std::vector<std::uint32_t>& frames() const { return frames_; }
  const PixelSpacing& spacing() const { return spacing_; }

 private:
  std::vector<std::uint32_t> frames_;
  Orientation first_;
  PixelSpacing spacing_;
  Vector3 row_sum_{}, column_sum_{};
  bool all_equal_ = true;
};

// The clusters of frames with equal properties. One number for each, a projection of its geometry,
// finds those that a frame could join without trying all.
class ClusterFinder {
 public:
  explicit ClusterFinder(const Tolerances& tolerances)
      : tolerances_(tolerances),
        // An axis that turns by the angle moves by at most that (in radians) along a unit vector.
        reach_(2 * tolerances.iop_cluster_deg * std::numbers::pi / 180 +
               4 * tolerances.pixel_spacing_relative + 1e-12) {}

  void add(std::uint32_t frame, const Orientation& orientation, const PixelSpacing& spacing) {
    auto& cluster = find_or_make(orientation, spacing);
    const double before = projection(cluster.mean(), cluster.spacing());
    cluster.add(frame, orientation);
    const double after = projection(cluster.mean(), cluster.spacing());
    if (before != after)
      move(static_cast<std::uint32_t>(&cluster - clusters_.data()), before, after);
  }

  const std::vector<ClusterBuilder>& clusters() const { return clusters_; }

 private:
  // Directions that no scanner prefers.
  static double projection(const Orientation& o, const PixelSpacing& spacing) {
    constexpr Vector3 along_row{0.5377, 0.7211, 0.4369};
    constexpr Vector3 along_column{-0.3313, 0.6129, 0.7173};
    return dot(o.row, along_row) + dot(o.column, along_column) + std::log(spacing[0]) +
           std::log(spacing[1]) * 0.7549;
  }

  // The earliest cluster that accepts the frame.
  ClusterBuilder& find_or_make(const Orientation& orientation, const PixelSpacing& spacing) {
    const double here = projection(orientation, spacing);
    auto best = static_cast<std::uint32_t>(clusters_.size());
    for (auto near = by_projection_.lower_bound(here - reach_);
         near != by_projection_.end() && near->first <= here + reach_; ++near)
      if (near->second < best && clusters_[near->second].accepts(orientation, spacing, tolerances_))
        best = near->second;
    if (best == clusters_.size()) {
      clusters_.emplace_back(orientation, spacing);
      by_projection_.emplace(here, best);
    }
    return clusters_[best];
  }

  void move(std::uint32_t cluster, double before, double after) {
    auto [at, end] = by_projection_.equal_range(before);
    while (at != end && at->second != cluster) ++at;
    if (at != end) by_projection_.erase(at);
    by_projection_.emplace(after, cluster);
  }

  const Tolerances& tolerances_;
  double reach_;
  std::vector<ClusterBuilder> clusters_;
  std::multimap<double, std::uint32_t> by_projection_;
};

// What frames have to have in common before their geometry is compared.
struct Group {
  explicit Group(const Tolerances& tolerances) : placed(tolerances) {}
  ClusterFinder placed;
  std::map<PixelSpacing, std::vector<std::uint32_t>> unplaced;
};

// The groups of frames, each found by the values of its properties; frames with one header have one
// group.
class Groups {
 public:
  explicit Groups(const Tolerances& tolerances) : tolerances_(tolerances) {}

  Group& of(const Frame& frame) {
    const auto& instance = *frame.instance;
    const bool as_last = last_ && !instance.frames() && last_header_ == instance.shared.get() &&
                         last_kind_ == instance.pixel_data.kind;
    if (as_last) return *last_;
    auto& group = groups_.try_emplace(property_values(frame), tolerances_).first->second;
    last_ = instance.frames() ? nullptr : &group;
    last_header_ = instance.shared.get();
    last_kind_ = instance.pixel_data.kind;
    return group;
  }

  const std::map<PropertyValues, Group>& all() const { return groups_; }

 private:
  const Tolerances& tolerances_;
  std::map<PropertyValues, Group> groups_;
  Group* last_ = nullptr;
  const SharedHeader* last_header_ = nullptr;
  PixelData::Kind last_kind_ = PixelData::Kind::none;
};

std::vector<Frame> take(std::vector<Frame>& frames, const std::vector<std::uint32_t>& indices) {
  std::vector<Frame> taken;
  taken.reserve(indices.size());
  for (const auto i : indices) taken.push_back(std::move(frames[i]));
  return taken;
}

// The first contrast that `main` has not: by the word of Image Type, else by the attribute's own.
std::string contrast_word(const Cluster& cluster, const Cluster& main) {
  for (const auto& contrast : cluster.contrasts) {
    const auto same = [&](const ClusterContrast& c) { return c.attribute == contrast.attribute; };
    const auto of_main = std::ranges::find_if(main.contrasts, same);
    const bool is_known = of_main != main.contrasts.end();
    if (is_known && of_main->value == contrast.value) continue;
    const auto own = own_word(contrast.value.text, is_known ? of_main->value.text : "");
    return contrast.attribute->word == "type" && !own.empty()
               ? own
               : std::string(contrast.attribute->word);
  }
  return "";
}

}  // namespace

bool is_one_cluster(const Cluster& a, const Cluster& b) {
  return a.properties == b.properties && a.is_placed == b.is_placed &&
         a.pixel_spacing == b.pixel_spacing && a.orientation_number == b.orientation_number &&
         a.contrasts == b.contrasts && a.grid_word == b.grid_word && a.grid_number == b.grid_number;
}

std::string split_word(const Cluster& cluster, const Cluster& main, const Tolerances& tolerances) {
  for (std::size_t k = 0; k < frame_property_count; ++k) {
    if (cluster.properties[k] == main.properties[k]) continue;
    const auto& property = frame_properties()[k];
    return property.value_is_word && !cluster.properties[k].empty() ? cluster.properties[k]
                                                                    : std::string(property.name);
  }
  if (cluster.is_placed != main.is_placed) return cluster.is_placed ? "placed" : "unplaced";
  if (!equal_spacing(cluster.pixel_spacing, main.pixel_spacing, tolerances)) return "spacing";
  if (cluster.orientation_number != main.orientation_number) return "orientation";
  if (auto word = contrast_word(cluster, main); !word.empty()) return word;
  return cluster.grid_word.empty() ? "part" : std::string(cluster.grid_word);
}

std::vector<Cluster> split_series(std::vector<Frame> frames, const Tolerances& tolerances) {
  Groups groups(tolerances);
  for (std::uint32_t i = 0; i < frames.size(); ++i) {
    auto& group = groups.of(frames[i]);
    if (const auto orientation = placed_orientation(frames[i], tolerances))
      group.placed.add(i, *orientation, *frames[i].pixel_spacing());
    else
      group.unplaced[frames[i].pixel_spacing().value_or(PixelSpacing{})].push_back(i);
  }
  std::vector<Cluster> clusters;
  for (const auto& [values, group] : groups.all()) {
    std::uint32_t number = 0;
    for (const auto& builder : group.placed.clusters())
      clusters.push_back({.frames = take(frames, builder.frames()),
                          .orientation = builder.mean(),
                          .properties = values,
                          .pixel_spacing = builder.spacing(),
                          .orientation_number = number++});
    for (const auto& [spacing, indices] : group.unplaced)
      clusters.push_back({.frames = take(frames, indices),
                          .orientation = {},
                          .is_placed = false,
                          .properties = values,
                          .pixel_spacing = spacing});
  }
  return clusters;
}

}  // namespace dcmflow
