#pragma once
// What BIDS requires of positron emission tomography, as far as the headers say it. Thread-safe on
// distinct writers.

#include "stages/catalog/json_writer.h"
#include "stages/catalog/scan_header.h"

namespace dcmflow {

// Writes nothing for other images. TimeZero is when the scan began, so that ScanStart is 0 and
// InjectionStart mostly before it. What DICOM has no place for (the mass that was injected, how) is
// "n/a", as BIDS wants.
void write_pet(JsonWriter& json, const ScanHeader& header, const Stack& stack);

}  // namespace dcmflow
