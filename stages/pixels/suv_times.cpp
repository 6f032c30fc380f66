#include "stages/pixels/suv_times.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "stages/dicom/date_time.h"
#include "stages/dicom/value_text.h"
#include "stages/pixels/suv_header.h"

namespace dcmflow {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 24 * 3600 * second;
constexpr double ms = 1e3;  // µs
constexpr std::array durations_ms{1e-3, 1e9};

std::string seconds_text(std::int64_t microseconds) {
  return std::to_string(microseconds / second) + " s";
}

// Begin of the acquisition.
Result<std::int64_t> acquisition_of(const Frame& frame) {
  if (is_enhanced_pet(frame)) return suv_moment(frame, suv_fact::frame_date_time);
  if (!frame.find(suv_fact::acquisition_date.attribute) &&
      frame.find(suv_fact::acquisition_date_time.attribute))
    return suv_moment(frame, suv_fact::acquisition_date_time);
  return suv_moment(frame, suv_fact::acquisition_date, suv_fact::acquisition_time);
}

// The frames of an instance that say something of their own; one for all, where none does.
template <class Visit>
void for_each_frame(const Series& series, Visit&& visit) {
  for (const auto& instance : series.instances) {
    const std::size_t frames = instance->frames() ? instance->frames()->size() : 1;
    for (std::size_t i = 0; i < frames; ++i)
      visit(Frame{.instance = instance, .number = static_cast<std::uint32_t>(i)});
  }
}

// µs from the begin of a frame to the moment at which the activity is the mean over the frame.
std::int64_t mean_activity_after(double duration_ms, double half_life_s) {
  const double per_us = std::numbers::ln2 / (half_life_s * second);
  const double decay = per_us * duration_ms * ms;
  // ln(x / (1 − e^−x)) is x/2 − x²/24 + …
  if (decay < 1e-6) return std::llround(duration_ms * ms / 2);
  return std::llround(std::log(decay / -std::expm1(-decay)) / per_us);
}

Result<std::int64_t> mean_moment(const Frame& frame, double half_life_s) {
  auto begin = acquisition_of(frame);
  if (!begin) return begin;
  const auto duration = suv_number(
      frame,
      is_enhanced_pet(frame) ? suv_fact::frame_acquisition_duration : suv_fact::frame_duration,
      durations_ms, "a duration in ms");
  if (!duration) return duration.problem();
  return *begin + mean_activity_after(*duration, half_life_s);
}

// Of ms, where it is a duration.
std::optional<double> find_duration(const Frame& frame, const SuvFact& fact) {
  const auto number = parse_decimal(frame.find(fact.attribute).value_or(""));
  if (!number || *number < durations_ms[0] || *number > durations_ms[1]) return std::nullopt;
  return number;
}

std::int64_t midnight_before(std::int64_t moment) { return moment - ((moment % day) + day) % day; }

}  // namespace

const SuvTimes::Acquired& SuvTimes::acquired() {
  if (acquired_) return *acquired_;
  auto& found = acquired_.emplace();
  for_each_frame(series_, [&](const Frame& frame) {
    const auto begin = acquisition_of(frame);
    if (!begin) return;
    found.earliest = std::min(found.earliest.value_or(*begin), *begin);
    found.latest = std::max(found.latest.value_or(*begin), *begin);
  });
  return *acquired_;
}

Result<std::int64_t> SuvTimes::values_of(const Frame& frame, DecayCorrection correction,
                                         double half_life_s) {
  if (correction == DecayCorrection::none) return mean_moment(frame, half_life_s);
  if (correction == DecayCorrection::dated)
    return suv_moment(frame, suv_fact::decay_correction_date_time);
  return scan_start(frame, half_life_s);
}

Result<std::int64_t> SuvTimes::scan_start(const Frame& frame, double half_life_s) {
  auto series = suv_moment(frame, suv_fact::series_date, suv_fact::series_time);
  if (!series) return series;
  auto begin = acquisition_of(frame);
  if (!begin) return begin;
  const auto earliest = acquired().earliest.value_or(*begin);
  if (*series <= earliest) return series;
  // Times are rounded, each in its way.
  if (*series - earliest < second) return earliest;
  if (frame.find(suv_fact::ge_scan_date_time.attribute)) {
    auto scan = suv_moment(frame, suv_fact::ge_scan_date_time);
    if (scan && *scan >= earliest + second)
      return suv_value_unclear(frame, suv_fact::ge_scan_date_time,
                               "which is behind the first image of the series");
    return scan;
  }
  if (!start_by_images_)
    start_by_images_.emplace(half_life_s, start_by_images(frame, earliest, half_life_s));
  if (start_by_images_->first != half_life_s)
    return suv_value_unclear(frame, suv_fact::half_life,
                             "and other images of the series, which was made later than its scan, "
                             "have another");
  return start_by_images_->second;
}

Result<std::int64_t> SuvTimes::start_by_images(const Frame& frame, std::int64_t earliest,
                                               double half_life_s) const {
  constexpr double most_apart = 0.01;  // of the activity
  std::optional<std::int64_t> first, last;
  bool all_say = true;
  for_each_frame(series_, [&](const Frame& image) {
    const auto begin = acquisition_of(image);
    const auto offset = find_duration(image, suv_fact::frame_reference_time);
    const auto duration = find_duration(image, suv_fact::frame_duration);
    all_say = all_say && begin && offset && duration;
    if (!all_say) return;
    const std::int64_t start =
        *begin + mean_activity_after(*duration, half_life_s) - std::llround(*offset * ms);
    first = std::min(first.value_or(start), start);
    last = std::max(last.value_or(start), start);
  });
  if (!all_say || !first) return earliest;
  const double apart = static_cast<double>(*last - *first) / second;
  if (apart * std::numbers::ln2 / half_life_s > most_apart)
    return suv_unclear(frame, suv_fact::frame_reference_time,
                       "puts the start of the scan at moments " + seconds_text(*last - *first) +
                           " apart, image by image, and Series Time (0008,0031) is behind the "
                           "first of them: a series that was made later,");
  return *first;
}

Result<std::int64_t> SuvTimes::injection(const Frame& frame, std::int64_t moment) {
  const bool has_date = frame.find(suv_fact::start_date_time.attribute).has_value();
  const auto& fact = has_date ? suv_fact::start_date_time : suv_fact::start_time;
  auto injected =
      has_date ? suv_moment(frame, suv_fact::start_date_time) : injection_of_day(frame, moment);
  if (!injected) return injected;
  const auto earliest = acquired().earliest.value_or(moment);
  const auto latest = std::max(moment, acquired().latest.value_or(moment));
  if (*injected > latest)
    return suv_unclear(
        frame, fact,
        "is " + seconds_text(*injected - latest) + " behind the last image of the series,");
  if (*injected > moment && *injected < earliest)
    return suv_unclear(frame, fact,
                       "is before the first image of the series, and " +
                           seconds_text(*injected - moment) +
                           " behind the moment to which its values are corrected,");
  return injected;
}

Result<std::int64_t> SuvTimes::injection_of_day(const Frame& frame, std::int64_t moment) {
  if (!frame.find(suv_fact::start_time.attribute))
    return suv_unclear(frame, suv_fact::start_date_time,
                       "and Radiopharmaceutical Start Time (0018,1072) are absent");
  const auto text = suv_text(frame, suv_fact::start_time);
  if (!text) return text.problem();
  const auto time_of_day = parse_time_of_day(*text);
  if (!time_of_day)
    return suv_value_unclear(frame, suv_fact::start_time, "which is no time of day");
  const auto scan = std::min(moment, acquired().earliest.value_or(moment));
  auto injected = midnight_before(scan) + *time_of_day;
  if (injected > std::max(moment, acquired().latest.value_or(moment))) injected -= day;
  if (scan - injected > day / 2)
    return suv_unclear(frame, suv_fact::start_time,
                       "is " + seconds_text(scan - injected) +
                           " before the scan, and Radiopharmaceutical Start DateTime (0018,1078), "
                           "which has the day, is absent");
  return injected;
}

}  // namespace dcmflow
