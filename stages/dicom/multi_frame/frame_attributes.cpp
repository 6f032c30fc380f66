#include "stages/dicom/multi_frame/frame_attributes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "stages/dicom/attributes.h"

namespace dcmflow {
namespace {

constexpr Vr code(const char (&letters)[3]) { return vr(letters[0], letters[1]); }
constexpr auto as_is = FrameSource::standard;
constexpr auto if_missing = FrameSource::if_missing;
constexpr bool time_of_day = true;

constexpr std::uint32_t mr_imaging_modifier = 0x00189006;
constexpr std::uint32_t gradient_direction = 0x00189076;
constexpr std::uint32_t mr_timing = 0x00189112;
constexpr std::uint32_t mr_echo = 0x00189114;
constexpr std::uint32_t mr_modifier = 0x00189115;
constexpr std::uint32_t mr_diffusion = 0x00189117;
constexpr std::uint32_t cardiac_synchronization = 0x00189118;
constexpr std::uint32_t mr_averages = 0x00189119;
constexpr std::uint32_t mr_field_of_view = 0x00189125;
constexpr std::uint32_t mr_frame_type = 0x00189226;
constexpr std::uint32_t ct_reconstruction = 0x00189314;
constexpr std::uint32_t ct_exposure = 0x00189321;
constexpr std::uint32_t ct_x_ray = 0x00189325;
constexpr std::uint32_t ct_frame_type = 0x00189329;
constexpr std::uint32_t contrast_usage = 0x00189341;
constexpr std::uint32_t x_ray_3d_frame_type = 0x00189504;
constexpr std::uint32_t pet_frame_type = 0x00189751;
constexpr std::uint32_t frame_anatomy = 0x00209071;
constexpr std::uint32_t frame_content = 0x00209111;
constexpr std::uint32_t plane_position = 0x00209113;
constexpr std::uint32_t plane_orientation = 0x00209116;
constexpr std::uint32_t converted_shared = 0x00209170;
constexpr std::uint32_t converted = 0x00209171;
constexpr std::uint32_t respiratory_synchronization = 0x00209253;
constexpr std::uint32_t temporal_position = 0x00209310;
constexpr std::uint32_t pixel_measures = 0x00289110;
constexpr std::uint32_t frame_voi_lut = 0x00289132;
constexpr std::uint32_t pixel_transformation = 0x00289145;
constexpr std::uint32_t parametric_map_frame_type = 0x00409092;
constexpr std::uint32_t real_world_mapping = 0x00409096;
constexpr std::uint32_t segment_identification = 0x0062000A;
// What Philips' single-frame images say, once for each frame. Not its Image Position (Patient): it
// is that of the corner of the first voxel, half a voxel off.
constexpr std::uint32_t philips_frame = 0x2005140F;
// Siemens keeps its private attributes in these (blocks 10 and 11).
constexpr std::uint32_t siemens_shared_frame = 0x002110FE;
constexpr std::uint32_t siemens_frame = 0x002111FE;

constexpr auto macro_rows = std::to_array<FrameAttribute>({
    {mr_imaging_modifier, 0x00180095, code("DS"), attribute_index(0x00180095)},
    {mr_imaging_modifier, 0x00189020, code("CS"), attribute_index(0x00189020)},
    {mr_imaging_modifier, 0x00189022, code("CS"), attribute_index(0x00189022)},
    {mr_imaging_modifier, 0x00189028, code("CS"), attribute_index(0x00189028)},
    {gradient_direction, 0x00189089, code("FD"), attribute_index(0x00189089)},
    {mr_timing, 0x00180080, code("DS"), attribute_index(0x00180080)},
    {mr_timing, 0x00180091, code("IS"), attribute_index(0x00180091)},
    {mr_timing, 0x00181314, code("DS"), attribute_index(0x00181314)},
    {mr_echo, 0x00189082, code("FD"), attribute_index(0x00180081)},
    {mr_modifier, 0x00189009, code("CS"), attribute_index(0x00189009)},
    {mr_modifier, 0x00189021, code("CS"), attribute_index(0x00189021)},
    {mr_modifier, 0x00189025, code("CS"), attribute_index(0x00189025)},
    {mr_modifier, 0x00189026, code("CS"), attribute_index(0x00189026)},
    {mr_modifier, 0x00189079, code("FD"), attribute_index(0x00180082)},
    {mr_diffusion, 0x00189075, code("CS"), attribute_index(0x00189075)},
    {mr_diffusion, 0x00189087, code("FD"), attribute_index(0x00189087)},
    {cardiac_synchronization, 0x00209153, code("FD"), attribute_index(0x00181060)},
    {cardiac_synchronization, 0x00209241, code("FL"), attribute_index(0x00209241)},
    {cardiac_synchronization, 0x00209252, code("FD"), attribute_index(0x00181060), if_missing},
    {mr_averages, 0x00180083, code("DS"), attribute_index(0x00180083)},
    {mr_field_of_view, 0x00180093, code("DS"), attribute_index(0x00180093)},
    {mr_field_of_view, 0x00180094, code("DS"), attribute_index(0x00180094)},
    {mr_field_of_view, 0x00181312, code("CS"), attribute_index(0x00181312)},
    {velocity_encoding_tag, 0x00189090, code("FD"), attribute_index(0x00189090)},
    {velocity_encoding_tag, 0x00189091, code("FD"), attribute_index(0x00189091)},
    {velocity_encoding_tag, 0x00189217, code("FD"), attribute_index(0x00189217)},
    {mr_frame_type, 0x00089007, code("CS"), attribute_index(0x00080008)},
    {mr_frame_type, 0x00089208, code("CS"), attribute_index(0x00089208)},
    {mr_frame_type, 0x00089209, code("CS"), attribute_index(0x00089209)},
    {arterial_spin_labeling_tag, 0x00189257, code("CS"), attribute_index(0x00189257)},
    {arterial_spin_labeling_tag, 0x00189258, code("UL"), attribute_index(0x00189258)},
    {ct_reconstruction, 0x00181100, code("DS"), attribute_index(0x00181100)},
    {ct_reconstruction, 0x00181210, code("SH"), attribute_index(0x00181210)},
    {ct_reconstruction, 0x00189315, code("CS"), attribute_index(0x00189315)},
    {ct_reconstruction, 0x00189316, code("CS"), attribute_index(0x00189316)},
    {ct_exposure, 0x00189345, code("FD"), attribute_index(0x00189345)},
    {ct_x_ray, 0x00180060, code("DS"), attribute_index(0x00180060)},
    {ct_frame_type, 0x00089007, code("CS"), attribute_index(0x00080008)},
    {contrast_usage, 0x00189344, code("CS"), attribute_index(0x00189344)},
    {multi_energy_tag, 0x0018937C, code("FD"), attribute_index(0x0018937C)},
    {x_ray_3d_frame_type, 0x00089007, code("CS"), attribute_index(0x00080008)},
    {pet_frame_type, 0x00089007, code("CS"), attribute_index(0x00080008)},
    {frame_anatomy, 0x00209072, code("CS"), attribute_index(0x00200060)},
    {frame_content, 0x00189074, code("DT"), attribute_index(0x0008002A)},
    {frame_content, 0x00189074, code("DT"), attribute_index(0x00080032), as_is, time_of_day},
    {frame_content, 0x00189151, code("DT"), attribute_index(0x0008002A)},
    {frame_content, 0x00189151, code("DT"), attribute_index(0x00080032), as_is, time_of_day},
    {frame_content, 0x00189220, code("FD"), attribute_index(0x00189220)},
    {frame_content, 0x00209056, code("SH"), attribute_index(0x00209056)},
    {frame_content, 0x00209057, code("UL"), attribute_index(0x00209057)},
    {frame_content, 0x00209128, code("UL"), attribute_index(0x00200100), if_missing},
    {frame_content, 0x00209128, code("UL"), attribute_index(0x00209128)},
    {frame_content, 0x00209156, code("US"), attribute_index(0x00200012)},
    {frame_content, 0x00209157, code("UL"), attribute_index(0x00209157)},
    {frame_content, 0x00209158, code("LT"), attribute_index(0x00209158)},
    {frame_content, 0x00209453, code("LO"), attribute_index(0x00209453)},
    {plane_position, 0x00200032, code("DS"), attribute_index(0x00200032)},
    {plane_orientation, 0x00200037, code("DS"), attribute_index(0x00200037)},
    {respiratory_synchronization, 0x00209245, code("FL"), attribute_index(0x00209245)},
    {respiratory_synchronization, 0x00209255, code("FD"), attribute_index(0x00209255)},
    {respiratory_synchronization, 0x00209257, code("FD"), attribute_index(0x00209255), if_missing},
    {temporal_position, 0x0020930D, code("FD"), attribute_index(0x0020930D)},
    {pixel_measures, 0x00180050, code("DS"), attribute_index(0x00180050)},
    {pixel_measures, 0x00180088, code("DS"), attribute_index(0x00180088)},
    {pixel_measures, 0x00280030, code("DS"), attribute_index(0x00280030)},
    {frame_voi_lut, 0x00281050, code("DS"), attribute_index(0x00281050)},
    {frame_voi_lut, 0x00281051, code("DS"), attribute_index(0x00281051)},
    {pixel_transformation, 0x00281052, code("DS"), attribute_index(0x00281052)},
    {pixel_transformation, 0x00281053, code("DS"), attribute_index(0x00281053)},
    {pixel_transformation, 0x00281054, code("LO"), attribute_index(0x00281054)},
    {parametric_map_frame_type, 0x00089007, code("CS"), attribute_index(0x00080008)},
    {real_world_mapping, 0x00409224, code("FD"), attribute_index(0x00409224)},
    {real_world_mapping, 0x00409225, code("FD"), attribute_index(0x00409225)},
    {energy_window_range_tag, 0x00540014, code("DS"), attribute_index(0x00540014)},
    {energy_window_range_tag, 0x00540015, code("DS"), attribute_index(0x00540015)},
    {detectors_tag, 0x00200032, code("DS"), attribute_index(0x00200032)},
    {detectors_tag, 0x00200037, code("DS"), attribute_index(0x00200037)},
    {segments_tag, 0x00620004, code("US"), attribute_index(0x0062000B)},
    {segments_tag, 0x00620005, code("LO"), attribute_index(0x00620005)},
    {segment_identification, 0x0062000B, code("US"), attribute_index(0x0062000B)},
    {philips_frame, 0x00080033, code("TM"), attribute_index(0x00080033), if_missing},
    {philips_frame, 0x00180023, code("CS"), attribute_index(0x00180023), if_missing},
    {philips_frame, 0x00180081, code("DS"), attribute_index(0x00180081), if_missing},
    {philips_frame, 0x00180082, code("DS"), attribute_index(0x00180082), if_missing},
    {philips_frame, 0x00180084, code("DS"), attribute_index(0x00180084), if_missing},
    {philips_frame, 0x00180086, code("IS"), attribute_index(0x00180086), if_missing},
    {philips_frame, 0x00181060, code("DS"), attribute_index(0x00181060), if_missing},
    {philips_frame, 0x00181314, code("DS"), attribute_index(0x00181314), if_missing},
    {philips_frame, 0x00200100, code("IS"), attribute_index(0x00200100), if_missing},
    {philips_frame, 0x00281052, code("DS"), attribute_index(0x00281052), if_missing},
    {philips_frame, 0x00281053, code("DS"), attribute_index(0x00281053), if_missing},
});

// Of the single-frame images that a legacy converted object was made of (PS3.3 C.7.6.16.2.25): what
// no macro has a place for stands in its sequences as it was.
constexpr auto converted_tags = std::to_array<std::uint32_t>(
    {0x00080008, 0x00080032, 0x00080033, 0x00089208, 0x00180010, 0x00180020, 0x00180021, 0x00180022,
     0x00180024, 0x00180060, 0x00180080, 0x00180081, 0x00180082, 0x00180083, 0x00180085, 0x00180086,
     0x00181060, 0x00181062, 0x00181160, 0x00181210, 0x00181242, 0x00181250, 0x00181312, 0x00181314,
     0x00189020, 0x00189075, 0x00189087, 0x00189089, 0x00189090, 0x00189217, 0x00189257, 0x0018937C,
     0x00200012, 0x00200013, 0x00200100, 0x00204000, 0x00209241, 0x00209245, 0x00280051, 0x00541001,
     0x00541101, 0x00541103, 0x00541300, 0x00541330});

constexpr FrameAttribute converted_row(std::uint32_t sequence, std::uint32_t tag) {
  const auto* row = std::ranges::find(built_in_attributes, tag, &BuiltInAttribute::tag);
  return {sequence, tag, vr(row->vr[0], row->vr[1]),
          static_cast<AttributeIndex>(row - built_in_attributes.begin()), if_missing};
}

constexpr auto place(const FrameAttribute& row) { return std::pair(row.sequence, row.tag); }

// Sorted by sequence, then tag.
constexpr auto rows = [] {
  std::array<FrameAttribute, macro_rows.size() + 2 * converted_tags.size()> all{};
  auto end = std::ranges::copy(macro_rows, all.begin()).out;
  for (const auto sequence : {converted_shared, converted})
    for (const auto tag : converted_tags) *end++ = converted_row(sequence, tag);
  std::ranges::sort(all, {}, place);
  return all;
}();

// Those whose items hold sequences or private elements beside, or nothing else.
constexpr std::array further_sequences{shared_groups_tag, per_frame_groups_tag, energy_windows_tag,
                                       siemens_shared_frame, siemens_frame};

}  // namespace

std::span<const FrameAttribute> find_frame_attributes(std::uint32_t sequence, std::uint32_t tag) {
  const auto key = std::pair(sequence, tag);
  const auto first = std::ranges::lower_bound(rows, key, {}, place);
  return {first, std::ranges::upper_bound(first, rows.end(), key, {}, place)};
}

bool has_frame_attributes(std::uint32_t sequence) {
  return std::ranges::binary_search(rows, sequence, {}, &FrameAttribute::sequence) ||
         std::ranges::find(further_sequences, sequence) != further_sequences.end();
}

}  // namespace dcmflow
