#pragma once
// Where two descriptions of one grid differ: the header of an image, volumes.json, the catalogue,
// or the header of another image. Pure; no Problems.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "stages/catalog/json_writer.h"
#include "stages/dicom_types.h"

namespace dcmflow {

struct GridDifference {
  std::string_view of;        // "size", "spacing", "place", "origin", "direction"
  std::string first, second;  // the numbers: voxels, mm, LPS
  double largest = 0;         // distance between two of them
};

// A header of NIfTI-1 holds floats.
inline constexpr double float_precision = 1e-5;

// `relative`: what numbers may be apart and be the same, of mm and cosines below 1 and of larger
// ones by their size; 0: nothing. Where only one is placed that is the difference.
std::vector<GridDifference> compare_grids(const Grid& first, std::uint32_t first_volumes,
                                          const Grid& second, std::uint32_t second_volumes,
                                          double relative);

// Neither coordinate is further apart than `relative` of itself, or of `scale` where that is more.
bool is_near(const Vector3& a, const Vector3& b, double scale, double relative = float_precision);

// "[1, 2, 3]"
template <class Numbers>
std::string number_words(const Numbers& numbers) {
  auto json = JsonWriter::to_text();
  json.values(numbers);
  auto text = json.take_text();
  text.pop_back();
  return text;
}

}  // namespace dcmflow
