#pragma once
// The characters of UTF-8. Pure; no Problems.

#include <cstddef>
#include <string_view>

namespace dcmflow {

// The bytes of the character at the start of `text` (Unicode 15, table 3-7: no overlong form, no
// surrogate, nothing above U+10FFFF), or 0.
std::size_t utf8_length(std::string_view text);

}  // namespace dcmflow
