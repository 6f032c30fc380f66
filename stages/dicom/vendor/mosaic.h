#pragma once
// What the vendors' ways to store many slices in one image have in common. Lengths in mm, patient
// coordinates (LPS). Problems: mosaic_without_geometry, without subject. Thread-safe on distinct
// arguments.

#include <span>
#include <string>
#include <string_view>

#include "stages/base/vector3.h"
#include "stages/dicom/vendor/vendor_header.h"

namespace dcmflow {

// The attributes of a header under way, from either part.
class HeaderTexts {
 public:
  explicit HeaderTexts(const HeaderWalk& walk) : walk_(walk) {}
  std::string_view operator()(AttributeIndex attribute) const;  // "" when absent

 private:
  const HeaderWalk& walk_;
};

Problem no_mosaic_geometry(std::string detail);

// The value of a placed attribute; empty when it is absent, longer than 8 MiB, or cannot be read.
// Valid until the source is used again. REQUIRES: streams are asked in the order of the places.
std::span<const std::uint8_t> placed_value(ByteSource& source, const Element& place);

// Cuts the stored image into `across` × `down` tiles. The problem when they do not fit.
Result<Mosaic> cut_mosaic(const HeaderTexts& text, std::size_t tiles, std::size_t across,
                          std::size_t down);

// One record a tile, with its Image Position (Patient).
void place_tiles(Mosaic& mosaic, const std::vector<Vector3>& positions);

// Siemens: (0029,xx10) and (0029,xx20), "SIEMENS CSA HEADER". `walk` gets the diffusion weighting
// that stands in the CSA header alone.
Result<Mosaic> read_siemens_mosaic(ByteSource& source, HeaderWalk& walk);
void read_siemens_diffusion(ByteSource& source, HeaderWalk& walk);
// United Imaging: (0065,xx51), "Image Private Header".
Result<Mosaic> read_uih_mosaic(ByteSource& source, HeaderWalk& walk);

}  // namespace dcmflow
