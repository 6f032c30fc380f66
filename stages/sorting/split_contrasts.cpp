#include "stages/sorting/split_contrasts.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "stages/geometry/spacing.h"
#include "stages/sorting/contrasts.h"
#include "stages/sorting/volume_labels.h"

namespace dcmflow {
namespace {

using Positions = std::vector<double>;

// Two slices are even by themselves: fewer than this prove no stack.
constexpr std::size_t least_slices = 3;

bool is_even(const Positions& positions, const Tolerances& tolerances) {
  const auto kind = measure_spacing(positions, tolerances).kind;
  return kind != SpacingKind::missing && kind != SpacingKind::irregular;
}

// Whether the positions of a part make a stack by themselves: evenly, or with gaps in which no
// other frame of the series lies.
bool is_stack(const Positions& part, const Positions& all, const Tolerances& tolerances) {
  if (is_even(part, tolerances)) return true;
  const auto spacing = measure_spacing(part, tolerances);
  if (spacing.kind == SpacingKind::irregular) {
    const auto inside =
        std::ranges::count_if(all, [&](double p) { return p >= part.front() && p <= part.back(); });
    return static_cast<std::size_t>(inside) == part.size();
  }
  const double near = 0.25 * spacing.median_gap;
  for (std::size_t k = 0; k + 1 < part.size(); ++k)
    for (double empty = part[k] + spacing.median_gap; empty < part[k + 1] - near;
         empty += spacing.median_gap) {
      const auto at = std::ranges::lower_bound(all, empty - near);
      if (at != all.end() && *at <= empty + near) return false;
    }
  return true;
}

// The positions of each label, ascending.
std::vector<Positions> positions_of(const Labels& labels, const Slots& slots) {
  std::vector<Positions> positions(labels.count);
  for (std::uint32_t slot = 0; slot < slots.size(); ++slot)
    for (auto i = slots.begin_of(slot); i < slots.ends[slot]; ++i) {
      auto& of_label = positions[labels.of[i]];
      if (of_label.empty() || of_label.back() != slots.positions[slot])
        of_label.push_back(slots.positions[slot]);
    }
  return positions;
}

bool any_interleave(const std::vector<Positions>& parts) {
  for (std::size_t a = 0; a < parts.size(); ++a)
    for (std::size_t b = a + 1; b < parts.size(); ++b)
      if (parts[a].front() < parts[b].back() && parts[b].front() < parts[a].back()) return true;
  return false;
}

// A value for each slice is a measurement: no contrast has one slice.
bool is_measurement(const Contrast& contrast, const Slots& slots) {
  const bool may_be =
      contrast.attribute->is_measured || contrast.attribute->apart == WhereApart::split;
  if (!may_be || std::size_t{contrast.equal.count} * 2 <= slots.frames.size()) return false;
  const auto parts = positions_of(contrast.equal, slots);
  return std::ranges::any_of(parts, [&](const auto& p) { return p.size() < slots.size(); });
}

Labels product(const std::vector<const Contrast*>& contrasts) {
  auto labels = contrasts.front()->equal;
  for (std::size_t i = 1; i < contrasts.size(); ++i)
    labels = label_by_both(labels, contrasts[i]->equal);
  return labels;
}

// A cluster for each label; what they are told apart by is for `name` to say, by a frame of each.
template <class Name>
ContrastParts take_apart(const Cluster& cluster, Slots& slots, const Labels& labels, Name&& name) {
  ContrastParts parts;
  std::vector<bool> named(labels.count);
  parts.clusters.reserve(labels.count);
  for (std::uint32_t label = 0; label < labels.count; ++label) {
    parts.clusters.push_back(cluster);
    parts.clusters.back().frames.clear();
  }
  for (std::size_t i = 0; i < labels.of.size(); ++i) {
    auto& part = parts.clusters[labels.of[i]];
    if (!named[labels.of[i]]) name(part, i);
    named[labels.of[i]] = true;
    part.frames.push_back(std::move(slots.frames[i]));
  }
  return parts;
}

ContrastParts by_contrasts(const Cluster& cluster, Slots& slots,
                           const std::vector<const Contrast*>& contrasts, const char* flag) {
  return take_apart(cluster, slots, product(contrasts), [&](Cluster& part, std::size_t frame) {
    for (const auto* contrast : contrasts)
      part.contrasts.push_back({contrast->attribute, contrast->values[contrast->equal.of[frame]]});
    if (flag) part.flags.emplace_back(flag);
  });
}

std::string describe(const std::vector<const Contrast*>& contrasts) {
  std::string text = "slices of several contrasts, none of which makes a stack by itself:";
  for (const auto* contrast : contrasts)
    text += (contrast == contrasts.front() ? " " : "; ") +
            std::string(contrast->attribute->keyword) + " is " + contrast->quote();
  return text;
}

// Where no position has two values.
std::optional<ContrastParts> split_apart(const Cluster& cluster, Slots& slots,
                                         const std::vector<Contrast>& contrasts,
                                         const Tolerances& tolerances) {
  std::vector<const Contrast*> strict, lenient;
  for (const auto& c : contrasts) {
    if (c.attribute->use == ContrastUse::hint || c.equal.count < 2 || c.tells_apart_in_a_slot ||
        is_measurement(c, slots))
      continue;
    if (c.attribute->apart == WhereApart::refuse) strict.push_back(&c);
    if (c.attribute->apart == WhereApart::split) lenient.push_back(&c);
  }
  for (const auto& by : {strict, lenient}) {
    if (by.empty()) continue;
    const auto parts = positions_of(product(by), slots);
    const bool is_strict = by.front()->attribute->apart == WhereApart::refuse;
    const bool all_stacks = std::ranges::all_of(parts, [&](const Positions& part) {
      return is_stack(part, slots.positions, tolerances) &&
             (is_strict || part.size() >= least_slices);
    });
    const bool interleave = any_interleave(parts);
    if (!is_strict && !interleave && is_even(slots.positions, tolerances)) continue;
    if (all_stacks) return by_contrasts(cluster, slots, by, interleave ? "shifted_grid" : nullptr);
    if (is_strict) return ContrastParts{{}, describe(by)};
  }
  return std::nullopt;
}

// Labels that have the same positions are of one family.
Labels families_of(const Labels& labels, const std::vector<Positions>& positions) {
  const auto family_of = rank_values(positions);
  Labels families{.of = {}, .count = family_of.count};
  for (const auto label : labels.of) families.of.push_back(family_of.of[label]);
  return families;
}

// What counts volumes in one way or another.
struct Candidate {
  std::string_view word;
  Labels labels;
  bool is_time = false;
};

// Empty when one of them gives each position each value: then the volumes lie on one grid.
std::vector<Candidate> find_candidates(const Slots& slots, const std::vector<Contrast>& contrasts) {
  std::vector<Candidate> candidates;
  for (const auto& c : contrasts)
    if (c.attribute->use == ContrastUse::volume && is_complete(c.equal, slots)) return {};
  for (const auto& key : dimension_keys()) {
    auto labels = label_by_key(slots, key);
    if (!labels) continue;
    if (is_complete(*labels, slots)) return {};
    if (is_distinct(*labels, slots))
      candidates.push_back({key.dimension, std::move(*labels), key.seconds > 0});
  }
  for (const auto& c : contrasts)
    if (c.attribute->use == ContrastUse::volume && c.equal.count > 1 && is_distinct(c.equal, slots))
      candidates.push_back({c.attribute->word, c.equal});
  return candidates;
}

// What counts volumes whose positions are not the same for all: by the families of volumes that
// share theirs. Times can be those of slices that were excited together, so they are asked only
// where the positions are no one grid.
std::optional<ContrastParts> split_grids(const Cluster& cluster, Slots& slots,
                                         const std::vector<Contrast>& contrasts,
                                         const Tolerances& tolerances) {
  const bool even = is_even(slots.positions, tolerances);
  const std::size_t least = slots.all_single() && even ? least_slices : 2;
  for (const auto& c : find_candidates(slots, contrasts)) {
    if (c.is_time && even) continue;
    const bool is_one = std::ranges::all_of(contrasts, [&](const Contrast& contrast) {
      return contrast.attribute->use == ContrastUse::hint || contrast.attribute->is_measured ||
             is_within(c.labels, contrast.equal);
    });
    const auto positions = positions_of(c.labels, slots);
    const auto families = families_of(c.labels, positions);
    const auto parts = positions_of(families, slots);
    const auto frames = std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                                        [](std::size_t n, const auto& p) { return n + p.size(); });
    const bool all_stacks = std::ranges::all_of(parts, [&](const Positions& part) {
      return part.size() >= least && is_even(part, tolerances);
    });
    // Disjoint: no position is of two families.
    if (!is_one || families.count < 2 || frames != slots.size() || !all_stacks) continue;
    if (slots.all_single() && !any_interleave(parts)) continue;
    return take_apart(cluster, slots, families, [&](Cluster& part, std::size_t frame) {
      part.grid_word = c.word;
      part.grid_number = families.of[frame];
      part.flags.emplace_back("shifted_grid");
    });
  }
  return std::nullopt;
}

}  // namespace

std::optional<ContrastParts> split_contrasts(const Cluster& cluster, Slots& slots,
                                             const Tolerances& tolerances) {
  const auto contrasts = find_contrasts(slots);
  std::vector<const Contrast*> at_positions;
  for (const auto& c : contrasts)
    if (c.attribute->use == ContrastUse::image && c.tells_apart_in_a_slot &&
        !is_measurement(c, slots))
      at_positions.push_back(&c);
  if (!at_positions.empty()) return by_contrasts(cluster, slots, at_positions, nullptr);
  if (auto parts = split_apart(cluster, slots, contrasts, tolerances)) return parts;
  return split_grids(cluster, slots, contrasts, tolerances);
}

}  // namespace dcmflow
