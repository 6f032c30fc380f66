#include "engine/console_sink.h"

#include <spdlog/pattern_formatter.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "engine/live_line.h"
#include "stages/base/terminal_text.h"

namespace dcmflow {
namespace {

std::string_view colour_of(spdlog::level::level_enum level) {
  if (level >= spdlog::level::err) return colour::red;
  return level == spdlog::level::warn ? colour::yellow : colour::faint;
}

std::string person_line(const spdlog::details::log_msg& message, const Console& console) {
  constexpr std::size_t least_columns = 40;
  std::string words;
  if (message.level != spdlog::level::info) {
    const auto level = spdlog::level::to_string_view(message.level);
    words.append(level.data(), level.size()).append(": ");
  }
  const auto head = words.size();
  words += terminal_text({message.payload.data(), message.payload.size()}, console.charset);
  auto lines = wrap(words, std::max(terminal_columns(STDERR_FILENO), least_columns), 2);
  if (console.log_colours && head > 0)
    lines.insert(head - 1, colour::plain).insert(0, colour_of(message.level));
  return lines += '\n';
}

}  // namespace

void ConsoleSink::log(const spdlog::details::log_msg& message) {
  if (console_.is_watched) {
    LiveLine::of_process().print(person_line(message, console_));
    return;
  }
  const Lock lock(mutex_);
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  std::string text(line.data(), line.size());
  if (console_.log_colours && message.color_range_end > message.color_range_start)
    text.insert(message.color_range_end, colour::plain)
        .insert(message.color_range_start, colour_of(message.level));
  LiveLine::of_process().print(text);
}

void ConsoleSink::set_pattern(const std::string& pattern) {
  set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern));
}

void ConsoleSink::set_formatter(std::unique_ptr<spdlog::formatter> formatter) {
  const Lock lock(mutex_);
  formatter_ = std::move(formatter);
}

}  // namespace dcmflow
