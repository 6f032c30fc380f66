#include "stages/catalog/flag_words.h"

#include <algorithm>
#include <array>

namespace dcmflow {
namespace {

struct FlagRow {
  std::string_view flag;
  std::string_view words;
};
constexpr auto rows = std::to_array<FlagRow>({
    {"bits_masked", "pixels have bits above High Bit that are no sign; they were left out"},
    {"colour_of_codestream",
     "the compressed frames say another colour space than the header, and were believed"},
    {"colour_reduced_to_8_bits", "colours of more than 8 bits a sample were cut to 8"},
    {"concatenation_incomplete", "the series lacks files of an object that was cut into several"},
    {"corners_off_grid", "corners of slices lie off the grid, by no more than is allowed"},
    {"derivation_varies", "some slices are derived from others, some are original"},
    {"dimension_guessed", "no attribute says what tells the volumes apart; their order is a guess"},
    {"direction_missing", "a diffusion direction is missing"},
    {"double_rounded", "values of double precision are rounded to single precision"},
    {"float32_inexact", "some values are rounded: no voxel type holds all of them exactly"},
    {"frame_of_reference_varies", "slices of more than one Frame of Reference UID"},
    {"irregular_spacing", "written as if its slices lay evenly, which they do not"},
    {"missing_filled", "missing slices are interpolated"},
    {"missing_slices", "written as if no slices were missing, which some are"},
    {"modality_lut", "values come from the lookup table of the header (Modality LUT)"},
    {"monochrome1_inverted", "values are inverted, so that high is bright"},
    {"no_geometry", "the files do not say where it lies; it is written unplaced"},
    {"orientation_rounded", "the orientation is rounded: the line of the positions is the normal"},
    {"pixel_representation_missing",
     "the files do not say whether pixels are signed; they were read as unsigned"},
    {"position_held_by_another", "further slices at positions that another image has"},
    {"real_world_missing", "no Real World Value Mapping; values are by the usual rescale"},
    {"real_world_values", "values are by the Real World Value Mapping"},
    {"rescale_unusable", "the rescale makes no values: voxels are as they are stored"},
    {"rescale_varies", "the rescale varies, so voxels could not be kept as they are stored"},
    {"several_patients", "the series has instances of several patients; this is one of them"},
    {"shifted_grid", "volumes lie shifted against each other"},
    {"slice_location_differs", "Slice Location does not agree with the positions"},
    {"slice_unreadable", "made without slices that cannot be decoded"},
    {"slices_refused", "made without slices that were refused"},
    {"slices_turned_back", "slices that are turned by 180 degrees were turned back"},
    {"sop_instance_uid_repeats", "a SOP Instance UID is used by more than one file"},
    {"spacing_from_imager", "the pixel spacing is that at the detector, not in the patient"},
    {"spacing_from_slice_thickness", "the gap between slices is taken from Slice Thickness"},
    {"spacing_from_spacing_between_slices",
     "the gap between slices is taken from Spacing Between Slices"},
    {"spacing_jitter", "the gaps between slices vary a little, within what is allowed"},
    {"spacing_resampled", "slices are interpolated on an even grid, since their gaps vary"},
    {"spacing_unknown", "the files do not say the gap between slices; it is written as 1 mm"},
    {"split_at_gap", "one of several images of a series that has gaps"},
    {"storage_varies", "slices are stored in different ways"},
    {"study_uid_made", "the files have no Study Instance UID; one was made from their folder"},
    {"suv_bsa", "values are standardized uptake values by body surface"},
    {"suv_bw", "values are standardized uptake values by body weight"},
    {"suv_lbm", "values are standardized uptake values by lean body mass"},
    {"tilt_in_affine", "the gantry was tilted: the grid is sheared"},
    {"tilt_rectified", "slices of a tilted gantry are interpolated on an upright grid"},
});
static_assert(std::ranges::is_sorted(rows, {}, &FlagRow::flag));

}  // namespace

std::string_view flag_words(std::string_view flag) {
  const auto row = std::ranges::lower_bound(rows, flag, {}, &FlagRow::flag);
  return row != rows.end() && row->flag == flag ? row->words : std::string_view();
}

}  // namespace dcmflow
