#pragma once
// Bytes of one coded character set → UTF-8, through iconv. No Problems.

#include <string>
#include <string_view>

#include "stages/dicom/coded_sets.h"

namespace dcmflow {

// Whether this system can convert the set: a container without gconv modules has few. Thread-safe.
bool has_converter(const CodedSet& set);

// Appends a run of bytes that all belong to the set. False, and nothing appended, when the bytes
// are none of the set, or the system has no converter. Thread-safe.
bool append_converted(std::string_view run, const CodedSet& set, std::string& utf8);

}  // namespace dcmflow
