#include "config/help_text.h"

#include <algorithm>

#include "config/verbs.h"
#include "stages/base/terminal_text.h"
#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

constexpr std::string_view opening = R"(
Turns a folder of DICOM files into volumes, their metadata and named selections
of series.

  dcmflow DICOM OUT                       an image of every series, as mhd
  dcmflow DICOM OUT -f nii.gz             as NIfTI
  dcmflow DICOM OUT --rules rules.json    and which series the rules select
  dcmflow DICOM OUT --dry-run             what would come out; writes nothing

Without INPUT and OUTPUT it runs as a container stage: the folders come from the
environment, standard output stays empty, and the log is plain lines.

)";

constexpr std::string_view exit_codes = R"(Exit codes:
  0    done; what was repaired, refused or failed is told in the log and in
       report.json
  2    wrong usage or settings
  3    wrong selection rules
  4    no input, or no DICOM in it
  5    the output folder cannot be written, is full, or another run is at work
       in it
  6    done, with refusals or failures, under --strict; verify and diff:
       something differs
  7    a required selection has no match, or its min or max is not met
  70   internal error
  75   merge: shards are missing; pull: instances are, or the server is not
       reached; try again
  129 130 143  interrupted by SIGHUP, SIGINT, SIGTERM; --watch between two
       rounds: that of the last round
)";

constexpr std::string_view environment =
    R"(Environment variables, the first that is set and not empty; an argument comes
before them:
  input   NVIDIA_CLARA_INPUT, NVIDIA_CLARA_INPUTPATHS (name:/path;...),
          HOLOSCAN_INPUT_PATH, MONAI_INPUTPATH;
          else /input, /var/holoscan/input, /var/monai/input
  output  NVIDIA_CLARA_OUTPUT, NVIDIA_CLARA_OUTPUTPATHS (name:/path;...),
          HOLOSCAN_OUTPUT_PATH, MONAI_OUTPUTPATH;
          else /output, /var/holoscan/output, /var/monai/output
  logs    NVIDIA_CLARA_LOGS, HOLOSCAN_LOGS_PATH; else /logs
  format  NVIDIA_CLARA_IMAGE_FORMAT
  rules   NVIDIA_CLARA_SELECTION_RULES_BASE64,
          NVIDIA_CLARA_SELECTION_RULES_FILE; else ./config/selection-rules.json
  and last, of each option, DCMFLOW_ and its name, e.g. DCMFLOW_ON_MISSING=split
  (a flag: yes or no); DCMFLOW_INPUT and DCMFLOW_OUTPUT likewise
  user    DCMFLOW_PULL_USER and DCMFLOW_PULL_PASSWORD, or DCMFLOW_PULL_TOKEN, of
          dcmflow pull; else ~/.netrc
  NO_COLOR, TERM, LC_ALL, LC_CTYPE and LANG say how a terminal is
)";

// "-f, --format"
std::string named(std::string_view letter, std::string_view name) {
  return letter.empty() ? std::string(name) : std::string(letter) + ", " + std::string(name);
}

}  // namespace

std::string help_row(std::string_view left, std::string_view words) {
  constexpr std::size_t column = 27;
  std::string line = "  " + std::string(left);
  line.resize(std::max(column, line.size() + 1), ' ');
  // wrap() keeps words apart by one space: the padding is put back in front of its first line.
  if (line.size() > column) line.back() = '\n';
  if (line.back() == '\n') line.append(column, ' ');
  const auto lines =
      wrap(std::string(column, '_') + ' ' + std::string(words), help_columns, column);
  return line + lines.substr(column + 1) + '\n';
}

std::string opening_help() { return std::string(opening); }

std::string option_help(const OptionRow& option) {
  auto name = named(option.letter, option.name);
  if (!option.value.empty()) name.append(" ").append(option.value);
  return help_row(name, option.help);
}

std::string formats_help() {
  std::string text = "Image formats:";
  for (const ImageFormat& format : image_formats()) text.append(" ").append(format.name);
  return text + R"(
  nrrd-gzip is nrrd with its voxels compressed, hdr is NIfTI as .hdr and .img;
  h5 is made by dcmflow-convert, which takes a whole volume into memory, twice,
  beside the memory budget.
)";
}

std::string exit_codes_help() { return std::string(exit_codes); }

std::string environment_help() { return std::string(environment); }

std::string help_text(std::span<const OptionRow> options) {
  std::string text = "Usage: dcmflow [run] [INPUT...] [OUTPUT] [options]\n";
  text.append(opening).append(verbs_help());
  std::string_view group;
  const auto begin_group = [&](std::string_view name) {
    if (group != name) text.append("\n").append(name).append(":\n");
    group = name;
  };
  for (const OptionRow& row : options) {
    begin_group(row.group);
    text += option_help(row);
  }
  begin_group("Other");
  for (const OtherOption& row : other_options)
    text += help_row(named(row.letter, row.name), row.help);
  for (const auto& part : {formats_help(), exit_codes_help(), environment_help()})
    text.append("\n").append(part);
  return text;
}

}  // namespace dcmflow
