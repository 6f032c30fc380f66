// Structure sets and segmentations for the target "labels".

#include <utility>
#include <vector>

#include "tests/fuzz/inputs.h"
#include "tests/support/labels.h"

namespace dcmflow::fuzz {
namespace {

// Four squares of 2 × 2 voxels in two slices, in a file as small as can be.
PhantomSeries image() {
  PhantomSeries series;
  series.columns = 4;
  series.rows = 3;
  series.slices = 2;
  series.header_elements = 0;
  return series;
}

DrawnSegmentation segmentation(const std::string& type, unsigned bits) {
  DrawnSegmentation drawn{.type = type, .bits = bits, .segments = 2, .frames = {}};
  for (unsigned slice = 0; slice < image().slices; ++slice)
    for (unsigned segment = 1; segment <= (type == "LABELMAP" ? 1U : 2U); ++segment)
      drawn.frames.push_back(
          {segment, slice, drawn_cells(image(), slice, [&](unsigned i, unsigned j, unsigned k) {
             return i < 2 && j < 2 ? segment + (bits == 8 ? k : 0U) : 0U;
           })});
  if (bits == 1)
    for (auto& frame : drawn.frames)
      for (auto& cell : frame.cells) cell = cell != 0 ? 1 : 0;
  return drawn;
}

}  // namespace

void add_labels(const Inputs& inputs) {
  const auto add = [&](const std::string& name, const DicomBuilder& file) {
    inputs.add("labels", name, file.bytes());
  };
  const DrawnContour round = circle({-9, -19, 30}, 1, 8);
  const DrawnContour other = circle({-9, -19, 32.5}, 1, 5);
  add("structure_set",
      drawn_structure_set(image(), "1.2.3.8",
                          {{"1", "one", {round, other, {{{-9, -19, 30}}, "POINT"}}},
                           {"7", "two", {{round.points, "OPEN_PLANAR"}}}}));
  add("binary", drawn_segmentation(image(), "1.2.3.9", segmentation("BINARY", 1)));
  add("fractional", drawn_segmentation(image(), "1.2.3.9", segmentation("FRACTIONAL", 8)));
  add("label_map", drawn_segmentation(image(), "1.2.3.9", segmentation("LABELMAP", 8)));
}

}  // namespace dcmflow::fuzz
