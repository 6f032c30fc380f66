#pragma once
// A file that a server sent: whether it is whole, and which instance it is.

#include <cstdint>
#include <string>

#include "stages/base/result.h"
#include "stages/dicom/header_interner.h"
#include "stages/dicom/header_plan.h"

namespace dcmflow {

struct InstanceUids {
  std::string study, series, instance;
};

// Thread-safe.
class ReceivedInstances {
 public:
  // Reads the header, and of fragments their lengths. Problems, as a run would have them
  // (decode_header): not_dicom, truncated, malformed, no_series_uid, invalid_uid, pixel_data_short,
  // unreadable; without subject.
  Result<InstanceUids> identify(const std::string& path, std::uint64_t bytes);

 private:
  const AttributeTable table_;
  const HeaderPlan plan_{table_};
  HeaderInterner interner_;
};

}  // namespace dcmflow
