#include <openjph/ojph_arch.h>
#include <openjph/ojph_base.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

#include <algorithm>
#include <bit>

#include "test-data/encode_frame.h"

namespace dcmflow {
namespace {

using Bytes = std::vector<std::uint8_t>;

class Sink : public ojph::outfile_base {
 public:
  std::size_t write(const void* from, std::size_t size) override {
    const auto* first = static_cast<const std::uint8_t*>(from);
    bytes.insert(bytes.end(), first, first + size);
    return size;
  }
  ojph::si64 tell() override { return static_cast<ojph::si64>(bytes.size()); }

  Bytes bytes;
};

std::int32_t sample_value(const std::uint8_t* cell, const FrameShape& shape) {
  const unsigned word = shape.bits_allocated == 16 ? cell[0] | cell[1] << 8U : cell[0];
  const unsigned stored = word & ((1U << shape.bits_stored) - 1);
  const bool negative = shape.is_signed && (stored >> (shape.bits_stored - 1)) != 0;
  return static_cast<std::int32_t>(stored) - (negative ? 1 << shape.bits_stored : 0);
}

struct Choices {
  bool lossless = true;
  const char* progression = "LRCP";
  std::uint32_t precinct = 0;
};

// Each decomposition halves the image. OpenJPH 0.9 works on eight samples at once, and what lies in
// memory behind the last ones can decide whether an empty block is stored; likewise when two lines
// become one. So as few that every part has two lines and, where the image has them, whole eights.
unsigned decompositions(const FrameShape& shape) {
  const int whole_eights = std::countr_zero(shape.columns) - 3;
  const int by_columns =
      whole_eights >= 0 ? whole_eights : static_cast<int>(std::bit_width(shape.columns)) - 1;
  const int by_rows = static_cast<int>(std::bit_width(shape.rows)) - 2;
  return static_cast<unsigned>(std::clamp(std::min(by_columns, by_rows), 0, 5));
}

void set_parameters(ojph::codestream& codestream, const FrameShape& shape, const Choices& choices) {
  auto size = codestream.access_siz();
  size.set_image_extent(ojph::point(shape.columns, shape.rows));
  size.set_num_components(shape.samples);
  for (unsigned c = 0; c < shape.samples; ++c)
    size.set_component(c, ojph::point(1, 1), shape.bits_stored, shape.is_signed);
  auto coding = codestream.access_cod();
  coding.set_num_decomposition(decompositions(shape));
  coding.set_progression_order(choices.progression);
  ojph::size precinct(choices.precinct, choices.precinct);
  if (choices.precinct != 0) coding.set_precinct_size(1, &precinct);
  coding.set_color_transform(shape.samples == 3);
  coding.set_reversible(choices.lossless);
  // Steps of four stored values.
  if (!choices.lossless)
    codestream.access_qcd().set_irrev_quant(4.0F / static_cast<float>(1U << shape.bits_stored));
  codestream.set_planar(false);
}

Bytes encode(std::span<const std::uint8_t> frame, const FrameShape& shape, const Choices& choices) {
  Sink sink;
  ojph::codestream codestream;
  set_parameters(codestream, shape, choices);
  codestream.write_headers(&sink);
  // A line of each component in turn; the encoder says whose it takes.
  ojph::ui32 component = 0;
  ojph::line_buf* line = codestream.exchange(nullptr, component);
  const std::size_t cell_bytes = shape.bits_allocated / 8;
  for (std::size_t row = 0; row < shape.rows; ++row) {
    for (unsigned c = 0; c < shape.samples; ++c) {
      for (std::size_t column = 0; column < shape.columns; ++column) {
        const std::size_t cell = (row * shape.columns + column) * shape.samples + component;
        line->i32[column] = sample_value(frame.data() + cell * cell_bytes, shape);
      }
      line = codestream.exchange(line, component);
    }
  }
  codestream.flush();
  return std::move(sink.bytes);
}

unsigned read_u16(const Bytes& bytes, std::size_t offset) {
  return unsigned{bytes.at(offset)} << 8 | bytes.at(offset + 1);
}

// Puts the length of the one tile-part (Psot) into a TLM segment before it (ISO/IEC 15444-1 A.7.1).
Bytes with_tile_length(Bytes stream) {
  constexpr unsigned start_of_tile = 0xFF90;
  std::size_t tile = 2;
  while (read_u16(stream, tile) != start_of_tile) tile += 2 + read_u16(stream, tile + 2);
  Bytes segment{0xFF, 0x55, 0, 8, 0, 0x40};
  const auto length = stream.begin() + static_cast<std::ptrdiff_t>(tile + 6);
  segment.insert(segment.end(), length, length + 4);
  stream.insert(stream.begin() + static_cast<std::ptrdiff_t>(tile), segment.begin(), segment.end());
  return stream;
}

}  // namespace

Bytes encode_htj2k_lossless(std::span<const std::uint8_t> frame, const FrameShape& shape) {
  return encode(frame, shape, {});
}

Bytes encode_htj2k_rpcl(std::span<const std::uint8_t> frame, const FrameShape& shape) {
  return with_tile_length(encode(frame, shape, {.progression = "RPCL"}));
}

Bytes encode_htj2k(std::span<const std::uint8_t> frame, const FrameShape& shape) {
  return encode(frame, shape, {.lossless = false});
}

Bytes encode_htj2k_packets(std::span<const std::uint8_t> frame, const FrameShape& shape,
                           const char* progression, std::uint32_t precinct) {
  return encode(frame, shape, {.progression = progression, .precinct = precinct});
}

}  // namespace dcmflow
