#include "config/watch_settings.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "config/choices.h"
#include "config/listen_address.h"

namespace dcmflow {
namespace {

constexpr double most_seconds = 86'400;

// The whole text as a number.
template <class Number>
bool read_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && after == end;
}

Status read_settle(const CommandLine::Text& option, Settings& settings) {
  if (!option) return Done{};
  double seconds = 0;
  // Also false for what is not a number.
  if (!read_number(*option, seconds) || !(seconds >= 0 && seconds <= most_seconds))
    return bad_value("--settle", *option, "a number of seconds from 0 to 86400");
  settings.settle =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
  return Done{};
}

Status read_listen(const CommandLine::Text& option, Settings& settings) {
  if (!option) return Done{};
  auto address = read_listen_address(*option);
  if (!address) return address.problem();
  settings.listen = std::move(*address);
  return Done{};
}

Status check_watched(const CommandLine& command_line, const Settings& settings) {
  struct Row {
    bool is_given;
    const char* why;
  };
  const std::array rows{
      Row{settings.task != Task::convert, "a question is answered once"},
      Row{command_line.dry_run, "--dry-run writes nothing, and so has nothing to go on from"},
      Row{command_line.labels, "--labels is of one run, whose images are all there"},
      Row{command_line.trace.has_value(), "--trace is of one run"},
      Row{settings.catalogue == WhetherCatalogue::none,
          "it goes by the catalogue, and --catalogue none keeps none"},
      Row{command_line.no_patient,
          "it goes by the headers in the catalogue, and --no-patient keeps none"},
      Row{settings.on_earlier == OnEarlier::refuse,
          "it goes on in a folder with results, which --on-earlier refuse forbids"},
  };
  for (const auto& row : rows)
    if (row.is_given) return Problem{Reason::bad_settings, "--watch", row.why};
  return Done{};
}

}  // namespace

Status read_watch_settings(const CommandLine& command_line, Settings& settings) {
  for (const auto& [option, name] :
       {std::pair{&command_line.settle, "--settle"}, {&command_line.listen, "--listen"}})
    if (*option && !command_line.watch)
      return Problem{Reason::bad_settings, name, "it is of --watch, which is not given"};
  if (!command_line.watch) return Done{};
  if (auto right = check_watched(command_line, settings); !right) return right;
  if (auto read = read_settle(command_line.settle, settings); !read) return read;
  if (auto read = read_listen(command_line.listen, settings); !read) return read;
  settings.watch = true;
  settings.resume = true;
  return Done{};
}

}  // namespace dcmflow
