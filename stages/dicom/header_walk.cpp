#include "stages/dicom/header_walk.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "stages/dicom/element_reader.h"
#include "stages/dicom/multi_frame/frame_attributes.h"
#include "stages/dicom/multi_frame/referenced_instances.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t specific_character_set_tag = 0x00080005;
constexpr std::uint32_t pixel_representation_tag = 0x00280103;
constexpr std::uint32_t modality_lut_sequence_tag = 0x00283000;
constexpr std::uint32_t float_pixel_data_tag = 0x7FE00008;
constexpr std::uint32_t double_pixel_data_tag = 0x7FE00009;
constexpr std::uint32_t pixel_data_tag = 0x7FE00010;

// "US or SS" attributes of implicit VR data sets follow Pixel Representation (PS3.5 A.1).
constexpr bool follows_pixel_representation(std::uint32_t tag) {
  return tag == 0x00280120 || tag == 0x00280121;
}

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

// Pixel Data under a VR that is none, in an explicit VR data set: it was read as if it had no VR,
// its length in the place of that. All VRs to come have a length of 32 bits behind two reserved
// bytes (PS3.5 7.1.2). Of both readings that is taken whose value ends nearer to the end of the
// data: nothing of size follows the pixels.
void read_unknown_vr(ByteSource& source, bool big_endian, Element& element) {
  if (source.size() == ByteSource::unknown_size || element.value < 8) return;
  const auto* p = source.at(element.value - 4, 8);  // VR, two reserved bytes, length
  if (!p || p[2] != 0 || p[3] != 0) return;
  std::uint32_t length = 0;
  std::memcpy(&length, p + 4, sizeof length);
  if (big_endian) length = __builtin_bswap32(length);
  const auto value = element.value + 4;
  const auto left = [&](std::uint64_t from, std::uint32_t bytes) {
    return from + bytes <= source.size() ? source.size() - from - bytes
                                         : std::numeric_limits<std::uint64_t>::max();
  };
  if (length != Element::undefined_length &&
      left(value, length) >= left(element.value, element.length))
    return;
  element.vr = vr('U', 'N');
  element.value = value;
  element.length = length;
}

bool is_sequence(const Element& element) {
  return element.vr == vr('S', 'Q') || element.has_undefined_length() || element.vr == unknown_vr ||
         element.vr == vr('U', 'N');
}

class Walker {
 public:
  Walker(ByteSource& source, DatasetEncoding encoding, const HeaderPlan& plan,
         std::vector<HeaderPlan::Wanted>& private_tags)
      : source_(source), plan_(plan), private_tags_(private_tags) {
    private_tags_.clear();
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
      if (element.tag == float_pixel_data_tag || element.tag == double_pixel_data_tag ||
          element.tag == pixel_data_tag) {
        if (walk_.encoding.explicit_vr && element.vr == unknown_vr)
          read_unknown_vr(source_, walk_.encoding.big_endian, element);
        set_pixel_data(element);
        return finished();
      }
      if (element.tag <= last_tag && last_tag != 0) {
        wanted = plan_.standard.begin();  // out of order or twice: not valid, but read
        next_private_ = 0;
        watched_tag_ = 0;
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
    constexpr AttributeIndex note = attribute_index(character_set_note_tag);
    if (!note_.empty() && !walk_.repeating.find(note)) walk_.repeating.add(note, note_);
    return std::move(walk_);
  }

  // Elements that steer the walk, private blocks and wanted sequences.
  void look_at(ElementReader& reader, Element& element) {
    if (element.tag == specific_character_set_tag)
      character_set_ = text_of(reader, element, vr('C', 'S'));
    if (element.tag == pixel_representation_tag)
      signed_pixels_ = text_of(reader, element, vr('U', 'S')) == "1";
    if (element.tag == modality_lut_sequence_tag) walk_.has_modality_lut = element.length != 0;
    if (element.tag == referenced_series_tag && segments_labels())
      walk_.referenced_instances = count_referenced_instances(source_, element, reader.encoding());
    if (element.tag >= watched_tag_) look_at_private(reader, element);
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
    auto read = read_frame_items(source_, element, {plan_, reader.encoding(), character_set_},
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
    const auto read =
        read_frame_items(source_, element, {plan_, reader.encoding(), character_set_}, 1);
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

  // Called for the elements from watched_tag_ on: most headers are private elements for the larger
  // part, and of few groups is anything wanted. Not inlined: the loop over all elements stays
  // small.
  [[gnu::noinline]] void look_at_private(ElementReader& reader, const Element& element) {
    const auto group = element.tag >> 16;
    const auto number = element.tag & 0xFFFF;
    if (group != private_group_.number) enter_group(group);
    const bool wanted = private_group_.first != private_group_.last;
    // gggg,0010–00FF name the creator of the block gggg,xx00–xxFF (PS3.5 7.8.1).
    if (wanted && number <= 0xFF) {
      if (number >= 0x10) reserve_block(reader, element);
      watched_tag_ = element.tag + 1;
      return;
    }
    if (wanted && !private_group_.has_creators) want_without_creator();
    const auto& rows = plan_.in_private_blocks;
    watched_tag_ = private_group_.last < rows.size() ? rows[private_group_.last].tag & 0xFFFF0000
                                                     : std::numeric_limits<std::uint32_t>::max();
    for (; next_private_ < private_tags_.size(); ++next_private_) {
      const auto [tag, attribute] = private_tags_[next_private_];
      if (tag > element.tag) {
        watched_tag_ = std::min(watched_tag_, tag);
        return;
      }
      if (tag == element.tag) keep_private(reader, element, attribute);
    }
  }

  void enter_group(std::uint32_t group) {
    const auto& rows = plan_.in_private_blocks;
    const auto first =
        std::ranges::lower_bound(rows, group << 16, {}, &HeaderPlan::WantedPrivate::tag);
    auto last = first;
    while (last != rows.end() && last->tag >> 16 == group) ++last;
    private_group_ = {group, static_cast<std::size_t>(first - rows.begin()),
                      static_cast<std::size_t>(last - rows.begin())};
  }

  void reserve_block(ElementReader& reader, const Element& element) {
    private_group_.has_creators = true;
    const auto* value =
        reader.has_value(element) ? source_.at(element.value, element.length) : nullptr;
    if (!value) return;
    const auto plain = value_as_it_stands({value, element.length}, vr('L', 'O'));
    const auto other = plain ? std::string() : text_of(reader, element, vr('L', 'O'));
    const auto creator = plain ? *plain : std::string_view(other);
    want_block(element.tag & 0xFF,
               [&](const HeaderPlan::WantedPrivate& row) { return row.creator == creator; });
  }

  // Anonymisers take creators away and leave the elements: then those of vendors are looked for in
  // the first block, where they usually are.
  void want_without_creator() {
    private_group_.has_creators = true;
    constexpr std::uint32_t first_block = 0x10;
    want_block(first_block, [](const HeaderPlan::WantedPrivate& row) {
      return row.attribute >= built_in_attributes.size() && row.attribute < vendor_attributes_end;
    });
  }

  // Adds the rows of the group that `belongs` to what is looked for in the block.
  template <class Belongs>
  void want_block(std::uint32_t block, Belongs&& belongs) {
    for (auto i = private_group_.first; i < private_group_.last; ++i) {
      const auto& row = plan_.in_private_blocks[i];
      if (!belongs(row)) continue;
      const auto tag = row.tag | block << 8;
      can_repeat_ |=
          std::ranges::count(private_tags_, row.attribute, &HeaderPlan::Wanted::attribute) > 0;
      const bool ascending = private_tags_.empty() || private_tags_.back().tag <= tag;
      private_tags_.push_back({tag, row.attribute});
      if (ascending) continue;
      std::ranges::stable_sort(private_tags_, {}, &HeaderPlan::Wanted::tag);
      next_private_ = 0;
    }
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
      Found found;
      find_nested(element, reader.encoding(), {wanted->attribute, 0}, found);
      if (!found.any) continue;
      auto& values = plan_.table[wanted->attribute].repeats ? walk_.repeating : walk_.varying;
      if (!values.find(wanted->attribute)) values.add(wanted->attribute, found.text);
    }
  }

  // The values of an attribute in the items of sequences, one after the other.
  struct Found {
    bool any = false;
    std::string text;
  };
  // How far down the path of an attribute is gone.
  struct Place {
    AttributeIndex attribute;
    std::size_t depth;
  };

  // Goes down to the item of path[depth], or to all of them. Damage inside is left to skip().
  void find_nested(const Element& sequence, DatasetEncoding encoding, Place place, Found& found) {
    const auto wanted = plan_.table[place.attribute].path[place.depth].item;
    if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
    const auto end = end_of(sequence);
    ElementReader items(source_, encoding, sequence.value, end);
    Element item;
    for (std::uint32_t number = 0; items.next(item) && item.tag == item_tag; ++number) {
      if (number == wanted || wanted == SequenceStep::any_item)
        find_in_item(item, encoding, end, place, found);
      if (number == wanted || !items.skip_item(item)) return;
    }
  }

  void find_in_item(const Element& item, DatasetEncoding encoding, std::uint64_t end, Place place,
                    Found& found) {
    const auto& row = plan_.table[place.attribute];
    if (!item.has_undefined_length()) end = std::min(end, item.value + item.length);
    const bool last = place.depth + 1 == row.path.size();
    const auto tag = last ? row.tag : row.path[place.depth + 1].tag;
    ElementReader elements(source_, encoding, item.value, end);
    for (Element element; elements.next(element) && element.tag != item_delimiter_tag;) {
      if (element.tag == tag) {
        if (last)
          add_found(elements, element, place.attribute, found);
        else
          find_nested(element, encoding, {place.attribute, place.depth + 1}, found);
        return;
      }
      if (!elements.skip(element)) return;
    }
  }

  void add_found(ElementReader& reader, const Element& element, AttributeIndex attribute,
                 Found& found) {
    const bool is_existence = plan_.table[attribute].vr == sequence_vr;
    if (!is_existence && element.length > longest_kept_value) return;
    const auto text = is_existence ? existence_of(element, reader.encoding())
                                   : text_of(reader, element, code_of(element, attribute));
    if (found.text.size() + text.size() >= longest_kept_value) return;
    if (std::exchange(found.any, true)) found.text += '\\';
    found.text += text;
  }

  // "1" for a sequence with an item, which is all that can be asked of one; else blank.
  std::string existence_of(const Element& sequence, DatasetEncoding encoding) {
    if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
    ElementReader items(source_, encoding, sequence.value, end_of(sequence));
    Element item;
    return items.next(item) && item.tag == item_tag ? "1" : "";
  }

  std::uint64_t end_of(const Element& sequence) const {
    return sequence.has_undefined_length()
               ? source_.size()
               : std::min(source_.size(), sequence.value + sequence.length);
  }

  // The VR in the file wins where it is there.
  Vr code_of(const Element& element, AttributeIndex attribute) const {
    const auto& row = plan_.table[attribute];
    if (element.vr != unknown_vr && element.vr != vr('U', 'N')) return element.vr;
    if (signed_pixels_ && follows_pixel_representation(row.tag)) return vr('S', 'S');
    return row.vr.size() == 2 ? vr(row.vr[0], row.vr[1]) : vr('L', 'O');
  }

  void keep(ElementReader& reader, const Element& element, AttributeIndex attribute) {
    const auto& row = plan_.table[attribute];
    const auto code = code_of(element, attribute);
    auto& values = row.repeats ? walk_.repeating : walk_.varying;
    if (row.vr == sequence_vr) {
      if (!values.find(attribute)) values.add(attribute, existence_of(element, reader.encoding()));
      return;
    }
    if (element.length > longest_kept_value || (can_repeat_ && values.find(attribute))) return;
    const auto* value =
        reader.has_value(element) ? source_.at(element.value, element.length) : nullptr;
    const auto text = value ? value_as_it_stands({value, element.length}, code) : std::nullopt;
    values.add(attribute, text ? *text : std::string_view(text_of(reader, element, code)));
  }

  std::string text_of(ElementReader& reader, const Element& element, Vr code) {
    if (element.length == 0 || element.length > longest_kept_value || !reader.has_value(element))
      return {};
    const auto* value = source_.at(element.value, element.length);
    if (!value) return {};
    return value_text({value, element.length}, code, walk_.encoding.big_endian, character_set_,
                      &note_);
  }

  void set_pixel_data(const Element& element) {
    auto& pixels = walk_.pixel_data;
    pixels.offset = element.value;
    pixels.length = element.length;
    pixels.in_words = element.vr == vr('O', 'W');
    if (element.tag == float_pixel_data_tag) {
      pixels.kind = PixelData::Kind::float32;
    } else if (element.tag == double_pixel_data_tag) {
      pixels.kind = PixelData::Kind::float64;
    } else if (element.has_undefined_length()) {
      pixels.kind = PixelData::Kind::encapsulated;
      pixels.length = source_.size() == ByteSource::unknown_size
                          ? std::numeric_limits<std::uint32_t>::max()
                          : source_.size() - element.value;
    } else {
      pixels.kind = PixelData::Kind::native;
    }
  }

  ByteSource& source_;
  const HeaderPlan& plan_;
  HeaderWalk walk_;
  std::string character_set_;
  std::string note_;  // what was doubtful about the first such text
  bool signed_pixels_ = false;
  // A value can have been kept already: a tag was not higher than the one before it, a creator has
  // two blocks, or an item said it. Where none can, nothing is searched for: the first one counts.
  bool can_repeat_ = false;
  // From this tag on an element can be a creator or wanted in a private block.
  std::uint32_t watched_tag_ = 0;
  // The group that was looked at last: its rows of the plan, and whether a creator was met.
  struct PrivateGroup {
    std::uint32_t number = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    bool has_creators = false;
  };
  PrivateGroup private_group_;
  // The standard attribute that was last looked for, as one that makes a vendor's needless.
  AttributeIndex asked_ = no_attribute;
  bool is_said_ = false;
  // What is wanted of the blocks met so far, by the tags they have in this file; ascending.
  std::vector<HeaderPlan::Wanted>& private_tags_;
  std::size_t next_private_ = 0;  // in private_tags_: lower tags are behind the walk
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
