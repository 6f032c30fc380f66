#pragma once
// Two JSON files by their values: neither the order of members nor how a number is written counts.
// Thread-safe.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

// As JSON; of an object or a list with much in it, how much. Empty: it is not there.
struct JsonDifference {
  std::string path;  // volumes[1.2.3.mhd].spacing[2]
  std::string first, second;
};

struct JsonComparison {
  std::vector<JsonDifference> differences;  // the first of them
  std::size_t count = 0;                    // all
};

// Elements of lists are told by their file, name or UID where each has one of its own, else by
// their number; that they are in another order is a difference. The member `left_out` of the whole
// is not compared. At most `most` differences are kept. Problems: unreadable; malformed (no JSON,
// or more than 100 levels), with the file as subject. Both files are in memory at once.
Result<JsonComparison> compare_json_files(const std::string& first, const std::string& second,
                                          std::string_view left_out, std::size_t most);

}  // namespace dcmflow
