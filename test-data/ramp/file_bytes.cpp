#include "test-data/ramp/file_bytes.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace dcmflow::cases {
namespace {

// REQUIRES: both are of one length.
void replace_first(std::vector<std::uint8_t>& bytes, std::string_view text, std::string_view by) {
  const auto at = std::search(bytes.begin(), bytes.end(), text.begin(), text.end());
  if (at == bytes.end()) throw std::runtime_error("no " + std::string(text) + " to replace");
  std::ranges::copy(by, at);
}

}  // namespace

void cut_preamble(std::vector<std::uint8_t>& bytes) {
  bytes.erase(bytes.begin(), bytes.begin() + 132);
}

void cut_file_head(std::vector<std::uint8_t>& bytes) {
  // (0002,0000) UL, length 4: how many bytes of group 2 follow (PS3.10 7.1)
  constexpr std::size_t length_at = 140;
  std::size_t length = 0;
  for (unsigned i = 0; i < 4; ++i) length |= std::size_t{bytes.at(length_at + i)} << 8 * i;
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length_at + 4 + length));
}

void gzip(std::vector<std::uint8_t>& bytes) {
  z_stream stream{};
  constexpr int with_gzip_header = 15 + 16;
  if (deflateInit2(&stream, 6, Z_DEFLATED, with_gzip_header, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib does not start");
  std::vector<std::uint8_t> packed(deflateBound(&stream, bytes.size()));
  stream.next_in = bytes.data();
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  const int state = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("zlib does not finish");
  bytes = std::move(packed);
}

void call_native(std::vector<std::uint8_t>& bytes) {
  replace_first(bytes, "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.1");
}

void call_rgb(std::vector<std::uint8_t>& bytes) {
  replace_first(bytes, "YBR_FULL_422", "RGB         ");
}

void break_fragment(std::vector<std::uint8_t>& bytes) {
  // From the end: (FFFE,E0DD) closes the sequence; the last (FFFE,E000) opens the fragment.
  constexpr std::array<std::uint8_t, 4> item{0xfe, 0xff, 0x00, 0xe0};
  const auto found = std::find_end(bytes.begin(), bytes.end(), item.begin(), item.end());
  if (found == bytes.end()) throw std::runtime_error("no fragment to break");
  std::fill(found + 8, bytes.end() - 8, std::uint8_t{0x11});
}

}  // namespace dcmflow::cases
