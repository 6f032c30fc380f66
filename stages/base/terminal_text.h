#pragma once
// Text that others wrote, on a terminal: it takes the columns that it is given and can do nothing
// else. Pure; no Problems.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dcmflow {

// What the terminal shows: everything, or ASCII alone.
enum class Charset : std::uint8_t { utf8, ascii };

// What begins a colour of ECMA-48 (SGR), and what ends any.
namespace colour {
inline constexpr std::string_view red = "\x1B[31m", green = "\x1B[32m", yellow = "\x1B[33m",
                                  bold = "\x1B[1m", faint = "\x1B[2m", plain = "\x1B[0m";
}  // namespace colour

// `text` as one line. Bytes that are no UTF-8, controls (C0, C1, DEL), what turns the direction of
// writing, what has no width, and whatever is not ASCII where the terminal shows nothing else,
// become U+FFFD, or '?' in ASCII. White space becomes one space. Accents stay, two at most on a
// character.
std::string terminal_text(std::string_view text, Charset charset);

// JSON that means the same, in which what terminal_text() takes away stands as \uXXXX.
std::string harmless_json(std::string_view json);

// The columns that text of terminal_text() takes: East Asian wide characters take two.
std::size_t terminal_width(std::string_view text);

// Text of terminal_text() in at most `columns`: what is too long ends, or begins, with an ellipsis
// ('~' in ASCII).
std::string cut_end(std::string_view text, std::size_t columns, Charset charset);
std::string cut_start(std::string_view text, std::size_t columns, Charset charset);

// With spaces behind it up to `columns`, or before it.
std::string pad_right(std::string text, std::size_t columns);
std::string pad_left(const std::string& text, std::size_t columns);

// Lines of at most `columns` columns, broken at spaces and, where a word is longer, inside it; all
// but the first begin with `indent` spaces. REQUIRES: columns > indent.
std::string wrap(std::string_view text, std::size_t columns, std::size_t indent);

}  // namespace dcmflow
