#include "config/shard_call.h"

#include <algorithm>
#include <array>

#include "config/help_text.h"
#include "config/option_variables.h"
#include "config/shard_words.h"
#include "stages/archives/open_archive.h"
#include "stages/base/input_slice.h"
#include "stages/base/printable.h"
#include "stages/dicom/media_directory.h"

namespace dcmflow {
namespace {

// Whoever starts many says which this is.
constexpr std::array numbers{"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "OMPI_COMM_WORLD_RANK"};
struct MachineOption {
  std::string_view name;
  bool has_value = true;
};
constexpr std::array of_machine{MachineOption{"--threads"},       MachineOption{"--io-threads"},
                                MachineOption{"--memory-budget"}, MachineOption{"--logs"},
                                MachineOption{"--log-level"},     MachineOption{"--log-format"},
                                MachineOption{"--trace"},         MachineOption{"--color"},
                                MachineOption{"--progress"},      MachineOption{"--verbose", false},
                                MachineOption{"-v", false},       MachineOption{"--json", false}};

Result<std::size_t> shard_number(const std::optional<std::string>& given,
                                 const Environment& environment) {
  if (!given)
    return wrong_words(
        "dcmflow shard run needs WORK --shard K|auto, K from 0; other options come "
        "behind WORK");
  if (*given != "auto") {
    if (const auto number = shard_count(*given)) return *number;
    return wrong_words("--shard: found '" + printable(*given) +
                       "', expected a number from 0, or auto");
  }
  for (const auto* const name : numbers)
    if (const auto value = environment(name)) {
      if (const auto number = shard_count(*value)) return *number;
      return wrong_words(std::string(name) + ": found '" + printable(*value) +
                         "', expected a number from 0");
    }
  return wrong_words(
      "--shard auto: none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and "
      "OMPI_COMM_WORLD_RANK is set; say --shard K");
}

// "3/16"
std::optional<InputSlice> slice_of(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto part = shard_count(text.substr(0, slash));
  const auto parts = shard_count(text.substr(std::min(slash + 1, text.size())));
  if (!part || !parts || *part >= *parts || *parts > most_parts) return std::nullopt;
  return InputSlice{*part, *parts};
}

Result<ShardCall> read_scan(Words words) {
  const auto slice = slice_of(take_option(words, "--part").value_or(""));
  if (words.size() < 2 || words[0].starts_with('-') || words[1].starts_with('-') || !slice)
    return wrong_words("dcmflow scan needs INPUT WORK --part I/N, I from 0 and N from 1 to " +
                       std::to_string(most_parts) + "; options come behind");
  return ShardCall{.task = Task::scan_part,
                   .work = absolute_path(words[1]),
                   .input = absolute_path(words[0]),
                   .output = {},
                   .number = slice->part,
                   .parts = slice->parts,
                   .options = {words.begin() + 2, words.end()},
                   .variables = {},
                   .files = {}};
}

Result<ShardCall> read_plan(Words words) {
  const auto shards = take_option(words, "--shards");
  const std::size_t number = shard_count(shards.value_or("")).value_or(0);
  if (words.size() < 2 || words[0].starts_with('-') || words[1].starts_with('-') || number == 0)
    return wrong_words("dcmflow plan needs INPUT WORK --shards N, N from 1 to " +
                       std::to_string(most_shards) + "; options come behind");
  return ShardCall{.task = Task::plan_shards,
                   .work = absolute_path(words[1]),
                   .input = absolute_path(words[0]),
                   .output = {},
                   .number = number,
                   .parts = 0,
                   .options = {words.begin() + 2, words.end()},
                   .variables = {},
                   .files = {}};
}

Result<ShardCall> read_shard(Words words, const Environment& environment) {
  const auto number = shard_number(take_option(words, "--shard"), environment);
  if (!number) return number.problem();
  if (words.empty() || words[0].starts_with('-'))
    return wrong_words("dcmflow shard run needs WORK --shard K|auto");
  return ShardCall{.task = Task::run_shard,
                   .work = absolute_path(words[0]),
                   .input = {},
                   .output = {},
                   .number = *number,
                   .parts = 0,
                   .options = {words.begin() + 1, words.end()},
                   .variables = {},
                   .files = {}};
}

Result<ShardCall> read_merge(const Words& words) {
  if (words.size() < 2 || words[0].starts_with('-') || words[1].starts_with('-'))
    return wrong_words("dcmflow merge needs WORK OUTPUT; options come behind");
  return ShardCall{.task = Task::merge_shards,
                   .work = absolute_path(words[0]),
                   .input = {},
                   .output = absolute_path(words[1]),
                   .number = 0,
                   .parts = 0,
                   .options = {words.begin() + 2, words.end()},
                   .variables = {},
                   .files = {}};
}

Result<ShardCall> with_machine_options_alone(Result<ShardCall> call) {
  if (!call) return call;
  if (const auto rest = without_machine_options(call->options); !rest.empty())
    return wrong_words(
        "found '" + printable(rest.front()) +
        "': the plan has the options of the conversion; here only those of the machine "
        "and its log: --threads, --io-threads, --memory-budget, --logs, --log-level, "
        "--log-format, --trace, --color, --progress, --verbose and --json");
  return call;
}

}  // namespace

std::vector<std::string_view> machine_option_names() {
  std::vector<std::string_view> names;
  for (const auto& option : of_machine) names.push_back(option.name);
  return names;
}

bool is_kept_variable(std::string_view name) {
  return std::ranges::any_of(command_line_options(), [&](const OptionRow& row) {
    const bool is_folder = row.name == "--output" || !row.name.starts_with('-');
    const bool is_kept = !is_folder && std::ranges::find(of_machine, row.name,
                                                         &MachineOption::name) == of_machine.end();
    return is_kept && (variable_of(row.name) == name ||
                       std::ranges::any_of(row.platform, [&](const auto& platform) {
                         return platform.name == name;
                       }));
  });
}

std::vector<std::string> without_machine_options(const std::vector<std::string>& options) {
  Words rest;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const auto name = std::string_view(options[i]).substr(0, options[i].find('='));
    const auto row = std::ranges::find(of_machine, name, &MachineOption::name);
    if (row == of_machine.end())
      rest.push_back(options[i]);
    else if (row->has_value && name.size() == options[i].size())
      ++i;  // its value
  }
  return rest;
}

// A run over shards reads no file twice, and decides itself where it goes on.
Status check_fits_shards(const Settings& settings) {
  struct Unfit {
    std::string_view option;
    bool is_set;
    std::string_view instead = "convert with one process for that";
  };
  for (const auto& [option, is_set, instead] :
       {Unfit{"--dry-run", settings.dry_run}, Unfit{"--watch", settings.watch},
        Unfit{"--resume", settings.resume,
              "each shard goes on by itself where an attempt of it ended, and dcmflow INPUT OUTPUT "
              "--resume, by one process, where a merge ended"},
        Unfit{"--labels", settings.labels}, Unfit{"--dicom-json", settings.dicom_json},
        Unfit{settings.prepare_source, settings.prepare.has_value(),
              "prepare the images with one process, of what a merge made of the same input"}})
    if (is_set)
      return Problem{Reason::bad_settings, settings.source_of(option),
                     "a run in shards does not know it: " + std::string(instead)};
  if (settings.files_from.value)
    return Problem{Reason::bad_settings, settings.source_of("--files-from"),
                   "a run in shards takes one folder: one that holds all files, or links to them"};
  // Each shard would have to unpack it again.
  if (looks_like_archive(settings.input.value))
    return Problem{Reason::bad_settings, settings.input.source,
                   "found the archive " + printable(settings.input.value) +
                       ", a run in shards takes a folder: unpack it, or convert with one process"};
  if (!settings.further_inputs.empty())
    return Problem{Reason::bad_settings, settings.input.source,
                   "found " + std::to_string(settings.inputs().size()) +
                       " inputs, a run in shards takes one: a folder that holds them all, or links "
                       "to them"};
  if (is_media_directory(settings.input.value))
    return Problem{Reason::bad_settings, settings.input.source,
                   "found a DICOMDIR, a run in shards takes a folder: convert with one process, or "
                   "give the folder in which it lies"};
  return Done{};
}

std::optional<Result<ShardCall>> find_shard_call(const std::vector<std::string>& arguments,
                                                 const Environment& environment) {
  if (arguments.empty() || std::ranges::find(arguments, "--help") != arguments.end())
    return std::nullopt;
  if (arguments[0] == "scan") return read_scan({arguments.begin() + 1, arguments.end()});
  if (arguments[0] == "plan") return read_plan({arguments.begin() + 1, arguments.end()});
  if (arguments[0] == "merge")
    return with_machine_options_alone(read_merge({arguments.begin() + 1, arguments.end()}));
  if (arguments[0] == "shard" && arguments.size() > 1 && arguments[1] == "run")
    return with_machine_options_alone(
        read_shard({arguments.begin() + 2, arguments.end()}, environment));
  return std::nullopt;
}

}  // namespace dcmflow
