#include <array>

#include "config/command_line.h"
#include "config/help_text.h"

namespace dcmflow {
namespace {

// A new option is one row here, one field in CommandLine and one in Settings.
constexpr std::array option_rows{
    OptionRow{"Folders", "INPUT...", "", &CommandLine::folders,
              "folders with DICOM files, or files; the last argument is OUTPUT", "",
              input_variables},
    OptionRow{"Folders", "--files-from", "FILE", &CommandLine::files_from,
              "read the files and folders that FILE lists, a path a line (or NUL between them), "
              "relative to the working folder; - is standard input, and a DICOMDIR is a list, too"},
    OptionRow{"Folders", "OUTPUT", "", &CommandLine::output,
              "where the images and JSON files go; made when missing", "", output_variables},
    OptionRow{"Folders", "--output", "FOLDER", &CommandLine::output_option,
              "the same as OUTPUT; all other arguments are INPUT", "-o", output_variables},
    OptionRow{"Folders", "--logs", "FOLDER", &CommandLine::logs, "where the log file goes", "",
              log_variables},

    OptionRow{"Images", "--format", "NAME", &CommandLine::format,
              "the image format (default: mhd); the names are below", "-f", format_variables},
    OptionRow{"Images", "--name", "TEMPLATE", &CommandLine::name,
              "image names of attributes, e.g. '{SeriesNumber:03}_{SeriesDescription}' (default: "
              "the Series Instance UID)"},
    OptionRow{"Images", "--layout", "flat|bids|TEMPLATE", &CommandLine::layout,
              "where images lie: all in OUTPUT (default), as a data set of BIDS by the selection "
              "rules, or e.g. '{PatientID}/{StudyDate}/{SeriesNumber:03}'"},
    OptionRow{
        "Images", "--participants", "FILE", &CommandLine::participants,
        "of --layout bids: who is which sub- and ses-, as a table with tabs (default: digests "
        "of the Patient ID)"},
    OptionRow{"Images", "--images", "all|selected", &CommandLine::images,
              "write every series (default), or those that the rules select"},
    OptionRow{"Images", "--sha256", "compressed|all|none", &CommandLine::sha256,
              "which images carry their SHA-256 in volumes.json (default: compressed; of "
              "others it takes longer than writing them)"},

    OptionRow{"Images", "--multi-volume", "4d|split|first", &CommandLine::multi_volume,
              "a time or diffusion series becomes one 4-D image (default), an image for each "
              "volume, or that of the first alone"},
    OptionRow{"Images", "--keep-stored", "", &CommandLine::keep_stored,
              "voxels as they are stored, with the rescale in the header, where it is the same "
              "for the whole image"},
    OptionRow{"Images", "--real-world", "", &CommandLine::real_world,
              "values by the Real World Value Mapping, where there is one"},
    OptionRow{"Images", "--invert-monochrome1", "", &CommandLine::invert_monochrome1,
              "MONOCHROME1 images are inverted, so that high is bright"},
    OptionRow{"Images", "--suv", "none|bw|lbm|bsa", &CommandLine::suv,
              "PET images in standardized uptake values: by body weight, lean body mass or body "
              "surface (default: none, the values of the header)"},
    OptionRow{"Images", "--bids", "", &CommandLine::bids,
              "write .bval, .bvec and .json beside the images, as BIDS names them"},

    OptionRow{"Images", "--labels", "", &CommandLine::labels,
              "segmentations and structure sets (RTSTRUCT) become label images in labels/, on the "
              "grids of the images that they are of, told in labels.json"},
    OptionRow{
        "Images", "--label-style", "each|merged|4d", &CommandLine::label_style,
        "of --labels: an image a segment (default), one of all segments, or one with a volume "
        "a segment"},

    OptionRow{"Geometry", "--on-tilt", "rectify|affine|reject", &CommandLine::on_tilt,
              "slices sheared by a gantry tilt: a new grid along the normal (default), a sheared "
              "affine (not in mhd and mha), or no image"},
    OptionRow{"Geometry", "--on-missing", "fill|split|keep|reject", &CommandLine::on_missing,
              "slices missing inside: interpolated (default), an image for each run of slices, "
              "written as if none were, or no image"},
    OptionRow{"Geometry", "--on-irregular", "resample|split|keep|reject",
              &CommandLine::on_irregular,
              "gaps that vary: interpolated at the median gap (default), or as above"},
    OptionRow{"Geometry", "--allow-no-geometry", "", &CommandLine::allow_no_geometry,
              "write images without position or orientation, unplaced"},
    OptionRow{"Geometry", "--tolerances", "NAME=VALUE,...", &CommandLine::tolerances,
              "the constants of these rules, by their names in report.json, e.g. "
              "shear_deg=0.1,corner_fail_mm=0.5"},

    OptionRow{"Prepared images", "--prepare", "FILE", &CommandLine::prepare,
              "make the selected images once more, as a model wants them, in OUTPUT/prepared: FILE "
              "(JSON) says how, or the options below, which win over it"},
    OptionRow{"Prepared images", "--orient", "LETTERS", &CommandLine::orient,
              "turn them so that their axes go there, e.g. RAS or LPS: voxels are moved alone"},
    OptionRow{"Prepared images", "--spacing", "MM", &CommandLine::spacing,
              "resample them to this spacing, e.g. 1 or 1,1,2.5 along the axes; 0 keeps an axis"},
    OptionRow{"Prepared images", "--align-to", "SELECTION", &CommandLine::align_to,
              "resample all of a study onto the grid of the image that SELECTION keeps of it"},
    OptionRow{"Prepared images", "--interpolation", "linear|bspline|nearest",
              &CommandLine::interpolation,
              "how values between voxels are found (default: linear; linear and bspline make "
              "float32)"},
    OptionRow{"Prepared images", "--label-interpolation", "nearest|label-gaussian",
              &CommandLine::label_interpolation,
              "the same of segmentations, which get no new values (default: nearest)"},
    OptionRow{"Prepared images", "--crop", "SIZE", &CommandLine::crop,
              "cut them to at most so many voxels around the middle, e.g. 256 or 256,256,128"},
    OptionRow{"Prepared images", "--pad", "SIZE", &CommandLine::pad,
              "give them at least so many voxels, with background around"},
    OptionRow{"Prepared images", "--arrange", "none|nnunet|monai|channels", &CommandLine::arrange,
              "lay them out by study, a channel a selection: for nnU-Net, with a data list for "
              "MONAI, or as one file (default: none); a study that lacks a channel is left out"},

    OptionRow{"Selection and metadata", "--rules", "FILE", &CommandLine::rules,
              "the selection rules (JSON); without rules every series is selected", "",
              rules_variables},
    OptionRow{"Selection and metadata", "--explain", "", &CommandLine::explain,
              "write selection-report.json: why each series was or was not selected"},
    OptionRow{"Selection and metadata", "--attributes", "FILE", &CommandLine::attributes,
              "more attributes for dicom-metadata.json (JSON)"},
    OptionRow{"Selection and metadata", "--no-patient", "", &CommandLine::no_patient,
              "leave the patient, other persons, institutions and numbers of studies and orders "
              "out of all that is written, and put digests in place of the input's paths; no "
              "de-identification"},
    OptionRow{"Selection and metadata", "--dicom-json", "", &CommandLine::dicom_json,
              "write the DICOM JSON model (PS3.18 F) of each study, without bulk data, as "
              "<StudyInstanceUID>.dicom.json"},
    OptionRow{"Selection and metadata", "--workflow-metadata", "", &CommandLine::workflow_metadata,
              "write metadata.json, by which MONAI Deploy's Workflow Manager routes"},

    OptionRow{"Selection and metadata", "--catalogue", "yes|none", &CommandLine::catalogue,
              "keep a database of the folder for dcmflow query and SQLite (default: yes; none "
              "where INPUT comes from the environment)"},
    OptionRow{"Selection and metadata", "--tables", "none|csv|ndjson", &CommandLine::tables,
              "write series, instances and images as tables, too"},

    OptionRow{"Resources", "--threads", "N", &CommandLine::threads,
              "CPU threads (default: the cores that this process may use)"},
    OptionRow{"Resources", "--io-threads", "N", &CommandLine::io_threads,
              "threads that read files while the storage makes them wait, e.g. over a network "
              "(default: 32); not used while it is fast"},
    OptionRow{"Resources", "--memory-budget", "SIZE", &CommandLine::memory_budget,
              "memory for pixels in flight, e.g. 512M or 2G (default: a quarter of the memory "
              "that this process may use)"},
    OptionRow{"Resources", "--spool", "FOLDER", &CommandLine::spool,
              "where compressed archives are unpacked, in a file without a name (default: OUTPUT; "
              "of runs that write nothing TMPDIR or /tmp)"},

    OptionRow{"Resources", "--no-sync", "", &CommandLine::no_sync,
              "do not wait until the disk has the results (they may be lost when the power fails)"},
    OptionRow{"Resources", "--on-earlier", "replace|refuse", &CommandLine::on_earlier,
              "the results of an earlier run in OUTPUT are replaced (default), or the run ends "
              "with exit code 5"},

    OptionRow{"Resources", "--resume", "", &CommandLine::resume,
              "go on where an earlier run in OUTPUT ended: files that did not change since are not "
              "read, and their images not made, again"},

    OptionRow{"Watching", "--watch", "", &CommandLine::watch,
              "INPUT is a folder that grows: convert each series when it is quiet, until SIGTERM; "
              "SIGHUP reads the rules again"},
    OptionRow{"Watching", "--settle", "SECONDS", &CommandLine::settle,
              "how long nothing of a series may come, change or go (default: 10)"},
    OptionRow{"Watching", "--listen", "HOST:PORT", &CommandLine::listen,
              "answer /healthz and Prometheus' /metrics there, by HTTP"},

    OptionRow{"Reporting", "--report", "", &CommandLine::report,
              "write report.html, one page to look at: pictures of each series, what was repaired, "
              "what was refused and why"},
    OptionRow{"Reporting", "--dry-run", "", &CommandLine::dry_run,
              "everything but the pixels: which images there would be, and which are selected; "
              "writes nothing"},
    OptionRow{"Reporting", "--json", "", &CommandLine::json,
              "the summary of a run, or the answer of a verb, as JSON"},
    OptionRow{"Reporting", "--verbose", "", &CommandLine::verbose,
              "on a terminal the settings and a line a series too, and every series in the summary",
              "-v"},
    OptionRow{"Reporting", "--color", "auto|always|never", &CommandLine::color,
              "colours on a terminal (default: auto, which heeds NO_COLOR)"},
    OptionRow{
        "Reporting", "--progress", "auto|json|none", &CommandLine::progress,
        "how far the run is: a live line on a terminal, else in the log every 10 s (default); "
        "an object a line on standard error, every second; or nothing"},
    OptionRow{"Reporting", "--strict", "", &CommandLine::strict,
              "exit code 6 when anything could not be converted; slices are not interpolated, "
              "their series is refused"},
    OptionRow{"Reporting", "--log-level", "LEVEL", &CommandLine::log_level,
              "trace, debug, info (default), warning, error or off"},
    OptionRow{"Reporting", "--log-format", "text|json", &CommandLine::log_format,
              "lines of text (default), or one JSON object a line"},
    OptionRow{"Reporting", "--trace", "FILE", &CommandLine::trace,
              "write which step worked when, on which thread (open it in ui.perfetto.dev or "
              "chrome://tracing)"},
};

}  // namespace

std::span<const OptionRow> command_line_options() { return option_rows; }

}  // namespace dcmflow
