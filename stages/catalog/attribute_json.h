#pragma once
// DICOM text of an attribute → JSON. No Problems; thread-safe on distinct writers.

#include <cstdint>
#include <optional>
#include <string_view>

#include "stages/catalog/json_writer.h"

namespace dcmflow {

// How many values an attribute may have (its VM, PS3.6): that decides whether it is an array, and
// not how many there are. as_they_are: one value is no array, several are.
enum class Values : std::uint8_t { one, several, as_they_are };

// Writes the text by its VR (PS3.5 6.2): an empty value becomes null, in an array none at all; a
// number of a numeric VR a JSON number. A number stays text when it is malformed, not finite, or
// has digits that a double would lose. Where only one value is allowed and there are more, they are
// one text as it stands, with '\' between them: a key has one type.
void write_attribute(JsonWriter& json, std::string_view vr, std::string_view text, Values values);

// The number, or nullopt when the text is no decimal number or a double cannot give the same digits
// back.
std::optional<double> exact_double(std::string_view text);

}  // namespace dcmflow
