// One CT frame of a codestream that two decoders read, or one decoder called in two ways, on one
// thread: the same pixels, MB/s of them.

#include <benchmark/benchmark.h>
#include <charls/charls_jpegls_decoder.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "bench/input.h"
#include "stages/codecs/decoders.h"
#include "stages/pixels/read_frame.h"
#include "test-data/encode_frame.h"

namespace dcmflow {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The middle slice, and its layout.
struct Slice {
  Bytes pixels;
  PixelLayout layout;
};

Slice middle_slice() {
  Input input(ct_512());
  const auto stack = input.stack();
  const Frame& frame = stack->frames.at(stack->frames.size() / 2);
  FrameBuffers buffers;
  const auto pixels = value_of(read_frame(frame, buffers));
  return {{pixels.begin(), pixels.end()}, frame.instance->shared->layout};
}

FrameShape shape_of(const Slice& slice) {
  return {.columns = slice.layout.columns,
          .rows = slice.layout.rows,
          .samples = 1,
          .bits_allocated = slice.layout.bits_allocated,
          .bits_stored = slice.layout.bits_stored,
          .is_signed = slice.layout.is_signed};
}

// A tile-part that reaches to the end instead of saying its length is left to OpenJPEG.
Bytes without_tile_length(Bytes stream) {
  constexpr std::array<std::uint8_t, 2> start_of_tile{0xFF, 0x90};
  const auto tile =
      std::search(stream.begin(), stream.end(), start_of_tile.begin(), start_of_tile.end());
  std::fill_n(tile + 6, 4, std::uint8_t{0});
  return stream;
}

// `decode_into` makes the frame, or throws.
template <class DecodeInto>
void decode_again(benchmark::State& state, const Slice& slice, DecodeInto&& decode_into) {
  Bytes frame(slice.pixels.size());
  for (auto _ : state) decode_into(frame);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * frame.size()));
}

void check(const Status& decoded) {
  if (!decoded) throw std::runtime_error("it is not decoded");
}

void decode_htj2k(benchmark::State& state, Bytes (*change)(Bytes)) {
  const Slice slice = middle_slice();
  const Bytes stream = change(encode_htj2k_lossless(slice.pixels, shape_of(slice)));
  decode_again(state, slice, [&](Bytes& frame) {
    check(decode_jpeg_2000(stream, slice.layout, "MONOCHROME2", frame));
  });
}

void decode_ls(benchmark::State& state) {
  const Slice slice = middle_slice();
  const Bytes stream = encode_jpeg_ls(slice.pixels, shape_of(slice));
  decode_again(state, slice, [&](Bytes& frame) {
    check(decode_jpeg_ls(stream, slice.layout, "MONOCHROME2", frame));
  });
}

// CharLS as its own documentation calls it.
void decode_ls_by_charls(benchmark::State& state) {
  const Slice slice = middle_slice();
  const Bytes stream = encode_jpeg_ls(slice.pixels, shape_of(slice));
  decode_again(state, slice, [&](Bytes& frame) {
    charls::jpegls_decoder decoder;
    decoder.source(stream.data(), stream.size());
    decoder.read_header();
    decoder.decode(frame.data(), frame.size());
  });
}

BENCHMARK_CAPTURE(decode_htj2k, as_it_is, [](Bytes stream) {
  return stream;
})->Name("decode_frame/htj2k");
BENCHMARK_CAPTURE(decode_htj2k, by_openjpeg, without_tile_length)
    ->Name("decode_frame/htj2k_by_openjpeg");
BENCHMARK(decode_ls)->Name("decode_frame/jpeg_ls");
BENCHMARK(decode_ls_by_charls)->Name("decode_frame/jpeg_ls_by_charls");

}  // namespace
}  // namespace dcmflow
