#pragma once
// Names of files in logs and reports. Pure; no Problems.

#include <string>
#include <string_view>

namespace dcmflow {

// A file name as text for logs and JSON: valid UTF-8 stays, other bytes and control characters
// become \xHH, a backslash \\.
std::string printable(std::string_view name);

}  // namespace dcmflow
