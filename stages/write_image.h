#pragma once
// Slabs → ImageFile: one image being written, by any number of threads at once.

#include <map>
#include <memory>
#include <optional>

#include "stages/base/mutex.h"
#include "stages/base/output_file.h"
#include "stages/dicom_types.h"
#include "stages/formats/formats.h"

namespace dcmflow {

// Slabs come in any order and from any thread, which compresses them where the format asks for it;
// they are appended in order, by one thread at a time: while it does so the others leave their slab
// and go on. (The kernel would make them wait for the file's lock.) Nothing appears under a final
// name before finish(). Problems of all functions: output_not_writable, disk_full; interrupted
// where the folder gives up while another program converts the file.
class ImageWriter {
 public:
  // Creates the files under temporary names and books their space. With SHA-256, which takes longer
  // than writing, the ImageFile tells that of the file.
  static Result<std::shared_ptr<ImageWriter>> create(const OutputFolder& folder,
                                                     const ImageFormat& format, StackPtr stack,
                                                     VoxelType type, bool with_sha256);

  // REQUIRES: slab.type is the writer's type; each slice of the stack is written once. `lease` is
  // let go when the slab's bytes are.
  Status write(Slab&& slab, std::shared_ptr<void> lease);

  // The same of slices in which every voxel is 0: they are neither made nor, in plain formats,
  // written.
  Status write_blank(const SlabRange& range);

  // Nothing more will be finished: lets go of every slab that waits for its turn, and of those that
  // still come. Thread-safe.
  void abandon();

  // Gives the files their final names, those of a pair by publish_pair(). REQUIRES: all slices were
  // written, and no thread writes any more.
  Result<ImageFile> finish();

 private:
  class Digest;  // SHA-256 over the bytes in file order
  struct Part {  // a slab's bytes on their way into the file
    std::uint32_t slices = 0;
    Buffer voxels;            // plain formats
    std::uint64_t zeros = 0;  // plain formats, in place of voxels
    GzipBlock block;          // gzip formats
    std::shared_ptr<void> lease;
  };

  ImageWriter(const ImageFormat& format, StackPtr stack, VoxelType type, bool with_sha256);
  Status begin(const OutputFolder& folder);
  Status begin_gzip();
  Status convert();
  Status publish();
  Status add(std::uint32_t first_slice, Part&& part, const ValueRange& values);
  GzipBlock blank_block(std::uint64_t bytes);
  Status drain();
  Status append(const Part& part);
  Status append(std::span<const std::uint8_t> bytes);
  Status append_zeros(std::uint64_t bytes);

  const ImageFormat& format_;
  StackPtr stack_;
  VoxelType type_;
  OutputFolder folder_{""};
  std::string header_;
  std::optional<OutputFile> header_file_;  // for formats whose header is a file of its own
  OutputFile voxel_file_;

  Mutex mutex_;
  std::map<std::uint32_t, Part> waiting_ GUARDED_BY(mutex_);  // by first slice
  std::uint32_t next_slice_ GUARDED_BY(mutex_) = 0;
  bool draining_ GUARDED_BY(mutex_) = false;
  bool abandoned_ GUARDED_BY(mutex_) = false;
  ValueRange values_ GUARDED_BY(mutex_);
  std::map<std::uint64_t, GzipBlock> blank_blocks_ GUARDED_BY(mutex_);  // by their bytes
  // Of the one thread that drains.
  std::uint32_t crc_ = 0;
  std::uint64_t uncompressed_ = 0;
  std::shared_ptr<Digest> digest_;  // null without SHA-256
};

}  // namespace dcmflow
