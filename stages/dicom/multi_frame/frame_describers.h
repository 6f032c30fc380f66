#pragma once
// The ways in which a data set describes its frames; stages/dicom/multi_frame/describe_frames.cpp
// has them in a table. Problems and threads as of describe_frames().

#include <optional>

#include "stages/dicom/multi_frame/describe_frames.h"

namespace dcmflow {

// A Number of Frames that is not 0: whoever has one may ask for the first of the frames.
class FrameCount {
 public:
  static std::optional<FrameCount> of(std::uint32_t frames) {
    return frames == 0 ? std::nullopt : std::optional(FrameCount(frames));
  }
  operator std::uint32_t() const { return frames_; }

 private:
  explicit FrameCount(std::uint32_t frames) : frames_(frames) {}
  std::uint32_t frames_;
};

// Per-frame and shared functional groups.
Result<FrameValues> describe_by_groups(HeaderWalk& walk, FrameCount frames,
                                       const AttributeTable& table);
// RT Dose: Grid Frame Offset Vector, and Dose Grid Scaling as slope.
Result<FrameValues> describe_by_grid(HeaderWalk& walk, FrameCount frames,
                                     const AttributeTable& table);
// NM: Slice Vector, Detector Information Sequence, Spacing Between Slices.
Result<FrameValues> describe_by_slice_vector(HeaderWalk& walk, FrameCount frames,
                                             const AttributeTable& table);

}  // namespace dcmflow
