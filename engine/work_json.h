#pragma once
// The small JSON files of a work folder: objects of texts. For one thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/json_value.h"
#include "stages/base/result.h"

namespace dcmflow {

// Problem{catalogue_failed}
Problem damaged(const std::string& path);

// Problem{no_input}: it cannot be read; {catalogue_failed}: it is no object.
Result<JsonValue> read_object(const std::string& path);

// What is not there is empty; a number that is none, 0.
std::string text_of(const JsonValue& object, std::string_view key);
std::vector<std::string> texts_of(const JsonValue& object, std::string_view key);
std::uint64_t number_of(const JsonValue& object, std::string_view key);

}  // namespace dcmflow
