#pragma once
// Text that others wrote as a part of a path: a name that every file system takes, that hides no
// file, is no option, and can do nothing in a shell. Pure; no Problems.

#include <cstddef>
#include <string>
#include <string_view>

namespace dcmflow {

// With the longest suffix, number and extension it stays below the 143 bytes that encrypted file
// systems allow; others allow 255.
inline constexpr std::size_t longest_safe_name = 120;

// Of ASCII: letters, digits and any of these.
inline constexpr std::string_view kept_signs = "._-+=@,";
bool is_kept(char c);

// A value within a name: padding goes, and each run of what is not kept (terminal_text() says it of
// characters beyond ASCII) is one '_', or nothing at the ends. "unknown" where nothing is left.
std::string safe_value(std::string_view value);

// A whole name of such text: at most longest_safe_name bytes, cut before a character; no dot or
// dash at its start, no dot at its end, and no device of Windows (CON, COM1, NUL.x, ...), by a '_'.
std::string safe_name(std::string name);

// Equal for names that file systems which ignore case take for one: letters of Latin, Greek and
// Cyrillic in lower case.
std::string folded_name(std::string_view name);

}  // namespace dcmflow
