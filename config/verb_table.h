#pragma once
// The verbs of dcmflow, a row each: what finds them, what --help and dcmflow help say of them.
// Constant; thread-safe.

#include <array>
#include <cstdint>
#include <string_view>

#include "config/settings.h"

namespace dcmflow {

// Which rows of the table of options can stand behind a verb, beside those that its texts name.
enum class Takes : std::uint8_t { nothing, run_options, machine_options };

struct Verb {
  std::string_view first;
  std::string_view second;  // "" for a verb of one word
  std::string_view arguments;
  std::string_view help;
  std::string_view about;  // more of it, for its own help
  Task task;
  Takes takes = Takes::nothing;
};
inline constexpr std::array verbs{
    Verb{"run", "", "[INPUT] [OUTPUT]", "convert; may be left out",
         "Without INPUT and OUTPUT it runs as a container stage. dcmflow --help lists the options.",
         Task::convert, Takes::run_options},
    Verb{"list", "", "INPUT", "its patients, studies, series, images; --json",
         "Reads headers, not pixels, and writes nothing. A line for each image that a run would "
         "make (columns x rows x slices, and x volumes), and for each series without any; below "
         "it why files of it are in no image, and at the end what to do. It tells names and "
         "descriptions; --no-patient leaves the patients out. The options of a run say what it "
         "would make, as --rules or --on-missing do. Exit codes are those of a run: 4 without "
         "DICOM.",
         Task::list_series, Takes::run_options},
    Verb{"rules", "check", "FILE", "every mistake in selection rules",
         "All mistakes at once, a line each; exit code 0 or 3. --attributes FILE behind it names "
         "more attributes that rules may ask for.",
         Task::check_rules},
    Verb{"rules", "explain", "FILE INPUT", "why each image is or is not selected; --json",
         "Of each image and selection: that it matches, or the first condition that failed. Reads "
         "headers, and writes nothing.",
         Task::explain_rules, Takes::run_options},
    Verb{"values", "", "INPUT [KEYWORD...]", "which values there are to match on; --json",
         "In how many series each value is; of the keywords, or of all that a rule may ask for. "
         "Reads headers, and writes nothing.",
         Task::list_values, Takes::run_options},
    Verb{"query", "", "OUTPUT SQL", "what the catalogue of a folder says; --json",
         "SQLite's answer to statements that change nothing, e.g. \"SELECT * FROM "
         "series_overview\"; sqlite_master lists tables and views.",
         Task::query},
    Verb{"verify", "", "OUTPUT", "whether it is as it was written; --json",
         "Holds images and JSON files against each other and the catalogue; exit code 6 where "
         "anything differs.",
         Task::verify},
    Verb{"diff", "", "OUTPUT_A OUTPUT_B", "what differs between the two; --json",
         "Images by their grids and by the values of their voxels, whatever they are compressed "
         "with or written as; JSON files by value, but for times and threads of the run; others "
         "byte by byte. Exit code 6 where anything differs.",
         Task::diff},
    Verb{"serve", "", "OUTPUT", "its report and images for a browser; --listen",
         "Prints its address, and answers until a signal ends it: the report, a viewer of the "
         "images, the JSON files. It listens on 127.0.0.1:8080 unless --listen HOST:PORT says "
         "another (port 0: any that is free), reads only, and knows no passwords: who reaches the "
         "address sees all of OUTPUT.",
         Task::serve},
    Verb{"help", "", "[TOPIC]", "one topic of it; alone, which there are",
         "A topic is a verb, a part of dcmflow --help, the name of an option or a reason code.",
         Task::help},
    Verb{"scan", "", "INPUT WORK --part I/N", "a slice of the headers, ahead of a plan",
         "For archives that no one walk holds: N machines read a slice each, I from 0, and a plan "
         "in "
         "the same WORK, with the same options, takes what they read. A part that is done already "
         "is "
         "nothing to do, and exit code 0.",
         Task::scan_part},
    Verb{"plan", "", "INPUT WORK --shards N", "a run in N shards, for many machines",
         "Reads all headers, or takes those that dcmflow scan has read, and writes into WORK what "
         "each shard is to make; the options of the conversion come behind WORK. The same plan "
         "once more is nothing to do. docs/shards.md "
         "tells how shards are run.",
         Task::plan_shards, Takes::run_options},
    Verb{"shard", "run", "WORK --shard K|auto", "makes the images of one of them",
         "K from 0; auto takes it from SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or "
         "OMPI_COMM_WORLD_RANK. A shard that is done already is nothing to do, and exit code 0.",
         Task::run_shard, Takes::machine_options},
    Verb{"merge", "", "WORK OUTPUT", "the outputs, as of one process",
         "Takes the images of all shards and opens no file of the input. Shards that are missing, "
         "or not as they were written, are named; then exit code 75 and nothing is merged.",
         Task::merge_shards, Takes::machine_options},
    Verb{"slurm", "submit", "INPUT WORK OUTPUT --shards N",
         "plan, shards and merge as Slurm's jobs",
         "Options of the conversion come behind OUTPUT; --parts P: a scan in so many parts, ahead "
         "of the plan; --parallel M: so many shards, or parts, at once; what stands behind -- is "
         "for sbatch, for every job. All nodes see INPUT, WORK and OUTPUT under these paths.",
         Task::slurm, Takes::run_options},
    Verb{"slurm", "status", "WORK", "how far it is; --json, --follow",
         "By what is in WORK: a controller may lose a job. --follow tells again every two seconds, "
         "until all is merged.",
         Task::slurm},
    Verb{"slurm", "resume", "WORK", "jobs for what is missing, and the merge",
         "When no job of it is queued any more. --parallel M and -- as those of submit.",
         Task::slurm},
    Verb{"slurm", "cancel", "WORK", "ends its jobs; what is done stays",
         "dcmflow slurm resume WORK goes on.", Task::slurm},
    Verb{"pull", "", "URL FOLDER", "studies of a DICOMweb server; --json",
         "Lists by QIDO-RS, retrieves by WADO-RS as stored, a study after the other, into "
         "FOLDER/STUDY/SERIES/INSTANCE.dcm. What lies there is whole; what is on its way waits in "
         "FOLDER.part, and the same command goes on with it. --study UID (once or more): those "
         "alone; --connections N: so many studies at once, 4; --timeout SECONDS of silence end a "
         "call, 60; --largest SIZE of an instance, 8G; --ca FILE (PEM): who vouches for the "
         "server; --partial: studies of which something is missing into FOLDER, too. User and "
         "password come from DCMFLOW_PULL_USER and DCMFLOW_PULL_PASSWORD, a token from "
         "DCMFLOW_PULL_TOKEN, else from ~/.netrc. Exit code 75: something is missing, try again. "
         "docs/pull.md tells more.",
         Task::pull},
    Verb{"to-dicom", "seg", "LABELS --run OUTPUT --meta META --to FILE",
         "a label image as a DICOM Segmentation",
         "LABELS (nii, nii.gz, mhd, mha, nrrd) lies on the grid of an image of the run in OUTPUT, "
         "axes swapped and turned or not, or of a prepared one. META is JSON that names the "
         "segments: {\"segments\": [{\"number\": 1, \"name\": \"lesion\"}]}. --image NAME, as "
         "volumes.json has it, where several images have that grid; --input DIR where the DICOM "
         "files of the run are now; --json for the answer. Exit code 4: they are not found. "
         "docs/to-dicom.md tells more.",
         Task::to_dicom},
    Verb{"to-dicom", "image", "IMAGE --run OUTPUT --to FOLDER",
         "an image of values as a derived series",
         "A heat map or a denoised image on the grid of an image of the run: an instance for each "
         "slice, in a FOLDER that is empty or not there. --description TEXT of the series; "
         "--image NAME, --input DIR and --json as those of seg.",
         Task::to_dicom},
    Verb{
        "to-dicom", "sr", "LABELS --run OUTPUT --meta META --seg SEG --to FILE",
        "measurements of labels as a structured report",
        "By TID 1500, of the segments of SEG, a segmentation that to-dicom seg made of the same "
        "LABELS and META: volumes, and of CT, MR and PET (Bq/ml) mean, standard deviation, minimum "
        "and maximum. --image NAME, --input DIR and --json as those of seg.",
        Task::to_dicom},
    Verb{"show", "", "[app|pkg]", "the manifests of the application package",
         "With headings where it is both; app or pkg alone is bare JSON.", Task::show},
    Verb{"extract", "", "", "the parts of the package, to their mounts",
         "Copies the program, manifests, rules, schemas and documents to the export folder that "
         "a platform mounts.",
         Task::extract},
};

}  // namespace dcmflow
