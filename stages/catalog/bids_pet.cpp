#include "stages/catalog/bids_pet.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "stages/catalog/acquisition_start.h"
#include "stages/catalog/bids_rows.h"
#include "stages/dicom/date_time.h"
#include "stages/dicom/value_text.h"
#include "stages/pixels/suv.h"

namespace dcmflow {
namespace {

constexpr auto drug = sequence::radiopharmaceutical;
constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 24 * 3600 * second;

// Of the volumes of a dynamic scan, or of the one of a static scan.
void write_frames(JsonWriter& json, const Stack& stack) {
  constexpr double ms = 1e3;
  std::vector<double> starts, durations;
  const std::size_t slices = stack.frames.size() / stack.volumes;
  for (std::size_t volume = 0; volume < stack.volumes; ++volume) {
    const auto& frame = stack.frames[volume * slices];
    if (const auto duration = parse_decimal(frame.find(attribute_index(0x00181242)).value_or("")))
      durations.push_back(*duration / ms);
    if (stack.volumes == 1)
      starts.push_back(0);
    else if (volume < stack.volume_keys.size() && stack.volume_keys[volume].time)
      starts.push_back(*stack.volume_keys[volume].time);
  }
  if (starts.size() == stack.volumes) json.key("FrameTimesStart").values(starts);
  if (durations.size() == stack.volumes) json.key("FrameDuration").values(durations);
}

// Seconds from the start of the scan; the nearest injection where only the time of day is said.
std::optional<double> injection_start(const ScanHeader& header, const AcquisitionStart& scan) {
  if (const auto at = parse_date_time(header.find(scan_index(0x00181078, {}, drug)).value_or(""));
      at && scan.date)
    return static_cast<double>(*at - *scan.date - scan.time_of_day) / second;
  const auto at = parse_time_of_day(header.find(scan_index(0x00181072, {}, drug)).value_or(""));
  if (!at) return std::nullopt;
  auto since = *at - scan.time_of_day;
  if (since > day / 2) since -= day;
  if (since < -day / 2) since += day;
  return static_cast<double>(since) / second;
}

void write_times(JsonWriter& json, const ScanHeader& header, const Stack& stack) {
  const auto scan = acquisition_start(stack);
  std::optional<double> injection;
  if (scan) {
    json.member("TimeZero",
                acquisition_time(stack)->substr(0, std::string_view("00:00:00").size()));
    // The part of a second that TimeZero has no room for.
    const double start = static_cast<double>(scan->time_of_day % second) / second;
    json.member("ScanStart", start);
    injection = injection_start(header, *scan);
    if (injection) *injection += start;
    if (injection) json.member("InjectionStart", *injection);
  }
  auto correction = header.find(attribute_index(0x00541102)).value_or("");
  // Divided by the dose of its own moment, an activity is that of the injection.
  if (stack.suv && correction == "NONE") correction = "ADMIN";
  if (correction == "NONE") json.member("ImageDecayCorrected", false);
  if (correction == "START" || correction == "ADMIN") json.member("ImageDecayCorrected", true);
  if (correction == "START" && scan)
    json.member("ImageDecayCorrectionTime",
                static_cast<double>(scan->time_of_day % second) / second);
  if (correction == "ADMIN" && injection) json.member("ImageDecayCorrectionTime", *injection);
}

void write_doses(JsonWriter& json, const ScanHeader& header) {
  constexpr const char* unknown = "n/a";
  if (says_bids_key(header, "InjectedRadioactivity"))
    json.member("InjectedRadioactivityUnits", "Bq");
  json.member("InjectedMass", unknown).member("InjectedMassUnits", unknown);
  if (const auto specific = header.number(scan_index(0x00181077, {}, drug));
      specific && *specific > 0)
    json.member("SpecificRadioactivity", *specific).member("SpecificRadioactivityUnits", "Bq/umol");
  else
    json.member("SpecificRadioactivity", unknown).member("SpecificRadioactivityUnits", unknown);
  json.member("ModeOfAdministration", unknown);
}

enum class Side : std::uint8_t { before, behind };

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number beside a letter: 2 before i in "OSEM2D 2i8s", 10 behind it in "OSEMi10s16".
std::optional<double> number_beside(std::string_view text, char letter, Side side) {
  for (auto at = text.find(letter); at != std::string_view::npos; at = text.find(letter, at + 1)) {
    auto begin = at, end = at + 1;
    if (side == Side::before)
      while (begin > 0 && is_digit(text[begin - 1])) --begin;
    else
      while (end < text.size() && is_digit(text[end])) ++end;
    if (end - begin > 1)
      return parse_decimal(text.substr(side == Side::before ? begin : at + 1, end - begin - 1));
  }
  return std::nullopt;
}

void write_reconstruction(JsonWriter& json, const ScanHeader& header) {
  const auto method = header.find(attribute_index(0x00541103));
  if (!method) return;
  json.member("ReconMethodName", *method);
  const auto side =
      number_beside(*method, 'i', Side::behind) && !number_beside(*method, 'i', Side::before)
          ? Side::behind
          : Side::before;
  const auto iterations = number_beside(*method, 'i', side);
  const auto subsets = number_beside(*method, 's', side);
  std::vector<std::string> labels;
  std::vector<double> values;
  if (iterations) labels.emplace_back("iterations"), values.push_back(*iterations);
  if (subsets) labels.emplace_back("subsets"), values.push_back(*subsets);
  if (labels.empty()) labels.emplace_back("none");
  json.key("ReconMethodParameterLabels").values(labels);
  json.key("ReconMethodParameterUnits").values(std::vector<std::string>(labels.size(), "none"));
  if (!values.empty()) json.key("ReconMethodParameterValues").values(values);
}

// "XYZ Gauss6.00" is a Gaussian filter of 6 mm, and BIDS wants its type and size apart.
void write_filter(JsonWriter& json, const ScanHeader& header) {
  const auto kernel = header.find(attribute_index(0x00181210));
  if (!kernel) return;
  constexpr std::string_view gaussian = "Gauss";
  const auto at = kernel->find(gaussian);
  const auto mm = at == std::string_view::npos
                      ? std::nullopt
                      : parse_decimal(kernel->substr(at + gaussian.size()));
  json.member("ReconFilterType", mm ? gaussian : *kernel);
  if (mm) json.member("ReconFilterSize", *mm);
}

// Of the voxels, as BIDS writes units.
std::string_view units_of(const Stack& stack, std::string_view of_header) {
  if (stack.suv) return suv_units(stack.suv->kind) == "g/ml" ? "g/mL" : "cm2/mL";
  return of_header == "BQML" ? "Bq/mL" : of_header;
}

}  // namespace

void write_pet(JsonWriter& json, const ScanHeader& header, const Stack& stack) {
  const auto units = header.find(attribute_index(0x00541001));
  if (!units && !stack.suv) return;
  json.member("Units", units_of(stack, units.value_or("")));
  write_frames(json, stack);
  if (header.find(attribute_index(0x00080060)) != "PT") return;
  write_times(json, header, stack);
  write_doses(json, header);
  write_reconstruction(json, header);
  write_filter(json, header);
}

}  // namespace dcmflow
