#pragma once
// The whole text of a file that the user names. Thread-safe.

#include <string>
#include <string_view>

#include "stages/base/result.h"

namespace dcmflow {

inline constexpr std::size_t largest_text_file = std::size_t{16} << 20;

// Reads a file or pipe to its end. Problem{reason, subject}: it cannot be read, or has more than
// `most` bytes.
Result<std::string> read_text_file(const std::string& path, Reason reason, std::string_view subject,
                                   std::size_t most = largest_text_file);
// The same of standard input.
Result<std::string> read_standard_input(Reason reason, std::string_view subject,
                                        std::size_t most = largest_text_file);

// The text without the UTF-8 byte order mark that some editors put before it.
std::string_view without_byte_order_mark(std::string_view text);

}  // namespace dcmflow
