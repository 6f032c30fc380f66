#pragma once
// The alphabet of deflate (RFC 1951 section 3.2.5) as 32-bit tokens.
//
// One alphabet for both of deflate's: literals and lengths are 0…285, distances follow at 288. A
// token is a symbol in its low 9 bits and the value of the symbol's extra bits above. A literal is
// one token, a match two: its length, then its distance. So whoever counts or writes tokens looks
// each up in one table and never asks which kind it is. Pure; no Problems.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace dcmflow::deflate {

using Token = std::uint32_t;

inline constexpr unsigned symbol_bits = 9;
inline constexpr Token symbol_mask = (Token{1} << symbol_bits) - 1;
inline constexpr std::size_t end_of_block = 256;
inline constexpr std::size_t first_length = 257;
inline constexpr std::size_t literal_length_symbols = 286;
inline constexpr std::size_t first_distance = 288;
inline constexpr std::size_t distance_symbols = 30;
inline constexpr std::size_t symbols = first_distance + distance_symbols;

inline constexpr std::size_t longest_match = 258;
inline constexpr std::size_t farthest_match = 32'768;

namespace tables {

inline constexpr std::array<std::uint16_t, 29> length_bases{
    3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};

constexpr std::array<std::uint8_t, symbols> make_extra_bits() {
  std::array<std::uint8_t, symbols> extra{};
  for (std::size_t i = 8; i + 1 < length_bases.size(); ++i)
    extra[first_length + i] = static_cast<std::uint8_t>(i / 4 - 1);
  for (std::size_t i = 4; i < distance_symbols; ++i)
    extra[first_distance + i] = static_cast<std::uint8_t>(i / 2 - 1);
  return extra;
}

constexpr std::array<Token, longest_match + 1> make_length_tokens() {
  std::array<Token, longest_match + 1> tokens{};
  for (std::size_t i = 0, length = 3; length <= longest_match; ++length) {
    if (i + 1 < length_bases.size() && length == length_bases[i + 1]) ++i;
    tokens[length] = static_cast<Token>(first_length + i) |
                     static_cast<Token>(length - length_bases[i]) << symbol_bits;
  }
  return tokens;
}

}  // namespace tables

// By symbol: how many extra bits follow its code.
inline constexpr auto extra_bits = tables::make_extra_bits();
// By length, 3…258.
inline constexpr auto length_tokens = tables::make_length_tokens();

// REQUIRES: 2 <= distance <= farthest_match. Distances double in range with every second symbol.
inline Token distance_token(std::uint32_t distance) {
  const std::uint32_t offset = distance - 1;
  const auto top = static_cast<unsigned>(std::bit_width(offset)) - 1;
  const unsigned extra = top == 0 ? 0 : top - 1;
  const Token symbol = Token{first_distance} + 2 * top + ((offset >> extra) & 1);
  return symbol | (offset & ((1U << extra) - 1)) << symbol_bits;
}

}  // namespace dcmflow::deflate
