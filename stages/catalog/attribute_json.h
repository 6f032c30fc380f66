#pragma once
// DICOM text of an attribute → JSON.

#include <optional>
#include <string_view>

#include "stages/catalog/json_writer.h"

namespace dcmflow {

// Writes the text by its VR (PS3.5 6.2): several values become an array, an empty value null, a
// number of a numeric VR a JSON number. A number stays text when it is malformed, not finite, or
// has digits that a double would lose.
void write_attribute(JsonWriter& json, std::string_view vr, std::string_view text);

// The number, or nullopt when the text is no decimal number or a double cannot give the same digits
// back.
std::optional<double> exact_double(std::string_view text);

}  // namespace dcmflow
