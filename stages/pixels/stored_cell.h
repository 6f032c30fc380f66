#pragma once
// A stored value and its cell, in loops that vectorise. A call for each value is three times as
// slow, so all of it must be inlined. Pure. No Problems.
// REQUIRES: 1 <= bits_stored <= high_bit + 1 <= bits_allocated, the bits of Stored.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "stages/dicom_types.h"

namespace dcmflow {

// How a stored value lies in its cell (PS3.5 8.1.1): bits above High Bit and below it are not part
// of it. Almost always it begins at bit 0; a shift by a variable would halve the speed of the
// others. No shift is needed to extend the sign: (value ^ sign) - sign does.
template <class Stored, bool begins_at_bit_0>
struct StoredCell {
  using Bits = std::make_unsigned_t<Stored>;

  explicit StoredCell(const PixelLayout& layout)
      : first_bit(layout.high_bit + 1U - layout.bits_stored),
        mask(static_cast<Bits>(std::numeric_limits<Bits>::max() >>
                               (sizeof(Bits) * 8 - layout.bits_stored))),
        sign(std::is_signed_v<Stored> ? static_cast<Bits>(mask ^ mask >> 1U) : Bits{0}),
        outside(static_cast<Bits>(~(mask << first_bit))) {}

  [[gnu::always_inline]] static Bits bits(const std::uint8_t* pixels, std::size_t i) {
    Bits bits;
    std::memcpy(&bits, pixels + i * sizeof bits, sizeof bits);
    return bits;
  }
  [[gnu::always_inline]] Stored value(Bits bits) const {
    if constexpr (!begins_at_bit_0) bits = static_cast<Bits>(bits >> first_bit);
    return static_cast<Stored>(static_cast<Bits>(((bits & mask) ^ sign) - sign));
  }
  // The value with its sign in all bits above.
  [[gnu::always_inline]] Bits extended(Stored value) const {
    if constexpr (begins_at_bit_0) return static_cast<Bits>(value);
    return static_cast<Bits>(static_cast<Bits>(value) << first_bit);
  }

  unsigned first_bit;
  Bits mask, sign, outside;
};

// The extremes of stored values, and whether their cells hold more than them: the loops wait for
// memory, whatever is asked of what is in a register.
template <class Stored>
struct Seen {
  using Bits = std::make_unsigned_t<Stored>;

  template <class Cell>
  [[gnu::always_inline]] Stored next(const Cell& cell, const std::uint8_t* pixels, std::size_t i) {
    const Bits bits = cell.bits(pixels, i);
    const Stored value = cell.value(bits);
    least = std::min(least, value);
    greatest = std::max(greatest, value);
    outside = static_cast<Bits>(outside | (bits & cell.outside));
    unlike_sign = static_cast<Bits>(unlike_sign | (bits ^ cell.extended(value)));
    return value;
  }
  // Outside of the value are zeros, or its sign.
  bool is_masked() const { return outside != 0 && unlike_sign != 0; }

  Stored least = std::numeric_limits<Stored>::max();
  Stored greatest = std::numeric_limits<Stored>::min();
  Bits outside = 0, unlike_sign = 0;
};

}  // namespace dcmflow
