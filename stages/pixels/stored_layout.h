#pragma once
// How the pixels of an instance lie in its file: frames, bits and bytes (PS3.5 section 8). Pure;
// safe from any thread. No Problems.

#include "stages/dicom_types.h"

namespace dcmflow {

// Whether native YBR_FULL_422 pixels are stored as it says, 2 samples a pixel (PS3.3 C.7.6.3.1.2).
// Some writers store all 3 under that name.
bool has_halved_chroma(const Instance& instance);

// Bits from one native frame to the next; frames need not begin at a byte (PS3.5 8.1.1).
std::uint64_t native_frame_bits(const Instance& instance);

// The frames as they are stored: a mosaic is one, of the size that Rows and Columns say.
PixelLayout stored_layout(const Instance& instance);
std::uint32_t stored_frames(const Instance& instance);

// Bytes that the native pixels of one instance must have (PS3.3 C.7.6.3.1.2: YBR_FULL_422 stores 2
// samples a pixel).
std::uint64_t native_pixel_bytes(const Instance& instance);

// Whether the header says if stored integers are signed: Pixel Representation is there. True where
// nobody asks: of reals, colours and single bits.
bool says_sign(const Instance& instance);

}  // namespace dcmflow
