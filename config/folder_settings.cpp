#include "config/folder_settings.h"

#include <unistd.h>

#include <string>
#include <utility>

#include "config/environment.h"
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

Status check_apart(const Settings& settings, const Sourced<std::string>& output) {
  for (const auto& input : settings.inputs())
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
  auto input = find_input(command_line.input, environment);
  if (!input) return input.problem();
  settings.input = *input;
  if (const auto of = settings.variables.find("INPUT..."); of != settings.variables.end())
    settings.input.source = of->second;
  if (auto further = read_further_inputs(command_line, environment, settings); !further)
    return further;
  if (settings.watch && !is_folder(input->value))
    return Problem{Reason::bad_settings, input->source,
                   "found the file " + printable(input->value) +
                       ", expected a folder: --watch waits for what comes into it"};
  if (auto spooled = read_spool(command_line, environment, settings); !spooled) return spooled;
  if (settings.task != Task::convert) return Done{};
  auto output = find_output(command_line.output, environment);
  if (!output && command_line.input && output.problem().subject == "output")
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
