#include "stages/sorting/find_volumes.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

#include "stages/sorting/contradict_order.h"
#include "stages/sorting/tell_volumes_apart.h"
#include "stages/sorting/volume_keys.h"
#include "stages/sorting/volume_labels.h"

namespace dcmflow {
namespace {

void refuse_ambiguous(const Positions& positions, const std::string& why,
                      std::vector<RefusedInstance>& refused) {
  std::uint32_t least = positions.members(0), most = least;
  for (std::uint32_t position = 1; position < positions.size(); ++position) {
    least = std::min(least, positions.members(position));
    most = std::max(most, positions.members(position));
  }
  const auto images = least == most
                          ? std::to_string(most)
                          : "between " + std::to_string(least) + " and " + std::to_string(most);
  refuse_frames(
      positions.frames, Reason::ambiguous_positions,
      images + " images at each of " + std::to_string(positions.size()) + " positions" + why,
      refused);
}

// The frames of one volume, and at which positions, ascending.
struct Part {
  std::vector<Frame> frames;
  std::vector<std::uint32_t> positions;
};

// Which positions a volume has no frame for, in words.
std::string describe_missing(const std::string& value, const Part& part,
                             const std::vector<double>& all_mm) {
  constexpr std::size_t most_told = 8;
  std::string where;
  std::size_t told = 0;
  auto next = part.positions.begin();
  for (std::uint32_t position = 0; position < all_mm.size() && told < most_told; ++position) {
    if (next != part.positions.end() && *next == position) {
      ++next;
      continue;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", all_mm[position]);
    where += (told++ == 0 ? "" : ", ") + std::string(text);
  }
  const auto missing = all_mm.size() - part.positions.size();
  return "volume " + value + ": " + std::to_string(missing) + " of " +
         std::to_string(all_mm.size()) + " slices missing, at " + where +
         (missing > told ? ", … mm" : " mm");
}

std::vector<Part> take_apart(Positions& positions, const Labels& labels) {
  const auto counts = frames_of_volumes(labels);
  std::vector<Part> parts(labels.count);
  for (std::uint32_t v = 0; v < labels.count; ++v) {
    parts[v].frames.reserve(counts[v]);
    parts[v].positions.reserve(counts[v]);
  }
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    for (auto i = positions.begin_of(position); i < positions.ends[position]; ++i) {
      auto& part = parts[labels.of[i]];
      part.frames.push_back(std::move(positions.frames[i]));
      part.positions.push_back(position);
    }
  return parts;
}

}  // namespace

std::optional<VolumeSet> find_volumes(Positions positions, bool strict,
                                      const ReadElements& read_elements,
                                      std::vector<RefusedInstance>& refused) {
  const auto told = tell_volumes_apart(positions);
  const auto* split = std::get_if<VolumeSplit>(&told);
  if (!split || (split->guessed && strict)) {
    refuse_ambiguous(
        positions,
        split ? ", and only their order tells volumes apart (--strict)"
              : ", and nothing says which are of one volume" + std::get<std::string>(told),
        refused);
    return std::nullopt;
  }
  if (split->is_order)
    if (const auto why = contradict_order(positions, split->labels, read_elements)) {
      refuse_ambiguous(positions, *why, refused);
      return std::nullopt;
    }
  VolumeSet set;  // with one volume at least: no split is given that leaves none whole
  set.guessed = split->guessed;
  set.frames.reserve(positions.frames.size());
  for (auto& part : take_apart(positions, split->labels)) {
    if (part.frames.size() == positions.size()) {
      std::ranges::move(part.frames, std::back_inserter(set.frames));
      ++set.volumes;
      continue;
    }
    set.missing.push_back(
        describe_missing(volume_value(split->by, part.frames), part, positions.mm));
    refuse_frames(part.frames, Reason::incomplete_volume, set.missing.back(), refused);
  }
  if (set.volumes == 1) return set;
  auto series = describe_volumes(set.frames, set.volumes, split->by);
  set.dimension = std::move(series.dimension);
  set.keys = std::move(series.keys);
  return set;
}

}  // namespace dcmflow
