#pragma once
// The markers of a JPEG 2000 codestream (ISO/IEC 15444-1 table A.2, 15444-15 A.3) and how its
// numbers are read. Pure; thread-safe; no Problems.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace dcmflow::jpeg_2000 {

inline constexpr std::uint32_t soc = 0xFF4F, cap = 0xFF50, siz = 0xFF51, cod = 0xFF52, coc = 0xFF53;
inline constexpr std::uint32_t tlm = 0xFF55, plt = 0xFF58, qcd = 0xFF5C, com = 0xFF64;
inline constexpr std::uint32_t sot = 0xFF90, sop = 0xFF91, eph = 0xFF92, sod = 0xFF93, eoc = 0xFFD9;
inline constexpr std::uint8_t high_throughput_style = 0x40;  // of blocks, in COD and COC

// Big endian. REQUIRES: they are there.
inline std::uint32_t read_u16(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return std::uint32_t{bytes[offset]} << 8 | bytes[offset + 1];
}
inline std::uint32_t read_u32(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return read_u16(bytes, offset) << 16 | read_u16(bytes, offset + 2);
}

// Where 0xFF comes before more than 0x8F, or last, which no encoder writes into packets; the size
// where it does neither.
inline std::size_t find_marker_code(std::span<const std::uint8_t> packets) {
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const void* const found = std::memchr(packets.data() + i, 0xFF, packets.size() - i);
    if (found == nullptr) break;
    i = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - packets.data());
    if (i + 1 == packets.size() || packets[i + 1] > 0x8F) return i;
  }
  return packets.size();
}

}  // namespace dcmflow::jpeg_2000
