#pragma once
// The stored pixels of a frame, read from its file and decoded: what assemble_volume rescales.

#include <span>
#include <vector>

#include "stages/base/unfilled_bytes.h"
#include "stages/dicom_types.h"
#include "stages/pixels/lookup_table.h"
#include "stages/pixels/stored_pixels.h"

namespace dcmflow {

// Buffers that a thread lends from frame to frame, so that nothing is allocated in the steady
// state.
struct FrameBuffers {
  StoredPixels stored;
  UnfilledBytes native;
  std::vector<std::uint8_t> cells;  // unpacked, or turned into RGB
  TableCache tables;
  bool recoloured = false;  // the codestream of the last frame said another colour space than the
                            // header, and was believed
  std::vector<std::uint8_t> tile;
  // The mosaic whose stored image is in `native`, so that its next tile needs no reading.
  InstancePtr mosaic;

  // Frees buffers that a large frame left.
  void release();
};

// Native pixels of the frame: cell_layout(layout).frame_bytes() bytes (stages/pixels/cells.h),
// little endian, samples interleaved, colour as RGB or as indexes into a palette. They are read to
// `place` when the stored frame has its size. The span points there or into `buffers` and is valid
// until their next use. Problems name the file: those of StoredPixels; decode_failed,
// transfer_syntax_unsupported, pixel_layout_unsupported (a tile outside of its mosaic). Thread-safe
// with buffers of one's own.
Result<std::span<const std::uint8_t>> read_frame(const Frame& frame, FrameBuffers& buffers,
                                                 std::span<std::uint8_t> place = {});

// Whether two frames hold the same pixels: see PixelDigests, for more than a few. Thread-safe.
bool same_decoded_pixels(const Frame& a, const Frame& b);

// Bytes that the buffers of read_frame take at most for a frame of the instance, codec included.
std::uint64_t frame_memory(const Instance& instance);

}  // namespace dcmflow
