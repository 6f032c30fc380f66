#pragma once
// Values of one data set as text, by what its elements say of each other.

#include <string>

#include "stages/dicom/attribute_table.h"
#include "stages/dicom/byte_source.h"
#include "stages/dicom/element_reader.h"

namespace dcmflow {

// Values longer than this are not kept.
inline constexpr std::uint32_t longest_kept_value = 1 << 20;

// "US or SS" attributes of implicit VR data sets follow Pixel Representation (PS3.5 A.1).
constexpr bool follows_pixel_representation(std::uint32_t tag) {
  return tag == 0x00280120 || tag == 0x00280121;
}

// For one thread. REQUIRES: `source` outlives it.
class TextReader {
 public:
  explicit TextReader(ByteSource& source) : source_(source) {}

  // The VR in the file wins where it is there.
  Vr code_of(const Element& element, const AttributeRow& row) const {
    if (element.vr != unknown_vr && element.vr != vr('U', 'N')) return element.vr;
    if (has_signed_pixels && follows_pixel_representation(row.tag)) return vr('S', 'S');
    return row.vr.size() == 2 ? vr(row.vr[0], row.vr[1]) : vr('L', 'O');
  }

  // "" for a value that is empty, too long or not there.
  std::string text_of(const ElementReader& reader, const Element& element, Vr code);

  ByteSource& source() { return source_; }

  std::string character_set;  // Specific Character Set of the data set
  bool has_signed_pixels = false;
  std::string note;  // what was doubtful about the first such text

 private:
  ByteSource& source_;
};

}  // namespace dcmflow
