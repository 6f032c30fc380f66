#pragma once
// Tokens → one deflate block (RFC 1951 section 3.2.3), of the kind that is smallest for them. No
// Problems; thread-safe on distinct writers.

#include <cstdint>
#include <span>

#include "stages/base/deflate/bit_writer.h"
#include "stages/base/deflate/tokens.h"

namespace dcmflow::deflate {

inline constexpr std::size_t most_tokens_a_block = 60'000;

// Writes a block that is not the last: with codes of its own, with the standard's, or stored.
// `tokens` stand for `raw`, without an end of block.
// REQUIRES: at most most_tokens_a_block tokens.
void write_block(std::span<const Token> tokens, std::span<const std::uint8_t> raw, BitWriter& out);

// Ends on a byte boundary, by an empty stored block, and does not end the stream.
void write_sync(BitWriter& out);

}  // namespace dcmflow::deflate
