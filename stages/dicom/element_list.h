#pragma once
// The elements of a data set or item, listed before their values are read. Thread-safe on distinct
// readers.

#include <cstddef>
#include <vector>

#include "stages/dicom/element_reader.h"

namespace dcmflow {

inline constexpr std::size_t most_listed_elements = 65536;  // of one data set or item

// In ascending order, each tag once (the first counts). Of a data set up to its pixel data, behind
// which are padding and signatures; of an item to its end, with the reader behind it. Problems:
// malformed (more than the above), and those of the reader.
Result<std::vector<Element>> list_elements(ElementReader& reader, bool is_item);

}  // namespace dcmflow
