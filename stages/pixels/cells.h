#pragma once
// Pixel cells that are no whole number of bytes wide (PS3.5 8.1.1), and the values in those that
// are. Pure; no Problems.

#include <cstdint>
#include <cstring>
#include <span>

#include "stages/dicom_types.h"

namespace dcmflow {

// Bits Allocated is none of 8, 16, 32 and 64: cells follow each other bit by bit, the least
// significant bit first, through rows and frames.
constexpr bool is_packed(const PixelLayout& layout) {
  const auto bits = layout.bits_allocated;
  return bits != 8 && bits != 16 && bits != 32 && bits != 64;
}

// The layout of the pixels that read_frame gives: that of the file, but packed cells are spread to
// the next of 8, 16 and 32 bits, and samples are interleaved.
PixelLayout cell_layout(const PixelLayout& layout);

// Spreads the packed cells that begin at bit `first_bit` of `packed` over `cells`, which has
// cell_layout(layout).frame_bytes(); cells beyond the end of `packed` become 0. REQUIRES:
// bits_allocated is 1 to 31.
void unpack_cells(std::span<const std::uint8_t> packed, std::uint64_t first_bit,
                  const PixelLayout& layout, std::span<std::uint8_t> cells);

// Calls use(value_at), where value_at(i) is stored value i as std::int64_t, and returns what it
// returns. REQUIRES: bits_allocated 8, 16 or 32; 1 <= bits_stored <= high_bit + 1 <=
// bits_allocated.
template <class Use>
auto with_stored_values(std::span<const std::uint8_t> pixels, const PixelLayout& layout, Use use) {
  const auto read = [&]<class Bits>(Bits) {
    const auto shift = static_cast<unsigned>(layout.high_bit + 1 - layout.bits_stored);
    const std::uint64_t mask = (std::uint64_t{1} << layout.bits_stored) - 1;
    const std::uint64_t sign = layout.is_signed ? (mask >> 1U) + 1 : 0;
    return use([pixels, shift, mask, sign](std::size_t i) {
      Bits bits;
      std::memcpy(&bits, pixels.data() + i * sizeof bits, sizeof bits);
      return static_cast<std::int64_t>(((std::uint64_t{bits} >> shift & mask) ^ sign) - sign);
    });
  };
  if (layout.bits_allocated == 8) return read(std::uint8_t{});
  if (layout.bits_allocated == 16) return read(std::uint16_t{});
  return read(std::uint32_t{});
}

// Whether cells hold bits that are neither of their values nor the sign of these (PS3.5 8.1.1).
// REQUIRES: as with_stored_values().
bool has_bits_outside(std::span<const std::uint8_t> pixels, const PixelLayout& layout);

}  // namespace dcmflow
