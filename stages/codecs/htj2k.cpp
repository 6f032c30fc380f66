#include "stages/codecs/htj2k.h"

#include <openjph/ojph_arch.h>
#include <openjph/ojph_base.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_message.h>
#include <openjph/ojph_params.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "stages/codecs/frame_samples.h"

namespace dcmflow {
namespace {

// OpenJPH 0.9 prints what is wrong with a codestream, and keeps its own handlers whatever
// configure_error() is given. Its first decoder fills tables of functions without a lock.
void set_up_decoder() {
  static const bool is_done = [] {
    if (std::FILE* const nowhere = std::fopen("/dev/null", "we"); nowhere != nullptr) {
      ojph::set_error_stream(nowhere);
      ojph::set_warning_stream(nowhere);
      ojph::set_info_stream(nowhere);
    }
    const ojph::codestream first;
    return true;
  }();
  static_cast<void>(is_done);
}

class Source : public ojph::infile_base {
 public:
  explicit Source(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::size_t read(void* to, std::size_t size) override {
    const auto given = std::min(size, bytes_.size() - at_);
    if (given != 0) std::memcpy(to, bytes_.data() + at_, given);
    at_ += given;
    return given;
  }
  int seek(ojph::si64 offset, enum infile_base::seek origin) override {
    const auto from = origin == OJPH_SEEK_SET   ? 0
                      : origin == OJPH_SEEK_CUR ? static_cast<ojph::si64>(at_)
                                                : static_cast<ojph::si64>(bytes_.size());
    const auto place = from + offset;
    if (place < 0 || place > static_cast<ojph::si64>(bytes_.size())) return -1;
    at_ = static_cast<std::size_t>(place);
    return 0;
  }
  ojph::si64 tell() override { return static_cast<ojph::si64>(at_); }
  bool eof() override { return at_ == bytes_.size(); }
  void close() override {}

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

using Bounds = std::array<std::int32_t, 2>;

// Damage may lead beyond the bounds.
template <class Cell>
Cell cell_of(std::int32_t sample, const Bounds& bounds) {
  return static_cast<Cell>(std::clamp(sample, bounds[0], bounds[1]));
}

// By blocks: so the compiler takes several samples at once.
template <class Cell>
void store_grey(std::span<const std::int32_t> line, const Bounds& bounds, std::uint8_t* out) {
  constexpr std::size_t block = 64;
  std::array<Cell, block> cells;
  for (; line.size() >= block; line = line.subspan(block), out += sizeof(cells)) {
    for (std::size_t i = 0; i < block; ++i) cells[i] = cell_of<Cell>(line[i], bounds);
    std::memcpy(out, cells.data(), sizeof(cells));
  }
  for (std::size_t i = 0; i < line.size(); ++i) cells[i] = cell_of<Cell>(line[i], bounds);
  std::memcpy(out, cells.data(), line.size() * sizeof(Cell));
}

template <class Cell>
void store_line(std::span<const std::int32_t> line, std::size_t stride, const Bounds& bounds,
                std::uint8_t* out) {
  if (stride == 1) return store_grey<Cell>(line, bounds, out);
  for (const auto sample : line) {
    const auto cell = cell_of<Cell>(sample, bounds);
    std::memcpy(out, &cell, sizeof(Cell));
    out += stride * sizeof(Cell);
  }
}

void store(std::span<const std::int32_t> line, const PixelLayout& layout, std::uint32_t component,
           const Bounds& bounds, std::uint8_t* row) {
  const std::size_t stride = layout.samples_per_pixel;
  auto* const out = row + std::size_t{component} * layout.bits_allocated / 8;
  switch (layout.bits_allocated) {
    case 8:
      store_line<std::uint8_t>(line, stride, bounds, out);
      break;
    case 16:
      store_line<std::uint16_t>(line, stride, bounds, out);
      break;
    default:
      store_line<std::uint32_t>(line, stride, bounds, out);
  }
}

Status pull_lines(ojph::codestream& decoder, const PixelLayout& layout,
                  std::span<std::uint8_t> frame) {
  const auto size = decoder.access_siz();
  const auto bits = size.get_bit_depth(0);
  const auto half = std::int32_t{1} << (bits - 1);
  const bool is_signed = size.is_signed(0);
  const Bounds bounds{is_signed ? -half : 0, is_signed ? half - 1 : 2 * half - 1};
  const std::size_t row_bytes = frame.size() / layout.rows;
  for (std::size_t row = 0; row < layout.rows; ++row)
    for (unsigned c = 0; c < layout.samples_per_pixel; ++c) {
      ojph::ui32 component = 0;
      const auto* const line = decoder.pull(component);
      if (line == nullptr || component != c || line->size < layout.columns)
        return decode_problem("the high-throughput JPEG 2000 codestream ends at row ", row);
      store({line->i32, layout.columns}, layout, component, bounds, frame.data() + row * row_bytes);
    }
  return Done{};
}

}  // namespace

Status decode_htj2k(std::span<const std::uint8_t> codestream, const PixelLayout& layout,
                    std::span<std::uint8_t> frame) {
  set_up_decoder();
  Source source(codestream);
  try {
    ojph::codestream decoder;
    decoder.read_headers(&source);
    decoder.set_planar(false);
    decoder.create();
    auto status = pull_lines(decoder, layout, frame);
    decoder.close();
    return status;
  } catch (const std::runtime_error&) {  // of its handler: "ojph error", and no word of which
    return decode_problem("the high-throughput JPEG 2000 codestream of ", codestream.size(),
                          " bytes is damaged");
  }
}

}  // namespace dcmflow
