#pragma once
// A structure set (PS3.3 A.19): its structures and their contours, as the file has them.
// Coordinates in mm, LPS. Thread-safe.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"
#include "stages/base/vector3.h"
#include "stages/labels/segment.h"

namespace dcmflow {

struct Structure {
  Segment segment;
  std::string frame_of_reference;              // of its points; empty: not said
  std::vector<std::vector<Vector3>> contours;  // closed ones: three points at least
  // What encloses nothing, and is no contour of the mask: open contours, points, closed contours
  // without a point.
  std::size_t open_contours = 0, points = 0, empty_contours = 0;
  std::optional<std::string> damage;  // of the first contour that cannot be read: in words
};

struct StructureSet {
  std::vector<Structure> structures;  // in the order of the file
  bool is_renumbered = false;         // ROI Numbers are no voxel values: these are 1, 2, 3 ...
  LabelReferences references;
};

// A point that is further from the origin than this is none.
inline constexpr double most_coordinate_mm = 1e6;

// Reads the file. The number of a structure is its ROI Number, if those of all are from 1 to 65535
// and no two are equal; else its place. Problems, with the name of the file: unreadable,
// changed_during_run, truncated, malformed; exceeds_memory: more contours than `most_bytes` hold.
Result<StructureSet> read_structure_set(const Instance& instance, std::uint64_t most_bytes);

// Bytes to book for the contours of a file: a coordinate, of 8, has two characters at least, and
// digits are seldom deflated to less than a tenth.
constexpr std::uint64_t contour_memory(std::uint64_t file_bytes, bool is_deflated) {
  return (is_deflated ? 40 : 4) * file_bytes;
}

// The points of Contour Data (3006,0050): x\y\z, one after the other. In words what is wrong with
// it: a number that is none, no whole points, not `expected` of them (0: not said), or a point that
// lies nowhere. Pure.
struct ContourPoints {
  std::vector<Vector3> points;
  std::string damage;  // empty: none
};
ContourPoints parse_contour(std::string_view text, std::size_t expected);

}  // namespace dcmflow
