#include "stages/sorting/split_contrasts.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "stages/dicom/attributes.h"
#include "stages/sorting/contrasts.h"
#include "stages/sorting/label_positions.h"
#include "stages/sorting/order_labels.h"
#include "stages/sorting/volume_labels.h"

namespace dcmflow {
namespace {

// Two slices are even by themselves: fewer than this prove no stack.
constexpr std::size_t least_slices = 3;

// A value for each slice is a measurement: no contrast has one slice.
bool is_measurement(const Contrast& contrast, const Positions& positions) {
  const bool may_be =
      contrast.attribute->is_measured || contrast.attribute->apart != WhereApart::refuse;
  if (!may_be || std::size_t{contrast.equal.count} * 2 <= positions.frames.size()) return false;
  const auto parts = positions_of(contrast.equal, positions);
  return std::ranges::any_of(parts, [&](const auto& p) { return p.size() < positions.size(); });
}

// REQUIRES: a contrast.
Labels product(const std::vector<const Contrast*>& contrasts) {
  auto labels = contrasts.front()->equal;
  for (std::size_t i = 1; i < contrasts.size(); ++i)
    labels = label_by_both(labels, contrasts[i]->equal);
  return labels;
}

// A cluster for each label; what they are told apart by is for `name` to say, by a frame of each.
template <class Name>
ContrastParts take_apart(const Cluster& cluster, Positions& positions, const Labels& labels,
                         Name&& name) {
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
    part.frames.push_back(std::move(positions.frames[i]));
  }
  return parts;
}

ContrastParts by_contrasts(const Cluster& cluster, Positions& positions,
                           const std::vector<const Contrast*>& contrasts, const char* flag) {
  return take_apart(cluster, positions, product(contrasts), [&](Cluster& part, std::size_t frame) {
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

// What may take a cluster apart where no position has two values: together what is of one kind, and
// each word by itself.
std::vector<std::vector<const Contrast*>> find_ways(const Positions& positions,
                                                    const std::vector<Contrast>& contrasts) {
  std::vector<std::vector<const Contrast*>> ways(3);
  for (const auto& c : contrasts) {
    if (c.attribute->apart == WhereApart::ignore || c.equal.count < 2 ||
        c.tells_apart_at_a_position || is_measurement(c, positions))
      continue;
    if (c.attribute->is_word)
      ways.push_back({&c});
    else
      ways[static_cast<std::size_t>(c.attribute->apart)].push_back(&c);
  }
  std::erase_if(ways, [](const auto& way) { return way.empty(); });
  return ways;
}

// Where no position has two values.
std::optional<ContrastParts> split_apart(const Cluster& cluster, Positions& positions,
                                         const std::vector<Contrast>& contrasts,
                                         const Tolerances& tolerances) {
  for (const auto& by : find_ways(positions, contrasts)) {
    const auto way = by.front()->attribute->apart;
    const auto parts = positions_of(product(by), positions);
    const bool is_strict = way == WhereApart::refuse;
    const bool all_stacks = std::ranges::all_of(parts, [&](const PositionsMm& part) {
      return is_stack(part, positions.mm, tolerances) && (is_strict || part.size() >= least_slices);
    });
    const bool interleave = any_interleave(parts);
    if (way == WhereApart::interleaved && !interleave) continue;
    // One stack, if it were not for the contrasts.
    const bool is_zoned = !is_strict && is_even(positions.mm, tolerances);
    if (all_stacks)
      return by_contrasts(cluster, positions, by,
                          interleave ? "shifted_grid"
                          : is_zoned ? "split_by_contrast"
                                     : nullptr);
    if (is_strict) return ContrastParts{{}, describe(by)};
  }
  return std::nullopt;
}

// Labels that have the same positions are of one family.
Labels families_of(const Labels& labels, const std::vector<PositionsMm>& of_labels) {
  const auto family_of = rank_values(of_labels);
  Labels families{.of = {}, .count = family_of.count};
  for (const auto label : labels.of) families.of.push_back(family_of.of[label]);
  return families;
}

// What counts volumes in one way or another.
struct Candidate {
  std::string_view word;
  Labels labels;
  bool may_be_excited_together = false;
};

bool are_of_mr(const Positions& positions) {
  return positions.frames.front().find(attribute_index(0x00080060)) == "MR";
}

// Empty when one of them gives each position each value: then the volumes lie on one grid.
std::vector<Candidate> find_candidates(const Positions& positions,
                                       const std::vector<Contrast>& contrasts) {
  std::vector<Candidate> candidates;
  if (const auto labels = label_by_dimension_index(positions);
      labels && is_complete(*labels, positions))
    return {};
  for (const auto& c : contrasts)
    if (c.attribute->use == ContrastUse::volume && is_complete(c.equal, positions)) return {};
  for (const auto& key : dimension_keys()) {
    auto labels = label_by_key(positions, key);
    if (!labels) continue;
    if (is_complete(*labels, positions)) return {};
    if (is_distinct(*labels, positions))
      candidates.push_back(
          {key.dimension, std::move(*labels), key.seconds > 0 && are_of_mr(positions)});
  }
  for (auto& labels : label_by_each_index(positions))
    if (is_distinct(labels, positions))
      candidates.push_back({dimension_index_key().dimension, std::move(labels)});
  if (auto labels = label_by_multi_frame(positions))
    candidates.push_back({"file", std::move(*labels)});
  for (const auto& c : contrasts)
    if ((c.attribute->use == ContrastUse::volume ||
         c.attribute->apart == WhereApart::interleaved) &&
        c.equal.count > 1 && is_distinct(c.equal, positions))
      candidates.push_back({c.attribute->word, c.equal});
  // What is in the order of numbers may be in that of excitation.
  if (auto labels = label_by_runs(positions))
    candidates.push_back({"instance_number", std::move(*labels), true});
  return candidates;
}

// What counts volumes whose positions are not the same for all: by the families of volumes that
// share theirs. Times of MR can be those of slices that were excited together, so they are asked
// only where the positions are no one grid.
std::optional<ContrastParts> split_grids(const Cluster& cluster, Positions& positions,
                                         const std::vector<Contrast>& contrasts,
                                         const Tolerances& tolerances) {
  const bool even = is_even(positions.mm, tolerances);
  const std::size_t least = positions.all_single() && even ? least_slices : 2;
  for (const auto& c : find_candidates(positions, contrasts)) {
    if (c.may_be_excited_together && even) continue;
    const bool is_one = std::ranges::all_of(contrasts, [&](const Contrast& contrast) {
      return contrast.attribute->use == ContrastUse::hint || contrast.attribute->is_measured ||
             is_within(c.labels, contrast.equal);
    });
    const auto of_labels = positions_of(c.labels, positions);
    const auto families = families_of(c.labels, of_labels);
    const auto parts = positions_of(families, positions);
    const auto frames = std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                                        [](std::size_t n, const auto& p) { return n + p.size(); });
    const bool all_stacks = std::ranges::all_of(parts, [&](const PositionsMm& part) {
      return part.size() >= least && is_even(part, tolerances);
    });
    // Disjoint: no position is of two families.
    if (!is_one || families.count < 2 || frames != positions.size() || !all_stacks) continue;
    if (positions.all_single() && !any_interleave(parts)) continue;
    return take_apart(cluster, positions, families, [&](Cluster& part, std::size_t frame) {
      part.grid_word = c.word;
      part.grid_number = families.of[frame];
      part.flags.emplace_back("shifted_grid");
    });
  }
  return std::nullopt;
}

}  // namespace

std::optional<ContrastParts> split_contrasts(const Cluster& cluster, Positions& positions,
                                             const Tolerances& tolerances) {
  const auto contrasts = find_contrasts(positions);
  std::vector<const Contrast*> at_positions;
  for (const auto& c : contrasts)
    if (c.attribute->use == ContrastUse::image && c.tells_apart_at_a_position &&
        !is_measurement(c, positions))
      at_positions.push_back(&c);
  if (!at_positions.empty()) return by_contrasts(cluster, positions, at_positions, nullptr);
  if (auto parts = split_apart(cluster, positions, contrasts, tolerances)) return parts;
  return split_grids(cluster, positions, contrasts, tolerances);
}

}  // namespace dcmflow
