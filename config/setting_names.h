#pragma once
// What the values of settings are called on the command line, in the order of their enumerations.

#include <array>
#include <string_view>

namespace dcmflow {

inline constexpr std::array<std::string_view, 6> log_levels{"trace",   "debug", "info",
                                                            "warning", "error", "off"};
inline constexpr std::array<std::string_view, 2> images_to_write{"all", "selected"};
inline constexpr std::array<std::string_view, 3> sha256_names{"compressed", "all", "none"};
inline constexpr std::array<std::string_view, 2> on_earlier_names{"replace", "refuse"};
inline constexpr std::array<std::string_view, 2> catalogue_names{"yes", "none"};
inline constexpr std::array<std::string_view, 3> table_formats{"none", "csv", "ndjson"};
inline constexpr std::array<std::string_view, 2> log_formats{"text", "json"};
inline constexpr std::array<std::string_view, 3> color_names{"auto", "always", "never"};
inline constexpr std::array<std::string_view, 3> progress_names{"auto", "json", "none"};

}  // namespace dcmflow
