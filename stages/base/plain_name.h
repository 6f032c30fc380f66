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

// What a BIDS validator is to pass over: the one result that is hidden.
inline constexpr std::string_view bids_ignore = ".bidsignore";

// Plain names with a '/' between.
inline bool is_plain_path(std::string_view path) {
  if (path == bids_ignore) return true;
  for (;;) {
    const auto slash = path.find('/');
    if (!is_plain_name(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace dcmflow
