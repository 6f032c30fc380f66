#pragma once
// The stable reason codes: why a file, a series or a run did not become an image. Users and scripts
// match on them, so a code is never renamed. The table in reasons.cpp gives each its text;
// report.json and docs/reasons.md use the same rows. Constant; thread-safe.

#include <cstdint>
#include <span>
#include <string_view>

namespace dcmflow {

enum class Reason : std::uint8_t {
  // Files that are no input for a conversion
  not_dicom,
  empty_file,
  special_file,
  same_file,
  dicomdir,
  not_in_dicomdir,
  not_an_image,
  archive_not_opened,
  // Files that cannot be used
  unreadable,
  changed_during_run,
  truncated,
  malformed,
  no_series_uid,
  invalid_uid,
  archive_damaged,
  archive_limit,
  member_refused,
  member_encrypted,
  spool_failed,
  image_size_invalid,
  pixel_data_missing,
  pixel_data_short,
  pixel_layout_unsupported,
  transfer_syntax_unsupported,
  decode_failed,
  exceeds_memory,
  // Instances that repeat another
  duplicate_identical,
  duplicate_conflict,
  duplicate_pixels,
  // Series whose geometry this release does not convert, or cannot
  no_geometry,
  no_pixel_spacing,
  gantry_tilt,
  irregular_spacing,
  missing_slices,
  ambiguous_positions,
  mixed_contrasts,
  several_patients,
  geometry_inconsistent,
  incomplete_volume,
  further_volume,
  mosaic_without_geometry,
  colour_unsupported,
  rescale_unclear,
  suv_unclear,
  // Images that are not simply what their files say
  missing_filled,
  spacing_resampled,
  tilt_rectified,
  orientation_rounded,
  rescale_unusable,
  grid_kept,
  slice_unreadable,
  slices_refused,
  volumes_incomplete,
  name_taken,
  participant_unlisted,
  // Images that are asked for beside those of the input (--prepare)
  not_prepared,
  no_reference,
  channel_missing,
  // Segmentations and structure sets
  labels_without_image,
  labels_off_grid,
  labels_not_merged,
  contours_oblique,
  contours_unusable,
  contours_approximated,
  labels_outside,
  labels_own_grid,
  labels_renumbered,
  // Runs
  not_selected,
  bad_settings,
  bad_rules,
  no_input,
  output_not_writable,
  disk_full,
  catalogue_failed,
  interrupted,
  internal_error,
  // Servers that are pulled from
  server_unreachable,
  certificate_refused,
  access_denied,
  not_on_server,
  server_failed,
  answer_invalid,
  transfer_cut,
  instances_missing,
  // Objects that are made of a run's images
  labels_unusable,
  source_missing,
};

// What a reason means for the run: `skipped` is no fault of anyone (a text file, a DICOMDIR, a
// structured report), `repaired` is an image that is not simply what its files say, `refused` one
// that could not be converted truthfully, `failed` is damage or an environment that broke.
enum class Severity : std::uint8_t { skipped, repaired, refused, failed };

struct ReasonRow {
  Reason reason;
  std::string_view code;
  Severity severity;
  std::string_view text;
};

std::span<const ReasonRow> reason_rows();
const ReasonRow& reason_row(Reason reason);
inline std::string_view reason_code(Reason reason) { return reason_row(reason).code; }

}  // namespace dcmflow
