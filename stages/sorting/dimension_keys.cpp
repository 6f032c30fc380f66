#include "stages/sorting/dimension_keys.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "stages/dicom/attributes.h"
#include "stages/dicom/date_time.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/diffusion.h"
#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {
namespace {

template <AttributeIndex attribute>
std::string text_of(const Frame& f) {
  return std::string(f.find(attribute).value_or(""));
}

template <AttributeIndex attribute>
std::optional<double> decimal(const Frame& f) {
  return parse_decimal(f.find(attribute).value_or(""));
}

std::optional<KeyValue> as_key(std::optional<double> number) {
  if (!number) return std::nullopt;
  return KeyValue{*number};
}

template <AttributeIndex attribute>
std::optional<KeyValue> number(const Frame& f) {
  return as_key(decimal<attribute>(f));
}

// Microseconds; the day counts where it is known, since a scan can run past midnight.
template <AttributeIndex date, AttributeIndex time_of_day>
std::optional<double> date_and_time(const Frame& f) {
  const auto time = parse_time_of_day(f.find(time_of_day).value_or(""));
  if (!time) return std::nullopt;
  const auto day = parse_date(f.find(date).value_or("")).value_or(0);
  return static_cast<double>(day + *time);
}

std::optional<double> acquired(const Frame& f) {
  if (const auto time = parse_date_time(f.find(attribute_index(0x0008002A)).value_or("")))
    return static_cast<double>(*time);
  return date_and_time<attribute_index(0x00080022), attribute_index(0x00080032)>(f);
}

std::string acquired_text(const Frame& f) {
  auto text = text_of<attribute_index(0x0008002A)>(f);
  return text.empty() ? text_of<attribute_index(0x00080032)>(f) : text;
}

std::optional<KeyValue> acquisition_time(const Frame& f) { return as_key(acquired(f)); }
std::optional<KeyValue> content_time(const Frame& f) {
  return as_key(date_and_time<attribute_index(0x00080023), attribute_index(0x00080033)>(f));
}

// A direction is the same to three digits, as slices of one volume write it.
std::optional<KeyValue> diffusion(const Frame& f) {
  const auto found = find_diffusion(f);
  if (!found) return std::nullopt;
  KeyValue key{std::round(found->b_value * 100) / 100};
  if (found->direction)
    for (std::size_t axis = 0; axis < 3; ++axis)
      key[axis + 1] = std::round((*found->direction)[axis] * 1000) / 1000 + 0.0;
  return key;
}

std::string b_value_text(const Frame& f) {
  const auto found = find_diffusion(f);
  char text[32] = "0";
  if (found) std::snprintf(text, sizeof text, "%.6g", found->b_value);
  return text;
}

// Of the b-value, and of the direction among those with it.
std::optional<KeyValue> philips_gradient(const Frame& f) {
  const auto b_value = decimal<vendor_index(0x20050012)>(f);
  const auto gradient = decimal<vendor_index(0x20050013)>(f);
  if (!b_value && !gradient) return std::nullopt;
  return KeyValue{b_value.value_or(0), gradient.value_or(0)};
}

constexpr double from_ms = 1e-3;
constexpr double from_us = 1e-6;

}  // namespace

std::span<const DimensionKey> dimension_keys() {
  static constexpr std::array keys{
      DimensionKey{"time", number<attribute_index(0x00200100)>,
                   text_of<attribute_index(0x00200100)>, true, 0, false},
      DimensionKey{"time", number<attribute_index(0x00181060)>,
                   text_of<attribute_index(0x00181060)>, false, from_ms, false},
      DimensionKey{"cardiac_phase", number<attribute_index(0x00209241)>,
                   text_of<attribute_index(0x00209241)>, true, 0, false},
      DimensionKey{"respiratory_phase", number<attribute_index(0x00209245)>,
                   text_of<attribute_index(0x00209245)>, true, 0, false},
      DimensionKey{"time", number<vendor_index(0x20010008)>, text_of<vendor_index(0x20010008)>,
                   true, 0, false},
      DimensionKey{"respiratory_phase", number<attribute_index(0x00209255)>,
                   text_of<attribute_index(0x00209255)>, false, from_ms, false},
      DimensionKey{"diffusion", diffusion, b_value_text, true, 0, true},
      DimensionKey{"diffusion", philips_gradient, text_of<vendor_index(0x20050013)>, true, 0,
                   false},
      DimensionKey{"time", number<attribute_index(0x0020930D)>,
                   text_of<attribute_index(0x0020930D)>, true, 1, false},
      DimensionKey{"time", number<attribute_index(0x00541300)>,
                   text_of<attribute_index(0x00541300)>, false, from_ms, false},
      DimensionKey{"acquisition", number<attribute_index(0x00200012)>,
                   text_of<attribute_index(0x00200012)>, false, 0, false},
      DimensionKey{"time", acquisition_time, acquired_text, false, from_us, false},
      DimensionKey{"time", content_time, text_of<attribute_index(0x00080033)>, false, from_us,
                   false}};
  return keys;
}

const DimensionKey& dimension_index_key() {
  static constexpr DimensionKey key{"dimension_index", number<attribute_index(0x00209157)>,
                                    text_of<attribute_index(0x00209157)>};
  return key;
}

const DimensionKey& trigger_time_key() {
  static constexpr DimensionKey key{"time", number<attribute_index(0x00181060)>,
                                    text_of<attribute_index(0x00181060)>, false, from_ms};
  return key;
}

const DimensionKey& image_index_key() {
  static constexpr DimensionKey key{"time", number<attribute_index(0x00541330)>,
                                    text_of<attribute_index(0x00541330)>};
  return key;
}

void go_on_after_midnight(const DimensionKey& key, std::vector<KeyValue>& values) {
  constexpr double day = 24 * 3600 / from_us;
  const auto is_of_a_day = [](const KeyValue& value) { return value[0] >= 0 && value[0] < day; };
  if (key.seconds != from_us || !std::ranges::all_of(values, is_of_a_day)) return;
  std::vector<std::int64_t> times;
  for (const auto& value : values) times.push_back(static_cast<std::int64_t>(value[0]));
  go_on_after_midnight(times);
  for (std::size_t i = 0; i < values.size(); ++i) values[i][0] = static_cast<double>(times[i]);
}

std::span<const Clock> clocks() {
  static constexpr std::array all{Clock{decimal<attribute_index(0x00541300)>, from_ms},
                                  Clock{acquired, from_us},
                                  Clock{decimal<attribute_index(0x00181060)>, from_ms}};
  return all;
}

}  // namespace dcmflow
