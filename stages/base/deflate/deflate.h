#pragma once
// A deflate compressor (RFC 1951) for voxels, fast and with the same bytes everywhere.
//
// Written for this project because no library gives all three: ISA-L's bytes depend on the CPU and
// on what was compressed before, libdeflate and zlib are too slow. The size is that of zlib's
// level 6 within 2 % on noisy CT and MR; the better an image compresses, the more it is above.
//
// pixel_matches: bytes → tokens; block_writer: tokens → blocks, with prefix_code's codes, through
// bit_writer; tokens: their alphabet.

#include <cstdint>
#include <span>
#include <vector>

namespace dcmflow::deflate {

// Raw deflate data of any bytes, beginning with an empty history, ending on a byte boundary and not
// final: the data of several calls can be joined. A pure function of the bytes; no Problems.
// Thread-safe.
std::vector<std::uint8_t> compress(std::span<const std::uint8_t> uncompressed);

}  // namespace dcmflow::deflate
