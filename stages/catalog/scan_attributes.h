#pragma once
// The attributes that a sidecar alone needs: rows behind those of every AttributeTable, of a table
// of its own, so that no header of an archive is larger for them. Constant; thread-safe.

#include <array>
#include <cstdint>
#include <string_view>

#include "stages/dicom/attribute_table.h"
#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {

struct ScanAttribute {
  std::uint32_t tag;  // with a creator: gggg00ee
  std::string_view vr;
  std::string_view creator;
  // The sequences to go through, from the outermost; 0 for none. An attribute without any is also
  // looked for in the functional groups of the frame, at any depth.
  std::uint32_t sequence = 0;
  std::uint32_t inner_sequence = 0;
};

namespace creator {
inline constexpr std::string_view siemens = "SIEMENS MR HEADER";
inline constexpr std::string_view siemens_csa = "SIEMENS CSA HEADER";
inline constexpr std::string_view siemens_series = "SIEMENS MR SDS 01";  // XA: of the series
inline constexpr std::string_view siemens_image = "SIEMENS MR SDI 02";   // XA: of the image
inline constexpr std::string_view ge_acquisition = "GEMS_ACQU_01";
inline constexpr std::string_view ge_relation = "GEMS_RELA_01";
inline constexpr std::string_view ge_series = "GEMS_SERS_01";
inline constexpr std::string_view ge_parameters = "GEMS_PARM_01";
inline constexpr std::string_view uih = "Image Private Header";
inline constexpr std::string_view philips = "Philips Imaging DD 001";
}  // namespace creator

namespace sequence {
inline constexpr std::uint32_t receive_coil = 0x00189042;
inline constexpr std::uint32_t transmit_coil = 0x00189049;
inline constexpr std::uint32_t arterial_spin_labeling = 0x00189251;
inline constexpr std::uint32_t labeling_slab = 0x00189260;
inline constexpr std::uint32_t philips_frame = 0x2005140F;  // the same in every file
inline constexpr std::uint32_t radiopharmaceutical = 0x00540016;
inline constexpr std::uint32_t radionuclide_code = 0x00540300;
inline constexpr std::uint32_t radiopharmaceutical_code = 0x00540304;
}  // namespace sequence

inline constexpr auto scan_attributes = std::to_array<ScanAttribute>({
    {0x00080104, "LO", {}, sequence::radiopharmaceutical, sequence::radionuclide_code},
    {0x00080104, "LO", {}, sequence::radiopharmaceutical, sequence::radiopharmaceutical_code},
    {0x00180031, "LO", {}, sequence::radiopharmaceutical},
    {0x00181071, "DS", {}, sequence::radiopharmaceutical},
    {0x00181072, "TM", {}, sequence::radiopharmaceutical},
    {0x00181074, "DS", {}, sequence::radiopharmaceutical},
    {0x00181075, "DS", {}, sequence::radiopharmaceutical},
    {0x00181076, "DS", {}, sequence::radiopharmaceutical},
    {0x00181077, "DS", {}, sequence::radiopharmaceutical},
    {0x00181078, "DT", {}, sequence::radiopharmaceutical},
    {0x00181250, "SH", {}, sequence::receive_coil},
    {0x00181251, "SH", {}, sequence::transmit_coil},
    {0x00189005, "SH", {}},
    {0x00189008, "CS", {}},
    {0x00189016, "CS", {}},
    {0x00189018, "CS", {}},
    {0x00189034, "CS", {}},
    {0x00189036, "CS", {}},
    {0x00189069, "FD", {}},
    {0x00189069, "FD", {}, sequence::philips_frame},
    {0x00189078, "CS", {}},
    {0x00189098, "FD", {}},
    {0x00189100, "CS", {}},
    {0x00189155, "FD", {}},
    {0x00189181, "FD", {}},
    {0x00189231, "US", {}},
    {0x00189250, "CS", {}},
    {0x00189254, "FD", {}},
    {0x00189255, "FD", {}},
    {0x00189258, "UL", {}, sequence::arterial_spin_labeling, sequence::labeling_slab},
    {0x00189259, "CS", {}},
    {0x0018925C, "CS", {}},
    {0x0018925E, "LO", {}},
    {0x0018925F, "UL", {}},
    {0x00190018, "IS", creator::siemens},
    {0x00190028, "FD", creator::siemens},
    {0x00190028, "FD", creator::uih},
    {0x0019005A, "FL", creator::ge_acquisition},
    {0x0019009E, "LO", creator::ge_acquisition},
    {0x001900E2, "DS", creator::ge_acquisition},
    {0x00210004, "DS", creator::siemens_image},
    {0x00210009, "LO", creator::siemens_series},
    {0x0021001C, "IS", creator::siemens_image},
    {0x00210042, "IS", creator::siemens_image},
    {0x0021004F, "LO", creator::siemens_image},
    {0x00210053, "FD", creator::siemens_image},
    {0x0021005A, "CS", creator::siemens_series},
    {0x0021005B, "CS", creator::siemens_series},
    {0x0021005C, "CS", creator::siemens_series},
    {0x0021005E, "DS", creator::ge_relation},
    {0x0043002C, "SS", creator::ge_parameters},
    {0x0043007C, "FL", creator::ge_parameters},
    {0x00430083, "DS", creator::ge_parameters},
    {0x004300A3, "CS", creator::ge_parameters},
    {0x004300A4, "LO", creator::ge_parameters},
    {0x004300A5, "IS", creator::ge_parameters},
    {0x004300B6, "LO", creator::ge_parameters},
    {0x0051000F, "LO", creator::siemens},
    {0x00510011, "LO", creator::siemens},
    {0x00541322, "DS", {}},
    {0x00541323, "FL", {}},
    {0x00650003, "LO", creator::uih},
    {0x0065000D, "SH", creator::uih},
    {0x00650058, "SS", creator::uih},
    {0x20010013, "SL", creator::philips},
    {0x2001001B, "FL", creator::philips},
    {0x20010022, "FL", creator::philips},
});

// Its index in make_scan_table(); what is not in the table does not compile.
consteval AttributeIndex scan_index(std::uint32_t tag, std::string_view creator = {},
                                    std::uint32_t sequence = 0, std::uint32_t inner_sequence = 0) {
  for (std::size_t i = 0; i < scan_attributes.size(); ++i)
    if (const auto& a = scan_attributes[i]; a.tag == tag && a.creator == creator &&
                                            a.sequence == sequence &&
                                            a.inner_sequence == inner_sequence)
      return static_cast<AttributeIndex>(vendor_attributes_end + i);
  throw "not a scan attribute";
}

// The rows of every AttributeTable, then the scan_attributes in their order.
AttributeTable make_scan_table();

}  // namespace dcmflow
