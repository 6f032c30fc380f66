#pragma once
// The parts that series have rendered, on their way into a JSON file. Thread-safe on distinct
// writers.

#include <string>

#include "stages/catalog/json_writer.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// Null when the series has not rendered it.
const StoredText* find_part(const Catalog& catalog, const Series& series, Part part);

// Problems of both: the store's.
Result<std::string> read_text(const PartStore& store, const StoredText& text);
// As elements of the array that is open.
Status write_elements(JsonWriter& json, const PartStore& store, const StoredText& text);

}  // namespace dcmflow
