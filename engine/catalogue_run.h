#pragma once
// What the catalogue says of a run when it begins. No Problems; thread-safe.

#include <chrono>
#include <cstdint>
#include <string>

#include "config/settings.h"
#include "stages/database/catalogue.h"
#include "stages/dicom/attribute_table.h"

namespace dcmflow {

struct Run;

// "2026-01-31T23:59:59Z"
std::string utc(std::chrono::system_clock::time_point time);

// Of the release and of everything that is set, but for the input: equal texts and equal inputs
// make equal outputs.
std::string outputs_fingerprint(const Settings& settings, const AttributeTable& table);

// When it began, before it looked at a file: ns since 1970.
std::uint64_t began_ns(const Run& run);

// But for the number of files, which is not known yet.
CatalogueRun run_facts(const Run& run);

}  // namespace dcmflow
