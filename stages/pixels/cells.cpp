#include "stages/pixels/cells.h"

#include <algorithm>
#include <array>

#include "stages/pixels/stored_cell.h"

namespace dcmflow {
namespace {

// Up to 31 bits from `bit` on, in the low bits; what lies beyond the end is 0.
std::uint64_t bits_at(std::span<const std::uint8_t> bytes, std::uint64_t bit, std::uint64_t mask) {
  const auto byte = bit / 8;
  if (byte >= bytes.size()) return 0;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + byte,
              std::min<std::uint64_t>(sizeof word, bytes.size() - byte));
  return word >> bit % 8 & mask;
}

template <class Cell>
void unpack(std::span<const std::uint8_t> packed, std::uint64_t first_bit, unsigned width,
            std::span<std::uint8_t> cells) {
  const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
  for (std::size_t i = 0; i < cells.size() / sizeof(Cell); ++i) {
    const auto cell = static_cast<Cell>(bits_at(packed, first_bit + i * width, mask));
    std::memcpy(cells.data() + i * sizeof cell, &cell, sizeof cell);
  }
}

// The bits of a byte as eight cells, the least significant first.
constexpr auto spread_bits = [] {
  std::array<std::array<std::uint8_t, 8>, 256> spread{};
  for (std::size_t byte = 0; byte < spread.size(); ++byte)
    for (std::size_t bit = 0; bit < 8; ++bit)
      spread[byte][bit] = static_cast<std::uint8_t>(byte >> bit & 1);
  return spread;
}();

// Eight at once: segmentations have many.
void unpack_bits(std::span<const std::uint8_t> packed, std::uint64_t first_bit,
                 std::span<std::uint8_t> cells) {
  const auto shift = first_bit % 8;
  const auto byte_at = [&](std::uint64_t i) { return i < packed.size() ? packed[i] : 0U; };
  auto at = first_bit / 8;
  std::size_t done = 0;
  for (; cells.size() - done >= 8; done += 8, ++at) {
    const auto two = byte_at(at) | (shift == 0 ? 0U : byte_at(at + 1) << 8U);
    std::memcpy(cells.data() + done, spread_bits[two >> shift & 0xFFU].data(), 8);
  }
  unpack<std::uint8_t>(packed, first_bit + done, 1, cells.subspan(done));
}

template <class Stored>
bool holds_more(std::span<const std::uint8_t> pixels, const PixelLayout& layout) {
  const StoredCell<Stored, false> cell(layout);
  Seen<Stored> seen;
  for (std::size_t i = 0; i < pixels.size() / sizeof(Stored); ++i)
    seen.next(cell, pixels.data(), i);
  return seen.is_masked();
}

}  // namespace

PixelLayout cell_layout(const PixelLayout& layout) {
  auto cells = layout;
  cells.planar = false;
  if (is_packed(layout))
    cells.bits_allocated = layout.bits_allocated < 8 ? 8 : layout.bits_allocated < 16 ? 16 : 32;
  return cells;
}

void unpack_cells(std::span<const std::uint8_t> packed, std::uint64_t first_bit,
                  const PixelLayout& layout, std::span<std::uint8_t> cells) {
  const auto width = cell_layout(layout).bits_allocated;
  if (layout.bits_allocated == 1)
    unpack_bits(packed, first_bit, cells);
  else if (width == 8)
    unpack<std::uint8_t>(packed, first_bit, layout.bits_allocated, cells);
  else if (width == 16)
    unpack<std::uint16_t>(packed, first_bit, layout.bits_allocated, cells);
  else
    unpack<std::uint32_t>(packed, first_bit, layout.bits_allocated, cells);
}

bool has_bits_outside(std::span<const std::uint8_t> pixels, const PixelLayout& layout) {
  const auto answer = [&]<class Bits>(Bits) {
    return layout.is_signed ? holds_more<std::make_signed_t<Bits>>(pixels, layout)
                            : holds_more<Bits>(pixels, layout);
  };
  if (layout.bits_allocated == 8) return answer(std::uint8_t{});
  if (layout.bits_allocated == 16) return answer(std::uint16_t{});
  return answer(std::uint32_t{});
}

}  // namespace dcmflow
