#include "stages/prepare/itk/image_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "stages/base/output_folder.h"
#include "stages/base/output_place.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

const ImageFormat* format_of(const ResampleJob& job) {
  return job.format.empty() ? format_of_file(job.to) : find_image_format(job.format);
}

std::string voxel_file_of(const ResampleJob& job, const ImageFormat& format) {
  if (format.header_place != HeaderPlace::own_file) return job.to;
  if (!job.voxels.empty()) return job.voxels;
  auto stem = job.to;
  if (stem.ends_with(format.extension)) stem.resize(stem.size() - format.extension.size());
  return stem + std::string(format.voxel_extension);
}

}  // namespace

std::vector<std::string> ImageSink::files_of(const ResampleJob& job) {
  std::vector<std::string> files{job.to};
  if (const auto* const format = format_of(job))
    if (auto voxels = voxel_file_of(job, *format); voxels != job.to)
      files.push_back(std::move(voxels));
  return files;
}

Result<ImageSink::File> ImageSink::open(const std::string& path) {
  File file{
      Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666)),
      path, nullptr};
  if (!file.descriptor) return output_problem(printable(path) + " cannot be written", errno);
  return file;
}

Status ImageSink::write(File& file, std::string_view bytes) {
  if (file.digest) file.digest->add(bytes.data(), bytes.size());
  if (const int error = write_all(file.descriptor.get(), bytes); error != 0)
    return output_problem(
        printable(file.path) + " cannot take " + std::to_string(bytes.size()) + " bytes", error);
  return Done{};
}

// Network file systems tell of a full disk as late as this.
Status ImageSink::close(File& file) {
  if (::close(file.descriptor.release()) != 0 && errno != EINTR)
    return output_problem(printable(file.path) + " cannot be closed", errno);
  return Done{};
}

Result<ImageSink> ImageSink::create(const ResampleJob& job, const ImageHeader& header) {
  ImageSink sink;
  sink.format_ = format_of(job);
  if (sink.format_ == nullptr || sink.format_->converted)
    return Problem{
        Reason::bad_settings, job.to,
        "no format that is written here: " + printable(job.format.empty() ? job.to : job.format)};
  const auto& format = *sink.format_;
  const auto voxels = voxel_file_of(job, format);
  auto file = open(voxels);
  if (!file) return file.problem();
  sink.voxel_file_ = std::move(*file);
  if (job.with_sha256) sink.voxel_file_.digest = std::make_unique<Sha256>();
  const auto text = format.header(
      header, job.voxel_name.empty() ? std::string(bare_name(voxels)) : job.voxel_name);
  if (format.header_place == HeaderPlace::own_file) {
    auto header_file = open(job.to);
    if (!header_file) return header_file.problem();
    sink.header_file_ = std::move(*header_file);
    if (auto written = write(*sink.header_file_, text); !written) return written.problem();
    return sink;
  }
  if (!format.gzip || format.header_place == HeaderPlace::before_gzip)
    if (auto written = write(sink.voxel_file_, text); !written) return written.problem();
  if (format.gzip)
    if (auto written = write(sink.voxel_file_, gzip_begin()); !written) return written.problem();
  if (format.gzip && format.header_place == HeaderPlace::before_voxels)
    if (auto written = sink.append_block(bytes_of(text)); !written) return written.problem();
  return sink;
}

Status ImageSink::append_block(std::span<const std::uint8_t> bytes) {
  const auto block = gzip_block(bytes);
  crc_ = gzip_combine(crc_, block);
  uncompressed_ += block.uncompressed;
  return write(voxel_file_, text_of(block.bytes));
}

Status ImageSink::append(std::span<const std::uint8_t> voxels) {
  if (!format_->gzip) return write(voxel_file_, text_of(voxels));
  while (!voxels.empty()) {
    const auto part = voxels.first(std::min(voxels.size(), gzip_block_bytes - block_.size()));
    block_.insert(block_.end(), part.begin(), part.end());
    voxels = voxels.subspan(part.size());
    if (block_.size() < gzip_block_bytes) break;
    if (auto written = append_block(block_); !written) return written;
    block_.clear();
  }
  return Done{};
}

Result<std::string> ImageSink::finish() {
  if (format_->gzip) {
    if (!block_.empty())
      if (auto written = append_block(block_); !written) return written.problem();
    if (auto written = write(voxel_file_, gzip_end(crc_, uncompressed_)); !written)
      return written.problem();
  }
  if (auto closed = close(voxel_file_); !closed) return closed.problem();
  if (header_file_)
    if (auto closed = close(*header_file_); !closed) return closed.problem();
  return voxel_file_.digest ? hex(voxel_file_.digest->finish()) : std::string();
}

}  // namespace dcmflow
