#include "stages/pixels/stored_pixels.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stages/dicom/byte_source.h"
#include "stages/dicom/open_file.h"
#include "stages/pixels/stored_layout.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

Problem short_pixels(const Instance& instance, std::uint64_t needed, std::uint64_t there) {
  return {Reason::pixel_data_short, instance.file->name,
          "the header promises " + std::to_string(needed) + " bytes of pixels, the file has " +
              std::to_string(there)};
}

// `count` bytes from `offset` of a plain file, into `place` when it has that size, else into
// `buffer`.
Result<Bytes> read_file(const Instance& instance, std::uint64_t offset, std::uint64_t count,
                        std::vector<std::uint8_t>& buffer, std::span<std::uint8_t> place) {
  const auto file = OpenFile::open(instance.file);
  if (!file) return file.problem();
  if (offset > instance.file->size || count > instance.file->size - offset)
    return short_pixels(instance, count,
                        instance.file->size - std::min(offset, instance.file->size));
  if (place.size() != count) {
    if (buffer.size() < count) buffer.resize(count);
    place = std::span(buffer).first(count);
  }
  for (std::uint64_t done = 0; done < count;) {
    const auto got = ::pread(file->descriptor(), place.data() + done, count - done,
                             static_cast<off_t>(file->begin() + offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Problem{Reason::unreadable, instance.file->name,
                     std::string("cannot be read: ") + std::strerror(errno)};
    if (got == 0) return short_pixels(instance, count, done);
    done += static_cast<std::uint64_t>(got);
  }
  if (auto same = file->check_unchanged(); !same) return same.problem();
  return Bytes(place);
}

// Frees what is too large to be kept for the next file.
void let_go(std::vector<std::uint8_t>& buffer) {
  constexpr std::size_t largest_kept = 16 << 20;
  if (buffer.capacity() > largest_kept) std::vector<std::uint8_t>().swap(buffer);
}

// How many bytes the pixels of an inflated file can have, whatever is said of them.
std::uint64_t most_pixel_bytes(const Instance& instance) {
  constexpr std::uint64_t encapsulation = 1 << 20;
  const auto plausible = std::min(native_pixel_bytes(instance), ByteSource::unknown_size / 8);
  const auto possible = instance.file->size * InflateSource::largest_ratio;
  return std::min(2 * plausible + encapsulation, possible);
}

// The bytes of the fragments in one piece; `run` holds them all, from byte `begin` of the value on.
Bytes join(Bytes run, std::uint64_t begin, const FrameFragments& fragments,
           std::vector<std::uint8_t>& buffer) {
  if (fragments.size() == 1) return run.subspan(fragments[0].offset - begin, fragments[0].length);
  buffer.clear();
  for (const auto& fragment : fragments) {
    const auto part = run.subspan(fragment.offset - begin, fragment.length);
    buffer.insert(buffer.end(), part.begin(), part.end());
  }
  return buffer;
}

Problem named(Problem problem, const Instance& instance) {
  problem.subject = instance.file->name;
  return problem;
}

}  // namespace

Status StoredPixels::open_stream(const Instance& instance) {
  // Finding frames may read the stream some times, and going back inflates some of it again.
  constexpr std::uint64_t passes = 4;
  const auto most = passes * (instance.pixel_data.offset + most_pixel_bytes(instance));
  if (stream_ && stream_->file() == instance.file) {
    stream_->allow(most);
    return Done{};
  }
  close_stream();
  stream_ = std::make_unique<OpenDataset>(instance.file, windows_, most);
  auto status = stream_->open();
  if (!status) close_stream();
  return status;
}

void StoredPixels::close_stream() {
  stream_.reset();
  for (auto* window : {&windows_.file, &windows_.unzipped, &windows_.inflated}) let_go(*window);
}

void StoredPixels::release() {
  let_go(bytes_);
  let_go(joined_);
}

Result<Bytes> StoredPixels::read_stream(const Instance& instance, std::uint64_t offset,
                                        std::uint64_t count) {
  if (count > most_pixel_bytes(instance))
    return short_pixels(instance, count, most_pixel_bytes(instance));
  if (auto status = open_stream(instance); !status) return status.problem();
  const auto there = stream_->source().up_to(offset, count);
  const auto same = stream_->check_unchanged();
  if (same && there.size() == count) return there;
  const auto found = there.size();
  close_stream();
  if (!same) return same.problem();
  return Problem{Reason::pixel_data_short, instance.file->name,
                 "the deflated data end after " + std::to_string(found) + " of " +
                     std::to_string(count) + " bytes of pixels, or are damaged there"};
}

Result<Bytes> StoredPixels::read(const Instance& instance, std::uint64_t skip, std::uint64_t count,
                                 std::span<std::uint8_t> place) {
  const auto offset = instance.pixel_data.offset + skip;
  if (instance.shared->encoding.deflated) return read_stream(instance, offset, count);
  close_stream();
  return read_file(instance, offset, count, bytes_, place);
}

// One read gives the whole value.
Result<Bytes> StoredPixels::read_only_frame(const Instance& instance) {
  const auto value = read(instance, 0, instance.pixel_data.length);
  if (!value) return value.problem();
  BufferSource source(bytes_, value->size());
  const auto frames = find_frames(
      source,
      {.length = value->size(), .number_of_frames = 1, .kind = PixelData::Kind::encapsulated});
  if (!frames) return named(frames.problem(), instance);
  return join(*value, 0, frames->front(), joined_);
}

Status StoredPixels::find_frames_of(const Instance& instance, std::uint32_t frames) {
  if (indexed_ == instance.file && frames_.size() == frames) return Done{};
  indexed_.reset();
  const auto find = [&](ByteSource& source) -> Status {
    auto pixels = instance.pixel_data;
    pixels.number_of_frames = frames;
    auto found = find_frames(source, pixels);
    if (!found) return named(found.problem(), instance);
    frames_ = std::move(*found);
    indexed_ = instance.file;
    return Done{};
  };
  if (instance.shared->encoding.deflated) {
    if (auto status = open_stream(instance); !status) return status;
    return find(stream_->source());
  }
  const auto file = OpenFile::open(instance.file);
  if (!file) return file.problem();
  FileSource source(file->descriptor(), instance.file->size, bytes_, FileSource::page_bytes,
                    file->begin());
  if (auto found = find(source); !found) return found;
  return file->check_unchanged();
}

Result<Bytes> StoredPixels::read_frame(const Instance& instance, std::uint32_t number,
                                       std::uint32_t frames) {
  if (frames <= 1 && number == 0 && !instance.shared->encoding.deflated)
    return read_only_frame(instance);
  if (auto status = find_frames_of(instance, frames); !status) return status.problem();
  if (number >= frames_.size())
    return Problem{Reason::pixel_data_short, instance.file->name,
                   "frame " + std::to_string(number + 1) + " of " + std::to_string(frames_.size())};
  const auto& fragments = frames_[number];  // one at least: find_frames() gives no frame without
  const auto begin = fragments.front().offset;
  const auto end = fragments.back().offset + fragments.back().length;
  auto run = read(instance, begin, end - begin);
  if (!run) return run;
  return join(*run, begin, fragments, joined_);
}

}  // namespace dcmflow
