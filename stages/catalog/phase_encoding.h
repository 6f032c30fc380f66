#pragma once
// Along which axis of an image the phase was encoded, which way, and how fast. Thread-safe on
// distinct writers.

#include "stages/catalog/json_writer.h"
#include "stages/catalog/scan_header.h"

namespace dcmflow {

// Writes InPlanePhaseEncodingDirectionDICOM and PhaseEncodingDirection, or PhaseEncodingAxis where
// nothing says which way (Philips, Canon); EffectiveEchoSpacing and TotalReadoutTime, as BIDS
// defines them: as if every reconstructed line had been acquired. "i" and "j" mean toward
// increasing columns and rows of the written image, "i-" and "j-" the other way.
void write_phase_encoding(JsonWriter& json, const ScanHeader& header, const Stack& stack);

}  // namespace dcmflow
