#pragma once
// What a log calls an image: names of --name and --layout may tell of the patient. Pure; no
// Problems.

#include <string>
#include <string_view>

#include "config/settings.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Its file name without extension; under these the Series Instance UID, and why it is another
// image than the main one.
inline std::string log_name(const Settings& settings, const Stack& stack) {
  if (settings.layout.names_by_uid()) return stack.image_stem;
  auto name = stack.series->series_instance_uid;
  if (!stack.is_main) name += '_' + stack.split_reason;
  return name;
}

}  // namespace dcmflow
