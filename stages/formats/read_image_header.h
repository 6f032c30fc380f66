#pragma once
// The header of an image file → its grid: what verify and diff compare. It reads what
// dcmflow writes: MetaImage, NIfTI-1 and -2 (single, pair, within gzip) and NRRD.

#include <cstddef>
#include <optional>
#include <string>

#include "stages/formats/formats.h"

namespace dcmflow {

// What a header says, in LPS, and how many bytes of voxels belong to it. The direction of an
// unplaced image is not told.
struct ReadHeader {
  ImageHeader image;
  std::string voxel_file;  // of MetaImage: where its voxels are; "" or LOCAL: in the same file
  std::size_t voxel_offset = 0;  // bytes before them where they are in the same file, inflated
  bool is_gzip = false;          // of NRRD: the voxels alone are a gzip stream
};

// `format` is one that dcmflow writes itself. Problem{malformed} with what was found and expected;
// {unreadable}: it cannot be opened. Thread-safe.
Result<ReadHeader> read_image_header(const std::string& path, const ImageFormat& format);

// A format that is not read here: h5.
bool can_read_header(const ImageFormat& format);

}  // namespace dcmflow
