#pragma once
// A segmentation or structure set on a grid: what its label images are made of.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom_types.h"
#include "stages/labels/segment.h"
#include "stages/pixels/read_frame.h"

namespace dcmflow {

// Paints segments, by their index in LabelSet::segments, slice by slice. Thread-safe with buffers
// of one's own.
class LabelPainter {
 public:
  LabelPainter() = default;
  virtual ~LabelPainter() = default;
  LabelPainter(const LabelPainter&) = delete;
  LabelPainter& operator=(const LabelPainter&) = delete;

  // Whether nothing of the segment is known to be in the slice.
  virtual bool is_blank(std::size_t segment, std::uint32_t slice) const = 0;
  // `cells`: columns × rows of the grid. Each becomes 0, or what the segment has there: 1, or its
  // stored value of a fractional segmentation. Returns how many labelled pixels lie outside of the
  // slice. Problems, with the name of the file: those of read_frame(); malformed.
  virtual Result<std::uint64_t> paint(std::size_t segment, std::uint32_t slice,
                                      FrameBuffers& buffers,
                                      std::span<std::uint16_t> cells) const = 0;
  // Bytes that buffers take beside the cells.
  virtual std::uint64_t memory() const = 0;
};

// On which grid labels lie: that of an image; of the slices of an image that was refused; or of the
// frames of the segmentation itself, which coincide with no image.
enum class LabelGrid : std::uint8_t { image, source, own };
std::string_view label_grid_name(LabelGrid grid);  // "image", "source", "own"

struct LabelSet {
  SeriesPtr series;  // of the instance
  InstancePtr instance;
  LabelKind kind = LabelKind::binary;
  std::uint32_t most_fraction = 1;  // stored value ÷ this is the fraction
  std::vector<Segment> segments;    // in the order of their numbers
  LabelGrid lies_on = LabelGrid::image;
  std::string image;  // the file on whose grid they lie; empty: none was made
  Grid grid;
  std::shared_ptr<const LabelPainter> painter;
  // What labels are not simply as the file says, of severity `repaired` or `refused` (structures
  // that are left out); the subject is left empty.
  std::vector<Problem> problems;
};

}  // namespace dcmflow
