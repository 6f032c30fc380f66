#include "stages/catalog/acquisition_start.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "stages/dicom/attributes.h"
#include "stages/dicom/date_time.h"

namespace dcmflow {
namespace {

constexpr std::int64_t second = 1'000'000;

std::optional<std::int64_t> time_of_day(const Frame& frame) {
  return parse_time_of_day(frame.find(attribute_index(0x00080032)).value_or(""));
}

// Frames of one file have their own in Acquisition DateTime, other files in Acquisition Date.
std::optional<std::int64_t> date_of(const Frame& frame) {
  constexpr std::size_t date_digits = std::string_view("YYYYMMDD").size();
  const auto moment = frame.find(attribute_index(0x0008002A)).value_or("");
  const auto of_moment = parse_date(moment.substr(0, date_digits));
  const auto date = parse_date(frame.find(attribute_index(0x00080022)).value_or(""));
  return (frame.instance->frames() && of_moment) || !date ? of_moment : date;
}

}  // namespace

std::vector<std::int64_t> acquisition_times(std::span<const Frame> frames) {
  std::vector<std::int64_t> times, moments;
  for (const Frame& frame : frames) {
    const auto time = time_of_day(frame);
    if (!time) return {};
    times.push_back(*time);
    if (const auto date = date_of(frame)) moments.push_back(*date + *time);
  }
  if (moments.size() == times.size()) return moments;
  go_on_after_midnight(times);
  return times;
}

std::optional<AcquisitionStart> acquisition_start(const Stack& stack) {
  const auto volume =
      std::span<const Frame>(stack.frames).first(stack.frames.size() / stack.volumes);
  const auto times = acquisition_times(volume);
  if (times.empty()) return std::nullopt;
  const auto earliest = std::ranges::min_element(times) - times.begin();
  const Frame& frame = volume[static_cast<std::size_t>(earliest)];
  return AcquisitionStart{.time_of_day = time_of_day(frame).value_or(0), .date = date_of(frame)};
}

std::optional<std::string> acquisition_time(const Stack& stack) {
  const auto start = acquisition_start(stack);
  if (!start) return std::nullopt;
  const std::int64_t time = start->time_of_day;
  std::array<char, 32> text;
  const int length = std::snprintf(
      text.data(), text.size(), "%02d:%02d:%02d.%06d", static_cast<int>(time / second / 3600),
      static_cast<int>(time / second / 60 % 60), static_cast<int>(time / second % 60),
      static_cast<int>(time % second));
  return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace dcmflow
