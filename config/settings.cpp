#include "config/settings.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "config/choices.h"
#include "config/command_line.h"
#include "config/console.h"
#include "config/environment.h"
#include "config/folder_settings.h"
#include "config/folders.h"
#include "config/image_settings.h"
#include "config/label_settings.h"
#include "config/layout_settings.h"
#include "config/machine_settings.h"
#include "config/option_variables.h"
#include "config/platform_variables.h"
#include "config/prepare_settings.h"
#include "config/read_demands.h"
#include "config/rules_source.h"
#include "config/setting_names.h"
#include "config/tolerance_settings.h"
#include "config/verbs.h"
#include "config/watch_settings.h"
#include "stages/base/ascii.h"
#include "stages/base/printable.h"
#include "stages/formats/convert_image.h"
#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

using Text = CommandLine::Text;

constexpr const char* format_variable = format_variables.front().name;

Result<Sourced<std::string>> choose_format(const Text& option, const Environment& environment) {
  Sourced<std::string> format{"mhd", "default"};
  if (option) {
    format = {*option, "--format"};
  } else if (const auto value = variable(environment, format_variable)) {
    format = {*value, format_variable};
  }
  std::ranges::transform(format.value, format.value.begin(), lower);  // NII, Nii.Gz
  if (const ImageFormat* found = find_image_format(format.value)) {
    if (found->converted && !converter_path())
      return Problem{
          Reason::bad_settings, format.source,
          "found '" + format.value +
              "', which needs dcmflow-convert in the folder of dcmflow; it is not there"};
    return format;
  }
  std::vector<std::string_view> names;
  for (const ImageFormat& row : image_formats()) names.push_back(row.name);
  return bad_value(format.source, format.value, one_of(names));
}

Status read_resume(const CommandLine& command_line, Settings& settings) {
  if (command_line.resume && settings.catalogue == WhetherCatalogue::none)
    return Problem{Reason::bad_settings, "--resume",
                   "it goes by the catalogue, and --catalogue none keeps none"};
  if (command_line.resume && settings.on_earlier == OnEarlier::refuse)
    return Problem{Reason::bad_settings, "--resume",
                   "it goes on in a folder with results, which --on-earlier refuse forbids"};
  settings.resume = command_line.resume;
  return Done{};
}

void take_flags(const CommandLine& command_line, Settings& settings) {
  settings.sync = !command_line.no_sync;
  settings.bids = command_line.bids;
  settings.dicom_json = command_line.dicom_json;
  settings.workflow_metadata = command_line.workflow_metadata;
  settings.strict = command_line.strict;
  settings.no_patient = command_line.no_patient;
  settings.explain = command_line.explain;
  settings.report = command_line.report;
  settings.dry_run = command_line.dry_run;
  settings.json = command_line.json;
}

// What is written and told, from the command line alone.
Status read_options(const CommandLine& command_line, Settings& settings) {
  const auto images = choose("--images", command_line.images, images_to_write);
  if (!images) return images.problem();
  const auto sha256 = choose("--sha256", command_line.sha256, sha256_names);
  if (!sha256) return sha256.problem();
  const auto on_earlier = choose("--on-earlier", command_line.on_earlier, on_earlier_names);
  if (!on_earlier) return on_earlier.problem();
  // A container stage leaves nothing in its output folder but what its platform expects.
  const bool needs_catalogue = command_line.resume || command_line.watch;
  const bool names_input = command_line.given.contains("INPUT...") || command_line.files_from;
  const char* const usual = names_input || needs_catalogue ? "yes" : "none";
  const auto catalogue =
      choose("--catalogue", command_line.catalogue.value_or(usual), catalogue_names);
  if (!catalogue) return catalogue.problem();
  const auto tables = choose("--tables", command_line.tables, table_formats);
  if (!tables) return tables.problem();
  const auto log_format = choose("--log-format", command_line.log_format, log_formats);
  if (!log_format) return log_format.problem();
  const auto level = choose("--log-level", command_line.log_level.value_or("info"), log_levels);
  if (!level) return level.problem();

  settings.images = *images == 0 ? ImagesToWrite::all : ImagesToWrite::selected;
  settings.sha256 = static_cast<Sha256Of>(*sha256);
  settings.on_earlier = static_cast<OnEarlier>(*on_earlier);
  settings.catalogue = static_cast<WhetherCatalogue>(*catalogue);
  if (command_line.catalogue) settings.catalogue_source = "--catalogue";
  if (auto read = read_label_settings(command_line, settings); !read) return read;
  if (auto resumed = read_resume(command_line, settings); !resumed) return resumed;
  if (auto watched = read_watch_settings(command_line, settings); !watched) return watched;
  settings.tables = static_cast<TableFormat>(*tables);
  settings.log_level = log_levels[*level];
  settings.log_format = static_cast<LogFormat>(*log_format);
  settings.attributes = {command_line.attributes,
                         command_line.attributes ? "--attributes" : "none"};
  settings.trace = {command_line.trace, command_line.trace ? "--trace" : "none"};
  take_flags(command_line, settings);
  return Done{};
}

// A verb answers on standard output itself, and its log tells the settings when it is asked for.
Status read_console(const CommandLine& command_line, const Environment& environment,
                    Settings& settings) {
  const bool is_verb = settings.task != Task::convert;
  auto charset = variable(environment, "LC_ALL");
  if (!charset) charset = variable(environment, "LC_CTYPE");
  if (!charset) charset = variable(environment, "LANG");
  auto console =
      choose_console({.names_folders = is_verb || command_line.given.contains("INPUT...") ||
                                       command_line.given.contains("OUTPUT"),
                      .color = command_line.color,
                      .progress = command_line.progress,
                      .json = command_line.json,
                      .verbose = command_line.verbose},
                     {.no_color = variable(environment, "NO_COLOR").has_value(),
                      .term = variable(environment, "TERM"),
                      .charset = charset},
                     terminals_of_process());
  if (!console) return console.problem();
  settings.console = *console;
  if (is_verb) settings.console.summary = false;
  // What is asked for, wherever it goes; all of it.
  if (settings.task == Task::list_series)
    settings.console.summary = settings.console.descriptions = settings.console.all_series = true;
  if (is_verb) settings.console.tells_settings = true;
  if (is_verb || command_line.log_level) settings.console.tells_info = true;
  return Done{};
}

// For when the folders are wrong, too: whoever mends them is not to meet this next.
Status check_rules(const Settings& settings) {
  const auto demands = read_demands(settings, settings.rules);
  return demands ? Status(Done{}) : Status(demands.problem());
}

// Wrong usage is told before wrong rules, and both before a missing input: in the order of the exit
// codes.
Result<Settings> read_settings(Question question, const CommandLine& command_line,
                               const Environment& environment, OptionVariables variables) {
  Settings settings;
  settings.variables = std::move(variables);
  settings.task = question.task;
  settings.keywords = std::move(question.keywords);
  if (auto read = read_machine_settings(command_line, settings); !read) return read.problem();
  if (const Status status = read_options(command_line, settings); !status) return status.problem();
  if (const Status status = read_console(command_line, environment, settings); !status)
    return status.problem();
  // The answer is all that is on the screen, unless somebody wants to see more.
  if (settings.task != Task::convert && !command_line.log_level) settings.log_level = "warning";
  auto format = choose_format(command_line.format, environment);
  if (!format) return format.problem();
  settings.format = std::move(*format);
  if (const Status status = read_layout(command_line, settings); !status) return status.problem();
  const auto image_options = read_image_options(command_line, settings.format.value);
  if (!image_options) return image_options.problem();
  settings.image_options = *image_options;
  if (auto read = read_prepare_settings(command_line, settings); !read) return read.problem();
  const auto tolerances = read_tolerances(command_line.tolerances);
  if (!tolerances) return tolerances.problem();
  settings.tolerances = *tolerances;
  auto rules = read_rules(command_line.rules, environment);
  if (!rules) return rules.problem();
  settings.rules = std::move(*rules);
  settings.rules_option = command_line.rules;
  if (const Status status = read_folders(command_line, environment, settings); !status) {
    const Status right = check_rules(settings);
    return right ? status.problem() : right.problem();
  }
  return settings;
}

// Views into `question`.
std::vector<const char*> behind_the_verb(const Question& question) {
  std::vector<const char*> rest{"dcmflow"};
  for (const auto& argument : question.arguments) rest.push_back(argument.c_str());
  return rest;
}

}  // namespace

Result<std::variant<Settings, ExitNow>> read_settings(int argc, const char* const* argv,
                                                      const Environment& environment) {
  using Read = std::variant<Settings, ExitNow>;
  auto question = find_question(arguments_of(argc, argv));
  if (!question) return question.problem();
  const auto rest = behind_the_verb(*question);
  auto parsed = parse_command_line(static_cast<int>(rest.size()), rest.data());
  if (!parsed) return parsed.problem();
  if (auto* exit_now = std::get_if<ExitNow>(&*parsed)) return Read(std::move(*exit_now));
  auto& command_line = std::get<CommandLine>(*parsed);
  auto variables = read_option_variables(environment, command_line);
  if (!variables) return variables.problem();
  auto settings = read_settings(std::move(*question), command_line, environment, *variables);
  if (!settings) {
    auto problem = settings.problem();
    problem.subject = source_in(*variables, problem.subject);
    return problem;
  }
  Result<Read> read(Read{});
  read->emplace<Settings>(std::move(*settings));
  return read;
}

std::optional<std::string> read_output_folder(int argc, const char* const* argv,
                                              const Environment& environment) {
  // The words behind another verb are no INPUT and OUTPUT.
  const auto question = find_question(arguments_of(argc, argv));
  if (!question || question->task != Task::convert) return std::nullopt;
  const auto rest = behind_the_verb(*question);
  const auto folders = read_folder_arguments(static_cast<int>(rest.size()), rest.data());
  if (!folders) return std::nullopt;
  CommandLine command_line;
  command_line.output = folders->output;
  if (folders->output) command_line.given.insert("OUTPUT");
  // What is wrong with one of them says nothing of the others.
  static_cast<void>(read_option_variables(environment, command_line).ok());
  const auto output = find_output(command_line.output, environment);
  auto inputs = folders->inputs;
  if (inputs.empty() && command_line.input) inputs.push_back(*command_line.input);
  if (command_line.dry_run || !output || std::ranges::any_of(inputs, [&](const auto& input) {
        return is_same_place(input, output->value);
      }))
    return std::nullopt;
  return output->value;
}

}  // namespace dcmflow
