#pragma once
// File → Instance: reads the head of a file, keeps the attributes of the table, and finds where the
// pixels lie.

#include "stages/dicom/header_interner.h"
#include "stages/dicom/header_plan.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Reads only up to the pixel data (never the pixels); values that nobody asked for are stepped
// over, at any size. The encoding is recognised from the content: missing preamble, missing meta
// header and a wrong declared transfer syntax are read. Problems: not_dicom, archive_not_opened,
// dicomdir, unreadable, changed_during_run, truncated, malformed, no_series_uid, invalid_uid
// (PS3.10 section 7, PS3.5). When the header reads but no image can be made (image_size_invalid,
// pixel_data_short, ...), the Instance says so in `defect` and stays in the metadata. An object
// without pixels is an Instance with PixelData::Kind::none. Thread-safe.
Result<InstancePtr> decode_header(const FilePtr& file, const HeaderPlan& plan,
                                  HeaderInterner& interner);

}  // namespace dcmflow
