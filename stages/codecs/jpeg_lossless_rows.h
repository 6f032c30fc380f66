#pragma once
// The samples of lossless JPEG, row by row: differences and what they are predicted from. No
// Problems.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stages/codecs/jpeg_huffman.h"

namespace dcmflow {

inline constexpr std::size_t most_lossless_components = 3;

// What SOS says, resolved: which components the scan holds and how they are coded.
struct LosslessScan {
  std::size_t components = 0;
  std::array<std::size_t, most_lossless_components> component{};  // index in the frame header
  std::array<const DifferenceTable*, most_lossless_components> table{};
  unsigned predictor = 1;  // 1 to 7
  unsigned point_transform = 0;
};

using SampleRow = std::vector<std::uint16_t>;  // samples of the scan's components, interleaved

// Decodes a row below another one: the first pixel is predicted from above (ISO/IEC 10918-1
// H.1.2.1). Returns false on bits that are no code. REQUIRES: both rows hold at least one pixel of
// the scan's components, and as many. Thread-safe on distinct rows and readers.
bool decode_row(const LosslessScan& scan, BitReader& bits, const SampleRow& above, SampleRow& row);

// Likewise, the first row of an image or restart interval: predicted from the left, the first pixel
// from half the range of `precision` bits.
bool decode_first_row(const LosslessScan& scan, unsigned precision, BitReader& bits,
                      SampleRow& row);

}  // namespace dcmflow
