#pragma once
// The voxels of an image file, in order: inflated where they are compressed, little endian, i
// fastest, then j, k and the volumes. Of the formats that read_image_header() reads.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "stages/base/descriptor.h"
#include "stages/base/result.h"
#include "stages/formats/read_image_header.h"

struct gzFile_s;

namespace dcmflow {

// Where the voxels of an image are: its own file, or one beside it. Problem{malformed}: MetaImage
// names a file that is not beside it, or one where the voxels are to be in it.
Result<std::string> voxel_path(const std::string& path, const ImageFormat& format,
                               const ReadHeader& header);

// For one thread.
class VoxelStream {
 public:
  // `header` is what read_image_header() said of `path`. Problems: unreadable (it is not there, or
  // no regular file), malformed (as above, or it ends within its header).
  static Result<VoxelStream> open(const std::string& path, const ImageFormat& format,
                                  const ReadHeader& header);

  // The next bytes, all that `bytes` holds. Problem{malformed}: there are no more, or the
  // compressed stream is damaged; {unreadable}.
  Status read(std::span<std::uint8_t> bytes);

 private:
  struct CloseGzip {
    void operator()(gzFile_s* file) const;
  };
  Status skip(std::size_t bytes);

  Descriptor file_;                                // of voxels that lie there as they are
  std::unique_ptr<gzFile_s, CloseGzip> inflated_;  // of those that are compressed
};

}  // namespace dcmflow
