#include "stages/dicom/multi_frame/frame_items.h"

#include <algorithm>
#include <string>
#include <utility>

#include "stages/dicom/dataset_start.h"
#include "stages/dicom/dictionary.h"
#include "stages/dicom/multi_frame/frame_attributes.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t longest_value = 1024;
constexpr int deepest = 8;  // the standard's macros go three sequences down

// What follows the date of a DT (PS3.5 table 6.2-1), without the offset from UTC.
std::string_view time_of_day(std::string_view date_time) {
  constexpr std::size_t date = 8;
  if (date_time.size() <= date) return {};
  return date_time.substr(date, date_time.find_first_of("+-&", date) - date);
}

void add_once(AttributeValues& values, AttributeIndex attribute, std::string_view text) {
  if (!text.empty() && !values.find(attribute)) values.add(attribute, text);
}

class FrameItemReader {
 public:
  FrameItemReader(ByteSource& source, const SequenceContext& context, std::uint64_t most)
      : source_(source), context_(context), most_(most) {}

  Result<FrameItems> read(const Element& sequence) {
    FrameItems read;
    const auto end =
        walk_items(sequence, context_.encoding, source_.size(), 0, [&]() -> FrameItem* {
          return ++read.count <= most_ ? &read.items.emplace_back() : nullptr;
        });
    if (!end) return end.problem();
    read.end = *end;
    return read;
  }

 private:
  // Where the bytes of an element with a length of its own end, within `limit`.
  static Result<std::uint64_t> end_of(const Element& element, std::uint64_t limit) {
    if (element.has_undefined_length()) return limit;
    if (element.value > limit || element.length > limit - element.value)
      return Problem{Reason::truncated,
                     {},
                     tag_text(element.tag) + " promises " + std::to_string(element.length) +
                         " bytes at byte " + std::to_string(element.value) +
                         ", the sequence around it ends at byte " + std::to_string(limit)};
    return element.value + element.length;
  }

  static Problem ends_too_early(const Element& element, std::uint64_t limit) {
    return {Reason::truncated,
            {},
            tag_text(element.tag) + " of undefined length at byte " +
                std::to_string(element.value) + " has no end before byte " + std::to_string(limit)};
  }

  // Asks `next_item` for each item where its attributes go (nullptr: nowhere). Returns the offset
  // behind the sequence.
  template <class NextItem>
  Result<std::uint64_t> walk_items(const Element& sequence, DatasetEncoding encoding,
                                   std::uint64_t limit, int depth, NextItem&& next_item) {
    // UN holds implicit little endian items (PS3.5 6.2.2 note 2), but some writers leave them
    // explicit.
    const bool is_unknown = sequence.vr == vr('U', 'N');
    if (is_unknown) encoding = {.explicit_vr = false};
    const auto end = end_of(sequence, limit);
    if (!end) return end.problem();
    ElementReader items(source_, encoding, sequence.value, *end);
    for (Element item; items.next(item);) {
      if (item.tag == sequence_delimiter_tag) return items.offset();
      if (item.tag != item_tag)
        return Problem{Reason::malformed,
                       {},
                       "expected an item of " + tag_text(sequence.tag) + " before byte " +
                           std::to_string(item.value) + ", found " + tag_text(item.tag)};
      if (is_unknown)
        encoding.explicit_vr = recognise_encoding(source_, item.value, encoding).explicit_vr;
      const auto item_end = walk_item(item, encoding, *end, sequence.tag, depth, next_item());
      if (!item_end) return item_end.problem();
      items.go_to(*item_end);
    }
    if (!items.error()) return items.error().problem();
    if (sequence.has_undefined_length()) return ends_too_early(sequence, *end);
    return *end;
  }

  // Returns the offset behind the item.
  Result<std::uint64_t> walk_item(const Element& item, DatasetEncoding encoding,
                                  std::uint64_t limit, std::uint32_t sequence, int depth,
                                  FrameItem* into) {
    auto end = end_of(item, limit);
    if (!end || (!into && !item.has_undefined_length())) return end;
    ElementReader elements(source_, encoding, item.value, *end);
    ItemCharacterSet character_set(context_.texts);
    std::vector<HeaderPlan::Wanted> private_tags;
    for (Element element; elements.next(element);) {
      if (element.tag == item_delimiter_tag) return elements.offset();
      character_set.look_at(elements, element);
      if (into && !context_.plan.in_frames.empty()) keep_added(elements, element, *into);
      if (into && depth < deepest && holds_wanted(element)) {
        path_.push_back(element.tag);
        const Leave leave{path_};
        auto behind =
            walk_items(element, encoding, *end, depth + 1, [into, first = true]() mutable {
              return std::exchange(first, false) ? into : nullptr;
            });
        if (!behind) return behind;
        elements.go_to(*behind);
        continue;
      }
      if (into) keep(elements, element, sequence, private_tags, *into);
      if (!elements.skip(element)) return elements.error().problem();
    }
    if (!elements.error()) return elements.error().problem();
    if (item.has_undefined_length()) return ends_too_early(item, *end);
    return *end;
  }

  struct Leave {
    std::vector<std::uint32_t>& path;
    ~Leave() { path.pop_back(); }
  };

  // A sequence of the macros that stand for attributes of an image; where a user or a rule asks for
  // more, any sequence.
  bool holds_wanted(const Element& element) const {
    if (has_frame_attributes(element.tag)) return true;
    if (context_.plan.in_frames.empty()) return false;
    if (element.vr == vr('S', 'Q')) return true;
    if (element.vr != unknown_vr || element.tag >> 16 & 1) return false;
    const auto entry = find_tag(element.tag);
    return entry && entry->vr == "SQ";
  }

  // An attribute is asked for by itself, or by its path within the frame's functional groups.
  bool is_path_of(const AttributeRow& row) const {
    if (row.path.empty()) return !path_.empty();
    return std::ranges::equal(row.path, path_, [](const SequenceStep& step, std::uint32_t tag) {
      return step.tag == tag && (step.item == 0 || step.item == SequenceStep::any_item);
    });
  }

  void keep_added(const ElementReader& elements, const Element& element, FrameItem& into) {
    const auto& all = context_.plan.in_frames;
    auto wanted = std::ranges::lower_bound(all, element.tag, {}, &HeaderPlan::Wanted::tag);
    for (; wanted != all.end() && wanted->tag == element.tag; ++wanted) {
      const auto attribute = wanted->attribute;
      const auto& row = context_.plan.table[attribute];
      if (!is_path_of(row)) continue;
      if (row.vr == "SQ")
        add_once(into.values, attribute, element.length != 0 ? "1" : "");
      else
        add_once(into.values, attribute, text_of(elements, element, row));
    }
  }

  void keep(const ElementReader& elements, const Element& element, std::uint32_t sequence,
            std::vector<HeaderPlan::Wanted>& private_tags, FrameItem& into) {
    if (element.tag >> 16 & 1) keep_private(elements, element, private_tags, into);
    for (const auto& row : find_frame_attributes(sequence, element.tag)) {
      const auto text = text_of(elements, element, row.vr);
      auto& values = row.source == FrameSource::standard ? into.values : into.if_missing;
      add_once(values, row.attribute, row.is_time_of_day ? time_of_day(text) : text);
    }
  }

  // gggg,0010–00FF name the creator of the block gggg,xx00–xxFF of this item (PS3.5 7.8.1).
  void keep_private(const ElementReader& elements, const Element& element,
                    std::vector<HeaderPlan::Wanted>& private_tags, FrameItem& into) {
    const std::uint32_t group = element.tag & 0xFFFF0000;
    const std::uint32_t number = element.tag & 0xFFFF;
    if (number >= 0x10 && number <= 0xFF) {
      const auto creator = text_of(elements, element, vr('L', 'O'));
      for (const auto& wanted : context_.plan.in_private_blocks)
        if ((wanted.tag & 0xFFFF0000) == group &&
            context_.plan.table[wanted.attribute].private_creator == creator)
          private_tags.push_back({group | number << 8 | (wanted.tag & 0xFF), wanted.attribute});
      return;
    }
    for (const auto& wanted : private_tags) {
      if (wanted.tag != element.tag) continue;
      const auto& row = context_.plan.table[wanted.attribute];
      add_once(into.values, wanted.attribute, text_of(elements, element, row));
    }
  }

  // `code` where the file says none.
  std::string text_of(const ElementReader& elements, const Element& element, Vr code) {
    if (element.length > longest_value) return {};
    const bool says_vr = element.vr != unknown_vr && element.vr != vr('U', 'N');
    return context_.texts.text_of(elements, element, says_vr ? element.vr : code);
  }
  std::string text_of(const ElementReader& elements, const Element& element,
                      const AttributeRow& row) {
    return text_of(elements, element, context_.texts.code_of(element, row));
  }

  ByteSource& source_;
  const SequenceContext& context_;
  const std::uint64_t most_;
  std::vector<std::uint32_t> path_;  // the sequences that are gone into, below the frame's item
};

}  // namespace

Result<FrameItems> read_frame_items(ByteSource& source, const Element& sequence,
                                    const SequenceContext& context, std::uint64_t most) {
  return FrameItemReader(source, context, most).read(sequence);
}

}  // namespace dcmflow
