#pragma once
// Frequencies → lengths of a prefix code → its codes (RFC 1951 section 3.2.2). Pure; no Problems.

#include <cstdint>
#include <span>

namespace dcmflow::deflate {

// The lengths of the shortest code, Huffman's, then made to fit into `longest` bits. A symbol that
// never occurs gets 0. The code is always complete, even of one symbol or none: it has two at
// least, since some decoders refuse less.
// REQUIRES: 2 to 286 symbols, 2^longest >= their number, longest <= 15, each frequency < 2^16.
void make_code_lengths(std::span<const std::uint32_t> frequencies, unsigned longest,
                       std::span<std::uint8_t> lengths);

// The canonical codes of these lengths, first bit lowest, as deflate's bit order wants them.
void make_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes);

}  // namespace dcmflow::deflate
