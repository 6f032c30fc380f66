#pragma once
// Values of one data set as text, by what its elements say of each other. No Problems: what cannot
// be read is a note.

#include <optional>
#include <string>
#include <utility>

#include "stages/dicom/attribute_table.h"
#include "stages/dicom/byte_source.h"
#include "stages/dicom/element_reader.h"

namespace dcmflow {

// Values longer than this are not kept.
inline constexpr std::uint32_t longest_kept_value = 1 << 20;

inline constexpr std::uint32_t specific_character_set_tag = 0x00080005;

// Whether the standard says "US or SS": in implicit VR data sets Pixel Representation decides
// (PS3.5 A.1).
bool follows_pixel_representation(std::uint32_t tag);

// For one thread. REQUIRES: `source` outlives it.
class TextReader {
 public:
  explicit TextReader(ByteSource& source) : source_(source) {}

  // The VR in the file wins where it is there. UN: nobody says one.
  Vr code_of(const Element& element, const AttributeRow& row) const {
    if (element.vr != unknown_vr && element.vr != vr('U', 'N')) return element.vr;
    if (has_signed_pixels && row.private_creator.empty() && follows_pixel_representation(row.tag))
      return vr('S', 'S');
    return row.vr.size() == 2 ? vr(row.vr[0], row.vr[1]) : vr('U', 'N');
  }

  // "" for a value that is empty, too long or not there. unreadable_value where nobody says the VR
  // and the bytes are no text, and for binary numbers that are cut off; then `unreadable` tells.
  std::string text_of(const ElementReader& reader, const Element& element, Vr code);

  ByteSource& source() { return source_; }

  std::string character_set;  // Specific Character Set of the data set, or of the item
  bool has_signed_pixels = false;
  // What was doubtful about the first such text, and about the first value that cannot be read, in
  // words that hold no value.
  std::string note, unreadable;

 private:
  ByteSource& source_;
};

// The character set that an item says for itself (PS3.3 C.12.1.1.2), as long as this lives.
class ItemCharacterSet {
 public:
  explicit ItemCharacterSet(TextReader& texts) : texts_(texts) {}
  ItemCharacterSet(const ItemCharacterSet&) = delete;
  ItemCharacterSet& operator=(const ItemCharacterSet&) = delete;
  ~ItemCharacterSet() {
    if (outer_) texts_.character_set = std::move(*outer_);
  }

  // To be shown each element of the item.
  void look_at(const ElementReader& reader, const Element& element) {
    if (element.tag != specific_character_set_tag) return;
    auto own = texts_.text_of(reader, element, vr('C', 'S'));
    std::swap(own, texts_.character_set);
    if (!outer_) outer_ = std::move(own);
  }

 private:
  TextReader& texts_;
  std::optional<std::string> outer_;
};

}  // namespace dcmflow
