#pragma once
// The keys of a sidecar that stand in a table (bids_keys.h). Thread-safe on distinct writers.

#include <string_view>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/scan_header.h"

namespace dcmflow {

// Writes each key whose source the header has. A number has the digits that were measured.
// `no_patient` leaves out those whose attributes are personal.
void write_bids_rows(JsonWriter& json, const ScanHeader& header, bool no_patient);

// Whether a row of the key has a number that the key can have.
bool says_bids_key(const ScanHeader& header, std::string_view key);

}  // namespace dcmflow
