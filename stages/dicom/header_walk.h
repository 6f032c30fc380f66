#pragma once
// One pass over the head of a data set: the wanted attributes as text, and where the pixel data
// lies. Thread-safe on distinct sources.

#include "stages/dicom/byte_source.h"
#include "stages/dicom/element_reader.h"
#include "stages/dicom/header_plan.h"
#include "stages/dicom/multi_frame/frame_items.h"
#include "stages/dicom/text_reader.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// The sequences that describe frames, as far as a data set has them.
struct FrameSources {
  std::optional<FrameItems> shared;     // Shared Functional Groups Sequence
  std::optional<FrameItems> per_frame;  // Per-Frame Functional Groups Sequence
  std::optional<FrameItems> detectors;  // Detector Information Sequence
  std::optional<FrameItems> segments;   // Segment Sequence
  std::optional<Problem> damage;        // of the first that could not be read
};

struct HeaderWalk {
  AttributeValues repeating;  // attributes whose row says that they repeat over a series
  AttributeValues varying;    // the others
  DatasetEncoding encoding;
  PixelData pixel_data;
  std::unique_ptr<FrameSources> frames;  // null when no sequence describes them
  bool has_modality_lut = false;
  std::uint32_t referenced_instances = 0;  // as in SharedHeader
  // Where the placed vendor attributes are, by place_index(); tag 0 where there is none.
  std::array<Element, placed_attributes> places{};

  // The text of an attribute, from either part; nullopt when absent, "" when empty.
  std::optional<std::string_view> find(AttributeIndex attribute) const;
};

// Number of Frames of the attributes of an instance: 1 when absent, 0 when it is no number that can
// be.
std::uint32_t number_of_frames(const AttributeValues& varying);

// Walks from `offset` to the pixel data or the end. Problems: truncated, malformed, unreadable
// (subject left empty).
Result<HeaderWalk> walk_header(ByteSource& source, std::uint64_t offset, DatasetEncoding encoding,
                               const HeaderPlan& plan);

}  // namespace dcmflow
