#pragma once
// The AttributeTable in the order in which a header is walked. No Problems; safe from any thread
// once it is built.

#include <cstdint>
#include <string_view>
#include <vector>

#include "stages/dicom/attribute_table.h"

namespace dcmflow {

// Built once from a table, then only read. The table must outlive it, unchanged.
struct HeaderPlan {
  explicit HeaderPlan(const AttributeTable& attributes);

  struct Wanted {
    std::uint32_t tag;
    AttributeIndex attribute;
  };
  struct WantedPrivate {
    std::uint32_t tag;  // gggg00ee
    AttributeIndex attribute;
    std::string_view creator;
  };
  const AttributeTable& table;
  std::vector<Wanted> standard;                  // top level, without a creator; ascending tags
  std::vector<WantedPrivate> in_private_blocks;  // top level; ascending
  std::vector<Wanted> in_sequences;              // tag = the outermost sequence; ascending
  // What users and rules added: looked for in the functional groups of each frame, too.
  std::vector<Wanted> in_frames;  // tag = of the attribute itself; ascending
};

}  // namespace dcmflow
