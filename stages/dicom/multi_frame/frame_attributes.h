#pragma once
// Where a multi-frame object says of a frame what a single-frame image says of itself (PS3.3
// C.7.6.16.2): the attributes of the functional group macros, and of the sequences that do the same
// in older objects, beside the attribute of the table that they stand for. Constant; no Problems;
// thread-safe.

#include <cstdint>
#include <span>

#include "stages/base/attribute_values.h"
#include "stages/dicom/element_reader.h"

namespace dcmflow {

// Who is believed when several say an attribute of a frame.
enum class FrameSource : std::uint8_t {
  standard,    // its own functional group, then the shared one, then the top level of the data set
  if_missing,  // only where none of those says it
};

struct FrameAttribute {
  std::uint32_t sequence;  // whose item holds the element
  std::uint32_t tag;
  Vr vr;  // where the file does not say
  AttributeIndex attribute;
  FrameSource source = FrameSource::standard;
  bool is_time_of_day = false;  // of a DT: only what follows the date
};

// Those for an element of an item of `sequence`; mostly none.
std::span<const FrameAttribute> find_frame_attributes(std::uint32_t sequence, std::uint32_t tag);

// Whether items of the sequence hold any of them, or sequences that do. A private one is the same
// in every file: its block is not looked up (PS3.5 7.8.1), but what is in it is.
bool has_frame_attributes(std::uint32_t sequence);

inline constexpr std::uint32_t shared_groups_tag = 0x52009229;
inline constexpr std::uint32_t per_frame_groups_tag = 0x52009230;
inline constexpr std::uint32_t detectors_tag = 0x00540022;  // Detector Information Sequence
inline constexpr std::uint32_t segments_tag = 0x00620002;   // Segment Sequence

// At the top level of a data set: what the first item says is said of the image.
inline constexpr std::uint32_t velocity_encoding_tag = 0x00189197;
inline constexpr std::uint32_t arterial_spin_labeling_tag = 0x00189251;
inline constexpr std::uint32_t multi_energy_tag = 0x00189364;    // PS3.3 C.8.2.2.3
inline constexpr std::uint32_t energy_windows_tag = 0x00540012;  // of NM; its items hold the next
inline constexpr std::uint32_t energy_window_range_tag = 0x00540013;  // of PET at the top level

}  // namespace dcmflow
