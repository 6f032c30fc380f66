#pragma once
// Attributes in items of sequences, by their paths. No Problems; thread-safe on distinct sources.

#include <optional>
#include <string>

#include "stages/dicom/text_reader.h"

namespace dcmflow {

// The value of row.path in `sequence`, which is its first step; of several items (any_item) the
// values one after the other. nullopt: no such item has it. What is damaged inside is passed over:
// who walks the data set finds it.
std::optional<std::string> nested_value(TextReader& texts, const Element& sequence,
                                        DatasetEncoding encoding, const AttributeRow& row);

// "1" for a sequence with an item, which is all that can be asked of one; else blank.
std::string existence_of(ByteSource& source, const Element& sequence, DatasetEncoding encoding);

}  // namespace dcmflow
