#include "stages/sorting/tell_volumes_apart.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "stages/dicom/attributes.h"
#include "stages/sorting/contrasts.h"
#include "stages/sorting/dimension_keys.h"
#include "stages/sorting/order_labels.h"
#include "stages/sorting/rank_labels.h"
#include "stages/sorting/volume_labels.h"

namespace dcmflow {
namespace {

// An attribute of which a position has several values, and not one of its own for each frame: that
// counts frames, or measures them.
bool tells_volumes_apart(const Contrast& contrast, const Positions& positions) {
  return contrast.tells_apart_at_a_position &&
         std::size_t{contrast.equal.count} * 2 <= positions.frames.size();
}

// What the keys and the contrasts say of the frames, each asked once.
std::vector<VolumeSplit> splits_by_key(const Positions& positions,
                                       const std::vector<Contrast>& contrasts) {
  std::vector<VolumeSplit> splits;
  for (const auto& key : dimension_keys())
    if (auto labels = label_by_key(positions, key)) splits.push_back({std::move(*labels), {&key}});
  for (const auto& contrast : contrasts) {
    if (contrast.attribute->is_word && !tells_volumes_apart(contrast, positions)) continue;
    const ToldApartBy by{.contrast = contrast.attribute};
    const bool in_time = contrast.attribute->use != ContrastUse::image;
    for (const auto* labels : {&contrast.exact, &contrast.equal})
      if (labels->count > 1 && (labels == &contrast.exact || labels->count < contrast.exact.count))
        splits.push_back({in_time ? by_acquisition(*labels, positions) : *labels, by});
  }
  return splits;
}

std::vector<VolumeSplit> splits_by_two_keys(const std::vector<VolumeSplit>& single) {
  std::vector<VolumeSplit> splits;
  for (std::size_t i = 0; i < single.size(); ++i)
    for (std::size_t k = i + 1; k < single.size(); ++k) {
      const auto &outer = single[i].by, &inner = single[k].by;
      if (!outer.key) continue;
      splits.push_back({label_by_both(single[i].labels, single[k].labels),
                        {.key = outer.key, .inner = inner.key, .contrast = inner.contrast}});
    }
  return splits;
}

// What the frames of one volume have in common.
struct Classes {
  Labels contrasts;  // frames of different ones are never of one volume
  Labels words;      // the same and the words
};

Classes classes_of(const Positions& positions, const std::vector<Contrast>& contrasts) {
  Classes classes;
  classes.contrasts = {std::vector<std::uint32_t>(positions.frames.size()), 1};
  for (const auto& contrast : contrasts) {
    const bool is_hint = contrast.attribute->use == ContrastUse::hint;
    if (contrast.attribute->is_word || contrast.attribute->is_measured ||
        (is_hint && !tells_volumes_apart(contrast, positions)))
      continue;
    classes.contrasts = label_by_both(classes.contrasts, contrast.equal);
  }
  classes.words = classes.contrasts;
  for (const auto& contrast : contrasts)
    if (contrast.attribute->is_word && tells_volumes_apart(contrast, positions))
      classes.words = label_by_both(classes.words, contrast.equal);
  return classes;
}

bool has_complete_volume(const Labels& labels, const Positions& positions) {
  return is_distinct(labels, positions) &&
         std::ranges::count(frames_of_volumes(labels), positions.size()) > 0;
}

template <class Accepts>
std::optional<VolumeSplit> first_of(std::vector<VolumeSplit>& splits, Accepts&& accepts) {
  const auto found = std::ranges::find_if(splits, accepts);
  return found == splits.end() ? std::nullopt : std::optional(std::move(*found));
}

// Whether what counts volumes says that frames of different volumes were put together. What is
// another in each frame counts frames, and says nothing of volumes.
bool is_contradicted(const Labels& labels, const std::vector<VolumeSplit>& by_key,
                     const Positions& positions) {
  return std::ranges::any_of(by_key, [&](const VolumeSplit& split) {
    return split.by.key && split.by.key->is_index && split.labels.count < split.labels.of.size() &&
           is_distinct(split.labels, positions) && !is_same_partition(split.labels, labels);
  });
}

bool tells_apart(const Labels& labels, const Positions& positions) {
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    for (auto i = positions.begin_of(position) + 1; i < positions.ends[position]; ++i)
      if (labels.of[i] != labels.of[i - 1]) return true;
  return false;
}

class SplitFinder {
 public:
  explicit SplitFinder(const Positions& positions)
      : positions_(positions),
        contrasts_(find_contrasts(positions)),
        classes_(classes_of(positions, contrasts_)),
        single_(splits_by_key(positions, contrasts_)) {}

  std::optional<VolumeSplit> find() {
    if (auto found = by_dimension_index()) return found;
    auto pairs = splits_by_two_keys(single_);
    for (const auto* classes : {&classes_.words, &classes_.contrasts}) {
      if (auto found = first_complete(single_, *classes)) return found;
      if (auto found = by_numbers(*classes)) return found;
      if (auto found = first_complete(pairs, *classes)) return found;
    }
    // A time that most slices share is chance where the numbers of frames are equal.
    const bool equal = positions_.all_equal();
    const auto partial = [&](const VolumeSplit& s) {
      return (!equal || says_volumes(s)) && has_whole_volume(s.labels);
    };
    if (auto found = first_of(single_, partial)) return found;
    if (equal) return guess();
    if (auto found = first_of(pairs, partial)) return found;
    if (auto numbered = label_by_numbering(positions_); numbered && has_whole_volume(*numbered))
      return VolumeSplit{.labels = std::move(*numbered), .is_order = true};
    return std::nullopt;
  }

  // Which attributes differ at a position, and their values: what a refusal quotes.
  std::string describe() const {
    constexpr std::size_t most_told = 3;
    std::string text;
    std::size_t told = 0;
    for (const auto& contrast : contrasts_)
      if (tells_volumes_apart(contrast, positions_) && told++ < most_told)
        text += "; " + std::string(contrast.attribute->keyword) + " is " + contrast.quote();
    return text;
  }

 private:
  static bool says_volumes(const VolumeSplit& split) {
    return split.by.key && split.by.key->is_index;
  }

  bool has_whole_volume(const Labels& labels) const {
    return has_complete_volume(labels, positions_) && is_within(labels, classes_.contrasts);
  }
  // What counts volumes and nothing else need not agree with words.
  std::optional<VolumeSplit> first_complete(std::vector<VolumeSplit>& splits,
                                            const Labels& classes) const {
    return first_of(splits, [&](const VolumeSplit& s) {
      return is_complete(s.labels, positions_) && is_within(s.labels, classes_.contrasts) &&
             (says_volumes(s) || is_within(s.labels, classes));
    });
  }

  // An attribute that says the same names the dimension better.
  std::optional<VolumeSplit> by_dimension_index() {
    auto labels = label_by_dimension_index(positions_);
    if (!labels || !is_complete(*labels, positions_) || !is_within(*labels, classes_.contrasts))
      return std::nullopt;
    auto same = first_of(single_, [&](const VolumeSplit& s) {
      return is_complete(s.labels, positions_) && is_same_partition(s.labels, *labels);
    });
    return same ? same : VolumeSplit{std::move(*labels), {&dimension_index_key()}};
  }

  std::optional<VolumeSplit> by_numbers(const Labels& classes) const {
    struct Way {
      std::optional<Labels> labels;
      const DimensionKey* key;
    };
    for (auto& [labels, key] :
         {Way{label_by_trigger_time(positions_), &trigger_time_key()},
          Way{label_by_blocks(positions_, attribute_index(0x00541330)), &image_index_key()},
          Way{label_by_blocks(positions_, attribute_index(0x00200013)), nullptr}})
      if (labels && is_complete(*labels, positions_) && is_within(*labels, classes) &&
          !is_contradicted(*labels, single_, positions_))
        return VolumeSplit{*labels, {key}};
    return std::nullopt;
  }

  // An order of the frames at each position is no more than a guess.
  std::optional<VolumeSplit> guess() const {
    const auto indexed = with_keys(classes_.words, true);
    for (const auto& classes :
         {with_keys(indexed, false), indexed, with_keys(classes_.contrasts, true)}) {
      auto labels = label_by_rank(positions_, classes);
      if (!labels || is_contradicted(*labels, single_, positions_)) continue;
      const auto numbered = label_by_numbering(positions_);
      if (!numbered || !is_distinct(*numbered, positions_) || !is_within(*numbered, classes) ||
          is_same_partition(*numbered, *labels))
        return VolumeSplit{.labels = std::move(*labels), .guessed = true, .is_order = true};
    }
    return std::nullopt;
  }

  // The classes, and what counts volumes but several of them alike: frames of different values are
  // not of one volume. With times and acquisitions, or with what counts nothing else alone.
  Labels with_keys(Labels classes, bool indexes_alone) const {
    for (const auto& split : single_)
      if (split.by.key && (says_volumes(split) || !indexes_alone) &&
          std::size_t{split.labels.count} * 2 <= positions_.frames.size() &&
          !is_distinct(split.labels, positions_) && tells_apart(split.labels, positions_))
        classes = label_by_both(classes, split.labels);
    return classes;
  }

  const Positions& positions_;
  const std::vector<Contrast> contrasts_;
  const Classes classes_;
  std::vector<VolumeSplit> single_;
};

}  // namespace

std::variant<VolumeSplit, std::string> tell_volumes_apart(const Positions& positions) {
  SplitFinder finder(positions);
  if (auto split = finder.find()) return std::move(*split);
  return finder.describe();
}

}  // namespace dcmflow
