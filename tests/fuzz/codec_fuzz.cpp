// One frame of the transfer syntax that the build says (FUZZED_SYNTAX). The last six bytes of the
// input are the layout, what is before them the codestream.

#include <array>
#include <string_view>

#include "stages/codecs/codecs.h"
#include "stages/dicom/silence.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

constexpr std::size_t layout_bytes = 6;

// columns − 1, rows − 1, Bits Allocated (an index) and flags, Bits Stored, photometric
// interpretation, unused.
PixelLayout layout_of(std::span<const std::uint8_t> bytes) {
  constexpr std::array<std::uint16_t, 4> allocated{8, 16, 32, 1};
  PixelLayout layout;
  layout.columns = static_cast<std::uint16_t>(bytes[0] + 1);
  layout.rows = static_cast<std::uint16_t>(bytes[1] + 1);
  layout.bits_allocated = allocated[bytes[2] & 3];
  layout.samples_per_pixel = (bytes[2] & 4) != 0 ? 3 : 1;
  layout.is_signed = (bytes[2] & 8) != 0;
  layout.planar = (bytes[2] & 16) != 0;
  layout.bits_stored = static_cast<std::uint16_t>(bytes[3] % layout.bits_allocated + 1);
  layout.high_bit = static_cast<std::uint16_t>(layout.bits_stored - 1);
  return layout;
}

// 1-bit cells are for codecs that keep packing alone: read_frame asks for no others.
bool is_asked_for(const TransferSyntax& syntax, const PixelLayout& layout) {
  return layout.bits_allocated != 1 || (syntax.keeps_packing && layout.samples_per_pixel == 1);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  static const bool silent = (silence_dcmtk(), true);
  static const auto* const syntax = find_transfer_syntax(FUZZED_SYNTAX);
  promise(silent && syntax != nullptr && syntax->decode != nullptr, "the syntax has a decoder");
  if (size < layout_bytes) return 0;
  constexpr std::array<std::string_view, 5> photometric{"MONOCHROME2", "RGB", "YBR_FULL",
                                                        "YBR_FULL_422", "PALETTE COLOR"};
  const std::span tail(input + size - layout_bytes, layout_bytes);
  const auto layout = layout_of(tail);
  if (!is_asked_for(*syntax, layout)) return 0;
  // Of exactly its size, so that the sanitizer sees a step over the end.
  const Bytes codestream(input, input + size - layout_bytes);
  std::array<Bytes, 2> frames{Bytes(layout.frame_bytes(), 0x00), Bytes(layout.frame_bytes(), 0xA5)};
  std::array<bool, 2> done{};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto status =
        syntax->decode(codestream, layout, photometric[tail[4] % photometric.size()], frames[i]);
    done[i] = status.ok();
    if (!status)
      promise(status.problem().reason == Reason::decode_failed && !status.problem().detail.empty(),
              "a frame that is not decoded is decode_failed, with what was wrong");
  }
  promise(done[0] == done[1], "whether a frame decodes does not depend on the memory before");
  if (done[0]) promise(frames[0] == frames[1], "a frame that decodes is whole");
  return 0;
}
