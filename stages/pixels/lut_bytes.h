#pragma once
// LUT Descriptor and LUT Data as they stand in a file (PS3.3 C.11.1.1, C.7.9.2). Pure; no Problems.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Numbers of 16 bits.
std::vector<std::uint16_t> words_of(std::span<const std::uint8_t> bytes, bool big_endian);

struct LutDescriptor {
  std::uint32_t entries = 0;  // 1 to 65,536
  std::int64_t first = 0;     // the stored value of the first entry
  unsigned bits = 16;         // of an entry
};

// nullopt unless the value has its three numbers. The first stored value follows Pixel
// Representation, whatever the VR (PS3.3 C.11.1.1: it is US or SS).
std::optional<LutDescriptor> lut_descriptor(std::span<const std::uint8_t> bytes, bool big_endian,
                                            bool is_signed);

// The entries of LUT Data: words, or bytes when there are only enough of those. Fewer than
// `descriptor.entries` when the data is short.
std::vector<std::uint16_t> lut_entries(std::span<const std::uint8_t> bytes, bool big_endian,
                                       bool is_in_words, const LutDescriptor& descriptor);

// The same of Segmented Palette Color Lookup Table Data (C.7.9.2): discrete, linear and indirect
// segments. What no segment says ends the table.
std::vector<std::uint16_t> segmented_lut_entries(std::span<const std::uint8_t> bytes,
                                                 bool big_endian, const LutDescriptor& descriptor);

}  // namespace dcmflow
