#pragma once
// Numbers as DICOM keeps them in characters. Pure; no Problems.

#include <span>
#include <string>

namespace dcmflow {

// A number as DS (PS3.5 6.2): the most digits that 16 characters hold. REQUIRES: it is finite.
std::string decimal_text(double number);
// Several of them, separated by '\'.
std::string decimals_text(std::span<const double> numbers);

}  // namespace dcmflow
