#pragma once
// How values compare with numbers: by what their VR means (PS3.5 6.2). A date is the number
// YYYYMMDD, a time HHMMSS.FFFFFF, both together YYYYMMDDHHMMSS.FFFFFF, an age so many years. Pure;
// no Problems.

#include <cstdint>
#include <optional>
#include <string_view>

namespace dcmflow {

// text: a VR of words, whose values may still be numbers. decimal: IS DS US SS UL SL FL FD SV UV.
enum class Scale : std::uint8_t { text, decimal, date, time, date_time, age };

// "UN" and sequences are text.
Scale scale_of(std::string_view vr);

// The value as a number of its scale; nullopt when it is none. What a date or time leaves open is
// its beginning: "2020" is 20200101, "10" is 100000.
std::optional<double> read_value(Scale scale, std::string_view text);

// A number that a rule gives as text: "18", "2020-06-15", "08:30", for ages also "18M".
std::optional<double> read_operand(Scale scale, std::string_view text);

// The value cut to the precision of what it is compared with: against 2020 a date is its year,
// against 1030 a time is its hour and minute.
double cut_to(Scale scale, double operand, double value);

// Decimal text of DS, IS and the binary VRs; nullopt for anything else, infinity included.
std::optional<double> parse_number(std::string_view text);

}  // namespace dcmflow
