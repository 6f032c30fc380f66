#include "stages/catalog/slice_timing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>

#include "stages/dicom/attributes.h"
#include "stages/dicom/date_time.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/slice_times.h"

namespace dcmflow {
namespace {

using Microseconds = std::optional<std::int64_t>;

Microseconds trigger_time(std::string_view text) {
  constexpr double longest_ms = 1e9;
  const auto ms = parse_decimal(text);
  if (!ms || !(std::abs(*ms) < longest_ms)) return std::nullopt;
  return std::llround(*ms * 1000);
}

struct Clock {
  AttributeIndex attribute;
  Microseconds (*read)(std::string_view text);
};
constexpr std::array<Clock, 3> clocks{{
    {attribute_index(0x0008002A), parse_date_time},    // Acquisition DateTime
    {attribute_index(0x00080032), parse_time_of_day},  // Acquisition Time
    {attribute_index(0x00181060), trigger_time},       // Trigger Time, GE's from the start
}};

std::span<const Frame> first_volume(const Stack& stack) {
  return std::span(stack.frames).first(stack.frames.size() / stack.volumes);
}

// Empty when a frame says nothing.
std::vector<std::int64_t> read(std::span<const Frame> frames, const Clock& clock) {
  std::vector<std::int64_t> times;
  for (const Frame& frame : frames) {
    const auto text = frame.find(clock.attribute);
    const auto time = text ? clock.read(*text) : std::nullopt;
    if (!time) return {};
    times.push_back(*time);
  }
  return times;
}

bool is_echo_planar(const Frame& frame) {
  return frame.find(attribute_index(0x00180020)).value_or("").find("EP") != std::string_view::npos;
}

// Of the tiles of one mosaic, as its scanner tells them.
std::vector<double> mosaic_timing(std::span<const Frame> frames) {
  const auto of_tiles = slice_times_ms(frames.front());
  std::vector<double> seconds;
  for (const Frame& frame : frames) {
    if (frame.instance != frames.front().instance || frame.number >= of_tiles.size()) return {};
    seconds.push_back(of_tiles[frame.number] / 1000);
  }
  const double first = std::ranges::min(seconds);
  for (double& time : seconds) time -= first;
  return seconds;
}

}  // namespace

std::vector<double> slice_timing(const Stack& stack) {
  const auto frames = first_volume(stack);
  if (frames.size() < 2 || !stack.recipes.empty()) return {};
  if (auto timing = mosaic_timing(frames); !timing.empty()) return timing;
  if (!is_echo_planar(frames.front())) return {};
  const auto repetition =
      parse_decimal(frames.front().find(attribute_index(0x00180080)).value_or(""));
  for (const Clock& clock : clocks) {
    const auto times = read(frames, clock);
    if (times.empty()) continue;
    const auto [first, last] = std::ranges::minmax(times);
    const auto span = static_cast<double>(last - first);
    if (span == 0 || !repetition || !(span < *repetition * 1000)) continue;
    std::vector<double> seconds;
    for (const auto time : times) seconds.push_back(static_cast<double>(time - first) / 1e6);
    return seconds;
  }
  return {};
}

std::optional<std::string> acquisition_time(const Stack& stack) {
  const auto times = read(first_volume(stack), clocks[1]);
  if (times.empty()) return std::nullopt;
  constexpr std::int64_t second = 1'000'000;
  const std::int64_t time = std::ranges::min(times);
  std::array<char, 32> text;
  const int length = std::snprintf(
      text.data(), text.size(), "%02d:%02d:%02d.%06d", static_cast<int>(time / second / 3600),
      static_cast<int>(time / second / 60 % 60), static_cast<int>(time / second % 60),
      static_cast<int>(time % second));
  return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace dcmflow
