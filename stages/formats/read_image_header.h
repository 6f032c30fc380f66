#pragma once
// The header of an image file → its grid: what verify and diff compare. It reads what
// dcmflow writes: MetaImage, NIfTI-1 and -2 (single, pair, within gzip) and NRRD; and such files of
// other programs.

#include <cstddef>
#include <optional>
#include <string>

#include "stages/formats/formats.h"
#include "stages/formats/sample_type.h"

namespace dcmflow {

// What a header says, in LPS, and how many bytes of voxels belong to it. The direction of an
// unplaced image is not told.
struct ReadHeader {
  ImageHeader image;
  SampleType sample = SampleType::int16;  // how voxels are stored, and how many samples one has
  std::size_t samples = 1;
  std::string voxel_file;  // of MetaImage: where its voxels are; "" or LOCAL: in the same file
  std::size_t voxel_offset = 0;  // bytes before them where they are in the same file, inflated
  bool is_gzip = false;          // of NRRD: the voxels alone are a gzip stream
};

// `format` is one that dcmflow writes itself. Problem{malformed} with what was found and expected;
// {unreadable}: it cannot be opened. Thread-safe.
Result<ReadHeader> read_image_header(const std::string& path, const ImageFormat& format);

// The same of an image that another program wrote: `image.type` is not told where the samples are
// of a type that dcmflow does not write. Numbers are little endian, and compressed by gzip alone.
Result<ReadHeader> read_foreign_header(const std::string& path, const ImageFormat& format);

// A format that is not read here: h5.
bool can_read_header(const ImageFormat& format);

}  // namespace dcmflow
