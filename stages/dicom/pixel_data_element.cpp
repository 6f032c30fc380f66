#include "stages/dicom/pixel_data_element.h"

#include <cstring>
#include <limits>

namespace dcmflow {
namespace {

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

}  // namespace

PixelData locate_pixels(ByteSource& source, DatasetEncoding encoding, Element element) {
  if (encoding.explicit_vr && element.vr == unknown_vr)
    read_unknown_vr(source, encoding.big_endian, element);
  PixelData pixels;
  pixels.offset = element.value;
  pixels.length = element.length;
  pixels.in_words = element.vr == vr('O', 'W');
  if (element.tag == float_pixel_data_tag) {
    pixels.kind = PixelData::Kind::float32;
  } else if (element.tag == double_pixel_data_tag) {
    pixels.kind = PixelData::Kind::float64;
  } else if (element.has_undefined_length()) {
    pixels.kind = PixelData::Kind::encapsulated;
    pixels.length = source.size() == ByteSource::unknown_size
                        ? std::numeric_limits<std::uint32_t>::max()
                        : source.size() - element.value;
  } else {
    pixels.kind = PixelData::Kind::native;
  }
  return pixels;
}

}  // namespace dcmflow
