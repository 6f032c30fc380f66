// gzip (RFC 1952) in blocks that are compressed independently, joined into one member.
//
// Every block starts with an empty history and ends with a full flush, an empty stored block, which
// brings it to a byte boundary (RFC 1951 section 3.2.4). So blocks can be joined byte for byte in
// any number; an empty final block ends the deflate stream. It is one member, not one a block,
// since many readers in medical imaging stop after the first member.

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

// ISA-L's level 2, at twenty times the speed of zlib's level 6. Not level 3, which is of the same
// size but gives other bytes on a CPU with AVX-512 than on one without; level 2 gives the same on
// every x86-64 with SSE4.1.
constexpr int level = 2;
// How many symbols share a Huffman code: the fewer, the better it fits and the slower it is.
// Measured best for CT and MR.
constexpr std::uint32_t symbols_per_code = 8 << 10;
constexpr std::uint32_t level_buffer_bytes =
    ISAL_DEF_LVL2_REQ + symbols_per_code * ISAL_DEF_LVL2_TOKEN_SIZE;
constexpr std::size_t chunk_bytes = std::size_t{64} << 10;
constexpr std::size_t most_input_at_once = std::size_t{1} << 30;  // ISA-L counts in 32 bits

// What ISA-L needs for one stream, a quarter of a megabyte: kept for each thread. Every block
// resets it.
struct Deflater {
  isal_zstream stream;
  std::array<std::uint8_t, level_buffer_bytes> level_buffer;
  std::array<std::uint8_t, chunk_bytes> output;
};

Deflater& deflater_of_this_thread() {
  thread_local const auto deflater = std::make_unique<Deflater>();
  return *deflater;
}

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
  if (uncompressed.empty()) return block;

  Deflater& deflater = deflater_of_this_thread();
  isal_zstream& stream = deflater.stream;
  isal_deflate_init(&stream);
  stream.level = level;
  stream.level_buf = deflater.level_buffer.data();
  stream.level_buf_size = level_buffer_bytes;

  block.bytes.reserve(uncompressed.size() / 2);
  do {
    if (stream.avail_in == 0) {
      const auto next = uncompressed.first(std::min(uncompressed.size(), most_input_at_once));
      uncompressed = uncompressed.subspan(next.size());
      stream.next_in = const_cast<std::uint8_t*>(next.data());  // ISA-L only reads it
      stream.avail_in = static_cast<std::uint32_t>(next.size());
      stream.flush = uncompressed.empty() ? FULL_FLUSH : NO_FLUSH;
    }
    stream.next_out = deflater.output.data();
    stream.avail_out = chunk_bytes;
    isal_deflate(
        &stream);  // fails only on a wrong level, flush or buffer size, all of which are constants
    block.bytes.insert(block.bytes.end(), deflater.output.data(), stream.next_out);
    // A full output buffer means that more may wait inside the stream.
  } while (stream.avail_out == 0 || stream.avail_in > 0 || !uncompressed.empty());
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
