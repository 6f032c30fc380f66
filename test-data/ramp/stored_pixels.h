#pragma once
// The values of a ramp case as stored pixels (PS3.3 C.7.6.3, PS3.5 section 8).

#include "test-data/ramp/scene.h"

namespace dcmflow::cases {

// The Image Pixel attributes.
void put_layout(DicomBuilder& builder, const File& file);

// A palette of 256 colours, the colours of the ramp.
void put_palette(DicomBuilder& builder);

// Pixel Data, Float or Double Float Pixel Data. Throws std::runtime_error when a value does not fit
// the stored type.
void put_pixels(DicomBuilder& builder, const File& file, const Scaling& scaling);

}  // namespace dcmflow::cases
