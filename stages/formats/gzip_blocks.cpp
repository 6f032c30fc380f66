// gzip (RFC 1952) in blocks that are compressed independently, joined into one member.
//
// Every block starts with an empty history and ends with a full flush, an empty stored block, which
// brings it to a byte boundary (RFC 1951 section 3.2.4). So blocks can be joined byte for byte in
// any number; an empty final block ends the deflate stream. It is one member, not one a block,
// since many readers in medical imaging stop after the first member.

#include <isa-l/crc.h>
#include <zlib.h>

#include <array>

#include "stages/base/deflate/deflate.h"
#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

void append_little_endian(std::string& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift);
}

}  // namespace

std::string gzip_begin() {
  // Deflate, no flags, no time stamp, no extra flags, and "unknown" as the operating system, so
  // that the bytes never differ.
  constexpr std::array<char, 10> header{'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 0, '\xff'};
  return {header.begin(), header.end()};
}

GzipBlock gzip_block(std::span<const std::uint8_t> uncompressed) {
  GzipBlock block{
      {}, crc32_gzip_refl(0, uncompressed.data(), uncompressed.size()), uncompressed.size()};
  if (!uncompressed.empty()) block.bytes = deflate::compress(uncompressed);
  return block;
}

std::string gzip_end(std::uint32_t crc, std::uint64_t uncompressed) {
  std::string bytes{
      '\x03',
      '\x00'};  // final block, static Huffman codes, nothing but its end (RFC 1951 section 3.2.6)
  append_little_endian(bytes, crc);
  append_little_endian(bytes, static_cast<std::uint32_t>(
                                  uncompressed));  // ISIZE: modulo 2^32 (RFC 1952 section 2.3.1)
  return bytes;
}

std::uint32_t gzip_combine(std::uint32_t crc, const GzipBlock& next) {
  return static_cast<std::uint32_t>(
      crc32_combine(crc, next.crc, static_cast<z_off_t>(next.uncompressed)));
}

}  // namespace dcmflow
