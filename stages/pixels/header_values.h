#pragma once
// Values that the header walk does not keep, read again from the file when they are needed: lookup
// tables are large and few images have them. Thread-safe.

#include <cstdint>
#include <functional>
#include <span>

#include "stages/dicom/element_reader.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// An item of a sequence, from 0.
struct ItemPlace {
  std::uint32_t sequence = 0;
  std::uint32_t item = 0;
};

struct HeaderValue {
  std::span<const ItemPlace> path;  // empty at the top level
  Element element;
  std::span<const std::uint8_t> bytes;  // valid during the visit
  bool big_endian = false;
};

// Calls `visit` for every element of `tags`, in the order of the file, at the top level and in the
// items of `sequences`, which may lie in each other; values of more than longest_kept_value bytes
// are left out. Ends at the pixel data. Problems: unreadable, truncated, malformed, with the name
// of the file.
Status visit_header(const Instance& instance, std::span<const std::uint32_t> sequences,
                    std::span<const std::uint32_t> tags,
                    const std::function<void(const HeaderValue&)>& visit);

}  // namespace dcmflow
