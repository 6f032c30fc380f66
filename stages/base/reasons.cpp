#include "stages/base/reasons.h"

#include <array>
#include <cstddef>

namespace dcmflow {
namespace {

using enum Reason;
using enum Severity;

// In the order of the enum; the static_assert below holds it.
constexpr std::array rows{
    ReasonRow{not_dicom, "not_dicom", skipped, "the content is not DICOM"},
    ReasonRow{empty_file, "empty_file", failed, "the file has 0 bytes"},
    ReasonRow{special_file, "special_file", skipped,
              "a socket, FIFO or device, or a link in an archive, not opened"},
    ReasonRow{same_file, "same_file", skipped, "another path of a file that was already read"},
    ReasonRow{dicomdir, "dicomdir", skipped, "a DICOMDIR: an index, not an image"},
    ReasonRow{not_in_dicomdir, "not_in_dicomdir", skipped,
              "beside a DICOMDIR that does not name it, not read"},
    ReasonRow{not_an_image, "not_an_image", skipped, "a DICOM object without pixels of an image"},
    ReasonRow{archive_not_opened, "archive_not_opened", refused,
              "an archive within a folder or archive, or of a kind that is not opened"},
    ReasonRow{unreadable, "unreadable", failed, "the file could not be opened or read"},
    ReasonRow{changed_during_run, "changed_during_run", failed,
              "the file was replaced or written to during the run"},
    ReasonRow{truncated, "truncated", failed, "the file ends inside an element"},
    ReasonRow{malformed, "malformed", failed, "the data set cannot be parsed"},
    ReasonRow{no_series_uid, "no_series_uid", failed, "no Series or Study Instance UID"},
    ReasonRow{invalid_uid, "invalid_uid", failed, "a UID that cannot name a file"},
    ReasonRow{archive_damaged, "archive_damaged", failed,
              "an archive, or a member of it, that cannot be read to its end"},
    ReasonRow{archive_limit, "archive_limit", refused,
              "an archive that comes to more than is taken from one"},
    ReasonRow{member_refused, "member_refused", refused,
              "a member of an archive whose name is another's, or leads out, or a link to none"},
    ReasonRow{member_encrypted, "member_encrypted", refused,
              "a member of an archive that is encrypted"},
    ReasonRow{spool_failed, "spool_failed", failed, "no space for what a compressed archive holds"},
    ReasonRow{image_size_invalid, "image_size_invalid", failed,
              "Rows, Columns or Number of Frames make no image"},
    ReasonRow{pixel_data_missing, "pixel_data_missing", failed,
              "an image object without pixel data"},
    ReasonRow{pixel_data_short, "pixel_data_short", failed,
              "fewer pixel bytes than the header promises"},
    ReasonRow{pixel_layout_unsupported, "pixel_layout_unsupported", refused,
              "a pixel layout that is not converted"},
    ReasonRow{transfer_syntax_unsupported, "transfer_syntax_unsupported", refused,
              "no decoder for the transfer syntax"},
    ReasonRow{decode_failed, "decode_failed", failed, "the compressed pixels could not be decoded"},
    ReasonRow{exceeds_memory, "exceeds_memory", failed,
              "a slice takes more memory than the process may use"},
    ReasonRow{duplicate_identical, "duplicate_identical", skipped,
              "the same instance again: pixels, geometry, rescale and keys"},
    ReasonRow{duplicate_conflict, "duplicate_conflict", failed,
              "the same SOP Instance UID with other content"},
    ReasonRow{duplicate_pixels, "duplicate_pixels", skipped,
              "the same slice again under another UID"},
    ReasonRow{no_geometry, "no_geometry", refused, "no position or orientation in the patient"},
    ReasonRow{no_pixel_spacing, "no_pixel_spacing", refused, "no spacing between pixels"},
    ReasonRow{gantry_tilt, "gantry_tilt", refused, "slices are sheared against their normal"},
    ReasonRow{irregular_spacing, "irregular_spacing", refused,
              "the distance between slices varies"},
    ReasonRow{missing_slices, "missing_slices", refused, "slices are missing inside the stack"},
    ReasonRow{ambiguous_positions, "ambiguous_positions", refused,
              "positions repeat and nothing tells the volumes apart"},
    ReasonRow{mixed_contrasts, "mixed_contrasts", refused,
              "slices of several contrasts that make no stack each"},
    ReasonRow{several_patients, "several_patients", refused,
              "a series of several patients, which becomes an image for each"},
    ReasonRow{geometry_inconsistent, "geometry_inconsistent", refused,
              "the written grid would not lie where the slices lie"},
    ReasonRow{incomplete_volume, "incomplete_volume", refused,
              "a volume of a time or diffusion series with slices missing"},
    ReasonRow{further_volume, "further_volume", skipped,
              "--multi-volume first, and the slice is of another volume"},
    ReasonRow{mosaic_without_geometry, "mosaic_without_geometry", refused,
              "a mosaic that does not say where its slices lie"},
    ReasonRow{colour_unsupported, "colour_unsupported", refused,
              "a colour space that is not converted"},
    ReasonRow{rescale_unclear, "rescale_unclear", refused,
              "Rescale Slope or Intercept leave the values of some slices open"},
    ReasonRow{missing_filled, "missing_filled", repaired,
              "slices that were missing are interpolated"},
    ReasonRow{spacing_resampled, "spacing_resampled", repaired,
              "slices at varying distances are interpolated at an even one"},
    ReasonRow{tilt_rectified, "tilt_rectified", repaired,
              "slices sheared by a gantry tilt are interpolated on an upright grid"},
    ReasonRow{orientation_rounded, "orientation_rounded", repaired,
              "a rounded orientation follows the line of the positions"},
    ReasonRow{rescale_unusable, "rescale_unusable", repaired,
              "the rescale makes no values: voxels are as they are stored"},
    ReasonRow{grid_kept, "grid_kept", repaired,
              "written as if its slices lay evenly, as keep asks for"},
    ReasonRow{slice_unreadable, "slice_unreadable", repaired,
              "an image without slices that cannot be decoded"},
    ReasonRow{slices_refused, "slices_refused", repaired,
              "an image without files of it that were refused"},
    ReasonRow{volumes_incomplete, "volumes_incomplete", repaired,
              "an image of the complete volumes alone"},
    ReasonRow{name_taken, "name_taken", repaired,
              "a series whose --name or --layout another has: a number tells it apart"},
    ReasonRow{participant_unlisted, "participant_unlisted", repaired,
              "--participants has no row for the patient: a digest names him"},
    ReasonRow{not_selected, "not_selected", skipped,
              "--images selected, and no rule selects the series"},
    ReasonRow{bad_settings, "bad_settings", failed,
              "a setting on the command line or in the environment is wrong"},
    ReasonRow{bad_rules, "bad_rules", failed, "the selection rules are wrong"},
    ReasonRow{no_input, "no_input", failed, "no input, or no DICOM in it"},
    ReasonRow{output_not_writable, "output_not_writable", failed,
              "the output folder cannot be written"},
    ReasonRow{disk_full, "disk_full", failed, "no space left for the image"},
    ReasonRow{catalogue_failed, "catalogue_failed", failed,
              "the catalogue could not be written; nothing else needs it"},
    ReasonRow{interrupted, "interrupted", failed, "the run was stopped before this was done"},
    ReasonRow{internal_error, "internal_error", failed, "an unexpected error, please report it"},
    ReasonRow{server_unreachable, "server_unreachable", failed,
              "the server is not reached, or does not answer in time"},
    ReasonRow{certificate_refused, "certificate_refused", failed,
              "nobody who is trusted vouches for the server"},
    ReasonRow{access_denied, "access_denied", failed,
              "the server wants another user, password or token"},
    ReasonRow{not_on_server, "not_on_server", failed,
              "the server has no such service, study or instance"},
    ReasonRow{server_failed, "server_failed", failed, "the server answers with an error"},
    ReasonRow{answer_invalid, "answer_invalid", failed,
              "the answer of the server is not what DICOMweb says"},
    ReasonRow{transfer_cut, "transfer_cut", failed, "a transfer ended before all was there"},
    ReasonRow{instances_missing, "instances_missing", failed,
              "the server sends other instances than it lists or counts"},
};

constexpr bool in_enum_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].reason) != i) return false;
  return true;
}
static_assert(in_enum_order(), "one row for each Reason, in the order of the enum");

}  // namespace

std::span<const ReasonRow> reason_rows() { return rows; }

const ReasonRow& reason_row(Reason reason) { return rows[static_cast<std::size_t>(reason)]; }

}  // namespace dcmflow
