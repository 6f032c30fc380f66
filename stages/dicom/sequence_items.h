#pragma once
// The items of a sequence, one after another, each as a list of its elements: for sequences that
// are read whole, and not for an attribute or two. Thread-safe on distinct sources.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "stages/dicom/element_reader.h"
#include "stages/dicom/text_reader.h"

namespace dcmflow {

struct SequenceItem {
  std::vector<Element> elements;  // ascending, as list_elements() gives them
  DatasetEncoding encoding;       // of these and of what is in them

  // nullptr when it has none.
  const Element* find(std::uint32_t tag) const;
};

// Gives each item of the sequence to `take`, whose first Problem ends it and is returned. None
// where `sequence` is null. REQUIRES: the sequence was stepped over by a reader before, so that it
// lies in the data; `encoding` is that of the data set or item around it. Problems: truncated,
// malformed, unreadable (subject left empty).
Status for_each_item(ByteSource& source, const Element* sequence, DatasetEncoding encoding,
                     const std::function<Status(const SequenceItem&)>& take);

// The first item; nullopt where there is none, or it is damaged.
std::optional<SequenceItem> first_item_of(ByteSource& source, const Element* sequence,
                                          DatasetEncoding encoding);

// The value of an element as TextReader::text_of() gives it, by the VR in the file, else `code`.
// "" where there is none.
std::string text_in(TextReader& texts, const SequenceItem& item, std::uint32_t tag, Vr code);

}  // namespace dcmflow
