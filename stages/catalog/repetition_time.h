#pragma once
// How long a volume takes.

#include <optional>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/scan_header.h"

namespace dcmflow {

struct RepetitionTime {
  std::optional<double> volumes;      // s, from volume to volume: BIDS' Repetition Time
  std::optional<double> excitations;  // s, DICOM's, where it is another
};

// Pure; thread-safe.
RepetitionTime repetition_time(const ScanHeader& header, const Stack& stack);

void write_repetition(JsonWriter& json, const RepetitionTime& repetition);

}  // namespace dcmflow
