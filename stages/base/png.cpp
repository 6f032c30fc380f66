#include "stages/base/png.h"

#include <zlib.h>

#include <array>
#include <cstdlib>
#include <new>
#include <string_view>
#include <vector>

namespace dcmflow {
namespace {

using namespace std::string_view_literals;

void append_big_endian(std::string& out, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(number >> shift & 0xFF);
}

const Bytef* bytes_of(const void* text) { return static_cast<const Bytef*>(text); }

// 5.3: length, type, data, and the CRC-32 of type and data.
void append_chunk(std::string& out, std::string_view type, std::string_view data) {
  append_big_endian(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = out.size();
  out.append(type).append(data);
  const auto crc = crc32_z(0, bytes_of(out.data() + begin), out.size() - begin);
  append_big_endian(out, static_cast<std::uint32_t>(crc));
}

// 9.4: the neighbour that is nearest to left + above − above left.
std::uint8_t paeth(int left, int above, int corner) {
  const int to_left = std::abs(above - corner);
  const int to_above = std::abs(left - corner);
  const int to_corner = std::abs(left + above - 2 * corner);
  if (to_left <= to_above && to_left <= to_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(to_above <= to_corner ? above : corner);
}

// Each row behind the number of its filter, which is the same for all.
std::string filtered(std::size_t row_bytes, std::size_t samples,
                     std::span<const std::uint8_t> pixels) {
  constexpr char paeth_filter = 4;
  std::string rows;
  rows.reserve(pixels.size() + pixels.size() / row_bytes);
  for (std::size_t at = 0; at < pixels.size(); ++at) {
    const std::size_t column = at % row_bytes;
    if (column == 0) rows += paeth_filter;
    const bool has_left = column >= samples, has_above = at >= row_bytes;
    const int left = has_left ? pixels[at - samples] : 0;
    const int above = has_above ? pixels[at - row_bytes] : 0;
    const int corner = has_left && has_above ? pixels[at - row_bytes - samples] : 0;
    rows += static_cast<char>(pixels[at] - paeth(left, above, corner));
  }
  return rows;
}

// What is left of a filtered picture is noise and runs: Z_RLE finds as much in it as longer
// matches, several times as fast.
std::string deflated(const std::string& rows) {
  constexpr int level = 6, window_bits = 15, memory_level = 9;
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, window_bits, memory_level, Z_RLE) != Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, static_cast<uLong>(rows.size())), '\0');
  stream.next_in = const_cast<Bytef*>(bytes_of(rows.data()));  // zlib's interface; it only reads
  stream.avail_in = static_cast<uInt>(rows.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);  // there is room for all of it
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::string encode_png(std::uint32_t width, std::uint32_t height, std::uint32_t samples,
                       std::span<const std::uint8_t> pixels) {
  constexpr char grey = 0, rgb = 2;
  std::string header;
  append_big_endian(header, width);
  append_big_endian(header, height);
  header += {8, samples == 1 ? grey : rgb, 0, 0, 0};  // bits, colour type, and the usual methods
  std::string png("\x89PNG\r\n\x1A\n"sv);
  append_chunk(png, "IHDR", header);
  append_chunk(png, "IDAT", deflated(filtered(std::size_t{width} * samples, samples, pixels)));
  append_chunk(png, "IEND", "");
  return png;
}

}  // namespace dcmflow
