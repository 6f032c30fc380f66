#pragma once
// The packets of a high-throughput JPEG 2000 tile (ISO/IEC 15444-1 annex B, 15444-15 B): where each
// block lies, before a decoder believes it. Pure; for one thread; no Problems.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dcmflow {

// What SIZ, COD and QCD say of one tile over the whole image, with one layer and one precinct for
// each resolution of each component, whose blocks are of high throughput.
struct Htj2kTile {
  static constexpr std::size_t most_levels = 8;
  std::uint32_t columns = 0, rows = 0;
  unsigned components = 1;
  unsigned levels = 0;              // of decomposition; at most most_levels
  bool is_by_component = false;     // all resolutions of a component before the next one's
  std::array<unsigned, 2> block{};  // exponents of its width and height
  std::array<unsigned, 3 * most_levels + 1> planes{};  // bit planes of each subband (B.3, E-2)
};

// One for a tile; its parts are given to step_over() in their order.
class Htj2kPackets {
 public:
  explicit Htj2kPackets(const Htj2kTile& tile) : tile_(tile) {}

  // Whether `part` is packets from the next one on, whole ones and nothing else: no block has more
  // passes or zero planes than there can be, or bytes that no encoder writes, or that are not here.
  bool step_over(std::span<const std::uint8_t> part);
  bool has_all() const { return next_ == (tile_.levels + 1) * tile_.components; }

 private:
  const Htj2kTile tile_;
  unsigned next_ = 0;  // of all packets of the tile
};

}  // namespace dcmflow
