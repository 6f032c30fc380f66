#pragma once
// DICOM text in any Specific Character Set → UTF-8 (PS3.3 C.12.1.1.2, PS3.5 6.1). No Problems.

#include <string>
#include <string_view>

namespace dcmflow {

// `character_set`: the value of (0008,0005), "" when absent. `is_name`: a PN, whose components also
// end code extensions. Always gives valid UTF-8. Text that does not fit its declared set is kept as
// UTF-8 where it is that, else read as Latin-1; in declared UTF-8, and where this system has no
// converter for the set, bytes that cannot be read become U+FFFD. All of that is noted: `note`,
// when it is given and still empty, gets words that name the set and never the text. Thread-safe.
std::string to_utf8(std::string_view text, std::string_view character_set, bool is_name,
                    std::string* note = nullptr);

// Whether the bytes are plain ASCII without escape sequences, so that every character set reads
// them alike.
bool is_plain_ascii(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace dcmflow
