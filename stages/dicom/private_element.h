#pragma once
// Elements by who defined them: for values that are too large to be kept with a header. Thread-safe
// on distinct sources.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stages/dicom/byte_source.h"
#include "stages/dicom/element_reader.h"

namespace dcmflow {

// The element (group,xxNN) of the block that `creator` has reserved among `elements` of one data
// set or item (PS3.5 7.8.1), ascending; of the first block in a group without any creator. nullptr
// when there is none.
const Element* find_private(ByteSource& source, std::span<const Element> elements,
                            std::uint16_t group, std::string_view creator, std::uint8_t number);

// The element of a tag, or nullptr.
const Element* find_element(std::span<const Element> elements, std::uint32_t tag);

// The elements of the first item of a sequence, ascending; empty when there is none, or it is
// damaged.
std::vector<Element> first_item(ByteSource& source, const Element& sequence,
                                DatasetEncoding encoding);

// The bytes of a value; empty when it is absent, empty, longer than 8 MiB or not all there. Valid
// until the source is used again.
std::span<const std::uint8_t> value_bytes(ByteSource& source, const Element* element);

}  // namespace dcmflow
