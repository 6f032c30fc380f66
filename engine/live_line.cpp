#include "engine/live_line.h"

#include <cstdio>
#include <utility>

namespace dcmflow {
namespace {

constexpr std::string_view erase_line = "\r\x1B[K";

// In one piece, so that nothing of others stands between.
void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

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
