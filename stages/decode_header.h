#pragma once
// File → Instance: reads the head of a file, keeps the attributes of the table, and finds where the pixels lie.

#include "stages/dicom/attribute_table.h"
#include "stages/dicom_types.h"

namespace dcmflow {

class HeaderInterner;  // stages/dicom/header_interner.h: equal SharedHeaders become one object; thread-safe

// Reads only up to the pixel data (never the pixels); values that nobody asked for are stepped over, at any size. The encoding
// is recognised from the content: missing preamble, missing meta header and a wrong declared transfer syntax are read.
// Problems: not_dicom, dicomdir, unreadable, truncated, malformed, no_series_uid, invalid_uid, image_size_invalid,
// pixel_data_short (native pixels; both numbers). An object without pixels is an Instance with PixelData::Kind::none.
// Thread-safe.
Result<InstancePtr> decode_header(const FilePtr& file, const AttributeTable& table, HeaderInterner& interner);

}  // namespace dcmflow
