#pragma once
// What vendors say in headers of their own and the standard's attributes leave open: read once,
// when a file's header is decoded, and given in the standard's terms.

#include <memory>
#include <optional>

#include "stages/dicom/header_walk.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// How the stored image is cut into slices: number_of_tiles of them, row after row from the upper
// left. All zero when it is one slice.
struct Mosaic {
  std::uint16_t tile_rows = 0;
  std::uint16_t tile_columns = 0;
  std::uint16_t tiles_across = 0;
  // The Image Position (Patient) of each tile, as Instance::frames wants it.
  std::unique_ptr<const std::vector<AttributeValues>> tiles;
};

// Unpacks mosaics (Siemens MOSAIC, United Imaging VFRAME) and adds to `walk` what only a CSA header
// says of the diffusion: where Image Type says DIFFUSION, and where an MR image may be weighted for
// all that it says of its sequence. `source` is what was walked; a stream is taken from its
// beginning. Problem mosaic_without_geometry (subject left empty): it is a mosaic, and where its
// slices lie cannot be known. Thread-safe for distinct arguments.
Result<Mosaic> read_vendor_header(ByteSource& source, HeaderWalk& walk);

// Whether read_vendor_header() has anything to look at.
bool has_vendor_header(const HeaderWalk& walk);

}  // namespace dcmflow
