#pragma once
// The private attributes that vendors say standard things with (PS3.5 7.8): rows that every
// AttributeTable has behind the built-in ones. They are kept for the functions of this folder
// alone: a user or a rule that asks for one of them adds a row of its own. Constant; thread-safe.

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include "stages/dicom/attributes.h"

namespace dcmflow {

struct VendorAttribute {
  std::uint32_t tag;  // gggg00ee: the block is found in each file
  std::string_view vr;
  std::string_view creator;
  bool repeats;           // as in BuiltInAttribute
  bool is_placed;         // too large to keep: HeaderWalk::places says where it is
  std::string_view name;  // for readers of this table alone
  // Not 0: a standard attribute that says the same, and is enough where a file has both.
  std::uint32_t standard = 0;
};

// Sorted by tag. No two vendors share one, so that an element whose creator an anonymiser took away
// is still known by its tag.
inline constexpr auto vendor_attributes = [] {
  constexpr std::string_view siemens = "SIEMENS MR HEADER";
  constexpr std::string_view siemens_csa = "SIEMENS CSA HEADER";
  constexpr std::string_view ge_acquisition = "GEMS_ACQU_01";
  constexpr std::string_view ge_parameters = "GEMS_PARM_01";
  constexpr std::string_view uih = "Image Private Header";
  constexpr std::string_view philips = "Philips Imaging DD 001";
  constexpr std::string_view philips_mr = "Philips MR Imaging DD 001";
  constexpr std::string_view philips_mr_5 = "Philips MR Imaging DD 005";
  constexpr std::uint32_t b_value = 0x00189087;
  constexpr std::uint32_t direction = 0x00189089;
  constexpr bool same = true;
  constexpr bool varies = false;
  constexpr bool kept = false;
  constexpr bool placed = true;
  return std::to_array<VendorAttribute>({
      {0x0019000A, "US", siemens, same, kept, "NumberOfImagesInMosaic"},
      {0x0019000C, "IS", siemens, varies, kept, "SiemensBValue", b_value},
      {0x0019000E, "FD", siemens, varies, kept, "SiemensDiffusionGradientDirection", direction},
      {0x00190027, "FD", siemens, varies, kept, "SiemensBMatrix", direction},
      {0x00190029, "FD", siemens, varies, kept, "MosaicRefAcqTimes"},
      {0x0019009C, "LO", ge_acquisition, same, kept, "GEPulseSequenceName"},
      {0x001900B3, "DS", ge_acquisition, same, kept, "GEUserVariable12"},
      {0x001900BB, "DS", ge_acquisition, varies, kept, "GEDiffusionGradientX", direction},
      {0x001900BC, "DS", ge_acquisition, varies, kept, "GEDiffusionGradientY", direction},
      {0x001900BD, "DS", ge_acquisition, varies, kept, "GEDiffusionGradientZ", direction},
      {0x001900CB, "SS", ge_acquisition, same, kept, "GEFlowAxis"},
      {0x001900CC, "SS", ge_acquisition, same, kept, "GEVelocityEncoding"},
      {0x00290010, "OB", siemens_csa, same, placed, "CSAImageHeaderInfo"},
      {0x00290020, "OB", siemens_csa, same, placed, "CSASeriesHeaderInfo"},
      {0x0043002F, "SS", ge_parameters, same, kept, "GEImageComponent"},
      {0x00430030, "SS", ge_parameters, same, kept, "GEImageKind"},
      {0x00430039, "IS", ge_parameters, varies, kept, "GEBValue", b_value},
      {0x00510014, "SH", siemens, varies, kept, "SiemensFlowEncoding"},
      {0x00650009, "FD", uih, varies, kept, "UIHBValue", b_value},
      {0x00650037, "FD", uih, varies, kept, "UIHDiffusionGradientDirection", direction},
      {0x00650051, "SQ", uih, same, placed, "UIHFrameSequence"},
      {0x20010003, "FL", philips, varies, kept, "PhilipsBFactor", b_value},
      {0x20010004, "CS", philips, varies, kept, "PhilipsDiffusionDirection"},
      {0x20010008, "IS", philips, varies, kept, "PhilipsPhaseNumber"},
      {0x2001001A, "FL", philips, varies, kept, "PhilipsVelocityEncoding"},
      {0x20050011, "CS", philips_mr, same, kept, "PhilipsImageComponent"},
      {0x20050012, "IS", philips_mr_5, varies, kept, "PhilipsBValueNumber"},
      {0x20050013, "IS", philips_mr_5, varies, kept, "PhilipsGradientNumber"},
      {0x20050029, "CS", philips_mr_5, varies, kept, "PhilipsLabelType"},
      {0x200500B0, "FL", philips_mr, varies, kept, "PhilipsDiffusionDirectionRL", direction},
      {0x200500B1, "FL", philips_mr, varies, kept, "PhilipsDiffusionDirectionAP", direction},
      {0x200500B2, "FL", philips_mr, varies, kept, "PhilipsDiffusionDirectionFH", direction},
  });
}();

static_assert(std::ranges::adjacent_find(vendor_attributes, std::ranges::greater_equal{},
                                         &VendorAttribute::tag) == vendor_attributes.end());

// The first index behind the vendor attributes of every AttributeTable.
inline constexpr AttributeIndex vendor_attributes_end =
    built_in_attributes.size() + vendor_attributes.size();

// The index of a vendor attribute in every AttributeTable; a tag that is not in the table does not
// compile.
consteval AttributeIndex vendor_index(std::uint32_t tag) {
  for (std::size_t i = 0; i < vendor_attributes.size(); ++i)
    if (vendor_attributes[i].tag == tag)
      return static_cast<AttributeIndex>(built_in_attributes.size() + i);
  throw "not a vendor attribute";
}

// Its place among those that are placed.
consteval std::size_t place_index(std::uint32_t tag) {
  std::size_t place = 0;
  for (const auto& attribute : vendor_attributes) {
    if (attribute.tag == tag && attribute.is_placed) return place;
    place += attribute.is_placed;
  }
  throw "not a placed vendor attribute";
}

inline constexpr std::size_t placed_attributes =
    std::ranges::count(vendor_attributes, true, &VendorAttribute::is_placed);

}  // namespace dcmflow
