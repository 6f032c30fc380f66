#pragma once
// The character sets of PS3.3 C.12.1.1.2 and their code extensions by ISO 2022 escape sequences,
// through iconv.

#include <optional>
#include <string>
#include <string_view>

namespace dcmflow {

// `text` in UTF-8; nullopt when the first value of `character_set` is unknown or bytes do not fit
// the set that is in force. Several values of `character_set` are separated by '\'. `is_name`: '^'
// and '=' end code extensions too (PS3.5 6.1.2.5.3). Thread-safe.
std::optional<std::string> decode_text(std::string_view text, std::string_view character_set,
                                       bool is_name);

}  // namespace dcmflow
