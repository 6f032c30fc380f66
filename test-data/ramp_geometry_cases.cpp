#include <cmath>

#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

Vector rounded(const Vector& v, double digits) {
  const double unit = std::pow(10, digits);
  return {std::round(v[0] * unit) / unit, std::round(v[1] * unit) / unit,
          std::round(v[2] * unit) / unit};
}

Change anisotropic() {
  return base([](Base& b, Random& random) {
    b.row_spacing = random.number(1.2, 1.6);
    b.column_spacing = random.number(0.5, 0.8);
  });
}

Change matrix(unsigned columns, unsigned rows) {
  return base([=](Base& b, Random&) {
    b.columns = columns;
    b.rows = rows;
  });
}

Change gap(double mm) {
  return base([mm](Base& b, Random&) { b.gap = mm; });
}

Change thin_slices() {
  return base([](Base& b, Random&) { b.gap = b.row_spacing = b.column_spacing = 0.02; });
}

// Cosines that are off by 5e-4, differently in every file.
void noisy_orientation(File& file, unsigned k) {
  Vector row = file.row, column = file.column;
  for (unsigned axis = 0; axis < 3; ++axis) {
    row[axis] += 5e-4 * std::sin(2.3 * k + axis);
    column[axis] += 5e-4 * std::cos(1.7 * k + axis);
  }
  file.attributes.push_back({"ImageOrientationPatient",
                             text_of({row[0], row[1], row[2], column[0], column[1], column[2]})});
}

// The cosines as some anonymisers write them.
void orientation_of_two_decimals(File& file, unsigned /*k*/) {
  const Vector row = rounded(file.row, 2), column = rounded(file.column, 2);
  file.attributes.push_back({"ImageOrientationPatient",
                             text_of({row[0], row[1], row[2], column[0], column[1], column[2]})});
}

Change tolerance(double mm) {
  return fact([mm](Facts& facts) { facts.tolerance_mm = mm; });
}

Change resampled(bool any_slices) {
  return fact([any_slices](Facts& facts) {
    facts.is_interpolated = true;
    facts.verdict = "warn";
    facts.any_slices = any_slices;
  });
}

std::vector<RampCase> planes() {
  return {
      {"axial", "orientation", "an axial series", {}},
      {"axial_columns_flipped",
       "orientation",
       "rows run to the patient's right",
       {plane({-1, 0, 0}, {0, 1, 0})}},
      {"axial_rows_flipped",
       "orientation",
       "columns run to the front",
       {plane({1, 0, 0}, {0, -1, 0})}},
      {"axial_turned", "orientation", "rows run to the back", {plane({0, 1, 0}, {-1, 0, 0})}},
      {"coronal", "orientation", "a coronal series", {plane({1, 0, 0}, {0, 0, -1})}},
      {"sagittal", "orientation", "a sagittal series", {plane({0, 1, 0}, {0, 0, -1})}},
      {"sagittal_upside_down",
       "orientation",
       "a sagittal series, feet up",
       {plane({0, -1, 0}, {0, 0, 1})}},
      {"oblique", "orientation", "turned about one axis", {oblique(false)}},
      {"doubly_oblique", "orientation", "turned about two axes", {oblique(true)}},
      {"feet_first",
       "orientation",
       "the position of the patient says nothing more",
       {plane({-1, 0, 0}, {0, 1, 0}), set("PatientPosition", "FFS")}},
      {"prone",
       "orientation",
       "head first, prone",
       {plane({-1, 0, 0}, {0, -1, 0}), set("PatientPosition", "HFP")}},
      {"decubitus",
       "orientation",
       "head first, on the right side",
       {plane({0, 1, 0}, {-1, 0, 0}), set("PatientPosition", "HFDR")}},
      {"orientation_noise",
       "orientation",
       "cosines that differ by 5e-4 are one orientation",
       {each(noisy_orientation), tolerance(0.02), verdict("")}},
      {"orientation_rounded",
       "orientation",
       "cosines of two decimals, which are off by more than noise",
       {plane({1, 0, 0}, {0, std::cos(0.3543), std::sin(0.3543)}),
        each(orientation_of_two_decimals), tolerance(0.02), verdict("warn"),
        flag("orientation_rounded")}},
      {"anisotropic", "spacing", "Pixel Spacing is rows, then columns", {anisotropic()}},
      {"anisotropic_oblique",
       "spacing",
       "the same, turned about two axes",
       {anisotropic(), oblique(true)}},
      {"long_matrix", "spacing", "many more columns than rows", {matrix(40, 5)}},
      {"one_slice",
       "spacing",
       "one slice is as thick as its Slice Thickness",
       {slices(1), verdict("")}},
      {"two_slices", "spacing", "two slices make a volume", {slices(2)}},
  };
}

std::vector<RampCase> order() {
  return {
      {"shuffled_names", "order", "positions order, not names", {shuffle_files()}},
      {"shuffled_numbers",
       "order",
       "positions order, not Instance Numbers",
       {shuffle_numbers(), shuffle_files()}},
      {"reversed_numbers",
       "order",
       "Instance Numbers against the normal",
       {each([](File& file, unsigned k) { file.number = 100 - k; })}},
      {"constant_numbers",
       "order",
       "one Instance Number for all",
       {each([](File& file, unsigned) { file.number = 1; }), shuffle_files()}},
      {"no_numbers", "order", "no Instance Numbers", {unset("InstanceNumber"), shuffle_files()}},
      {"wrong_slice_location",
       "order",
       "Slice Location says nothing",
       {set_each("SliceLocation", [](unsigned k) { return std::to_string(k * 7 % 5); })}},
      {"oblique_shuffled",
       "order",
       "positions along the normal of an oblique plane",
       {oblique(true), shuffle_numbers(), shuffle_files()}},
      {"rounded_positions",
       "spacing",
       "positions rounded to 2 decimals",
       {oblique(true),
        header_positions([](const Vector& p, Random&) { return rounded(p, 2); }, 0.04),
        verdict("")}},
      {"micrometre_noise",
       "spacing",
       "positions that are off by a micrometre are no matter",
       {header_positions(
           [](const Vector& p, Random& random) {
             return Vector{p[0], p[1], p[2] + 0.0013 * (random.whole(0, 2) - 1.0)};
           },
           0.002)}},
      {"spacing_jitter",
       "spacing",
       "gaps that vary by 3% are one spacing",
       {gap(2.5), slices(8), displace({0, 0.015, -0.015, 0, 0.015, -0.01, 0.01, 0}),
        tolerance(0.05), verdict("warn"), flag("spacing_jitter")}},
      {"thin_slices",
       "spacing",
       "slices 0.02 mm apart",
       {thin_slices(), stored({.bits_stored = 12, .is_signed = false, .largest_scale = 1e4})}},
      {"thickness_is_no_gap",
       "spacing",
       "Slice Thickness and Spacing Between Slices say nothing",
       {set("SliceThickness", "9.5"), set("SpacingBetweenSlices", "11")}},
      {"imager_spacing",
       "spacing",
       "Imager Pixel Spacing where Pixel Spacing is not",
       {anisotropic(), each([](File& file, unsigned) {
          file.attributes.push_back({"PixelSpacing", std::nullopt});
          file.attributes.push_back(
              {"ImagerPixelSpacing", text_of({file.row_spacing, file.column_spacing})});
        }),
        verdict("")}},
  };
}

std::vector<RampCase> tilts() {
  const Change repaired = verdict("");
  return {
      {"tilt_forward", "tilt", "slices drift along the columns", {tilt('c', 1, 12, 20), repaired}},
      {"tilt_backward", "tilt", "the other way", {tilt('c', -1, 12, 20), repaired}},
      {"tilt_small", "tilt", "by 2 to 4 degrees", {tilt('c', 1, 2, 4), repaired}},
      {"tilt_large", "tilt", "by 25 to 30 degrees", {tilt('c', -1, 25, 30), repaired}},
      {"tilt_with_tag",
       "tilt",
       "the tag is there too",
       {tilt('c', 1, 15, 15), set("GantryDetectorTilt", "15"), repaired}},
      {"tilt_along_rows", "tilt", "slices drift along the rows", {tilt('r', 1, 8, 20), repaired}},
      {"tilt_coronal",
       "tilt",
       "a coronal series that drifts",
       {plane({1, 0, 0}, {0, 0, -1}), tilt('c', 1, 8, 20), repaired}},
      {"tilt_oblique",
       "tilt",
       "an oblique series that drifts",
       {oblique(true), tilt('c', -1, 8, 20), repaired}},
      {"tilt_anisotropic",
       "tilt",
       "pixels are not square",
       {anisotropic(), tilt('c', 1, 12, 20), repaired}},
      {"tilt_tag_alone",
       "tilt",
       "a tag without a tilt means nothing",
       {set("GantryDetectorTilt", "15")}},
      {"tilt_and_gap",
       "tilt",
       "a slice is missing as well",
       {slices(8), tilt('c', 1, 12, 20), missing({3})}},
  };
}

std::vector<RampCase> gaps() {
  return {
      {"missing_one", "gaps", "one slice is missing", {slices(8), missing({3})}},
      {"missing_two", "gaps", "two gaps", {slices(9), missing({2, 6})}},
      {"missing_wide", "gaps", "two slices side by side are missing", {slices(9), missing({4, 5})}},
      {"missing_oblique",
       "gaps",
       "one slice of an oblique series",
       {slices(8), oblique(true), missing({5}), shuffle_files()}},
      {"missing_most",
       "gaps",
       "more than half is missing: no image",
       {slices(14), missing({3, 4, 5, 6, 7, 8, 9, 10, 11, 12}), refuse("missing_slices")}},
  };
}

std::vector<RampCase> steps() {
  return {
      {"irregular_half_way",
       "gaps",
       "the gap changes half-way",
       {slices(8), displace({0, 0, 0, 0, 0, 0, 0.5, 1}), in_pieces(), verdict("warn"),
        flag("split_at_gap")}},
      {"irregular_end",
       "gaps",
       "the last gap is shorter",
       {slices(8), displace({0, 0, 0, 0, 0, 0, 0, -0.4}), in_pieces(), verdict("warn"),
        flag("split_at_gap")}},
      {"irregular_inside",
       "gaps",
       "one gap in the middle is longer, by no whole number",
       {slices(8), displace({0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5}), in_pieces(), verdict("warn"),
        flag("split_at_gap")}},
      {"irregular_everywhere",
       "gaps",
       "no three slices are evenly spaced",
       {slices(8), displace({0, 0.3, 0.1, 0.5, 0.2, 0.4, 0.8, 0.6}), resampled(true),
        flag("spacing_resampled")}},
      {"held_by_another_matrix",
       "gaps",
       "a slice of another matrix lies in the gap, which is not filled",
       {slices(8),
        [](Scene& scene) {
          File& file = scene.files.at(3);
          file.columns -= 2;
          file.frames[0].image = 1;
        },
        in_pieces(), verdict(""), flag("position_held_by_another")}},
      {"stray_slice",
       "gaps",
       "one slice far from a good stack, by no whole number",
       {slices(12), displace({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6.5}), in_pieces(), verdict("warn"),
        flag("split_at_gap")}},
      {"zones",
       "gaps",
       "slices 3 mm apart, then 7 mm",
       {slices(9), displace({0, 0, 0, 0, 0, 4 / 3.0, 8 / 3.0, 4, 16 / 3.0}), in_pieces(),
        verdict("warn"), flag("split_at_gap")}},
      {"fine_between_coarse",
       "gaps",
       "slices 1 mm apart between some 5 mm apart: all are in the image",
       {slices(8), displace({0, 4, 4, 4, 4, 4, 4, 8}), resampled(false), flag("missing_filled")}},
  };
}

std::vector<RampCase> unplaced() {
  return {
      {"no_position",
       "no geometry",
       "no position: no image",
       {unset("ImagePositionPatient"), refuse("no_geometry")}},
      {"position_with_comma",
       "no geometry",
       "a decimal comma: no image, and no guess",
       {set("ImagePositionPatient", "1,5\\2\\3"), refuse("no_geometry")}},
      {"no_orientation",
       "no geometry",
       "no orientation: no image",
       {unset("ImageOrientationPatient"), refuse("no_geometry")}},
      {"no_pixel_spacing",
       "no geometry",
       "no pixel spacing: no image, not 1 mm",
       {unset("PixelSpacing"), refuse("no_pixel_spacing")}},
  };
}

std::vector<RampCase> options() {
  return {
      {"missing_rejected",
       "options",
       "--on-missing reject",
       {slices(8), missing({3}), option("--on-missing", "reject"), refuse("missing_slices")}},
      {"missing_split",
       "options",
       "--on-missing split: an image for each piece",
       {slices(9), missing({3}), option("--on-missing", "split"), in_pieces(), verdict("")}},
      {"irregular_rejected",
       "options",
       "--on-irregular reject",
       {slices(8), displace({0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5}), option("--on-irregular", "reject"),
        refuse("irregular_spacing")}},
      {"irregular_split",
       "options",
       "--on-irregular split: an image for each spacing",
       {slices(9), displace({0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5}), option("--on-irregular", "split"),
        in_pieces(), verdict("")}},
      {"tilt_rejected",
       "options",
       "--on-tilt reject",
       {tilt('c', 1, 12, 20), option("--on-tilt", "reject"), refuse("gantry_tilt")}},
  };
}

}  // namespace

std::vector<RampCase> geometry_cases() {
  std::vector<RampCase> all;
  for (const auto part : {planes, order, tilts, gaps, steps, unplaced, options})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
