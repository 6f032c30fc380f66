#pragma once
// The label images of a LabelSet: which there are, and their voxels. Pure but for the painter.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom_types.h"
#include "stages/labels/label_set.h"
#include "stages/labels/label_style.h"

namespace dcmflow {

inline constexpr std::string_view labels_folder = "labels";

// One that is to be written. Its voxels are int16, or uint16 where a number asks for it; float32
// from 0 to 1 of a fractional segmentation.
struct PlannedLabels {
  StackPtr stack;  // of the instance's series; its first frame stands for its file
  VoxelType type = VoxelType::int16;
  std::vector<std::size_t> segments;  // indexes in LabelSet::segments; of 4d a volume each
};

// Stems are labels/<stem>, behind which each puts _<number>. Problem{labels_not_merged}: merged is
// asked for of fractions, which one number a voxel cannot hold.
Result<std::vector<PlannedLabels>> plan_label_images(const LabelSet& labels, LabelStyle style,
                                                     const std::string& stem);

// What was painted of a segment.
struct PaintedSegment {
  std::uint64_t voxels = 0;    // that are its; of a fractional one where it is 0.5 or more
  std::uint64_t sum = 0;       // of its stored values
  std::uint64_t outside = 0;   // pixels of it outside of the slices
  std::uint64_t overlaps = 0;  // voxels that a segment before it has already
};

// What paint_slab() works with. For one thread.
struct PaintBuffers {
  FrameBuffers frames;
  std::vector<std::uint16_t> cells;
};

// Whether nothing is in the slices: all voxels are 0.
bool is_blank(const LabelSet& labels, const PlannedLabels& image, const SlabRange& range);
// Their voxels, slice after slice. Adds to `painted`, one for each of image.segments; a voxel that
// two segments have keeps the number of the first. Problems: those of LabelPainter. Thread-safe
// with buffers and counts of one's own.
Result<Slab> paint_slab(const LabelSet& labels, const PlannedLabels& image, const SlabRange& range,
                        PaintBuffers& buffers, std::span<PaintedSegment> painted);

// Bytes that painting and writing a slab takes at the most.
std::uint64_t paint_memory(const LabelSet& labels, const PlannedLabels& image,
                           const SlabRange& range, bool compressed);

// Of binary labels and probabilities their voxels (of these where it is 0.5 or more), of occupancy
// the sum of the fractions.
double volume_mm3(const LabelSet& labels, const PaintedSegment& painted);

// One that was written.
struct LabelImage {
  ImageFile file;
  LabelKind kind = LabelKind::binary;
  LabelStyle style = LabelStyle::each;
  LabelGrid lies_on = LabelGrid::image;
  std::string image;  // the file on whose grid it lies; may be empty
  struct Row {
    Segment segment;
    std::uint64_t voxels = 0;
    double volume_mm3 = 0;
  };
  std::vector<Row> segments;
};

}  // namespace dcmflow
