#pragma once
// What `to-dicom` makes, a function for each kind of object. Each returns its answer, as text or
// JSON, and leaves nothing where it fails. For one thread.

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "config/to_dicom_call.h"
#include "stages/base/output_file.h"
#include "stages/to_dicom/derived_object.h"

namespace dcmflow {

Result<std::string> make_segmentation(const ToDicomCall& call, const std::atomic<int>& stop);
Result<std::string> make_derived_image(const ToDicomCall& call, const std::atomic<int>& stop);
Result<std::string> make_measurements(const ToDicomCall& call, const std::atomic<int>& stop);

// With a new UID, and of this moment.
NewSeries begin_series(std::string description, std::string_view modality);

// The file of a path, whole when it has its name, and on the disk. Problems: those of `write`, and
// of OutputFile.
Status write_object(const std::string& path, const std::function<Status(OutputFile&)>& write);

}  // namespace dcmflow
