#include "config/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "config/choices.h"
#include "config/setting_names.h"
#include "stages/base/ascii.h"

namespace dcmflow {
namespace {

enum class Color : std::uint8_t { automatic, always, never };

// Cursor and colours work there.
bool is_able(const TerminalVariables& variables) {
  return variables.term && *variables.term != "dumb";
}

Charset charset_of(const TerminalVariables& variables) {
  auto name = variables.charset.value_or("");
  std::erase(name, '-');
  std::ranges::transform(name, name.begin(), lower);
  return name.find("utf8") == std::string::npos ? Charset::ascii : Charset::utf8;
}

}  // namespace

std::size_t terminal_columns(int descriptor) {
  constexpr std::size_t usual = 80;
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

Terminals terminals_of_process() {
  Terminals terminals{.output = isatty(STDOUT_FILENO) != 0, .errors = isatty(STDERR_FILENO) != 0};
  if (terminals.output) terminals.output_columns = terminal_columns(STDOUT_FILENO);
  return terminals;
}

Result<Console> choose_console(const ConsoleWish& wish, const TerminalVariables& variables,
                               const Terminals& terminals) {
  const auto color = choose("--color", wish.color, color_names);
  if (!color) return color.problem();
  const auto progress = choose("--progress", wish.progress, progress_names);
  if (!progress) return progress.problem();
  Console console;
  constexpr std::array forms{ProgressForm::log, ProgressForm::json, ProgressForm::none};
  console.progress = forms[*progress];
  if (!wish.names_folders) return console;

  const auto asked = static_cast<Color>(*color);
  const bool may_colour = asked == Color::automatic && !variables.no_color && is_able(variables);
  const auto colours = [&](bool is_terminal) {
    return asked == Color::always || (may_colour && is_terminal);
  };
  console.is_watched = terminals.errors && is_able(variables);
  console.tells_settings = wish.verbose;
  console.tells_info = wish.verbose || !console.is_watched;
  console.log_colours = colours(terminals.errors);
  if (console.is_watched && !wish.progress) console.progress = ProgressForm::live;
  console.summary = true;
  console.summary_json = wish.json;
  console.descriptions = terminals.output;
  console.all_series = wish.verbose || !terminals.output;
  console.summary_colours = colours(terminals.output);
  console.summary_width = terminals.output_columns;
  if (terminals.output || terminals.errors) console.charset = charset_of(variables);
  return console;
}

}  // namespace dcmflow
