#pragma once
// What the targets that build data sets choose from, shared with the program that makes their first
// inputs: both must take the same choices in the same order.

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace dcmflow::fuzz {

struct Element {
  std::uint32_t tag;
  std::string_view vr;
};

// multi_frame: functional group macros (PS3.3 C.7.6.16.2) and what stands in their items;
// detectors, segments, referenced instances.
inline constexpr auto sequences = std::to_array<std::uint32_t>(
    {0x00289110, 0x00209113, 0x00209116, 0x00289145, 0x00409096, 0x00189341, 0x00189114,
     0x00189117, 0x00189076, 0x00189325, 0x0062000A, 0x00209111, 0x00181000, 0x2005140F,
     0x00409225, 0x00289422, 0x00209221, 0x00540022, 0x0008114A, 0x002111FE});
inline constexpr auto elements = std::to_array<Element>({
    {0x00200032, "DS"}, {0x00200037, "DS"}, {0x00280030, "DS"}, {0x00180050, "DS"},
    {0x00180088, "DS"}, {0x00281052, "DS"}, {0x00281053, "DS"}, {0x00281054, "LO"},
    {0x00189074, "DT"}, {0x00189151, "DT"}, {0x00189087, "FD"}, {0x00189089, "FD"},
    {0x00189075, "CS"}, {0x00209056, "SH"}, {0x00209057, "UL"}, {0x00209128, "UL"},
    {0x00209157, "UL"}, {0x0062000B, "US"}, {0x00620005, "LO"}, {0x00189082, "FD"},
    {0x00281050, "DS"}, {0x00281051, "DS"}, {0x00409211, "US"}, {0x00409216, "US"},
    {0x00409224, "FD"}, {0x00409225, "FD"}, {0x00541001, "CS"}, {0x00200013, "IS"},
    {0x00210010, "LO"}, {0x00211001, "DS"},
});
inline constexpr auto classes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"1.2.840.10008.5.1.4.1.1.4.1", "MR"},    // Enhanced MR
    {"1.2.840.10008.5.1.4.1.1.2.1", "CT"},    // Enhanced CT
    {"1.2.840.10008.5.1.4.1.1.66.4", "SEG"},  // Segmentation
    {"1.2.840.10008.5.1.4.1.1.20", "NM"},     // Nuclear Medicine
    {"1.2.840.10008.5.1.4.1.1.481.2", "RTDOSE"},
    {"1.2.840.10008.5.1.4.1.1.30", "MR"},  // Parametric Map
});
inline constexpr unsigned most_in_item = 4;  // elements
inline constexpr unsigned most_items = 2;    // of a sequence in an item
inline constexpr unsigned deepest = 3;

// vendor
inline constexpr auto makers = std::to_array<std::string_view>(
    {"SIEMENS", "GE MEDICAL SYSTEMS", "UIH", "Philips Medical Systems", "Canon", "TOSHIBA", "?"});
inline constexpr auto image_kinds =
    std::to_array<std::string_view>({"MOSAIC", "VFRAME", "DIFFUSION", "NORM"});
// What GE's gradients are turned by, and the distance between tiles.
inline constexpr auto vendors_neighbours = std::to_array<Element>(
    {{0x00180088, "DS"}, {0x00181310, "US"}, {0x00181312, "CS"}, {0x00185100, "CS"}});
inline constexpr unsigned longest_csa = 4095;  // bytes
inline constexpr unsigned most_tiles = 5;

// Both: bytes of a value.
inline constexpr unsigned longest_value = 64;

}  // namespace dcmflow::fuzz
