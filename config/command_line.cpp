#include "config/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "config/help_text.h"

namespace dcmflow {
namespace {

// A new option is one row here, one field in CommandLine and one in Settings.
constexpr std::array option_rows{
    OptionRow{"Folders", "INPUT", "", &CommandLine::input,
              "a folder with DICOM files, or one file"},
    OptionRow{"Folders", "OUTPUT", "", &CommandLine::output,
              "where the images and JSON files go; made when missing"},
    OptionRow{"Folders", "--logs", "FOLDER", &CommandLine::logs, "where the log file goes"},

    OptionRow{"Images", "--format", "NAME", &CommandLine::format,
              "the image format (default: mhd); the names are below"},
    OptionRow{"Images", "--images", "all|selected", &CommandLine::images,
              "write every series (default), or those that the rules select"},
    OptionRow{"Images", "--sha256", "compressed|all|none", &CommandLine::sha256,
              "which images carry their SHA-256 in volumes.json\n(default: compressed; of "
              "others it takes longer than writing them)"},

    OptionRow{"Images", "--multi-volume", "4d|split|first", &CommandLine::multi_volume,
              "a time or diffusion series becomes one 4-D image (default),\nan image for each "
              "volume, or that of the first alone"},
    OptionRow{"Images", "--keep-stored", "", &CommandLine::keep_stored,
              "voxels as they are stored, with the rescale in the header,\nwhere it is the same "
              "for the whole image"},
    OptionRow{"Images", "--real-world", "", &CommandLine::real_world,
              "values by the Real World Value Mapping, where there is one"},
    OptionRow{"Images", "--invert-monochrome1", "", &CommandLine::invert_monochrome1,
              "MONOCHROME1 images are inverted, so that high is bright"},
    OptionRow{"Images", "--bids", "", &CommandLine::bids,
              "write .bval, .bvec and .json beside the images, as BIDS names them"},

    OptionRow{"Geometry", "--on-tilt", "rectify|affine|reject", &CommandLine::on_tilt,
              "slices sheared by a gantry tilt: a new grid along the normal\n(default), a sheared "
              "affine (not in mhd and mha), or no image"},
    OptionRow{"Geometry", "--on-missing", "fill|split|keep|reject", &CommandLine::on_missing,
              "slices missing inside: interpolated (default), an image for\neach run of slices, "
              "written as if none were, or no image"},
    OptionRow{"Geometry", "--on-irregular", "resample|split|keep|reject",
              &CommandLine::on_irregular,
              "gaps that vary: interpolated at the median gap\n(default), or as above"},
    OptionRow{"Geometry", "--allow-no-geometry", "", &CommandLine::allow_no_geometry,
              "write images without position or orientation, unplaced"},
    OptionRow{"Geometry", "--tolerances", "NAME=VALUE,...", &CommandLine::tolerances,
              "the constants of these rules, by their names in report.json,\ne.g. "
              "shear_deg=0.1,corner_fail_mm=0.5"},

    OptionRow{"Selection and metadata", "--rules", "FILE", &CommandLine::rules,
              "the selection rules (JSON); without rules every series is selected"},
    OptionRow{"Selection and metadata", "--explain", "", &CommandLine::explain,
              "write selection-report.json: why each series was or\nwas not selected"},
    OptionRow{"Selection and metadata", "--attributes", "FILE", &CommandLine::attributes,
              "more attributes for dicom-metadata.json (JSON)"},
    OptionRow{"Selection and metadata", "--no-patient", "", &CommandLine::no_patient,
              "leave the patient's attributes out of dicom-metadata.json and\nthe DICOM JSON"},
    OptionRow{"Selection and metadata", "--dicom-json", "", &CommandLine::dicom_json,
              "write the DICOM JSON model (PS3.18 F) of each study, without\nbulk data, as "
              "<StudyInstanceUID>.dicom.json"},
    OptionRow{"Selection and metadata", "--workflow-metadata", "", &CommandLine::workflow_metadata,
              "write metadata.json, by which MONAI Deploy's Workflow Manager\nroutes"},

    OptionRow{"Selection and metadata", "--catalogue", "yes|none", &CommandLine::catalogue,
              "keep a database of the folder for dcmflow query and SQLite\n(default: yes; none "
              "where INPUT comes from the environment)"},
    OptionRow{"Selection and metadata", "--tables", "none|csv|ndjson", &CommandLine::tables,
              "write series, instances and images as tables, too"},

    OptionRow{"Resources", "--threads", "N", &CommandLine::threads,
              "CPU threads (default: the cores that this process may use)"},
    OptionRow{"Resources", "--io-threads", "N", &CommandLine::io_threads,
              "threads that read files while the storage makes them wait,\ne.g. over a network "
              "(default: 32); not used while it is fast"},
    OptionRow{"Resources", "--memory-budget", "SIZE", &CommandLine::memory_budget,
              "memory for pixels in flight, e.g. 512M or 2G\n(default: a quarter of the memory "
              "that this process may use)"},

    OptionRow{
        "Resources", "--no-sync", "", &CommandLine::no_sync,
        "do not wait until the disk has the results (they may be lost\nwhen the power fails)"},
    OptionRow{"Resources", "--on-earlier", "replace|refuse", &CommandLine::on_earlier,
              "the results of an earlier run in OUTPUT are replaced (default),\nor the run ends "
              "with exit code 5"},

    OptionRow{
        "Resources", "--resume", "", &CommandLine::resume,
        "go on where an earlier run in OUTPUT ended: files that did not\nchange since are not "
        "read, and their images not made, again"},

    OptionRow{"Watching", "--watch", "", &CommandLine::watch,
              "INPUT is a folder that grows: convert each series when it is\nquiet, until SIGTERM; "
              "SIGHUP reads the rules again"},
    OptionRow{"Watching", "--settle", "SECONDS", &CommandLine::settle,
              "how long nothing of a series may come, change or go (default: 10)"},
    OptionRow{"Watching", "--listen", "HOST:PORT", &CommandLine::listen,
              "answer /healthz and Prometheus' /metrics there, by HTTP"},

    OptionRow{"Reporting", "--dry-run", "", &CommandLine::dry_run,
              "everything but the pixels: which images there would be, and\nwhich are selected; "
              "writes nothing"},
    OptionRow{"Reporting", "--json", "", &CommandLine::json, "the answer of a verb as JSON"},
    OptionRow{"Reporting", "--strict", "", &CommandLine::strict,
              "exit code 6 when anything could not be converted; slices are\nnot interpolated, "
              "their series is refused"},
    OptionRow{"Reporting", "--log-level", "LEVEL", &CommandLine::log_level,
              "trace, debug, info (default), warning, error or off"},
    OptionRow{"Reporting", "--log-format", "text|json", &CommandLine::log_format,
              "lines of text (default), or one JSON object a line"},
    OptionRow{"Reporting", "--trace", "FILE", &CommandLine::trace,
              "write which step worked when, on which thread\n(open it in ui.perfetto.dev or "
              "chrome://tracing)"},
};

// CLI11 keeps what `remember` writes to, so both live as long as the parse.
void add_row(CLI::App& app, const OptionRow& row, CommandLine& command_line) {
  const std::string name(row.name);
  if (const auto* flag = std::get_if<bool CommandLine::*>(&row.field)) {
    app.add_flag(name, command_line.*(*flag));
    return;
  }
  CommandLine::Text& text = command_line.*std::get<CommandLine::Text CommandLine::*>(row.field);
  // CLI11 calls it with the one value that the option takes.
  const auto remember = [&text, name](const CLI::results_t& found) {
    if (found.front().empty())
      throw CLI::ValidationError(name, "found an empty value, expected a text");
    text = found.front();
    return true;
  };
  app.add_option(name, remember);
}

std::vector<std::string> arguments_in_reverse(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) arguments.emplace_back(argv[i]);
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

// Whether the option takes the argument that follows it; nullopt: it is none.
std::optional<bool> takes_next(const std::string& argument) {
  const auto name = argument.substr(0, argument.find('='));
  for (const auto& row : option_rows) {
    if (row.name != name || !name.starts_with("--")) continue;
    return std::holds_alternative<CommandLine::Text CommandLine::*>(row.field) &&
           name.size() == argument.size();
  }
  return std::nullopt;
}

}  // namespace

// What follows an unknown option may be its value or a folder, so only what stands before it
// counts.
std::optional<FolderArguments> read_folder_arguments(int argc, const char* const* argv) {
  auto rest = arguments_in_reverse(argc, argv);
  std::vector<std::string> folders;
  bool is_sure = true;
  for (bool only_folders = false; !rest.empty();) {
    const std::string argument = std::move(rest.back());
    rest.pop_back();
    if (!only_folders && argument == "--") {
      only_folders = true;
    } else if (only_folders || !argument.starts_with('-')) {
      if (is_sure)
        folders.push_back(argument);
      else if (folders.size() < 2)
        return std::nullopt;
    } else if (argument.substr(0, argument.find('=')) == "--dry-run") {
      return std::nullopt;
    } else if (const auto takes = takes_next(argument); !takes) {
      is_sure = false;
    } else if (*takes && !rest.empty()) {
      rest.pop_back();
    }
  }
  if (folders.size() > 2) return std::nullopt;
  folders.resize(2);
  const auto text = [](std::string& folder) {
    return folder.empty() ? CommandLine::Text() : CommandLine::Text(std::move(folder));
  };
  return FolderArguments{text(folders[0]), text(folders[1])};
}

Result<std::variant<CommandLine, ExitNow>> parse_command_line(int argc, const char* const* argv) {
  using Parsed = std::variant<CommandLine, ExitNow>;
  CommandLine command_line;
  CLI::App app;
  app.set_help_flag("--help,-h");
  app.set_version_flag("--version", "dcmflow " DCMFLOW_VERSION);
  for (const OptionRow& row : option_rows) add_row(app, row, command_line);
  try {
    app.parse(arguments_in_reverse(argc, argv));
  } catch (const CLI::CallForHelp&) {
    return Parsed(ExitNow{help_text(option_rows), 0});
  } catch (const CLI::CallForVersion& version) {
    return Parsed(ExitNow{version.what() + std::string("\n"), 0});
  } catch (const CLI::ParseError& error) {
    return Problem{Reason::bad_settings, "command line",
                   error.what() + std::string("; dcmflow --help tells what is expected")};
  }
  return Parsed(std::move(command_line));
}

}  // namespace dcmflow
