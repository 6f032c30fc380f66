#pragma once
// Which image labels are of: by the instances that they reference, else the series, else the Frame
// of Reference (PS3.3 C.8.20.2, C.8.8.5).

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/labels/segment.h"

namespace dcmflow {

// An image of the run. It may have failed, or not been made since no rule selects it: its grid is
// known all the same.
struct KnownImage {
  const Stack* stack = nullptr;
  std::string file;  // empty: it was not made
};

// Images that labels may be of, the best first.
struct FoundImages {
  std::vector<const KnownImage*> images;
  // The first ones, which hold instances that are referenced; of references without instances,
  // which are of the series.
  std::size_t named = 0;
  // Those that are referenced but have another Frame of Reference are none; the UID of the first.
  std::string other_frame_of_reference;
};

// Built once, then only read: thread-safe.
class FindImage {
 public:
  // REQUIRES: the images outlive it.
  explicit FindImage(std::span<const KnownImage> images);

  // In this order: by how many of the instances they have, those that have any; those of the
  // series; those in the Frame of Reference. Main images first, then in the order given. Images
  // that lie nowhere are none. Pure.
  FoundImages find(const LabelReferences& references) const;

 private:
  std::span<const KnownImage> images_;
  std::vector<std::pair<const Instance*, std::uint32_t>> instances_;  // by SOP Instance UID
};

// The instances among `series` that labels reference, as frames: of whole series where no instance
// is named. Of multi-frame objects each frame.
std::vector<Frame> referenced_frames(const LabelReferences& references,
                                     std::span<const SeriesPtr> series);

}  // namespace dcmflow
