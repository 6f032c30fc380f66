// A plain archive is read where it lies: libarchive tells where each member begins. A compressed
// one is unpacked by a PackedStream, and what that gives is counted before libarchive sees it as a
// tar.

#include "stages/archives/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/archives/libarchive/archive_feed.h"
#include "stages/archives/libarchive/utf8_names.h"

namespace dcmflow {
namespace {

constexpr std::size_t member_block = 256 << 10;
constexpr std::size_t plain_block = 32 << 10;  // what lies between two headers is stepped over

std::string words_of(archive* one) {
  const char* const words = archive_error_string(one);
  return words ? words : "it is damaged";
}

ArchiveMember::Kind kind_of(archive_entry* entry) {
  using enum ArchiveMember::Kind;
  if (archive_entry_hardlink(entry) != nullptr) return hard_link;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return file;
    case AE_IFDIR:
      return folder;
    case AE_IFLNK:
      return symbolic_link;
    default:
      return special;
  }
}

bool is_of_format(archive* one, int format) {
  return (archive_format(one) & ARCHIVE_FORMAT_BASE_MASK) == format;
}

std::uint64_t number(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t value = 0;
  while (count-- > 0) value = value << 8 | bytes[count];
  return value;
}

// Of the fixed part of a local header.
bool says_stored(const std::uint8_t* header, std::uint64_t size) {
  constexpr std::uint64_t in_zip64 = 0xFFFFFFFF;
  constexpr unsigned encrypted = 1, size_follows = 8;
  const auto flags = number(header + 6, 2);
  const auto packed = number(header + 18, 4);
  const auto unpacked = number(header + 22, 4);
  const bool says_size = (flags & size_follows) == 0 && unpacked != in_zip64;
  return number(header + 8, 2) == 0 && (flags & encrypted) == 0 &&
         (!says_size || (unpacked == size && packed == size));
}

class LibarchiveReader : public ArchiveReader {
 public:
  LibarchiveReader(int descriptor, std::uint64_t size, const ArchiveLimits& limits)
      : size_(size), limits_(limits), budget_(limits.header_bytes), buffer_(member_block) {
    begin(descriptor);
  }

  // There is a first member, or an end, or damage behind a beginning.
  bool has_begun() const { return has_begun_; }

  Result<std::optional<ArchiveMember>> next() override;
  Result<std::span<const std::uint8_t>> read() override;
  bool is_compressed() const override { return packed_ != nullptr; }
  bool is_in_doubt() override;
  std::uint64_t position() const override;

 private:
  void begin(int descriptor);
  int read_header();
  Problem problem(const std::string& words) const;
  ArchiveMember member_of(archive_entry* entry) const;
  std::optional<std::uint64_t> offset_of(archive_entry* entry) const;
  bool is_stored(archive_entry* entry, std::uint64_t data, std::uint64_t size) const;

  const std::uint64_t size_;
  const ArchiveLimits limits_;
  HeaderBudget budget_;
  const Utf8 utf8_;
  std::unique_ptr<PackedStream> packed_;  // null: the archive is plain
  std::optional<FileFeed> file_;          // of a plain one
  std::optional<StreamFeed> stream_;
  Archive archive_;
  bool has_begun_ = false;
  archive_entry* entry_ = nullptr;  // of the archive; what the last header said
  std::optional<int> first_;        // what came of the first header, until next() asks for it
  std::optional<std::string> fatal_;
  std::vector<std::uint8_t> buffer_;
};

void LibarchiveReader::begin(int descriptor) {
  const Utf8Names names(utf8_);
  archive_.reset(archive_read_new());
  archive_read_support_format_tar(archive_.get());
  // What was appended behind an end is there, too.
  archive_read_set_options(archive_.get(), "tar:read_concatenated_archives");
  int opened = ARCHIVE_OK;
  packed_ = PackedStream::begin(descriptor, size_);
  if (packed_) {
    stream_.emplace(*packed_, limits_.unpacked_bytes(size_), size_, budget_);
    opened = stream_->open(archive_.get());
  } else {
    archive_read_support_format_zip(archive_.get());
    file_.emplace(descriptor, size_, plain_block, &budget_);
    opened = file_->open(archive_.get());
  }
  if (opened != ARCHIVE_OK) return;
  first_ = read_header();
  has_begun_ = archive_format(archive_.get()) != 0;
}

int LibarchiveReader::read_header() {
  budget_.begin_header();
  const int code = archive_read_next_header(archive_.get(), &entry_);
  budget_.end_header();
  return code;
}

Problem LibarchiveReader::problem(const std::string& words) const {
  if (budget_.exceeded()) return *budget_.exceeded();
  if (stream_ && stream_->problem()) return *stream_->problem();
  return {Reason::archive_damaged, {}, words};
}

Result<std::optional<ArchiveMember>> LibarchiveReader::next() {
  using Next = std::optional<ArchiveMember>;
  const Utf8Names names(utf8_);
  if (fatal_) return problem(*fatal_);
  int code = ARCHIVE_OK;
  if (first_) {
    code = *std::exchange(first_, std::nullopt);
  } else {
    // What is left of the last member is no header.
    code = archive_read_data_skip(archive_.get());
    if (code >= ARCHIVE_WARN) code = read_header();
  }
  if (code == ARCHIVE_EOF) return Next();
  // That it may be tried again is said of what is no header.
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    fatal_ = words_of(archive_.get());
    return problem(*fatal_);
  }
  return Next(member_of(entry_));
}

ArchiveMember LibarchiveReader::member_of(archive_entry* entry) const {
  ArchiveMember member;
  if (const char* const name = archive_entry_pathname(entry)) member.name = name;
  member.kind = kind_of(entry);
  if (archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0)
    member.size = static_cast<std::uint64_t>(archive_entry_size(entry));
  if (const char* const target = archive_entry_hardlink(entry)) member.target = target;
  member.is_encrypted = archive_entry_is_encrypted(entry) != 0;
  if (!packed_ && !member.is_encrypted && member.size) member.offset = offset_of(entry);
  return member;
}

// Where libarchive stands behind a header the bytes begin, unless they are compressed or have
// holes.
std::optional<std::uint64_t> LibarchiveReader::offset_of(archive_entry* entry) const {
  const auto here = static_cast<std::uint64_t>(archive_filter_bytes(archive_.get(), -1));
  if (is_of_format(archive_.get(), ARCHIVE_FORMAT_TAR))
    return archive_entry_sparse_count(entry) == 0 ? std::optional(here) : std::nullopt;
  const auto size = static_cast<std::uint64_t>(archive_entry_size(entry));
  return is_stored(entry, here, size) ? std::optional(here) : std::nullopt;
}

// Whether a local header of a zip (APPNOTE 4.3.7), which ends at `data`, says that its bytes begin
// there as they are. libarchive does not tell where it begins: behind it come a name and a field.
bool LibarchiveReader::is_stored(archive_entry* entry, std::uint64_t data,
                                 std::uint64_t size) const {
  constexpr std::size_t fixed = 30, usual_field = 1024;
  const char* const name = archive_entry_pathname(entry);
  const auto before =
      std::min<std::uint64_t>(data, fixed + usual_field + (name ? std::strlen(name) : 0));
  std::vector<std::uint8_t> bytes(before);
  if (!file_->read_at(data - before, bytes.data(), bytes.size())) return false;
  for (std::size_t at = 0; at + fixed <= bytes.size(); ++at) {
    const auto* const header = &bytes[at];
    if (std::memcmp(header, "PK\x03\x04", 4) == 0 &&
        at + fixed + number(header + 26, 2) + number(header + 28, 2) == bytes.size())
      return says_stored(header, size);
  }
  return false;
}

// A checksum that does not fit is a warning of the last bytes.
Result<std::span<const std::uint8_t>> LibarchiveReader::read() {
  const Utf8Names names(utf8_);
  const auto got = archive_read_data(archive_.get(), buffer_.data(), buffer_.size());
  if (got >= 0) return std::span<const std::uint8_t>(buffer_).first(static_cast<std::size_t>(got));
  const auto words = words_of(archive_.get());
  if (got == ARCHIVE_FATAL) fatal_ = words;
  return problem(words);
}

// What a tar is damaged by may be what its stream is damaged by, whose checksum comes last.
bool LibarchiveReader::is_in_doubt() {
  if (!packed_) return false;
  const auto most = limits_.unpacked_bytes(size_);
  for (std::uint64_t read = 0; read <= most;) {
    const auto bytes = packed_->read();
    if (!bytes || bytes->empty()) break;
    read += bytes->size();
  }
  return packed_->is_in_doubt();
}

std::uint64_t LibarchiveReader::position() const {
  if (packed_) return packed_->position();
  return static_cast<std::uint64_t>(archive_filter_bytes(archive_.get(), -1));
}

}  // namespace
}  // namespace dcmflow

dcmflow::ArchiveReader* dcmflow_begin_archive(int descriptor, std::uint64_t size,
                                              const dcmflow::ArchiveLimits& limits) {
  auto reader = std::make_unique<dcmflow::LibarchiveReader>(descriptor, size, limits);
  return reader->has_begun() ? reader.release() : nullptr;
}
