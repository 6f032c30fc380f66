#pragma once
// What META says of the segments that a label image holds (config/schemas/segments.schema.json):
//   {"segments": [{"number": 1, "name": "lesion",
//                  "category": {"value": "49755003", "scheme": "SCT", "meaning": "..."},
//                  "type": {"value": "52988006", "scheme": "SCT", "meaning": "Lesion"},
//                  "algorithm": {"type": "AUTOMATIC", "name": "net"}, "colour": [255, 0, 0]}]}
// Pure; thread-safe.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

// A coded concept (PS3.3 8.8).
struct MetaCode {
  std::string value, scheme, meaning;
};

struct MetaSegment {
  std::uint16_t number = 0;  // the voxel value, from 1
  std::string name, description;
  // Where none is given: (85756007, SCT, "Tissue"), as category and as type, which says nothing of
  // which tissue it is (PS3.16 CID 7150).
  MetaCode category, type;
  std::optional<MetaCode> anatomy;                 // Anatomic Region
  std::string algorithm_type = "AUTOMATIC";        // or SEMIAUTOMATIC, MANUAL
  std::string algorithm_name = "unnamed";          // empty of MANUAL
  std::optional<std::array<std::uint8_t, 3>> rgb;  // sRGB
};

struct SegmentMeta {
  std::vector<MetaSegment> segments;  // ascending numbers, each once; one at least
  std::string series_description = "Segmentation";
  std::string content_label = "SEGMENTATION";  // CS
  std::string content_description;
  std::string creator;  // Content Creator's Name, PN
};

// Problem{bad_settings}: subject = `source`, detail = line and column, what was found and expected.
Result<SegmentMeta> parse_segment_meta(std::string_view text, std::string_view source);

}  // namespace dcmflow
