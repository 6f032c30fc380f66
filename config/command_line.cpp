#include "config/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "config/help_text.h"

namespace dcmflow {
namespace {

// CLI11 takes a text in brackets for a list: an argument that begins with one has this before it.
constexpr char bracket_mark = '\x01';

std::string marked(std::string argument) {
  return argument.starts_with('[') ? bracket_mark + std::move(argument) : argument;
}
std::string without_mark(const std::string& text) {
  return text.starts_with(bracket_mark) ? text.substr(1) : text;
}

// CLI11 keeps what `remember` writes to, so both live as long as the parse.
void add_row(CLI::App& app, const OptionRow& row, CommandLine& command_line) {
  std::string name(row.name);
  if (!row.letter.empty()) name.append(",").append(row.letter);
  if (const auto* flag = std::get_if<bool CommandLine::*>(&row.field)) {
    app.add_flag(name, command_line.*(*flag));
    return;
  }
  if (const auto* several = std::get_if<std::vector<std::string> CommandLine::*>(&row.field)) {
    app.add_option("INPUT", command_line.*(*several))->expected(-1);
    return;
  }
  CommandLine::Text& text = command_line.*std::get<CommandLine::Text CommandLine::*>(row.field);
  if (!name.starts_with('-')) return;  // OUTPUT is the last of the folders
  // CLI11 calls it with the one value that the option takes.
  const auto remember = [&text, name](const CLI::results_t& found) {
    if (found.front().empty())
      throw CLI::ValidationError(name, "found an empty value, expected a text");
    text = without_mark(found.front());
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
  for (const auto& row : command_line_options()) {
    if ((row.name != name && row.letter != name) || !name.starts_with('-')) continue;
    return std::holds_alternative<CommandLine::Text CommandLine::*>(row.field) &&
           name.size() == argument.size();
  }
  return std::nullopt;
}

// The last folder is OUTPUT where there are several, or a list names what is read, unless --output
// names it.
Status settle_folders(CommandLine& command_line) {
  auto folders = std::exchange(command_line.folders, {});
  std::ranges::transform(folders, folders.begin(), without_mark);
  if (std::ranges::find(folders, "") != folders.end())
    return Problem{Reason::bad_settings, "command line",
                   "INPUT: found an empty value, expected a text"};
  if (command_line.output_option) {
    command_line.output = command_line.output_option;
  } else if (folders.size() > (command_line.files_from ? 0 : 1)) {
    command_line.output = std::move(folders.back());
    folders.pop_back();
  }
  if (command_line.output) command_line.given.insert("OUTPUT");
  if (command_line.files_from || !folders.empty()) command_line.given.insert("INPUT...");
  if (folders.empty()) return Done{};
  command_line.input = std::move(folders.front());
  command_line.further_inputs.assign(std::make_move_iterator(folders.begin() + 1),
                                     std::make_move_iterator(folders.end()));
  return Done{};
}

void note_given(const CLI::App& app, CommandLine& command_line) {
  for (const OptionRow& row : command_line_options())
    if (row.name.starts_with('-') && app.count(std::string(row.name)) > 0)
      command_line.given.emplace(row.name);
}

bool is_output_option(const std::string& argument) {
  return argument == "-o" || argument.substr(0, argument.find('=')) == "--output";
}

}  // namespace

// What follows an unknown option may be its value or a folder, so only what stands before it
// counts.
std::optional<FolderArguments> read_folder_arguments(int argc, const char* const* argv) {
  auto rest = arguments_in_reverse(argc, argv);
  std::vector<std::string> folders;
  bool is_sure = true;
  bool has_list = false;
  for (bool only_folders = false; !rest.empty();) {
    const std::string argument = std::move(rest.back());
    rest.pop_back();
    if (!only_folders && argument == "--") {
      only_folders = true;
    } else if (only_folders || !argument.starts_with('-')) {
      if (!is_sure) return std::nullopt;
      folders.push_back(argument);
    } else if (argument.substr(0, argument.find('=')) == "--dry-run" ||
               is_output_option(argument)) {
      return std::nullopt;  // no folder, or one that nothing but the whole parse tells
    } else if (const auto takes = takes_next(argument); !takes) {
      is_sure = false;
    } else {
      has_list |= argument.substr(0, argument.find('=')) == "--files-from";
      if (*takes && !rest.empty()) rest.pop_back();
    }
  }
  FolderArguments found;
  if (folders.size() > (has_list ? 0 : 1)) {
    found.output = std::move(folders.back());
    folders.pop_back();
  }
  found.inputs = std::move(folders);
  return found;
}

Result<std::variant<CommandLine, ExitNow>> parse_command_line(int argc, const char* const* argv) {
  using Parsed = std::variant<CommandLine, ExitNow>;
  Result<Parsed> parsed(Parsed{});
  auto& command_line = std::get<CommandLine>(*parsed);
  CLI::App app;
  app.set_help_flag("--help,-h");
  app.set_version_flag("--version,-V", "dcmflow " DCMFLOW_VERSION);
  for (const OptionRow& row : command_line_options()) add_row(app, row, command_line);
  try {
    auto arguments = arguments_in_reverse(argc, argv);
    std::ranges::transform(arguments, arguments.begin(), marked);
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return Parsed(ExitNow{help_text(command_line_options()), 0});
  } catch (const CLI::CallForVersion& version) {
    return Parsed(ExitNow{version.what() + std::string("\n"), 0});
  } catch (const CLI::ParseError& error) {
    return Problem{Reason::bad_settings, "command line",
                   error.what() + std::string("; dcmflow --help tells what is expected")};
  }
  note_given(app, command_line);
  if (const auto settled = settle_folders(command_line); !settled) return settled.problem();
  return parsed;
}

}  // namespace dcmflow
