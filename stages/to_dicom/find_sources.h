#pragma once
// The DICOM files that the slices of an image came from: where the run found them, or wherever they
// lie now.

#include <functional>
#include <string>
#include <vector>

#include "stages/catalog/result_claims.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// The header of each slice's instance, in the order of the slices; one object where several are
// frames of it. A file is looked for by its name below `input` (a folder, file or archive); where
// not all are there, or are others, all files of `input` are looked at, by SOP and Series Instance
// UID. `spool_folder`: where what a compressed archive holds waits. Problems: source_missing with
// both numbers, and the UID of the first; interrupted.
Result<std::vector<InstancePtr>> find_sources(const ImageSources& sources, const std::string& input,
                                              const std::string& spool_folder,
                                              const std::function<bool()>& is_stopped);

}  // namespace dcmflow
