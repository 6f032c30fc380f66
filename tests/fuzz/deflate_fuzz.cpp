// What the deflate compressor writes, read by three others: zlib, libdeflate and ISA-L.

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <zlib.h>

#include "stages/formats/formats.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

void append(Bytes& file, std::span<const std::uint8_t> bytes) {
  file.insert(file.end(), bytes.begin(), bytes.end());
}
void append(Bytes& file, const std::string& bytes) {
  append(file, std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

// Two blocks, as two threads make them.
Bytes compress(std::span<const std::uint8_t> content) {
  Bytes file;
  std::uint32_t crc = 0;
  append(file, gzip_begin());
  for (const auto part : {content.first(content.size() / 2), content.subspan(content.size() / 2)}) {
    if (part.empty()) continue;
    const auto block = gzip_block(part);
    crc = gzip_combine(crc, block);
    append(file, block.bytes);
  }
  append(file, gzip_end(crc, content.size()));
  return file;
}

Bytes read_by_zlib(const Bytes& file, std::size_t size) {
  Bytes content(size + 1);
  z_stream stream{};
  constexpr int gzip = 16 + MAX_WBITS;
  promise(inflateInit2(&stream, gzip) == Z_OK, "zlib starts");
  stream.next_in = const_cast<Bytef*>(file.data());
  stream.avail_in = static_cast<uInt>(file.size());
  stream.next_out = content.data();
  stream.avail_out = static_cast<uInt>(content.size());
  promise(inflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib reads the whole stream");
  content.resize(stream.total_out);
  inflateEnd(&stream);
  return content;
}

Bytes read_by_libdeflate(const Bytes& file, std::size_t size) {
  Bytes content(size + 1);
  std::size_t written = 0;
  auto* const reader = libdeflate_alloc_decompressor();
  promise(libdeflate_gzip_decompress(reader, file.data(), file.size(), content.data(),
                                     content.size(), &written) == LIBDEFLATE_SUCCESS,
          "libdeflate reads the whole stream");
  libdeflate_free_decompressor(reader);
  content.resize(written);
  return content;
}

Bytes read_by_isal(Bytes file, std::size_t size) {
  Bytes content(size + 1);
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_GZIP;
  state.next_in = file.data();
  state.avail_in = static_cast<std::uint32_t>(file.size());
  state.next_out = content.data();
  state.avail_out = static_cast<std::uint32_t>(content.size());
  promise(isal_inflate(&state) == ISAL_DECOMP_OK && state.block_state == ISAL_BLOCK_FINISH,
          "ISA-L reads the whole stream");
  content.resize(state.total_out);
  return content;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const Bytes content(input, input + size);
  const auto file = compress(content);
  promise(compress(content) == file, "the same bytes give the same file");
  promise(read_by_zlib(file, size) == content, "zlib reads what was written");
  promise(read_by_libdeflate(file, size) == content, "libdeflate reads what was written");
  promise(read_by_isal(file, size) == content, "ISA-L reads what was written");
  return 0;
}
