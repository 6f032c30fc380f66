#include "stages/formats/voxel_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "stages/base/open_path.h"
#include "stages/base/printable.h"
#include "stages/formats/header_fields.h"

namespace dcmflow {
namespace {

Problem unreadable(int error) {
  return {Reason::unreadable, {}, std::generic_category().message(error)};
}

Result<Descriptor> open_regular_file(const std::string& path) {
  Descriptor file = open_path(path, O_RDONLY | O_NONBLOCK);  // a pipe keeps nobody waiting
  if (!file) return unreadable(errno);
  struct stat found {};
  if (fstat(file.get(), &found) != 0) return unreadable(errno);
  if (!S_ISREG(found.st_mode)) return Problem{Reason::unreadable, {}, "it is no regular file"};
  return file;
}

}  // namespace

Result<std::string> voxel_path(const std::string& path, const ImageFormat& format,
                               const ReadHeader& header) {
  const auto& name = header.voxel_file;
  if (format.header_place != HeaderPlace::own_file) {
    if (name.empty() || name == "LOCAL") return path;
    return malformed("the header says that its voxels are in " + printable(name) +
                     ", expected LOCAL");
  }
  if (name.empty())
    return path.substr(0, path.size() - format.extension.size()) +
           std::string(format.voxel_extension);
  if (name == "." || name == ".." || name.find('/') != std::string::npos)
    return malformed("the header says that its voxels are in " + printable(name) +
                     ", expected a file beside it");
  return path.substr(0, path.rfind('/') + 1) + name;
}

void VoxelStream::CloseGzip::operator()(gzFile_s* file) const { gzclose_r(file); }

Result<VoxelStream> VoxelStream::open(const std::string& path, const ImageFormat& format,
                                      const ReadHeader& header) {
  const auto where = voxel_path(path, format, header);
  if (!where) return where.problem();
  auto file = open_regular_file(*where);
  if (!file) return file.problem();
  const bool has_header = format.header_place != HeaderPlace::own_file;
  // The whole file is one stream, or its header stands in front of the stream.
  const bool is_one_stream = format.gzip && format.header_place == HeaderPlace::before_voxels;
  VoxelStream stream;
  if (has_header && !is_one_stream &&
      lseek(file->get(), static_cast<off_t>(header.voxel_offset), SEEK_SET) < 0)
    return unreadable(errno);
  if (!is_one_stream && !header.is_gzip) {
    stream.file_ = std::move(*file);
    return stream;
  }
  stream.inflated_.reset(gzdopen(file->get(), "rb"));
  if (!stream.inflated_) return unreadable(ENOMEM);
  file->release();  // it is closed with the stream
  if (is_one_stream)
    if (auto skipped = stream.skip(header.voxel_offset); !skipped) return skipped.problem();
  return stream;
}

Status VoxelStream::skip(std::size_t bytes) {
  std::array<std::uint8_t, 4096> part;
  while (bytes > 0) {
    const auto count = std::min(bytes, part.size());
    if (auto done = read(std::span(part).first(count)); !done) return done;
    bytes -= count;
  }
  return Done{};
}

Status VoxelStream::read(std::span<std::uint8_t> bytes) {
  constexpr std::size_t most = std::size_t{1} << 24;  // that one call takes
  while (!bytes.empty()) {
    const auto wanted = std::min(bytes.size(), most);
    const auto count = inflated_
                           ? gzread(inflated_.get(), bytes.data(), static_cast<unsigned>(wanted))
                           : ::read(file_.get(), bytes.data(), wanted);
    if (count < 0 && inflated_) return malformed("its gzip stream is damaged");
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(errno);
    if (count == 0) return malformed("it ends before the voxels that its header promises");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return Done{};
}

}  // namespace dcmflow
