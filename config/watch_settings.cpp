#include "config/watch_settings.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "config/choices.h"

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

// "127.0.0.1:9400", "[::1]:9400", "localhost:0"
Status read_listen(const CommandLine::Text& option, Settings& settings) {
  if (!option) return Done{};
  const std::string_view text = *option;
  const auto wrong = bad_value("--listen", *option,
                               "HOST:PORT such as 127.0.0.1:9400 or [::1]:9400 (port 0: any)");
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  auto host = text.substr(0, colon);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  // Of an address with colons it is not clear where it ends.
  if (host.empty() || (host.find(':') != std::string_view::npos) != is_bracketed) return wrong;
  ListenAddress address{std::string(host)};
  if (!read_number(text.substr(colon + 1), address.port)) return wrong;
  settings.listen = std::move(address);
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
