#pragma once
// The character sets of PS3.3 C.12.1.1.2 and their code extensions by ISO 2022 escape sequences,
// through iconv. No Problems.

#include <optional>
#include <string>
#include <string_view>

namespace dcmflow {

// What a text was read as.
struct DecodedText {
  std::string utf8;
  // The set that iconv lacks on this system: what it was to convert is U+FFFD. Empty: none.
  std::string_view lacking;
  // What was doubtful, in words; empty: read by the defined term that is declared.
  std::string note;
};

// `text` in UTF-8. Several values of `character_set` are separated by '\'. `is_name`: '^' and '='
// end code extensions too (PS3.5 6.1.2.5.3). A name that is no defined term is read by the set that
// it is known as, and text beyond its set by a larger one that goes under the same name, with a
// note. nullopt: nothing reads it; `why` then tells. Thread-safe.
std::optional<DecodedText> decode_text(std::string_view text, std::string_view character_set,
                                       bool is_name, std::string& why);

}  // namespace dcmflow
