#pragma once
// Numbers with the digits that were measured: a division, or a scanner that holds 32-bit numbers,
// adds some that say nothing. Pure; thread-safe.

#include <string_view>

namespace dcmflow {

// The number with so many significant digits. REQUIRES: digits from 1 to 17.
double round_to(double number, int digits);

// How many significant digits the first value of a DICOM text has, at most 15: "0.0142" has 3. Not
// those that a number of 32 bits adds when it is written out: "4.19999981" is 4.2.
int measured_digits(std::string_view text);

}  // namespace dcmflow
