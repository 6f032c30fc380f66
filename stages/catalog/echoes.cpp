#include "stages/catalog/echoes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stages/catalog/measured_number.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr AttributeIndex echo_time = attribute_index(0x00180081);
constexpr AttributeIndex echo_number = attribute_index(0x00180086);
constexpr double same_time_ms = 1e-3;

bool is_same_time(double a, double b) { return std::abs(a - b) < same_time_ms; }

// In ms, as the protocol of a Siemens scan asked for them.
std::vector<double> protocol_echoes(const ScanHeader& header) {
  constexpr double most_echoes = 64;
  std::vector<double> times;
  const double count = header.protocol_number("lContrasts").value_or(0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(std::clamp(count, 0.0, most_echoes)); ++i) {
    const auto us = header.protocol_number("alTE[" + std::to_string(i) + "]");
    if (!us || !(*us > 0)) return {};
    times.push_back(*us / 1e3);
  }
  return times;
}

bool is_mr(const ScanHeader& header) { return header.find(attribute_index(0x00080060)) == "MR"; }

// The magnitude image beside it is of kind 2.
bool is_ge_field_map(const ScanHeader& header) {
  return header.find(scan_index(0x0019009E, creator::ge_acquisition)) == "B0map" &&
         header.number(vendor_index(0x00430030)) == 0;
}

bool is_philips_field_map(const ScanHeader& header) {
  return header.find(vendor_index(0x20050011)) == "B0" ||
         (header.maker() == Maker::philips &&
          header.has_word(attribute_index(0x00080008), "FIELD_MAP"));
}

// What the values of a map are; "" where nothing says it.
std::string_view units_of(const ScanHeader& header) {
  if (is_ge_field_map(header) || is_philips_field_map(header)) return "Hz";
  const auto said = header.find(attribute_index(0x00281054));  // Rescale Type
  for (const std::string_view unit : {"Hz", "rad/s"})
    if (said == unit) return unit;
  return {};
}

struct EchoPair {
  double first = 0, second = 0;  // s
};

// The difference of the phases of two echoes is stored as an image of the second.
std::optional<EchoPair> siemens_pair(const ScanHeader& header, const SeriesEchoes& echoes) {
  const bool is_phase = header.has_word(attribute_index(0x00080008), "P") ||
                        header.find(attribute_index(0x00089208)) == "PHASE";
  const auto times = protocol_echoes(header);
  const auto own = header.number(echo_time);
  if (!is_phase || times.size() != 2 || echoes.have_several_times() || !own ||
      !is_same_time(*own, times[1]))
    return std::nullopt;
  return EchoPair{times[0] / 1e3, times[1] / 1e3};
}

// The phase of 2π is so many Hz.
std::optional<EchoPair> ge_pair(const ScanHeader& header) {
  const auto own = header.number(echo_time);
  const auto scale = header.number(scan_index(0x001900E2, creator::ge_acquisition));
  if (!is_ge_field_map(header) || !own || !scale || *scale == 0) return std::nullopt;
  const double first = *own / 1e3;
  return EchoPair{first, first - 1 / (2 * std::numbers::pi * *scale)};
}

void insert(std::vector<double>& sorted, double number) {
  const auto at = std::ranges::lower_bound(sorted, number - same_time_ms);
  if (at == sorted.end() || !is_same_time(*at, number)) sorted.insert(at, number);
}

}  // namespace

void SeriesEchoes::add(const Frame& frame) {
  if (const auto number = parse_decimal(frame.find(echo_number).value_or("")))
    insert(numbers_, *number);
  if (const auto ms = parse_decimal(frame.find(echo_time).value_or(""))) insert(times_, *ms);
}

bool SeriesEchoes::are_several() const {
  return numbers_.size() > 1 || (numbers_.empty() && times_.size() > 1);
}

std::optional<double> SeriesEchoes::number_of(const ScanHeader& header) const {
  if (const auto number = header.number(echo_number); number && *number > 0) return number;
  const auto own = header.number(echo_time);
  const auto rank_in = [&](const std::vector<double>& times) -> std::optional<double> {
    const auto at = std::ranges::find_if(times, [&](double t) { return is_same_time(t, *own); });
    if (at == times.end()) return std::nullopt;
    return static_cast<double>(at - times.begin() + 1);
  };
  if (!own) return std::nullopt;
  if (const auto asked = protocol_echoes(header); asked.size() > 1)
    if (const auto rank = rank_in(asked)) return rank;
  return rank_in(times_);
}

std::map<SeriesName, SeriesEchoes> find_echoes(const std::vector<const ImageFile*>& images) {
  std::map<SeriesName, SeriesEchoes> found;
  for (const ImageFile* image : images)
    found[series_name(*image->stack->series)].add(image->stack->frames.front());
  return found;
}

void write_echoes(JsonWriter& json, const ScanHeader& header, const SeriesEchoes& echoes) {
  const auto number = echoes.number_of(header);
  if (number && (echoes.are_several() || *number > 1)) json.member("EchoNumber", *number);
  if (!is_mr(header)) return;
  constexpr int digits = 6;  // whole microseconds
  auto pair = siemens_pair(header, echoes);
  if (!pair) pair = ge_pair(header);
  if (pair) {
    json.member("EchoTime1", round_to(pair->first, digits));
    json.member("EchoTime2", round_to(pair->second, digits));
  }
  if (const auto units = units_of(header); !units.empty()) json.member("Units", units);
}

}  // namespace dcmflow
