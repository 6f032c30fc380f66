#include "stages/sorting/dimension_keys.h"

#include <cmath>

#include "config/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/diffusion.h"
#include "stages/sorting/moments.h"

namespace dcmflow {
namespace {

template <std::uint32_t tag>
std::string text_of(const Frame& f) {
  return std::string(f.find(attribute_index(tag)).value_or(""));
}

template <std::uint32_t tag>
std::optional<double> decimal(const Frame& f) {
  return parse_decimal(f.find(attribute_index(tag)).value_or(""));
}

std::optional<KeyValue> as_key(std::optional<double> number) {
  if (!number) return std::nullopt;
  return KeyValue{*number};
}

template <std::uint32_t tag>
std::optional<KeyValue> number(const Frame& f) {
  return as_key(decimal<tag>(f));
}

// Microseconds; the day counts where it is known, since a scan can run past midnight.
template <std::uint32_t date_tag, std::uint32_t time_tag>
std::optional<double> date_and_time(const Frame& f) {
  const auto time = parse_time_of_day(f.find(attribute_index(time_tag)).value_or(""));
  if (!time) return std::nullopt;
  const auto day = parse_date(f.find(attribute_index(date_tag)).value_or("")).value_or(0);
  return static_cast<double>(day + *time);
}

std::optional<double> acquired(const Frame& f) {
  if (const auto moment = parse_date_time(f.find(attribute_index(0x0008002A)).value_or("")))
    return static_cast<double>(*moment);
  return date_and_time<0x00080022, 0x00080032>(f);
}

std::string acquired_text(const Frame& f) {
  auto text = text_of<0x0008002A>(f);
  return text.empty() ? text_of<0x00080032>(f) : text;
}

std::optional<KeyValue> acquisition_time(const Frame& f) { return as_key(acquired(f)); }
std::optional<KeyValue> content_time(const Frame& f) {
  return as_key(date_and_time<0x00080023, 0x00080033>(f));
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

constexpr double from_ms = 1e-3;
constexpr double from_us = 1e-6;

}  // namespace

std::span<const DimensionKey> dimension_keys() {
  static constexpr std::array keys{
      DimensionKey{"time", number<0x00200100>, text_of<0x00200100>, true, 0, false},
      DimensionKey{"time", number<0x00181060>, text_of<0x00181060>, false, from_ms, false},
      DimensionKey{"cardiac_phase", number<0x00209241>, text_of<0x00209241>, true, 0, false},
      DimensionKey{"diffusion", diffusion, b_value_text, true, 0, true},
      DimensionKey{"time", number<0x00541300>, text_of<0x00541300>, false, from_ms, false},
      DimensionKey{"acquisition", number<0x00200012>, text_of<0x00200012>, false, 0, false},
      DimensionKey{"time", acquisition_time, acquired_text, false, from_us, false},
      DimensionKey{"time", content_time, text_of<0x00080033>, false, from_us, false}};
  return keys;
}

std::span<const Clock> clocks() {
  static constexpr std::array all{Clock{decimal<0x00541300>, from_ms}, Clock{acquired, from_us},
                                  Clock{decimal<0x00181060>, from_ms}};
  return all;
}

}  // namespace dcmflow
