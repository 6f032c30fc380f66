#pragma once
// Headers of built files without an input folder: the way from a DicomBuilder to what the stages
// take.

#include <string>
#include <vector>

#include "stages/dicom_types.h"
#include "test-data/dicom_builder.h"
#include "test-data/phantom.h"

namespace dcmflow {

// Decodes the header of a file; `table` rows are the built-in ones.
Result<InstancePtr> decode_path(const std::string& path);

// Saves the builder's file as `path` and decodes it. Throws std::runtime_error when the header is
// refused.
InstancePtr decode_built(const DicomBuilder& file, const std::string& path,
                         std::string_view transfer_syntax = transfer_syntax::explicit_little);

// The same, read as under --suv.
InstancePtr decode_for_suv(const DicomBuilder& file, const std::string& path);

// The instances of files as one series, in the order that group_series gives.
SeriesPtr series_of(const std::vector<std::string>& paths);

}  // namespace dcmflow
