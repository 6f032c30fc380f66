#pragma once
// Reads a written image back through ITK, a reader that is not ours.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace dcmflow {

// An image as another program sees it. Coordinates in the patient system (LPS, mm) for every
// format; ITK turns NIfTI's RAS round.
struct ReadImage {
  std::array<std::size_t, 3> size{1, 1, 1};
  std::size_t volumes = 1;     // the fourth dimension
  double volume_spacing = 1;   // along it
  std::size_t components = 1;  // values in a voxel: 3 for RGB
  std::array<double, 3> spacing{1, 1, 1};
  std::array<double, 3> origin{};
  std::array<std::array<double, 3>, 3> direction{};  // of the i, the j and the k axis
  std::string component_type;  // ITK's name: "short", "unsigned_short", "int", "float", …
  std::vector<double> voxels;  // component, i, j, k, volume; the first runs fastest

  std::array<double, 3> position(std::size_t i, std::size_t j, std::size_t k) const;
  double at(std::size_t i, std::size_t j, std::size_t k, std::size_t volume = 0) const;
};

// Reads .nii, .nii.gz, .hdr with its .img, .mha, .nrrd, .h5, or .mhd with its uncompressed data
// file. Throws a std::exception when the file cannot be read, or holds fewer or more bytes than its
// header says.
ReadImage read_image(const std::string& path);

}  // namespace dcmflow
