#pragma once
// What an image looks like, for whoever reads the report: pictures and a histogram. Plain values.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dcmflow {

// A plane through the middle of an image.
struct Picture {
  std::string plane;                   // as in ViewPlane
  std::array<double, 2> size_mm{};     // width and height; pixels need not be square
  std::array<std::string, 4> letters;  // as in ViewPlane
  std::string png;
  bool operator==(const Picture&) const = default;
};

struct Overview {
  std::vector<Picture> pictures;  // axial, coronal, sagittal; those with one voxel a side are not
  // What is shown black and what white; the other way round where high is dark (MONOCHROME1).
  std::array<double, 2> window{};
  bool window_of_header = false;         // Window Center and Width, else percentiles
  std::array<double, 2> range{};         // least and greatest value that was looked at
  std::vector<std::uint32_t> histogram;  // of the values that were looked at, over that range
  bool operator==(const Overview&) const = default;
};
using OverviewPtr = std::shared_ptr<const Overview>;

// The most pixels a side, so that all pictures of a run stay below some 60 MB; 0: there are too
// many images for pictures.
std::uint32_t picture_side(std::size_t images);

}  // namespace dcmflow
