#pragma once
// JSON that dcmflow wrote → the types of dcmflow.h. Pure; thread-safe.

#include <string>

#include "engine/library/dcmflow.h"

namespace dcmflow {

// What `dcmflow INPUT OUTPUT --json` and `dcmflow list` print. Failure{0}: it is none.
Answer<Summary> read_summary(const std::string& text);

// volumes.json of the folder. Failure{0}: it is none.
Answer<std::vector<Volume>> read_volumes_text(const std::string& text, const std::string& folder);

}  // namespace dcmflow
