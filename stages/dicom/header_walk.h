#pragma once
// One pass over the head of a data set: the wanted attributes as text, and where the pixel data
// lies.

#include "stages/dicom/byte_source.h"
#include "stages/dicom/element_reader.h"
#include "stages/dicom/header_plan.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/dicom_types.h"

namespace dcmflow {

struct HeaderWalk {
  AttributeValues repeating;  // attributes whose row says that they repeat over a series
  AttributeValues varying;    // the others
  DatasetEncoding encoding;
  PixelData pixel_data;
  std::vector<AttributeValues> frames;  // what the Per-Frame Functional Groups say
  AttributeValues shared_groups;        // what the Shared Functional Groups say of all frames
  Status groups{Done{}};                // why they could not be read
  bool has_modality_lut = false;
  // Where the placed vendor attributes are, by place_index(); tag 0 where there is none.
  std::array<Element, placed_attributes> places{};
};

// Walks from `offset` to the pixel data or the end. Problems: truncated, malformed, unreadable
// (subject left empty).
Result<HeaderWalk> walk_header(ByteSource& source, std::uint64_t offset, DatasetEncoding encoding,
                               const HeaderPlan& plan);

}  // namespace dcmflow
