#pragma once
// When frames were acquired, also over midnight. Pure; thread-safe; no Problems.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Microseconds of each frame by Acquisition Date and Time, from wherever. Where a frame says no
// date, by the times of day alone, which then go on counting after midnight if that brings all of
// them within half a day. Empty when a frame says no time.
std::vector<std::int64_t> acquisition_times(std::span<const Frame> frames);

// Microseconds: from midnight, and from 1970-01-01 to that midnight where it is said.
struct AcquisitionStart {
  std::int64_t time_of_day = 0;
  std::optional<std::int64_t> date;
};

// When the first volume began: the earliest of its frames; nullopt when one of them says no time.
std::optional<AcquisitionStart> acquisition_start(const Stack& stack);
// The same as "HH:MM:SS.ffffff".
std::optional<std::string> acquisition_time(const Stack& stack);

}  // namespace dcmflow
