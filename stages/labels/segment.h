#pragma once
// What a segmentation (PS3.3 C.8.20) or structure set (C.8.8.5) says of what it outlines. Plain
// values.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// The SOP Class UID (PS3.4 B.5) of contours.
inline constexpr std::string_view structure_set_storage = "1.2.840.10008.5.1.4.1.1.481.3";

// Whether --labels takes the instance: labels or contours.
inline bool holds_labels(const SharedHeader& header) {
  return is_label(header) || header.sop_class_uid == structure_set_storage;
}

// A coded concept (PS3.3 8.8), as it stands in the file.
struct Code {
  std::string value, scheme, meaning;
};

struct Segment {
  std::uint32_t number = 0;  // from 1 to 65535: the voxel value
  std::string name, description;
  std::optional<Code> category, type;
  std::optional<std::array<std::uint8_t, 3>> colour;  // sRGB
  std::string algorithm_type, algorithm_name;         // e.g. MANUAL, AUTOMATIC
  std::optional<std::int64_t> roi_number;             // of a structure set
  std::string interpreted_type;                       // of a structure set, e.g. GTV, ORGAN
};

// The image that labels are of, as they say it. Sorted, each once.
struct LabelReferences {
  std::vector<std::string> instances;            // SOP Instance UIDs
  std::vector<std::string> series;               // Series Instance UIDs
  std::vector<std::string> frames_of_reference;  // UIDs
};

// What the voxels of a label image are. binary: 0, or the number of the segment. probability,
// occupancy: from 0 to 1, of a fractional segmentation (PS3.3 C.8.20.2.3).
enum class LabelKind : std::uint8_t { binary, probability, occupancy };
std::string_view label_kind_name(LabelKind kind);  // "binary", ...

}  // namespace dcmflow
