#include "stages/sorting/find_volumes.h"

#include <algorithm>
#include <utility>

#include "stages/sorting/volume_keys.h"
#include "stages/sorting/volume_labels.h"

namespace dcmflow {
namespace {

// A way to tell volumes apart.
struct Split {
  Labels labels;
  ToldApartBy by;
  bool guessed = false;
};

// What the keys say of the frames, each asked once.
std::vector<Split> splits_by_key(const Slots& slots) {
  std::vector<Split> splits;
  for (const auto& key : dimension_keys())
    if (auto labels = label_by_key(slots, key)) splits.push_back({std::move(*labels), {&key}});
  return splits;
}

std::vector<Split> splits_by_two_keys(const std::vector<Split>& single) {
  std::vector<Split> splits;
  for (std::size_t i = 0; i < single.size(); ++i)
    for (std::size_t k = i + 1; k < single.size(); ++k)
      splits.push_back({label_by_both(single[i].labels, single[k].labels),
                        {single[i].by.key, single[k].by.key}});
  return splits;
}

bool has_complete_volume(const Labels& labels, const Slots& slots) {
  return is_distinct(labels, slots) &&
         std::ranges::count(frames_of_volumes(labels), slots.size()) > 0;
}

template <class Accepts>
std::optional<Split> first_of(std::vector<Split>& splits, Accepts&& accepts) {
  const auto found = std::ranges::find_if(splits, accepts);
  return found == splits.end() ? std::nullopt : std::optional(std::move(*found));
}

// Whether what counts volumes says that frames of different volumes were put together.
bool is_contradicted(const Labels& labels, const Slots& slots, const std::vector<Split>& by_key) {
  return std::ranges::any_of(by_key, [&](const Split& split) {
    return split.by.key->is_index && is_distinct(split.labels, slots) &&
           !is_same_partition(split.labels, labels);
  });
}

// An order of the frames at each position is no more than a guess.
std::optional<Split> guess(const Slots& slots, const std::vector<Split>& by_key) {
  auto labels = label_by_rank(slots);
  if (!labels || is_contradicted(*labels, slots, by_key)) return std::nullopt;
  if (const auto numbered = label_by_numbering(slots);
      numbered && is_distinct(*numbered, slots) && !is_same_partition(*numbered, *labels))
    return std::nullopt;
  return Split{std::move(*labels), {}, true};
}

std::optional<Split> find_split(const Slots& slots) {
  auto single = splits_by_key(slots);
  const auto complete = [&](const Split& s) { return is_complete(s.labels, slots); };
  if (auto found = first_of(single, complete)) return found;
  if (auto blocks = label_by_blocks(slots);
      blocks && is_complete(*blocks, slots) && !is_contradicted(*blocks, slots, single))
    return Split{std::move(*blocks), {}};
  auto pairs = splits_by_two_keys(single);
  if (auto found = first_of(pairs, complete)) return found;
  // A time that most slices share is chance where the numbers of frames are equal.
  const bool equal = slots.all_equal();
  const auto partial = [&](const Split& s) {
    return (!equal || s.by.key->is_index) && has_complete_volume(s.labels, slots);
  };
  if (auto found = first_of(single, partial)) return found;
  if (equal) return guess(slots, single);
  if (auto found = first_of(pairs, partial)) return found;
  if (auto numbered = label_by_numbering(slots); numbered && has_complete_volume(*numbered, slots))
    return Split{std::move(*numbered), {}};
  return std::nullopt;
}

void refuse_ambiguous(const Slots& slots, std::vector<RefusedInstance>& refused) {
  std::uint32_t least = slots.members(0), most = least;
  for (std::uint32_t slot = 1; slot < slots.size(); ++slot) {
    least = std::min(least, slots.members(slot));
    most = std::max(most, slots.members(slot));
  }
  const auto images = least == most
                          ? std::to_string(most)
                          : "between " + std::to_string(least) + " and " + std::to_string(most);
  refuse_frames(slots.frames, Reason::ambiguous_positions,
                images + " images at each of " + std::to_string(slots.size()) + " positions",
                refused);
}

// The frames of one volume, and at which slots, ascending.
struct Part {
  std::vector<Frame> frames;
  std::vector<std::uint32_t> slots;
};

// Which positions a volume has no frame for, in words.
std::string describe_missing(const std::string& value, const Part& part,
                             const std::vector<double>& positions) {
  constexpr std::size_t most_told = 8;
  std::string where;
  std::size_t told = 0;
  auto next = part.slots.begin();
  for (std::uint32_t slot = 0; slot < positions.size() && told < most_told; ++slot) {
    if (next != part.slots.end() && *next == slot) {
      ++next;
      continue;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", positions[slot]);
    where += (told++ == 0 ? "" : ", ") + std::string(text);
  }
  const auto missing = positions.size() - part.slots.size();
  return "volume " + value + ": " + std::to_string(missing) + " of " +
         std::to_string(positions.size()) + " slices missing, at " + where +
         (missing > told ? ", … mm" : " mm");
}

std::vector<Part> take_apart(Slots& slots, const Labels& labels) {
  const auto counts = frames_of_volumes(labels);
  std::vector<Part> parts(labels.count);
  for (std::uint32_t v = 0; v < labels.count; ++v) {
    parts[v].frames.reserve(counts[v]);
    parts[v].slots.reserve(counts[v]);
  }
  for (std::uint32_t slot = 0; slot < slots.size(); ++slot)
    for (auto i = slots.begin_of(slot); i < slots.ends[slot]; ++i) {
      auto& part = parts[labels.of[i]];
      part.frames.push_back(std::move(slots.frames[i]));
      part.slots.push_back(slot);
    }
  return parts;
}

}  // namespace

std::optional<VolumeSet> find_volumes(Slots slots, std::vector<RefusedInstance>& refused) {
  const auto split = find_split(slots);
  if (!split) {
    refuse_ambiguous(slots, refused);
    return std::nullopt;
  }
  VolumeSet set;
  set.guessed = split->guessed;
  set.frames.reserve(slots.frames.size());
  for (auto& part : take_apart(slots, split->labels)) {
    if (part.frames.size() == slots.size()) {
      std::ranges::move(part.frames, std::back_inserter(set.frames));
      ++set.volumes;
      continue;
    }
    set.missing.push_back(
        describe_missing(volume_value(split->by, part.frames), part, slots.positions));
    refuse_frames(part.frames, Reason::incomplete_volume, set.missing.back(), refused);
  }
  if (set.volumes == 1) return set;
  auto series = describe_volumes(set.frames, set.volumes, split->by);
  set.dimension = std::move(series.dimension);
  set.keys = std::move(series.keys);
  return set;
}

}  // namespace dcmflow
