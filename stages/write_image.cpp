#include "stages/write_image.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "stages/base/output_place.h"
#include "stages/base/sha256.h"
#include "stages/formats/convert_image.h"
#include "stages/geometry/time_step.h"
#include "stages/pixels/rescale.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

ImageHeader image_header(const Stack& stack, VoxelType type) {
  return {.grid = stack.grid,
          .type = type,
          .volumes = stack.volumes,
          .time_step = time_step(stack),
          .scale = stack.kept_stored};
}

}  // namespace

class ImageWriter::Digest {
 public:
  void add(Bytes bytes) { sha_.add(bytes.data(), bytes.size()); }

  Status add_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> part(std::size_t{1} << 20);
    while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0)
      add(bytes_of({part.data(), static_cast<std::size_t>(file.gcount())}));
    if (file.eof()) return Done{};
    return Problem{Reason::output_not_writable, path, path + " cannot be read back"};
  }

  std::string hex() { return dcmflow::hex(sha_.finish()); }

 private:
  Sha256 sha_;
};

ImageWriter::ImageWriter(const ImageFormat& format, StackPtr stack, VoxelType type,
                         bool with_sha256)
    : format_(format),
      stack_(std::move(stack)),
      type_(type),
      digest_(with_sha256 ? std::make_shared<Digest>() : nullptr) {}

Result<std::shared_ptr<ImageWriter>> ImageWriter::create(const OutputFolder& folder,
                                                         const ImageFormat& format, StackPtr stack,
                                                         VoxelType type, bool with_sha256) {
  std::shared_ptr<ImageWriter> writer(new ImageWriter(format, std::move(stack), type, with_sha256));
  if (auto begun = writer->begin(folder); !begun) return begun.problem();
  return writer;
}

Status ImageWriter::begin(const OutputFolder& folder) {
  folder_ = folder;
  const auto voxel_name = stack_->image_stem + std::string(format_.voxel_extension);
  header_ = format_.header(image_header(*stack_, type_), std::string(bare_name(voxel_name)));
  auto voxel_file = OutputFile::create(folder, voxel_name);
  if (!voxel_file) return voxel_file.problem();
  voxel_file_ = std::move(*voxel_file);
  if (format_.gzip) return begin_gzip();
  const bool is_before_voxels = format_.header_place == HeaderPlace::before_voxels;
  const std::uint64_t header_bytes = is_before_voxels ? header_.size() : 0;
  const auto& size = stack_->grid.size;
  const auto voxels = std::uint64_t{size[0]} * size[1] * size[2] * stack_->volumes;
  auto booked = voxel_file_.reserve(header_bytes + voxels * voxel_bytes(type_));
  if (!booked) return booked;
  if (is_before_voxels) return append(bytes_of(header_));
  auto header_file =
      OutputFile::create(folder, stack_->image_stem + std::string(format_.extension));
  if (!header_file) return header_file.problem();
  header_file_ = std::move(*header_file);
  return header_file_->append(header_);
}

Status ImageWriter::begin_gzip() {
  if (format_.header_place == HeaderPlace::before_gzip) {
    if (auto done = append(bytes_of(header_)); !done) return done;
    return append(bytes_of(gzip_begin()));
  }
  if (auto done = append(bytes_of(gzip_begin())); !done) return done;
  Part part;
  part.block = gzip_block(bytes_of(header_));
  return append(part);
}

Status ImageWriter::write(Slab&& slab, std::shared_ptr<void> lease) {
  Part part{.slices = slab.range.slices, .voxels = {}, .block = {}, .lease = std::move(lease)};
  if (format_.gzip) {
    part.block = gzip_block(slab.bytes.span());
    slab.bytes = {};
  } else {
    part.voxels = std::move(slab.bytes);
  }
  return add(slab.range.first_slice, std::move(part), slab.values);
}

Status ImageWriter::write_blank(const SlabRange& range) {
  const auto& size = stack_->grid.size;
  const auto bytes = std::uint64_t{size[0]} * size[1] * range.slices * voxel_bytes(type_);
  Part part{.slices = range.slices, .voxels = {}, .block = {}, .lease = nullptr};
  if (format_.gzip)
    part.block = blank_block(bytes);
  else
    part.zeros = bytes;
  return add(range.first_slice, std::move(part), {.least = 0, .greatest = 0});
}

// Compressed once for each size: slabs have two at the most.
GzipBlock ImageWriter::blank_block(std::uint64_t bytes) {
  {
    const Lock lock(mutex_);
    if (const auto found = blank_blocks_.find(bytes); found != blank_blocks_.end())
      return found->second;
  }
  auto block = gzip_block(std::vector<std::uint8_t>(bytes));
  const Lock lock(mutex_);
  return blank_blocks_.emplace(bytes, std::move(block)).first->second;
}

Status ImageWriter::add(std::uint32_t first_slice, Part&& part, const ValueRange& values) {
  {
    const Lock lock(mutex_);
    if (abandoned_) return Done{};
    values_ = join(values_, values);
    waiting_.emplace(first_slice, std::move(part));
  }
  return drain();
}

void ImageWriter::abandon() {
  std::map<std::uint32_t, Part> let_go;
  const Lock lock(mutex_);
  abandoned_ = true;
  waiting_.swap(let_go);
}

// Takes the parts whose turn has come. One thread at a time does this; the others leave their part
// and go on.
Status ImageWriter::drain() {
  for (;;) {
    Part part;
    {
      const Lock lock(mutex_);
      const auto next = waiting_.find(next_slice_);
      if (draining_ || next == waiting_.end()) return Done{};
      draining_ = true;
      part = std::move(next->second);
      waiting_.erase(next);
    }
    auto done = append(part);
    const Lock lock(mutex_);
    draining_ = false;
    next_slice_ += part.slices;
    if (!done) return done;
  }
}

Status ImageWriter::append(const Part& part) {
  if (part.zeros > 0) return append_zeros(part.zeros);
  if (!format_.gzip) return append(part.voxels.span());
  crc_ = gzip_combine(crc_, part.block);
  uncompressed_ += part.block.uncompressed;
  return append(part.block.bytes);
}

Status ImageWriter::append_zeros(std::uint64_t bytes) {
  constexpr std::array<std::uint8_t, 4096> zeros{};
  for (std::uint64_t told = 0; digest_ && told < bytes; told += zeros.size())
    digest_->add(Bytes(zeros).first(std::min<std::uint64_t>(zeros.size(), bytes - told)));
  return voxel_file_.append_zeros(bytes);
}

Status ImageWriter::append(Bytes bytes) {
  if (digest_) digest_->add(bytes);
  return voxel_file_.append(bytes);
}

// What was written is an image for the converter, which makes the file with the name.
Status ImageWriter::convert() {
  auto file = OutputFile::create(folder_, voxel_file_.name());
  if (!file) return file.problem();
  const auto is_stopped = [this] { return folder_.is_stopped(); };
  if (auto done = convert_image(voxel_file_.temporary_path(), file->temporary_path(), is_stopped);
      !done)
    return Problem{done.problem().reason, file->name(), done.problem().detail};
  if (auto done = file->wrote_by_name(); !done) return done;
  if (digest_) {
    digest_ = std::make_shared<Digest>();
    if (auto done = digest_->add_file(file->temporary_path()); !done) return done;
  }
  voxel_file_ = std::move(*file);
  return Done{};
}

Result<ImageFile> ImageWriter::finish() {
  if (format_.gzip) {
    if (auto done = append(bytes_of(gzip_end(crc_, uncompressed_))); !done) return done.problem();
  }
  if (format_.converted) {
    if (auto done = convert(); !done) return done.problem();
  }
  if (auto done = publish(); !done) return done.problem();
  const Lock lock(mutex_);
  ImageFile image{.stack = stack_,
                  .type = type_,
                  .values = values_,
                  .name = voxel_file_.name(),
                  .file_names = {voxel_file_.name()},
                  .file_bytes = {voxel_file_.bytes()},
                  .modified_ns = {voxel_file_.modified_ns()},
                  .sha256 = digest_ ? digest_->hex() : std::string()};
  if (header_file_) {
    image.name = header_file_->name();
    image.file_names.insert(image.file_names.begin(), image.name);
    image.file_bytes.insert(image.file_bytes.begin(), header_file_->bytes());
    image.modified_ns.insert(image.modified_ns.begin(), header_file_->modified_ns());
  }
  return image;
}

Status ImageWriter::publish() {
  if (!header_file_) return voxel_file_.commit();
  if (auto done = voxel_file_.finish(); !done) return done;
  if (auto done = header_file_->finish(); !done) return done;
  return publish_pair(folder_.path, *header_file_, voxel_file_);
}

}  // namespace dcmflow
