#pragma once
// Ramp phantoms as mosaics: many slices as tiles of one stored image, and the private headers that
// say where they lie.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "test-data/dicom_builder.h"

namespace dcmflow {

struct MosaicPhantom {
  unsigned columns = 6, rows = 5, tiles = 5;  // of a tile
  unsigned across = 3, down = 3;
  double column_spacing = 1.5, row_spacing = 2;
  double step = 4;  // from tile to tile along row × column; below 0 against it
  std::array<double, 3> first{-20, 15, 30};  // centre of the first voxel of the first tile
  std::array<double, 3> row{1, 0, 0}, column{0, 0.8, 0.6};

  std::array<double, 3> normal() const;
  std::array<double, 3> position(unsigned tile) const;  // of its first voxel
  std::array<double, 3> centre(unsigned tile) const;
};

// An MR image whose tiles hold the ramp, rounded; Image Type has `image_type`. No private headers.
DicomBuilder mosaic_file(const MosaicPhantom& phantom, const std::string& image_type = "MOSAIC");

enum class CsaFormat : std::uint8_t { older, sv10 };
using CsaElements = std::vector<std::pair<std::string, std::vector<std::string>>>;

// The bytes of a CSA header with these elements.
std::vector<std::uint8_t> csa_header(const CsaElements& elements, CsaFormat format);
// Sets (0029,1010) or (0029,1020) of "SIEMENS CSA HEADER".
void set_csa(DicomBuilder& file, std::uint8_t element, const std::vector<std::uint8_t>& csa);
// What the scanner says of the phantom: number of tiles and the direction of the slices.
CsaElements csa_image_elements(const MosaicPhantom& phantom);
// The measurement protocol with the centres of the slices; `reversed` counts from the last tile.
CsaElements csa_series_elements(const MosaicPhantom& phantom, bool reversed = false);

}  // namespace dcmflow
