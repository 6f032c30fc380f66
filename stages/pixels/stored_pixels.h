#pragma once
// Pixel data as they are stored: native bytes, or the codestream of one compressed frame, out of a
// file that is plain, deflated (PS3.5 A.5) or within a gzip file.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "stages/codecs/codecs.h"
#include "stages/dicom/open_dataset.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Lends its buffers from read to read, so that nothing is allocated in the steady state, and keeps
// for the next frame of the same file what would be dear to find again: where the frames lie, and
// the stream that was inflated so far. What is returned lies in `place` or in a buffer and is valid
// until the next read. Problems name the file: unreadable, changed_during_run, pixel_data_short,
// malformed. Not thread-safe: one object a thread.
class StoredPixels {
 public:
  StoredPixels() = default;
  StoredPixels(const StoredPixels&) = delete;
  StoredPixels& operator=(const StoredPixels&) = delete;

  // `count` bytes behind the first `skip` bytes of native pixel data; in `place` when it has that
  // size and the file is plain.
  Result<std::span<const std::uint8_t>> read(const Instance& instance, std::uint64_t skip,
                                             std::uint64_t count,
                                             std::span<std::uint8_t> place = {});

  // The codestream of frame `number` out of `frames` in encapsulated pixel data, its fragments
  // joined. Reads no other frame's, unless there is only one.
  Result<std::span<const std::uint8_t>> read_frame(const Instance& instance, std::uint32_t number,
                                                   std::uint32_t frames);

  // Frees buffers that a large frame left.
  void release();

 private:
  Result<std::span<const std::uint8_t>> read_stream(const Instance& instance, std::uint64_t offset,
                                                    std::uint64_t count);
  Result<std::span<const std::uint8_t>> read_only_frame(const Instance& instance);
  Status find_frames_of(const Instance& instance, std::uint32_t frames);
  Status open_stream(const Instance& instance);
  void close_stream();

  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint8_t> joined_;
  FilePtr indexed_;  // whose frames are in frames_
  std::vector<FrameFragments> frames_;
  OpenDataset::Windows windows_;
  std::unique_ptr<OpenDataset> stream_;  // of the last file, when it is one
};

}  // namespace dcmflow
