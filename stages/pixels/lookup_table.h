#pragma once
// Lookup tables of a header: stored value → value, stored value → colour. Thread-safe; a TableCache
// is for one thread.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// The entry of the first stored value, then of those that follow; stored values beyond an end have
// the entry of that end (PS3.3 C.11.1.1.1, C.7.6.3.1.5).
template <class Entry>
struct LookupTable {
  std::int64_t first = 0;
  std::vector<Entry> entries;  // never empty

  const Entry& operator[](std::int64_t stored) const {
    if (stored <= first) return entries.front();
    const auto i = static_cast<std::uint64_t>(stored) - static_cast<std::uint64_t>(first);
    return i < entries.size() ? entries[i] : entries.back();
  }
};

using ValueTable = LookupTable<double>;
using Palette = std::array<LookupTable<std::uint8_t>, 3>;  // red, green, blue

// Reads the Modality LUT Sequence (PS3.3 C.11.1) or the LUT of the Real World Value Mapping
// (C.7.6.16.2.11) that `frame.table` names. Problems: those of visit_header; malformed, when there
// is none or it has fewer entries than it promises. REQUIRES: frame.table is not none.
Result<ValueTable> read_value_table(const Frame& frame);

// Reads the Red, Green and Blue Palette Color Lookup Tables (C.7.9), segmented or not. Entries of
// 16 bits are reduced to the upper 8, unless none of the three tables uses those. Problems as
// above.
Result<Palette> read_palette(const Instance& instance);

// The last table that a thread read, for the frames that follow.
class TableCache {
 public:
  Result<std::shared_ptr<const ValueTable>> value_table(const Frame& frame);
  Result<std::shared_ptr<const Palette>> palette(const Frame& frame);

 private:
  InstancePtr values_of_, palette_of_;
  std::uint32_t values_of_frame_ = 0;
  TableKind kind_ = TableKind::none;
  std::shared_ptr<const ValueTable> values_;
  std::shared_ptr<const Palette> palette_;
};

// How stored values become real world values (PS3.3 C.7.6.16.2.11): by a slope, or by the table
// that read_value_table reads.
struct RealWorldMapping {
  Rescale rescale;
  bool has_table = false;
};

// The first mapping of each frame: of its own functional groups, of the shared ones, or of the
// image. nullopt where there is none. Problems are those of visit_header.
Result<std::vector<std::optional<RealWorldMapping>>> read_real_world(const Instance& instance);

}  // namespace dcmflow
