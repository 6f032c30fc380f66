#pragma once
// Names that a file of an output folder may have. Pure; no Problems.

#include <algorithm>
#include <string_view>

namespace dcmflow {

// A bare one without control characters; not hidden, since no result is.
inline bool is_plain_name(std::string_view name) {
  return !name.empty() && !name.starts_with('.') &&
         std::ranges::none_of(name, [](char c) { return c == '/' || (c >= 0 && c < ' '); });
}

}  // namespace dcmflow
