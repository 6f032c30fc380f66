// Per-frame values win over shared ones, these over the top level of the data set (PS3.3
// C.7.6.16.1.1); vendors' copies are used where none of those says anything.

#include <algorithm>

#include "stages/dicom/attributes.h"
#include "stages/dicom/multi_frame/frame_describers.h"

namespace dcmflow {
namespace {

constexpr AttributeIndex segment_number = attribute_index(0x0062000B);
constexpr AttributeIndex segment_label = attribute_index(0x00620005);

class GroupMerger {
 public:
  GroupMerger(HeaderWalk& walk, const AttributeTable& table)
      : walk_(walk),
        table_(table),
        items_(walk.frames->per_frame ? std::move(walk.frames->per_frame->items)
                                      : std::vector<FrameItem>(1)),
        frames_(items_.size()),
        texts_(items_.size()) {
    if (walk.frames->shared && !walk.frames->shared->items.empty())
      shared_ = std::move(walk.frames->shared->items.front());
    if (walk.frames->segments) label_segments(walk.frames->segments->items);
  }

  std::vector<AttributeValues> merge() {
    for (const auto attribute : attributes()) merge(attribute);
    for (auto& frame : frames_) frame.shrink_to_fit();
    return std::move(frames_);
  }

 private:
  void label_segments(const std::vector<FrameItem>& segments) {
    for (auto& item : items_) {
      const auto number =
          first_of(item.values.find(segment_number), shared_.values.find(segment_number));
      const auto segment = std::ranges::find_if(segments, [&](const FrameItem& s) {
        return number && s.values.find(segment_number) == number;
      });
      if (segment == segments.end()) continue;
      if (const auto label = segment->values.find(segment_label))
        item.values.add(segment_label, *label);
    }
  }

  // Those that any item has, in the order of the table.
  std::vector<AttributeIndex> attributes() const {
    std::vector<bool> seen(table_.rows().size());
    const auto see = [&](const FrameItem& item) {
      for (const auto* values : {&item.values, &item.if_missing})
        values->for_each(
            [&](AttributeIndex attribute, std::string_view) { seen[attribute] = true; });
    };
    see(shared_);
    std::ranges::for_each(items_, see);
    std::vector<AttributeIndex> found;
    for (std::size_t i = 0; i < seen.size(); ++i)
      if (seen[i]) found.push_back(static_cast<AttributeIndex>(i));
    return found;
  }

  static std::optional<std::string_view> first_of(std::optional<std::string_view> first,
                                                  std::optional<std::string_view> second) {
    return first ? first : second;
  }

  // What all frames have in common goes where single-frame images have it, unless something else
  // stands there.
  void merge(AttributeIndex attribute) {
    const auto top = walk_.find(attribute);
    const bool is_missing = !top || top->empty();
    const auto common = shared_.values.find(attribute);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      texts_[i] = first_of(items_[i].values.find(attribute), common);
      if (!texts_[i] && is_missing)
        texts_[i] =
            first_of(items_[i].if_missing.find(attribute), shared_.if_missing.find(attribute));
    }
    const bool all_equal =
        std::ranges::all_of(texts_, [&](const auto& text) { return text == texts_.front(); });
    if (all_equal && texts_.front() == top) return;
    if (all_equal && !top && texts_.front()) {
      auto& values = table_[attribute].repeats ? walk_.repeating : walk_.varying;
      values.add(attribute, *texts_.front());
      return;
    }
    for (std::size_t i = 0; i < texts_.size(); ++i)
      if (texts_[i]) frames_[i].add(attribute, *texts_[i]);
  }

  HeaderWalk& walk_;
  const AttributeTable& table_;
  FrameItem shared_;
  std::vector<FrameItem> items_;  // one a frame: one at least
  std::vector<AttributeValues> frames_;
  std::vector<std::optional<std::string_view>> texts_;  // of the attribute at hand, by frame
};

}  // namespace

Result<FrameValues> describe_by_groups(HeaderWalk& walk, FrameCount frames,
                                       const AttributeTable& table) {
  const auto& per_frame = walk.frames->per_frame;
  if (per_frame && per_frame->count != frames)
    return Problem{Reason::malformed,
                   {},
                   "Per-Frame Functional Groups Sequence has " + std::to_string(per_frame->count) +
                       " items, Number of Frames is " + std::to_string(frames)};
  // Read before Number of Frames was known, in a data set out of order.
  if (per_frame && per_frame->items.size() != frames) return FrameValues();
  auto values = GroupMerger(walk, table).merge();
  // Without groups of their own, many frames lie nowhere; a single one may say all at the top
  // level.
  const bool says_nothing = values.size() == 1 && values.front().packed().empty();
  if (values.size() != frames || says_nothing) return FrameValues();
  return std::make_unique<const std::vector<AttributeValues>>(std::move(values));
}

}  // namespace dcmflow
