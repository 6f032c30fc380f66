#include "stages/dicom/header_walk.h"

#include <algorithm>
#include <utility>

#include "stages/dicom/element_reader.h"
#include "stages/dicom/multi_frame/frame_attributes.h"
#include "stages/dicom/multi_frame/referenced_instances.h"
#include "stages/dicom/nested_value.h"
#include "stages/dicom/pixel_data_element.h"
#include "stages/dicom/private_blocks.h"
#include "stages/dicom/text_reader.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t pixel_representation_tag = 0x00280103;
constexpr std::uint32_t modality_lut_sequence_tag = 0x00283000;

constexpr AttributeIndex no_attribute = 0xFFFF;
constexpr std::string_view sequence_vr = "SQ";

// Of each vendor attribute: its place in HeaderWalk::places, and the standard one instead of it.
struct VendorRow {
  std::size_t place = placed_attributes;
  AttributeIndex standard = no_attribute;
};
constexpr auto vendor_rows = [] {
  std::array<VendorRow, vendor_attributes.size()> rows{};
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (vendor_attributes[i].is_placed) rows[i].place = next++;
    for (std::size_t k = 0; k < built_in_attributes.size(); ++k)
      if (built_in_attributes[k].tag == vendor_attributes[i].standard)
        rows[i].standard = static_cast<AttributeIndex>(k);
  }
  return rows;
}();

// The sequences that describe frames, and how many of their items at the most are read: segments
// and detectors are numbered in 16 bits.
struct FrameSequence {
  std::uint32_t tag;
  std::optional<FrameItems> FrameSources::*items;
  std::uint64_t most;
};
constexpr std::array frame_sequences{
    FrameSequence{detectors_tag, &FrameSources::detectors, 65535},
    FrameSequence{segments_tag, &FrameSources::segments, 65535},
    FrameSequence{shared_groups_tag, &FrameSources::shared, 1},
    FrameSequence{per_frame_groups_tag, &FrameSources::per_frame, 0},  // as many as frames
};

constexpr std::array image_sequences{velocity_encoding_tag, arterial_spin_labeling_tag,
                                     multi_energy_tag, energy_windows_tag, energy_window_range_tag};

bool is_sequence(const Element& element) {
  return element.vr == vr('S', 'Q') || element.has_undefined_length() || element.vr == unknown_vr ||
         element.vr == vr('U', 'N');
}

class Walker {
 public:
  Walker(ByteSource& source, DatasetEncoding encoding, const HeaderPlan& plan,
         std::vector<HeaderPlan::Wanted>& private_tags)
      : source_(source), plan_(plan), texts_(source), blocks_(plan, texts_, private_tags) {
    walk_.encoding = encoding;
    // Enough for most headers. Not for what varies, which is kept for each file: cutting it to its
    // length would leave holes.
    walk_.repeating.reserve(2048);
  }

  Result<HeaderWalk> walk(std::uint64_t offset) {
    ElementReader reader(source_, walk_.encoding, offset, source_.size());
    auto wanted = plan_.standard.begin();
    std::uint32_t last_tag = 0;
    for (Element element; reader.next(element); last_tag = element.tag) {
      if (element.tag == 0) break;  // zero padding behind the last element
      if (is_pixel_data(element.tag)) {
        walk_.pixel_data = locate_pixels(source_, walk_.encoding, element);
        return finished();
      }
      if (element.tag <= last_tag && last_tag != 0) {
        wanted = plan_.standard.begin();  // out of order or twice: not valid, but read
        blocks_.start_again();
        can_repeat_ = true;
      }
      while (wanted != plan_.standard.end() && wanted->tag < element.tag) ++wanted;
      if (wanted != plan_.standard.end() && wanted->tag == element.tag)
        keep(reader, element, wanted->attribute);
      look_at(reader, element);
      if (!reader.skip(element)) break;
    }
    if (!reader.error()) return reader.error().problem();
    return finished();
  }

 private:
  HeaderWalk finished() {
    if (!texts_.note.empty())
      walk_.repeating.add(attribute_index(character_set_note_tag), texts_.note);
    if (!texts_.unreadable.empty())
      walk_.repeating.add(attribute_index(unreadable_note_tag), texts_.unreadable);
    return std::move(walk_);
  }

  // Elements that steer the walk, private blocks and wanted sequences.
  void look_at(ElementReader& reader, Element& element) {
    if (element.tag == specific_character_set_tag)
      texts_.character_set = texts_.text_of(reader, element, vr('C', 'S'));
    if (element.tag == pixel_representation_tag)
      texts_.has_signed_pixels = texts_.text_of(reader, element, vr('U', 'S')) == "1";
    if (element.tag == modality_lut_sequence_tag) walk_.has_modality_lut = element.length != 0;
    if (element.tag == referenced_series_tag && segments_labels())
      walk_.referenced_instances = count_referenced_instances(source_, element, reader.encoding());
    if (blocks_.is_watched(element.tag)) look_at_private(reader, element);
    if (!plan_.in_sequences.empty() && is_sequence(element)) look_into_sequence(reader, element);
    for (const auto& sequence : frame_sequences)
      if (element.tag == sequence.tag) read_frames(reader, element, sequence);
    if (std::ranges::find(image_sequences, element.tag) != image_sequences.end())
      read_image_item(reader, element);
  }

  bool segments_labels() const {
    const auto sop_class = walk_.repeating.find(attribute_index(0x00080016));
    return sop_class == segmentation_storage || sop_class == label_map_storage;
  }

  void read_frames(ElementReader& reader, Element& element, const FrameSequence& sequence) {
    if (element.length == 0) return;
    if (!walk_.frames) walk_.frames = std::make_unique<FrameSources>();
    if ((*walk_.frames).*sequence.items) return;
    auto read = read_frame_items(source_, element, {plan_, reader.encoding(), texts_},
                                 sequence.most ? sequence.most : number_of_frames(walk_.varying));
    if (!read) {
      if (!walk_.frames->damage) walk_.frames->damage = read.problem();
      return;
    }
    set_length(element, read->end);
    (*walk_.frames).*sequence.items = std::move(*read);
  }

  // What its first item says of the image. Damage is left to skip(), as in look_into_sequence().
  void read_image_item(ElementReader& reader, Element& element) {
    if (element.length == 0) return;
    const auto read = read_frame_items(source_, element, {plan_, reader.encoding(), texts_}, 1);
    if (!read) return;
    set_length(element, read->end);
    can_repeat_ = true;
    for (const auto& item : read->items)
      item.values.for_each([&](AttributeIndex attribute, std::string_view text) {
        if (attribute >= built_in_attributes.size()) return;  // of users: look_into_sequence()
        auto& values = plan_.table[attribute].repeats ? walk_.repeating : walk_.varying;
        if (!values.find(attribute)) values.add(attribute, text);
      });
  }

  // An element of undefined length gets the length that was found: a stream cannot walk it again.
  static void set_length(Element& element, std::uint64_t end) {
    const auto length = end - element.value;
    if (length < Element::undefined_length) element.length = static_cast<std::uint32_t>(length);
  }

  // Not inlined: the loop over all elements stays small.
  [[gnu::noinline]] void look_at_private(ElementReader& reader, const Element& element) {
    const auto wanted = blocks_.look_at(reader, element);
    can_repeat_ |= blocks_.can_repeat();
    for (const auto& [tag, attribute] : wanted) keep_private(reader, element, attribute);
  }

  void keep_private(ElementReader& reader, const Element& element, AttributeIndex attribute) {
    if (attribute < vendor_attributes_end) {
      const auto& row = vendor_rows[attribute - built_in_attributes.size()];
      const bool is_placed = row.place < placed_attributes;
      if (is_placed && walk_.places[row.place].tag == 0) walk_.places[row.place] = element;
      if (row.standard != asked_) {
        asked_ = row.standard;
        is_said_ = asked_ != no_attribute && walk_.varying.find(asked_);
      }
      if (is_placed || is_said_) return;
    }
    keep(reader, element, attribute);
  }

  void look_into_sequence(ElementReader& reader, const Element& element) {
    auto wanted =
        std::ranges::lower_bound(plan_.in_sequences, element.tag, {}, &HeaderPlan::Wanted::tag);
    for (; wanted != plan_.in_sequences.end() && wanted->tag == element.tag; ++wanted) {
      const auto& row = plan_.table[wanted->attribute];
      const auto text = nested_value(texts_, element, reader.encoding(), row);
      auto& values = row.repeats ? walk_.repeating : walk_.varying;
      if (text && !values.find(wanted->attribute)) values.add(wanted->attribute, *text);
    }
  }

  void keep(ElementReader& reader, const Element& element, AttributeIndex attribute) {
    const auto& row = plan_.table[attribute];
    const auto code = texts_.code_of(element, row);
    auto& values = row.repeats ? walk_.repeating : walk_.varying;
    if (row.vr == sequence_vr) {
      if (!values.find(attribute))
        values.add(attribute, existence_of(source_, element, reader.encoding()));
      return;
    }
    if (element.length > longest_kept_value || (can_repeat_ && values.find(attribute))) return;
    const auto* value =
        reader.has_value(element) ? source_.at(element.value, element.length) : nullptr;
    const auto text = value ? value_as_it_stands({value, element.length}, code) : std::nullopt;
    values.add(attribute, text ? *text : std::string_view(texts_.text_of(reader, element, code)));
  }

  ByteSource& source_;
  const HeaderPlan& plan_;
  HeaderWalk walk_;
  TextReader texts_;
  PrivateBlocks blocks_;
  // A value can have been kept already: a tag was not higher than the one before it, a creator has
  // two blocks, or an item said it. Where none can, nothing is searched for: the first one counts.
  bool can_repeat_ = false;
  // The standard attribute that was last looked for, as one that makes a vendor's needless.
  AttributeIndex asked_ = no_attribute;
  bool is_said_ = false;
};

}  // namespace

std::optional<std::string_view> HeaderWalk::find(AttributeIndex attribute) const {
  const auto text = varying.find(attribute);
  return text ? text : repeating.find(attribute);
}

std::uint32_t number_of_frames(const AttributeValues& varying) {
  const auto text = varying.find(attribute_index(0x00280008)).value_or("");
  const auto frames = parse_integer(text).value_or(1);
  return frames < 0 || frames > 0x7FFFFFFF ? 0 : static_cast<std::uint32_t>(frames);
}

Result<HeaderWalk> walk_header(ByteSource& source, std::uint64_t offset, DatasetEncoding encoding,
                               const HeaderPlan& plan) {
  thread_local std::vector<HeaderPlan::Wanted> private_tags;
  return Walker(source, encoding, plan, private_tags).walk(offset);
}

}  // namespace dcmflow
