#pragma once
// Whether two values of a contrast are one, and how they are told. Pure; thread-safe; no Problems.

#include <string>

#include "stages/sorting/contrast_attributes.h"

namespace dcmflow {

bool is_equal(const ContrastAttribute& attribute, const ContrastValue& a, const ContrastValue& b);

// As messages quote it.
std::string value_text(const ContrastAttribute& attribute, const ContrastValue& value);

}  // namespace dcmflow
