#pragma once
// File → Instance: reads the head of a file, keeps the attributes of the table, and finds where the
// pixels lie.

#include "stages/dicom/header_interner.h"
#include "stages/dicom/header_plan.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Reads only up to the pixel data (never the pixels); values that nobody asked for are stepped
// over, at any size. The encoding is recognised from the content: missing preamble, missing meta
// header and a wrong declared transfer syntax are read. Problems: not_dicom, dicomdir, unreadable,
// truncated, malformed, no_series_uid, invalid_uid. When the header reads but no image can be made
// (image_size_invalid, pixel_data_short, ...), the Instance says so in `defect` and stays in the
// metadata. An object without pixels is an Instance with PixelData::Kind::none. Thread-safe.
Result<InstancePtr> decode_header(const FilePtr& file, const HeaderPlan& plan,
                                  HeaderInterner& interner);

// Values longer than this are not kept.
inline constexpr std::uint32_t longest_kept_value = 1 << 20;

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

}  // namespace dcmflow
