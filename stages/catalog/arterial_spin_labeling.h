#pragma once
// What BIDS requires of arterial spin labelling, as far as the headers say it (PS3.3 C.8.13.5.14).
// Thread-safe on distinct writers.

#include "stages/catalog/json_writer.h"
#include "stages/catalog/repetition_time.h"
#include "stages/catalog/scan_header.h"

namespace dcmflow {

// Writes nothing unless the scan is arterial spin labelling. Left to the user, because no header
// says it: BackgroundSuppression, an M0Type other than Included, and what Philips does.
void write_arterial_spin_labeling(JsonWriter& json, const ScanHeader& header, const Stack& stack,
                                  const RepetitionTime& repetition);

}  // namespace dcmflow
