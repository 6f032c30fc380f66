#pragma once
// --tables: the forms that tables can have.

#include <cstdint>

namespace dcmflow {

// csv: RFC 4180, with a line of names. ndjson: a JSON object a line.
enum class TableFormat : std::uint8_t { none, csv, ndjson };

}  // namespace dcmflow
