#include "stages/sorting/join_clusters.h"

#include <algorithm>
#include <functional>
#include <map>
#include <span>

#include "stages/base/vector3.h"
#include "stages/geometry/orientation.h"
#include "stages/geometry/spacing.h"

namespace dcmflow {
namespace {

// Series of more clusters (each slice has an orientation of its own) are not searched for pairs.
constexpr std::size_t most_seeds = 64;

Orientation turned(const Orientation& o) { return {o.row * -1, o.column * -1, o.normal}; }

bool is_same_grid(const Cluster& a, const Cluster& b, const Orientation& of_b,
                  const Tolerances& tolerances) {
  for (std::size_t axis = 0; axis < 2; ++axis)
    if (std::abs(a.pixel_spacing[axis] - b.pixel_spacing[axis]) >
        tolerances.pixel_spacing_relative * a.pixel_spacing[axis])
      return false;
  return angle_deg(a.orientation, of_b) <= tolerances.iop_cluster_deg;
}

// Along the normal of the first, ascending. REQUIRES: a cluster, as for what follows.
std::vector<double> positions_of(const std::vector<const Cluster*>& clusters) {
  const auto& normal = clusters.front()->orientation.normal;
  std::vector<double> positions;
  for (const auto* cluster : clusters)
    for (const auto& frame : cluster->frames) positions.push_back(dot(frame.position, normal));
  std::ranges::sort(positions);
  return positions;
}

// The positions of each cluster may repeat in it, but none may be in two.
class Union {
 public:
  Union(const std::vector<const Cluster*>& clusters, const Tolerances& tolerances)
      : tolerances_(tolerances), positions_(distinct(positions_of(clusters))) {
    for (const auto* cluster : clusters) {
      std::vector<const Cluster*> alone{cluster};
      const auto own = distinct(positions_of(alone));
      each_is_even_ = each_is_even_ && own.size() > 1 && is_even(own);
      of_all_ += own.size();
    }
  }

  bool is_stack() const { return !overlaps() && is_even(); }
  bool overlaps() const { return positions_.size() != of_all_; }
  bool is_even() const { return is_even(positions_); }
  bool each_is_even() const { return each_is_even_; }
  Spacing spacing() const { return measure_spacing(positions_, tolerances_); }
  std::size_t size() const { return positions_.size(); }

 private:
  std::vector<double> distinct(const std::vector<double>& positions) const {
    const double equal = tolerances_.position_equal_mm;
    std::vector<double> kept;
    for (const double p : positions)
      if (kept.empty() || p - kept.back() > equal) kept.push_back(p);
    return kept;
  }
  bool is_even(const std::vector<double>& positions) const {
    const auto kind = measure_spacing(positions, tolerances_).kind;
    return kind != SpacingKind::missing && kind != SpacingKind::irregular;
  }

  const Tolerances& tolerances_;
  std::vector<double> positions_;
  std::size_t of_all_ = 0;
  bool each_is_even_ = true;
};

// All of them: an even stack, or one with a few gaps, unless each part was one already.
bool go_together(const std::vector<const Cluster*>& clusters, const Tolerances& tolerances) {
  const Union all(clusters, tolerances);
  if (all.overlaps()) return false;
  if (all.is_even()) return true;
  const auto spacing = all.spacing();
  return spacing.kind == SpacingKind::missing && spacing.missing <= all.size() / 4 &&
         !all.each_is_even();
}

// One more to those that are joined: it closes gaps or goes on where they end.
bool goes_with(const std::vector<const Cluster*>& joined, const Cluster& one,
               const Tolerances& tolerances) {
  auto with = joined;
  with.push_back(&one);
  const Union before(joined, tolerances), after(with, tolerances);
  if (after.overlaps()) return false;
  if (after.is_even()) return true;
  return after.spacing().kind == SpacingKind::missing &&
         after.spacing().missing <= before.spacing().missing &&
         before.spacing().kind == SpacingKind::missing;
}

// The first voxel when the frame is turned by 180° in its plane.
Vector3 opposite_corner(const Frame& frame, const Cluster& cluster) {
  const auto& layout = frame.instance->shared->layout;
  return frame.position +
         cluster.orientation.row * ((layout.columns - 1) * cluster.pixel_spacing[1]) +
         cluster.orientation.column * ((layout.rows - 1) * cluster.pixel_spacing[0]);
}

// Whether the frames lie where the line through those of the seed goes.
bool lie_in_line(const Cluster& seed, const Cluster& mate, bool is_turned,
                 const Tolerances& tolerances) {
  const auto& normal = seed.orientation.normal;
  const auto ends =
      std::ranges::minmax(seed.frames, {}, [&](const Frame& f) { return dot(f.position, normal); });
  const auto begin = ends.min.position;
  const auto along = ends.max.position - begin;
  const double length = dot(along, normal);
  const auto step = length > tolerances.position_equal_mm ? along * (1 / length) : normal;
  return std::ranges::all_of(mate.frames, [&](const Frame& frame) {
    const auto position = is_turned ? opposite_corner(frame, mate) : frame.position;
    const auto offset = position - begin;
    return norm(offset - step * dot(offset, normal)) <= tolerances.corner_fail_mm;
  });
}

void turn_back(Cluster& cluster) {
  for (auto& frame : cluster.frames) {
    frame.position = opposite_corner(frame, cluster);
    frame.is_turned = true;
  }
  cluster.orientation = turned(cluster.orientation);
  cluster.notes.emplace_back("slices_turned_back");
}

void tell_once(std::vector<std::string>& flags, std::string_view flag) {
  if (std::ranges::find(flags, flag) == flags.end()) flags.emplace_back(flag);
}

void join(Cluster& into, Cluster&& one) {
  const auto differ = [&](std::size_t k) { return into.properties[k] != one.properties[k]; };
  if (differ(colour_property) || differ(type_property)) tell_once(into.notes, "storage_varies");
  if (differ(derivation_property)) tell_once(into.notes, "derivation_varies");
  if (differ(frame_property)) tell_once(into.flags, "frame_of_reference_varies");
  for (const auto& note : one.notes) tell_once(into.notes, note);
  for (const auto& flag : one.flags) tell_once(into.flags, flag);
  std::ranges::move(one.frames, std::back_inserter(into.frames));
  one.frames.clear();
}

// Frames of Reference of several slices each are several coordinate systems.
bool is_other_frame_of_reference(const Cluster& a, const Cluster& b) {
  const auto &of_a = a.properties[frame_property], &of_b = b.properties[frame_property];
  return of_a != of_b && !of_a.empty() && !of_b.empty() && a.frames.size() > 1 &&
         b.frames.size() > 1;
}

// They go on where the others end, in what the header calls another coordinate system.
void tell_of_frames_of_reference(Cluster& a, Cluster& b, const Tolerances& tolerances) {
  if (!is_same_grid(a, b, b.orientation, tolerances) || !lie_in_line(a, b, false, tolerances) ||
      !Union({&a, &b}, tolerances).is_stack())
    return;
  tell_once(a.flags, "frame_of_reference_varies");
  tell_once(b.flags, "frame_of_reference_varies");
}

// The clusters that could be joined to the first, which is the largest.
std::vector<Cluster*> find_mates(const std::vector<Cluster*>& clusters,
                                 const Tolerances& tolerances) {
  auto& seed = *clusters.front();
  std::vector<Cluster*> mates;
  for (auto* cluster : std::span(clusters).subspan(1)) {
    if (is_other_frame_of_reference(seed, *cluster)) {
      tell_of_frames_of_reference(seed, *cluster, tolerances);
      continue;
    }
    for (const bool is_turned : {false, true})
      if (is_same_grid(seed, *cluster,
                       is_turned ? turned(cluster->orientation) : cluster->orientation,
                       tolerances) &&
          lie_in_line(seed, *cluster, is_turned, tolerances))
        mates.push_back(cluster);
  }
  return mates;
}

double first_position(const Cluster& cluster, const Vector3& normal) {
  double first = dot(cluster.frames.front().position, normal);
  for (const auto& frame : cluster.frames) first = std::min(first, dot(frame.position, normal));
  return first;
}

void take(Cluster& seed, Cluster& mate, const Tolerances& tolerances) {
  if (!is_same_grid(seed, mate, mate.orientation, tolerances)) turn_back(mate);
  join(seed, std::move(mate));
}

// Joins to the largest of them what goes with it; true when anything did.
bool join_to_first(const std::vector<Cluster*>& clusters, const Tolerances& tolerances) {
  auto& seed = *clusters.front();
  auto mates = find_mates(clusters, tolerances);
  if (mates.empty()) return false;
  std::vector<const Cluster*> all{&seed};
  all.insert(all.end(), mates.begin(), mates.end());
  if (go_together(all, tolerances)) {
    for (auto* mate : mates) take(seed, *mate, tolerances);
    return true;
  }
  std::ranges::stable_sort(
      mates, {}, [&](const Cluster* c) { return first_position(*c, seed.orientation.normal); });
  bool any = false;
  for (auto* mate : std::span(mates).first(std::min(mates.size(), most_seeds))) {
    if (!goes_with({&seed}, *mate, tolerances)) continue;
    take(seed, *mate, tolerances);
    any = true;
  }
  return any;
}

}  // namespace

std::vector<Cluster> join_clusters(std::vector<Cluster> clusters, const Tolerances& tolerances) {
  std::map<PropertyValues, std::vector<Cluster*>> alike;
  for (auto& cluster : clusters)
    if (cluster.is_placed) alike[without_storage(cluster.properties)].push_back(&cluster);
  for (auto& [properties, group] : alike) {
    std::ranges::stable_sort(group, std::ranges::greater{},
                             [](const Cluster* c) { return c->frames.size(); });
    for (std::size_t seed = 0; seed + 1 < group.size() && seed < most_seeds; ++seed) {
      join_to_first({group.begin() + static_cast<std::ptrdiff_t>(seed), group.end()}, tolerances);
      std::erase_if(group, [](const Cluster* c) { return c->frames.empty(); });
    }
  }
  std::erase_if(clusters, [](const Cluster& c) { return c.frames.empty(); });
  return clusters;
}

}  // namespace dcmflow
