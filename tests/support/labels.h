#pragma once
// Segmentations and structure sets on a phantom, for tests. Coordinates in mm, LPS.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stages/base/vector3.h"
#include "test-data/dicom_builder.h"
#include "test-data/phantom.h"

namespace dcmflow {

// Where voxel (i, j, k) of the phantom's image has its centre; between voxels too.
Vector3 phantom_place(const PhantomSeries& image, double i, double j, double k);

struct DrawnContour {
  std::vector<Vector3> points;
  std::string type = "CLOSED_PLANAR";
};
struct DrawnStructure {
  std::string number, name;
  std::vector<DrawnContour> contours;
};
// An RTSTRUCT of series `series_uid`, which references every slice of the image.
DicomBuilder drawn_structure_set(const PhantomSeries& image, const std::string& series_uid,
                                 const std::vector<DrawnStructure>& structures);

// A circle in the plane z = `z`, of so many points; its area is that of the circle.
DrawnContour circle(const Vector3& centre, double radius, unsigned points = 180);

struct DrawnFrame {
  unsigned segment = 1;  // of a label map: any
  unsigned slice = 0;
  std::vector<std::uint16_t> cells;  // stored values, row after row
};
struct DrawnSegmentation {
  std::string type = "BINARY";  // or FRACTIONAL, LABELMAP
  unsigned bits = 1;            // 1, 8 or 16
  unsigned segments = 1;        // 1, 2, 3 ..., "Segment 1" ...
  std::vector<DrawnFrame> frames;
  bool has_references = true;  // every slice of the image; else its Frame of Reference alone
};
// A SEG of series `series_uid`: its frames are slices of `image`.
DicomBuilder drawn_segmentation(const PhantomSeries& image, const std::string& series_uid,
                                const DrawnSegmentation& drawn);

// The cells of a slice by a function of column, row and slice.
std::vector<std::uint16_t> drawn_cells(
    const PhantomSeries& image, unsigned slice,
    const std::function<unsigned(unsigned i, unsigned j, unsigned k)>& value);

}  // namespace dcmflow
