#pragma once
// The flags of Stack::flags in words. Constant; thread-safe.

#include <string_view>

namespace dcmflow {

// What the flag says of its image, as a sentence without its stop; empty for one that is not known.
std::string_view flag_words(std::string_view flag);

}  // namespace dcmflow
