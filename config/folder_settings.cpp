#include "config/folder_settings.h"

#include <unistd.h>

#include <string>
#include <utility>

#include "config/environment.h"
#include "config/file_list.h"
#include "config/folders.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

// --resume and --watch know files by their names within one INPUT.
Status read_further_inputs(const CommandLine& command_line, const Environment& environment,
                           Settings& settings) {
  if (command_line.further_inputs.empty()) return Done{};
  if (settings.resume)
    return Problem{Reason::bad_settings, settings.watch ? "--watch" : "--resume",
                   "it goes by the names of files within one INPUT, and found " +
                       std::to_string(1 + command_line.further_inputs.size()) +
                       "; expected one: a folder that holds them all, or links to them"};
  for (const auto& further : command_line.further_inputs)
    if (const auto found = find_input(further, environment); !found) return found.problem();
  settings.further_inputs = command_line.further_inputs;
  return Done{};
}

// The DICOMDIR that a list may be is one more input.
Status read_list(const CommandLine& command_line, Settings& settings) {
  settings.files_from = {command_line.files_from,
                         command_line.files_from ? "--files-from" : "none"};
  if (!command_line.files_from) return Done{};
  if (settings.resume)
    return Problem{Reason::bad_settings, "--files-from",
                   std::string("found beside ") + (settings.watch ? "--watch" : "--resume") +
                       ", which goes by the names of files within one INPUT; expected one: a "
                       "folder that holds them all, or links to them"};
  auto list = read_file_list(*command_line.files_from);
  if (!list) return list.problem();
  settings.listed = std::move(*list);
  if (settings.listed) return Done{};
  if (settings.input.value.empty())
    settings.input = {*command_line.files_from, "--files-from"};
  else
    settings.further_inputs.push_back(*command_line.files_from);
  return Done{};
}

// One folder beside a list is where a run writes; a verb that asks reads it.
CommandLine::Text named_input(const CommandLine& command_line, const Settings& settings) {
  const bool is_asked = settings.task != Task::convert && command_line.given.contains("OUTPUT");
  return !command_line.input && is_asked ? command_line.output : command_line.input;
}

Status read_inputs(const CommandLine& command_line, const Environment& environment,
                   Settings& settings) {
  const auto named = named_input(command_line, settings);
  settings.input.source = "--files-from";
  if (named || !command_line.files_from) {
    auto input = find_input(named, environment);
    if (!input) return input.problem();
    settings.input = std::move(*input);
    if (const auto of = settings.variables.find("INPUT..."); of != settings.variables.end())
      settings.input.source = of->second;
  }
  if (auto further = read_further_inputs(command_line, environment, settings); !further)
    return further;
  if (auto listed = read_list(command_line, settings); !listed) return listed;
  if (settings.watch && !is_folder(settings.input.value))
    return Problem{Reason::bad_settings, settings.input.source,
                   "found the file " + printable(settings.input.value) +
                       ", expected a folder: --watch waits for what comes into it"};
  return Done{};
}

Status check_apart(const Settings& settings, const Sourced<std::string>& output) {
  for (const auto& input : settings.inputs().given)
    if (is_same_place(input, output.value))
      return Problem{Reason::bad_settings, output.source,
                     "the output " + printable(output.value) + " is the input " + printable(input) +
                         " (" + settings.input.source + "), expected another folder"};
  return Done{};
}

// OUTPUT has to have room for images, so it mostly has for what they are made of.
Status read_spool(const CommandLine& command_line, const Environment& environment,
                  Settings& settings) {
  const auto& folder = command_line.spool;
  if (folder && (!is_folder(*folder) || access(folder->c_str(), W_OK | X_OK) != 0))
    return Problem{Reason::bad_settings, "--spool",
                   "found " + printable(*folder) + ", expected a folder that can be written"};
  settings.spool = {folder, folder ? "--spool" : "default"};
  if (folder || settings.writes_output()) return Done{};
  const auto temporary = variable(environment, "TMPDIR");
  settings.spool = {temporary.value_or("/tmp"), temporary ? "TMPDIR" : "default"};
  return Done{};
}

}  // namespace

Status read_folders(const CommandLine& command_line, const Environment& environment,
                    Settings& settings) {
  if (auto inputs = read_inputs(command_line, environment, settings); !inputs) return inputs;
  if (auto spooled = read_spool(command_line, environment, settings); !spooled) return spooled;
  if (settings.task != Task::convert) return Done{};
  auto output = find_output(command_line.output, environment);
  if (!output && (command_line.input || command_line.files_from) &&
      output.problem().subject == "output")
    return Problem{Reason::bad_settings, "command line",
                   "OUTPUT is missing: dcmflow INPUT OUTPUT; " + output.problem().detail};
  if (!output) return output.problem();
  if (const auto of = settings.variables.find("OUTPUT"); of != settings.variables.end())
    output->source = of->second;
  if (auto apart = check_apart(settings, *output); !apart) return apart;
  settings.output = std::move(*output);
  settings.logs = find_logs(command_line.logs, environment);
  return Done{};
}

}  // namespace dcmflow
