#pragma once
// An image file that is written from its first byte to its last, as dcmflow writes it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stages/base/descriptor.h"
#include "stages/base/result.h"
#include "stages/base/sha256.h"
#include "stages/formats/formats.h"
#include "stages/prepare/resample_job.h"

namespace dcmflow {

// What is under the names of the job is written over, in place; a symbolic link is refused. For one
// thread. Problems: output_not_writable, disk_full.
class ImageSink {
 public:
  // Problem{bad_settings}: a format that is not written here. The header has the job's grid.
  static Result<ImageSink> create(const ResampleJob& job, const ImageHeader& header);

  Status append(std::span<const std::uint8_t> voxels);
  // The files are whole; SHA-256 of that with the voxels where the job asks for it, else "".
  Result<std::string> finish();

  // The files that a job makes, the main one first.
  static std::vector<std::string> files_of(const ResampleJob& job);

 private:
  struct File {
    Descriptor descriptor;
    std::string path;
    std::unique_ptr<Sha256> digest;
  };
  static Result<File> open(const std::string& path);
  static Status write(File& file, std::string_view bytes);
  static Status close(File& file);
  Status append_block(std::span<const std::uint8_t> bytes);

  const ImageFormat* format_ = nullptr;
  std::optional<File> header_file_;
  File voxel_file_;
  std::vector<std::uint8_t> block_;  // of a compressed format, until it is whole
  std::uint32_t crc_ = 0;
  std::uint64_t uncompressed_ = 0;
};

}  // namespace dcmflow
