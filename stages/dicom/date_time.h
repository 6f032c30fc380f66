#pragma once
// Dates and times of DICOM text as numbers that can be subtracted (PS3.5 6.2: DA, TM, DT). No
// Problems; thread-safe.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dcmflow {

// Microseconds since midnight. "HH", "HHMM", "HHMMSS", "HHMMSS.FFFFFF", and ACR-NEMA's "HH:MM:SS".
// nullopt when it is none of them. Pure, like the others.
std::optional<std::int64_t> parse_time_of_day(std::string_view text);

// Microseconds from 1970-01-01 to the day's midnight. "YYYYMMDD", and ACR-NEMA's "YYYY.MM.DD".
std::optional<std::int64_t> parse_date(std::string_view text);

// Microseconds east of UTC, of "+0100" or "-0930" (PS3.5 6.2, DT; PS3.3 C.12.1.1.2).
std::optional<std::int64_t> parse_utc_offset(std::string_view text);

// Microseconds since 1970-01-01 in the clock of the scanner; a UTC offset is left out, since one
// scanner keeps one. "YYYYMMDD" with as much of a time of day as is known.
std::optional<std::int64_t> parse_date_time(std::string_view text);

// Microseconds since midnight, of which nobody knows the day: they go on counting after midnight,
// if that brings all of them within half a day.
void go_on_after_midnight(std::vector<std::int64_t>& times);

}  // namespace dcmflow
