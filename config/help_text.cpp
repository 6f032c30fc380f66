#include "config/help_text.h"

#include <algorithm>

#include "config/verbs.h"
#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

constexpr std::string_view opening = R"(
Turns a folder of DICOM files into volumes, their metadata and named selections of series.
Without arguments it runs as a container stage: the folders come from the environment.
)";

constexpr std::string_view closing = R"(
Exit codes:
  0        done
  2        wrong usage or settings
  3        wrong selection rules
  4        no input, or no DICOM in it
  5        the output folder cannot be written, is full, or another run is at work in it
  6        done, with problems, under --strict; verify: something differs
  7        a required selection has no match, or its min or max is not met
  70       internal error
  129 130 143  interrupted by SIGHUP, SIGINT, SIGTERM; --watch between two rounds: that of the
           last round

Environment variables, the first that is set and not empty; an argument comes before them:
  input   NVIDIA_CLARA_INPUT, NVIDIA_CLARA_INPUTPATHS (name:/path;...), HOLOSCAN_INPUT_PATH,
          MONAI_INPUTPATH; else /input, /var/holoscan/input, /var/monai/input
  output  NVIDIA_CLARA_OUTPUT, NVIDIA_CLARA_OUTPUTPATHS (name:/path;...), HOLOSCAN_OUTPUT_PATH,
          MONAI_OUTPUTPATH; else /output, /var/holoscan/output, /var/monai/output
  logs    NVIDIA_CLARA_LOGS, HOLOSCAN_LOGS_PATH; else /logs
  format  NVIDIA_CLARA_IMAGE_FORMAT
  rules   NVIDIA_CLARA_SELECTION_RULES_BASE64, NVIDIA_CLARA_SELECTION_RULES_FILE;
          else ./config/selection-rules.json
)";

void append_row(std::string& text, std::string_view left, std::string_view help) {
  constexpr std::size_t column = 27;
  std::string line = "  " + std::string(left);
  for (;;) {
    line.resize(std::max(column, line.size() + 1), ' ');
    const std::size_t end = help.find('\n');
    text += line.append(help.substr(0, end)) + '\n';
    if (end == std::string_view::npos) return;
    help.remove_prefix(end + 1);
    line.clear();
  }
}

}  // namespace

std::string help_text(std::span<const OptionRow> options) {
  std::string text = verbs_help().append(opening);
  std::string_view group;
  const auto begin_group = [&](std::string_view name) {
    if (group != name) text.append("\n").append(name).append(":\n");
    group = name;
  };
  for (const OptionRow& row : options) {
    begin_group(row.group);
    append_row(text,
               std::string(row.name) + (row.value.empty() ? "" : " ") + std::string(row.value),
               row.help);
  }
  begin_group("Other");
  append_row(text, "--help, --version", "print this text, or the version, and do nothing else");
  append_row(text, "--", "what follows are folders, also when they begin with '-'");
  text += "\nImage formats:";
  for (const ImageFormat& format : image_formats()) text.append(" ").append(format.name);
  text += R"(
  nrrd-gzip is nrrd with its voxels compressed, hdr is NIfTI as .hdr and .img; h5 is made by
  dcmflow-convert, which takes a whole volume into memory, twice, beside the memory budget.
)";
  return text.append(closing);
}

}  // namespace dcmflow
