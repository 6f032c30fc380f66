#include "stages/archives/libarchive/packed_stream.h"

#include <string>

#include "stages/archives/libarchive/archive_feed.h"
#include "stages/archives/libarchive/gzip_stream.h"

namespace dcmflow {
namespace {

constexpr std::size_t packed_block = 256 << 10;

// As a format of one raw member.
class LibarchiveStream : public PackedStream {
 public:
  LibarchiveStream(int descriptor, std::uint64_t size)
      : file_(descriptor, size, packed_block, nullptr), archive_(archive_read_new()) {}

  bool begin() {
    archive_read_support_format_raw(archive_.get());
    archive_read_support_filter_zstd(archive_.get());
    archive_read_support_filter_bzip2(archive_.get());
    archive_entry* entry = nullptr;
    return file_.open(archive_.get()) == ARCHIVE_OK &&
           archive_read_next_header(archive_.get(), &entry) == ARCHIVE_OK &&
           archive_filter_count(archive_.get()) > 1;
  }

  Result<std::span<const std::uint8_t>> read() override {
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    int code = ARCHIVE_OK;
    do code = archive_read_data_block(archive_.get(), &bytes, &size, &offset);
    while (code == ARCHIVE_OK && size == 0);
    if (code == ARCHIVE_EOF) return std::span<const std::uint8_t>();
    if (code == ARCHIVE_OK) return std::span(static_cast<const std::uint8_t*>(bytes), size);
    const char* const said = archive_error_string(archive_.get());
    const std::string words = said ? said : "it is damaged";
    // libarchive has one code for all: "Truncated zstd input", "truncated bzip2 input".
    is_in_doubt_ = words.find("runcated") == std::string::npos;
    return Problem{Reason::archive_damaged, {}, words};
  }

  bool is_in_doubt() const override { return is_in_doubt_; }

  std::uint64_t position() const override {
    return static_cast<std::uint64_t>(archive_filter_bytes(archive_.get(), -1));
  }

 private:
  FileFeed file_;
  const Archive archive_;
  bool is_in_doubt_ = false;
};

}  // namespace

std::unique_ptr<PackedStream> PackedStream::begin(int descriptor, std::uint64_t size) {
  if (GzipStream::is_at(descriptor, 0, size)) return std::make_unique<GzipStream>(descriptor, size);
  auto stream = std::make_unique<LibarchiveStream>(descriptor, size);
  if (!stream->begin()) return nullptr;
  return stream;
}

}  // namespace dcmflow
