#pragma once
// Where something stands in a JSON text, for error messages.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dcmflow {

struct TextPosition {
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // from 1, in bytes
};

// The position of a byte offset; behind the end for an offset beyond it.
TextPosition position_at(std::string_view text, std::size_t offset);

// The position of the value that `path` leads to: member names and array indexes, e.g.
// {"attributes", "3", "tag"}. When the path leads nowhere, that of the last value on it. REQUIRES:
// `text` is valid JSON.
TextPosition position_of(std::string_view text, const std::vector<std::string>& path);

// "line 3, column 5"
std::string in_words(TextPosition position);

}  // namespace dcmflow
