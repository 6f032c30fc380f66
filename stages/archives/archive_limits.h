#pragma once
// What an archive may come to. A few bytes can promise more than any disk and memory hold.

#include <cstddef>
#include <cstdint>
#include <limits>

namespace dcmflow {

struct ArchiveLimits {
  std::uint64_t members = 1'000'000;
  std::uint64_t name_bytes = std::uint64_t{256} << 20;  // of all names together
  std::size_t longest_name = 4096;                      // PATH_MAX
  // Of a table of contents (about 280,000 members of a zip), or of what stands before one member;
  // libarchive takes some times as much memory.
  std::uint64_t header_bytes = std::uint64_t{32} << 20;
  // Unpacked: `least` bytes, and `ratio` for each byte of the archive. Pixels come to 2 to 20,
  // segmentations to some hundred; deflate can come to 1,032 and zstd to 16,000.
  std::uint64_t least = std::uint64_t{1} << 30;
  std::uint64_t ratio = 200;

  // Of an archive of so many bytes.
  std::uint64_t unpacked_bytes(std::uint64_t size) const {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return size > (most - least) / ratio ? most : least + size * ratio;
  }
};

}  // namespace dcmflow
