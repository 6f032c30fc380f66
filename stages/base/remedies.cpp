#include "stages/base/remedies.h"

#include <algorithm>
#include <array>

namespace dcmflow {
namespace {

using enum Reason;

constexpr std::string_view copy_again = "copy or export these files once more";
constexpr std::string_view transcode =
    "make them uncompressed first, e.g. with gdcmconv --raw or dcmdjpeg";
constexpr std::string_view ask_sender = "only who made these files can mend them";
constexpr std::string_view try_pull_again =
    "run the same command again: what is whole is not fetched again";
constexpr std::string_view find_slices = "find the files that are missing, or have them sent again";

struct RemedyRow {
  Reason reason;
  std::string_view remedy;
};

constexpr std::array rows{
    RemedyRow{empty_file, copy_again},
    RemedyRow{unreadable, "look at the permissions of these files, and at the disk"},
    RemedyRow{changed_during_run, "run once more when nothing writes to the input"},
    RemedyRow{truncated, copy_again},
    RemedyRow{malformed, copy_again},
    RemedyRow{no_series_uid, ask_sender},
    RemedyRow{invalid_uid, ask_sender},
    RemedyRow{archive_not_opened, "give it as an INPUT of its own, or unpack it"},
    RemedyRow{archive_damaged, "copy or download the archive once more"},
    RemedyRow{archive_limit, "if you trust it, unpack it, and give the folder"},
    RemedyRow{member_refused, "unpack the archive, and give the folder"},
    RemedyRow{member_encrypted, "unpack the archive with its password, and give the folder"},
    RemedyRow{spool_failed, "--spool FOLDER with more space, or unpack the archive"},
    RemedyRow{image_size_invalid, ask_sender},
    RemedyRow{pixel_data_missing, copy_again},
    RemedyRow{pixel_data_short, copy_again},
    RemedyRow{pixel_layout_unsupported, ask_sender},
    RemedyRow{transfer_syntax_unsupported, transcode},
    RemedyRow{decode_failed, copy_again},
    RemedyRow{exceeds_memory, "give the process more memory"},
    RemedyRow{duplicate_conflict, "keep the file that is right, and take away the other"},
    RemedyRow{no_geometry, "--allow-no-geometry writes an image that lies nowhere"},
    RemedyRow{no_pixel_spacing, ask_sender},
    RemedyRow{
        gantry_tilt,
        "--on-tilt rectify makes a new grid; --on-tilt affine --format nii shears the affine"},
    RemedyRow{irregular_spacing, "--on-irregular split makes an image of each even run"},
    RemedyRow{missing_slices, "--on-missing split makes an image of each run of slices"},
    RemedyRow{ambiguous_positions, "have each volume sent as a series of its own"},
    RemedyRow{mixed_contrasts, "have each contrast sent as a series of its own"},
    RemedyRow{geometry_inconsistent, "have the series exported once more: its headers disagree"},
    RemedyRow{incomplete_volume, find_slices},
    RemedyRow{mosaic_without_geometry, "export the series with the vendor's private header"},
    RemedyRow{colour_unsupported, transcode},
    RemedyRow{rescale_unclear, "--keep-stored writes the voxels as they are stored"},
    RemedyRow{suv_unclear, "leave --suv out for the values of the header"},
    RemedyRow{missing_filled, "--on-missing split makes an image of each run of slices instead"},
    RemedyRow{spacing_resampled, "--on-irregular split makes an image of each even run instead"},
    RemedyRow{tilt_rectified,
              "--on-tilt affine --format nii keeps every voxel, and shears the affine"},
    RemedyRow{grid_kept, "leave --on-missing keep and --on-irregular keep out for a true grid"},
    RemedyRow{slice_unreadable, copy_again},
    RemedyRow{slices_refused, "report.json says of each file why"},
    RemedyRow{volumes_incomplete, find_slices},
    RemedyRow{name_taken,
              "a --name or --layout with {SeriesNumber}, or another attribute, tells them apart"},
    RemedyRow{participant_unlisted, "add a row with the Patient ID to the file of --participants"},
    RemedyRow{not_prepared, "report.json says why; the image itself is in the output folder"},
    RemedyRow{no_reference,
              "see that --align-to keeps one image of each study, e.g. by a limit of 1"},
    RemedyRow{channel_missing,
              "selection-report.json (--explain) says why a selection keeps nothing of the study"},
    RemedyRow{labels_without_image,
              "give the series that the segmentation or structure set names as an INPUT, too"},
    RemedyRow{labels_off_grid, "without --labels it becomes an image on its own grid"},
    RemedyRow{labels_not_merged, "--label-style each or 4d keeps every segment whole"},
    RemedyRow{contours_oblique, "have the structure exported in parallel planes"},
    RemedyRow{contours_unusable, "have the structure exported with closed contours"},
    RemedyRow{contours_approximated, "compare the masks with what was drawn"},
    RemedyRow{labels_outside, "give the whole series that the labels were made on"},
    RemedyRow{labels_own_grid,
              "bring labels and image onto one grid before they are used together"},
    RemedyRow{labels_renumbered, "labels.json tells the number of each structure"},
    RemedyRow{rescale_unusable, "do not take its values for physical units"},
    RemedyRow{orientation_rounded, "have the series exported with more digits of its orientation"},
    RemedyRow{disk_full, "make room, or choose another output folder"},
    RemedyRow{output_not_writable, "look at the permissions of the output folder"},
    RemedyRow{server_unreachable,
              "look at URL, network and server, then run the same command again"},
    RemedyRow{certificate_refused, "--ca FILE names who vouches for the server"},
    RemedyRow{
        access_denied,
        "set DCMFLOW_PULL_USER and DCMFLOW_PULL_PASSWORD, or DCMFLOW_PULL_TOKEN, or ~/.netrc"},
    RemedyRow{not_on_server, "look at the URL and at the Study Instance UID"},
    RemedyRow{server_failed, "look at the log of the server, then run the same command again"},
    RemedyRow{answer_invalid, "look at the URL: it is that of a DICOMweb service"},
    RemedyRow{transfer_cut, try_pull_again},
    RemedyRow{instances_missing, try_pull_again},
    RemedyRow{labels_unusable, "write it on the grid of an image of the run, or of a prepared one"},
    RemedyRow{source_missing, "--input DIR says where the DICOM files of the run are"},
    RemedyRow{interrupted, "run once more"},
    RemedyRow{internal_error, "please report it"},
};

}  // namespace

std::string_view remedy(Reason reason) {
  const auto* const row = std::ranges::find(rows, reason, &RemedyRow::reason);
  return row == rows.end() ? std::string_view() : row->remedy;
}

}  // namespace dcmflow
