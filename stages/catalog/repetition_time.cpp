#include "stages/catalog/repetition_time.h"

#include <cmath>

#include "stages/catalog/measured_number.h"
#include "stages/geometry/time_step.h"

namespace dcmflow {
namespace {

constexpr AttributeIndex attribute = attribute_index(0x00180080);

// What Repetition Time (0018,0080) says, in s.
std::optional<double> said(const ScanHeader& header) {
  const auto text = header.find(attribute);
  const auto ms = header.number(attribute);
  if (!ms || !(*ms > 0)) return std::nullopt;
  double seconds = round_to(*ms / 1e3, measured_digits(*text));
  // GE's epiRT waits behind each volume, and does not count that.
  const auto wait = header.number(scan_index(0x0043007C, creator::ge_parameters));
  const auto sequence = header.find(vendor_index(0x0019009C)).value_or("");
  if (wait && *wait > 0 && sequence == "epiRT") seconds = std::round((seconds + *wait) * 1e6) / 1e6;
  return seconds;
}

// GE says how long the whole scan took, too.
double duration_of_volume(const ScanHeader& header, const Stack& stack) {
  const auto us = header.number(scan_index(0x0019005A, creator::ge_acquisition));
  const auto volumes = header.number(attribute_index(0x00200105));
  if (stack.volumes < 2 || !us || !volumes || !(*us > 0) || !(*volumes > 1)) return 0;
  return *us / 1e6 / *volumes;
}

}  // namespace

RepetitionTime repetition_time(const ScanHeader& header, const Stack& stack) {
  constexpr double same = 0.05;
  const auto excitations = said(header);
  // A Siemens scanner means volumes; its clock does not: a multiband scan begins with a reference
  // scan, and arterial spin labelling with another.
  if (excitations && header.maker() == Maker::siemens) return {excitations, std::nullopt};
  double step = time_step(stack);
  if (step == 0 && header.maker() == Maker::ge) step = duration_of_volume(header, stack);
  if (excitations && (step == 0 || std::abs(*excitations - step) <= same * step))
    return {excitations, std::nullopt};
  if (step == 0) return {};
  return {std::round(step * 1e6) / 1e6, excitations};
}

void write_repetition(JsonWriter& json, const RepetitionTime& repetition) {
  if (repetition.volumes) json.member("RepetitionTime", *repetition.volumes);
  if (repetition.excitations) json.member("RepetitionTimeExcitation", *repetition.excitations);
}

}  // namespace dcmflow
