#include "engine/live_line.h"

#include <sys/ioctl.h>

#include <cstdio>
#include <utility>

namespace dcmflow {
namespace {

constexpr std::string_view erase_line = "\r\x1B[K";

// In one piece, so that nothing of others stands between.
void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

std::size_t terminal_columns(int descriptor) {
  constexpr std::size_t usual = 80;
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

LiveLine& LiveLine::of_process() {
  static LiveLine line;
  return line;
}

void LiveLine::show(std::string line) {
  const Lock lock(mutex_);
  line_ = std::move(line);
  put(std::string(erase_line) + line_);
}

void LiveLine::hide() {
  const Lock lock(mutex_);
  if (line_.empty()) return;
  line_.clear();
  put(std::string(erase_line));
}

void LiveLine::print(std::string_view lines) {
  const Lock lock(mutex_);
  std::string text;
  if (!line_.empty()) text += erase_line;
  text.append(lines).append(line_);
  put(text);
}

}  // namespace dcmflow
