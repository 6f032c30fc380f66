#pragma once
// The outside world (command line, environment) → one validated struct, once. Nothing else reads
// argv or the environment. Called by one thread, before others run.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/console.h"
#include "config/listen_address.h"
#include "stages/base/image_options.h"
#include "stages/base/input_paths.h"
#include "stages/base/result.h"
#include "stages/base/table_format.h"
#include "stages/geometry/tolerances.h"
#include "stages/labels/label_style.h"
#include "stages/prepare/prepare_options.h"

namespace dcmflow {

// A value and where it came from ("argument", "--format", "NVIDIA_CLARA_IMAGE_FORMAT", "default",
// ...), for the first log lines.
template <class T>
struct Sourced {
  T value{};
  std::string source;
};

enum class ImagesToWrite : std::uint8_t { all, selected };
// Which images carry their SHA-256: those that are compressed, all, or none.
enum class Sha256Of : std::uint8_t { compressed, all, none };
// What is done with the results of an earlier run in the output folder.
enum class OnEarlier : std::uint8_t { replace, refuse };
// Whether the output folder gets a catalogue, a database of what it holds.
enum class WhetherCatalogue : std::uint8_t { yes, none };
enum class LogFormat : std::uint8_t { text, json };

// What is asked for: converting a folder, or one of the verbs of config/verbs.h.
enum class Task : std::uint8_t {
  convert,
  check_rules,
  explain_rules,
  list_values,
  list_series,
  query,
  verify,
  diff,
  serve,
  help,
  show,
  extract,
  scan_part,
  plan_shards,
  run_shard,
  merge_shards,
  slurm,
  pull,
  to_dicom
};

constexpr std::size_t default_io_threads = 32;

// How the images of a run are named: docs/layout.md.
struct Layout {
  // By Series Instance UID; by a template of a name or a path; or as a data set of BIDS.
  enum class Kind : std::uint8_t { flat, by_template, bids };
  Kind kind = Kind::flat;
  std::string path_template;       // see stages/naming
  std::string option = "default";  // --name or --layout
  // Of --participants: the text of the file; its path is the source.
  std::optional<Sourced<std::string>> participants;

  bool names_by_uid() const { return kind == Kind::flat; }
};

struct Settings {
  // Or explain_rules, list_values or list_series, which have no output.
  Task task = Task::convert;
  std::vector<std::string> keywords;        // that list_values is about; empty: all
  bool json = false;                        // the answer of these as JSON
  bool dry_run = false;                     // everything but the pixels, and nothing is written
  Sourced<std::string> input;               // the first; "": a list names all of them
  std::vector<std::string> further_inputs;  // behind it, as they were given
  Sourced<std::optional<std::string>> files_from;  // LIST, or "-"
  PathList listed;                                 // what it names; null for a DICOMDIR
  Sourced<std::string> output;
  Sourced<std::optional<std::string>>
      logs;                     // nullopt: no log folder is named or exists; never an error
  Sourced<std::string> format;  // a name in stages/formats
  Sourced<std::string>
      rules;  // the text of the rules, decoded; source says from where ("none": select all)
  std::optional<std::string> rules_option;         // of the command line, to read them again
  Sourced<std::optional<std::string>> attributes;  // path of an attribute file
  std::size_t threads = 1;                         // CPU threads, >= 1
  std::string threads_source = "default";
  // That read files when the storage is slow, beside the CPU threads; >= 1.
  std::size_t io_threads = default_io_threads;
  std::string io_threads_source = "default";
  // Where the bytes of compressed archives wait; nullopt: in the output folder.
  Sourced<std::optional<std::string>> spool;
  std::uint64_t memory_budget = 0;  // bytes for pixels in flight
  std::string memory_budget_source = "default";
  ImagesToWrite images = ImagesToWrite::all;
  Sha256Of sha256 = Sha256Of::compressed;
  ImageOptions image_options;
  Tolerances tolerances;
  Layout layout;
  std::optional<PrepareOptions> prepare;    // nullopt: no images are prepared
  std::string prepare_source;               // the option that asked for it
  std::optional<std::string> prepare_path;  // of --prepare
  bool strict = false;                      // exit code 6 when anything was refused or failed
  bool no_patient = false;  // nothing personal, and digests in place of the input's paths
  bool bids = false;        // write .bval, .bvec and the JSON sidecar of BIDS beside the images
  bool labels = false;      // segmentations and structure sets become label images
  LabelStyle label_style = LabelStyle::each;
  bool dicom_json = false;         // write <StudyInstanceUID>.dicom.json, the DICOM JSON model
  bool workflow_metadata = false;  // write metadata.json, for the routing of a workflow manager
  bool report = false;             // write report.html, which shows what came out
  bool explain = false;  // write selection-report.json: why each series was (not) selected
  Sourced<std::optional<std::string>> trace;  // path of a Chrome trace to write
  bool sync = true;  // the disk has every file before selected-images.json gets its name
  OnEarlier on_earlier = OnEarlier::replace;
  WhetherCatalogue catalogue = WhetherCatalogue::none;
  std::string catalogue_source = "default";
  bool resume = false;  // what an earlier run in the output folder knows is used
  bool watch = false;   // the input folder grows: rounds, until a signal ends it
  std::chrono::milliseconds settle{10'000};  // how long a series has to be quiet for that
  std::optional<ListenAddress> listen;       // of /healthz and /metrics
  TableFormat tables = TableFormat::none;    // write series, instances and images as tables
  std::string log_level = "info";            // trace debug info warning error off
  LogFormat log_format = LogFormat::text;
  Console console;  // what is said on standard output and standard error

  // The variable DCMFLOW_... that gave an option its value, where no argument did.
  std::map<std::string, std::string, std::less<>> variables;

  InputPaths inputs() const;
  // All of them, for people; under no_patient digests.
  std::string input_words() const;
  std::string spool_folder() const;
  // What is said of where the value of an option came from: itself, or its variable.
  std::string source_of(std::string_view option) const;
  // Else nothing in an output folder may change.
  bool writes_output() const { return task == Task::convert && !dry_run; }
};

// What main does instead of a run: text to print (for --help and --version) and the exit code.
struct ExitNow {
  std::string text;
  int exit_code = 0;
  bool is_answer = false;  // that belongs on stdout, whatever the exit code
};

// The environment as a function, so that tests need no setenv: name → value, nullopt when unset.
// Empty counts as unset.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
Environment process_environment();

// Resolves everything in the order of docs/options.md: argument, then environment, then the default
// places. Reads the rules source (file or Base64) but does not parse it. A Problem's subject is
// where the value came from. Problems: bad_settings (exit 2), bad_rules (unreadable rules file,
// undecodable Base64; exit 3), no_input (exit 4). `argc` may be 0: a program can be run so.
Result<std::variant<Settings, ExitNow>> read_settings(int argc, const char* const* argv,
                                                      const Environment& environment);

// The output folder of the same command line and environment, for a run that ends because something
// else of them is wrong; nullopt where that cannot be told for sure, or nothing is to be written.
std::optional<std::string> read_output_folder(int argc, const char* const* argv,
                                              const Environment& environment);

// The first lines of the log: "name: value (source)". Paths are printable; the rules are told by
// their size, never quoted, since a rule may hold a patient's name.
std::vector<std::string> describe(const Settings& settings);

// Cores this process may use: affinity and cgroup v1/v2 quota (rounded up), at least 1.
std::size_t available_cores();
// Bytes this process may use: physical memory and cgroup v1/v2 limit, whichever is less.
std::uint64_t available_memory();

// Bytes that this process may still take.
std::uint64_t free_memory();

// Addresses that RLIMIT_AS leaves this process; nullopt: no limit.
std::optional<std::uint64_t> free_addresses();

// Addresses that the stack of a thread takes.
std::uint64_t thread_stack_bytes();

// Files that this process may still open, after raising its own limit as far as it may.
std::size_t available_descriptors();

}  // namespace dcmflow
