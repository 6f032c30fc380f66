#include "stages/pixels/stored_pixels.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "stages/dicom/byte_source.h"
#include "stages/dicom/dataset_start.h"
#include "stages/dicom/open_file.h"
#include "stages/pixels/stored_layout.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

class Descriptor {
 public:
  explicit Descriptor(const File& file) : number_(open_file(file)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Problem cannot_be(const char* what, const File& file) {
  return {Reason::unreadable, file.name,
          std::string("cannot be ") + what + ": " + std::strerror(errno)};
}

Problem short_pixels(const Instance& instance, std::uint64_t needed, std::uint64_t there) {
  return {Reason::pixel_data_short, instance.file->name,
          "the header promises " + std::to_string(needed) + " bytes of pixels, the file has " +
              std::to_string(there)};
}

// `count` bytes from `offset` of a plain file, into `place` when it has that size, else into
// `buffer`.
Result<Bytes> read_file(const Instance& instance, std::uint64_t offset, std::uint64_t count,
                        std::vector<std::uint8_t>& buffer, std::span<std::uint8_t> place) {
  const Descriptor descriptor(*instance.file);
  if (descriptor.number() < 0) return cannot_be("opened", *instance.file);
  if (offset > instance.file->size || count > instance.file->size - offset)
    return short_pixels(instance, count,
                        instance.file->size - std::min(offset, instance.file->size));
  if (place.size() != count) {
    if (buffer.size() < count) buffer.resize(count);
    place = std::span(buffer).first(count);
  }
  for (std::uint64_t done = 0; done < count;) {
    const auto got = ::pread(descriptor.number(), place.data() + done, count - done,
                             static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_be("read", *instance.file);
    if (got == 0) return short_pixels(instance, count, done);
    done += static_cast<std::uint64_t>(got);
  }
  return Bytes(place);
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

// The layers between a file and the bytes that pixel offsets count in: gzip, deflate or both.
struct StoredPixels::InflatedFile {
  InflatedFile(FilePtr opened, std::uint64_t most_bytes)
      : name(std::move(opened)),
        descriptor(*name),
        file(descriptor.number(), name->size, file_window),
        budget(most_bytes) {}

  Status open() {
    if (descriptor.number() < 0) return cannot_be("opened", *name);
    const bool zipped = is_gzip(file);
    if (zipped) unzipped.emplace(file, 0, unzipped_window, InflateSource::Wrapping::gzip, budget);
    ByteSource& dicom = zipped ? static_cast<ByteSource&>(*unzipped) : file;
    const auto start = find_dataset_start(dicom);
    if (!start) return Problem{start.problem().reason, name->name, start.problem().detail};
    source = &dicom;
    if (!start->encoding.deflated) return Done{};
    inflated.emplace(dicom, start->offset, inflated_window, InflateSource::Wrapping::raw, budget);
    source = &*inflated;
    return Done{};
  }

  FilePtr name;
  Descriptor descriptor;
  std::vector<std::uint8_t> file_window, unzipped_window, inflated_window;
  FileSource file;
  const std::uint64_t budget;
  std::optional<InflateSource> unzipped, inflated;
  ByteSource* source = nullptr;
  std::uint64_t reached = 0;  // the offset that was read last
};

StoredPixels::StoredPixels() = default;
StoredPixels::~StoredPixels() = default;

Status StoredPixels::open_inflated(const Instance& instance) {
  // Finding frames may read the stream some times.
  constexpr std::uint64_t passes = 4;
  const auto most = passes * (instance.pixel_data.offset + most_pixel_bytes(instance));
  inflated_ = std::make_unique<InflatedFile>(instance.file, most);
  auto status = inflated_->open();
  if (!status) inflated_.reset();
  return status;
}

Result<Bytes> StoredPixels::read_inflated(const Instance& instance, std::uint64_t offset,
                                          std::uint64_t count) {
  if (count > most_pixel_bytes(instance))
    return short_pixels(instance, count, most_pixel_bytes(instance));
  // A stream cannot go back.
  const bool is_open =
      inflated_ && inflated_->name == instance.file && inflated_->reached <= offset;
  if (!is_open) {
    if (auto status = open_inflated(instance); !status) return status.problem();
  }
  inflated_->reached = offset;
  const auto there = inflated_->source->up_to(offset, count);
  if (there.size() == count) return there;
  const auto found = there.size();
  inflated_.reset();
  return Problem{Reason::pixel_data_short, instance.file->name,
                 "the deflated data end after " + std::to_string(found) + " of " +
                     std::to_string(count) + " bytes of pixels, or are damaged there"};
}

Result<Bytes> StoredPixels::read(const Instance& instance, std::uint64_t skip, std::uint64_t count,
                                 std::span<std::uint8_t> place) {
  const auto offset = instance.pixel_data.offset + skip;
  return instance.shared->encoding.deflated ? read_inflated(instance, offset, count)
                                            : read_file(instance, offset, count, bytes_, place);
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
    if (auto status = open_inflated(instance); !status) return status;
    auto status = find(*inflated_->source);
    inflated_.reset();
    return status;
  }
  const Descriptor descriptor(*instance.file);
  if (descriptor.number() < 0) return cannot_be("opened", *instance.file);
  FileSource source(descriptor.number(), instance.file->size, bytes_, FileSource::page_bytes);
  return find(source);
}

Result<Bytes> StoredPixels::read_frame(const Instance& instance, std::uint32_t number,
                                       std::uint32_t frames) {
  if (frames <= 1 && number == 0 && !instance.shared->encoding.deflated)
    return read_only_frame(instance);
  if (auto status = find_frames_of(instance, frames); !status) return status.problem();
  if (number >= frames_.size())
    return Problem{Reason::pixel_data_short, instance.file->name,
                   "frame " + std::to_string(number + 1) + " of " + std::to_string(frames_.size())};
  const auto& fragments = frames_[number];
  const auto begin = fragments.front().offset;
  const auto end = fragments.back().offset + fragments.back().length;
  auto run = read(instance, begin, end - begin);
  if (!run) return run;
  return join(*run, begin, fragments, joined_);
}

}  // namespace dcmflow
