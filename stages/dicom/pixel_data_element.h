#pragma once
// Where the pixels lie: Pixel Data, Float Pixel Data or Double Float Pixel Data. PS3.3 C.7.6.3,
// C.7.6.24 and C.7.6.25. No Problems; thread-safe on distinct sources.

#include "stages/dicom/byte_source.h"
#include "stages/dicom/element_reader.h"
#include "stages/dicom_types.h"

namespace dcmflow {

inline constexpr std::uint32_t float_pixel_data_tag = 0x7FE00008;
inline constexpr std::uint32_t double_pixel_data_tag = 0x7FE00009;
inline constexpr std::uint32_t pixel_data_tag = 0x7FE00010;

constexpr bool is_pixel_data(std::uint32_t tag) {
  return tag == float_pixel_data_tag || tag == double_pixel_data_tag || tag == pixel_data_tag;
}

// Of the element of one of these tags, as it was read from the data set. The number of frames is
// not known here.
PixelData locate_pixels(ByteSource& source, DatasetEncoding encoding, Element element);

}  // namespace dcmflow
