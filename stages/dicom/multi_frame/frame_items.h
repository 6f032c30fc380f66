#pragma once
// The items of a sequence that describes frames, as the attributes that a single-frame image would
// have. Thread-safe on distinct sources.

#include <cstdint>
#include <string_view>
#include <vector>

#include "stages/dicom/byte_source.h"
#include "stages/dicom/element_reader.h"
#include "stages/dicom/header_plan.h"
#include "stages/dicom/text_reader.h"

namespace dcmflow {

struct FrameItem {
  AttributeValues values;
  AttributeValues if_missing;  // FrameSource::if_missing
};

struct FrameItems {
  std::vector<FrameItem> items;  // in their order in the file
  std::uint64_t count = 0;       // of the sequence: more than `items` when they were too many
  std::uint64_t end = 0;         // offset of the first byte behind the sequence
};

// How the elements around a sequence are to be read.
struct SequenceContext {
  const HeaderPlan& plan;  // wanted private attributes are kept too, at any depth
  DatasetEncoding encoding;
  TextReader& texts;  // of the data set
};

// Reads the first `most` items of `sequence`, going down into the sequences of
// stages/dicom/multi_frame/frame_attributes.h and stepping over all else; of sequences inside, the
// first item counts. Values of more than 1 KiB are not kept. Problems: truncated, malformed,
// unreadable (subject left empty). A stream is only read forwards.
Result<FrameItems> read_frame_items(ByteSource& source, const Element& sequence,
                                    const SequenceContext& context, std::uint64_t most);

}  // namespace dcmflow
