#pragma once
// The values of an image's voxels, piece by piece, whatever type, format and compression it has.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stages/base/result.h"
#include "stages/formats/read_image_header.h"
#include "stages/formats/voxel_stream.h"

namespace dcmflow {

// An image file, and what a reader of headers said of it.
struct HeldImage {
  std::string path;
  const ImageFormat& format;
  const ReadHeader& header;
};

// Of all volumes. nullopt: more than 64 bits count.
std::optional<std::uint64_t> voxels_of(const ImageHeader& image);

// In the order of VoxelStream. For one thread. Problems as of VoxelStream, with the path as
// subject.
class VoxelValues {
 public:
  static Result<VoxelValues> open(const HeldImage& image);

  // Reads so many further voxels.
  Status read(std::size_t voxels);
  // What was read last: as it is stored, and its values (of colour, three a voxel), which a scale
  // of the header has made of them. Valid until the next read().
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  std::span<const double> values();

 private:
  VoxelValues(const HeldImage& image, VoxelStream stream);

  std::string path_;
  SampleType sample_;
  std::size_t samples_;  // of a voxel
  std::optional<Rescale> scale_;
  VoxelStream stream_;
  std::vector<std::uint8_t> bytes_;
  std::vector<double> values_;
};

}  // namespace dcmflow
