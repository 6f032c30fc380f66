#pragma once
// Makes archives of every kind, hostile ones too, by libarchive's writers.

#include <cstdint>
#include <string>
#include <vector>

namespace dcmflow {

struct PackedMember {
  enum class Kind : std::uint8_t { file, folder, symbolic_link, hard_link, fifo };
  std::string name;
  std::string bytes{};  // of a link: where it leads
  Kind kind = Kind::file;
};

// The kinds that dcmflow opens. "zip" is deflated, "tar" is pax; "zip.stored", "tar.ustar" and
// "tar.gnu" are their variants, "zip.encrypted" is none that opens.
std::vector<std::string> archive_formats();

// Writes one. Throws std::runtime_error with libarchive's words.
void pack_archive(const std::string& path, const std::string& format,
                  const std::vector<PackedMember>& members);

// All files of a folder, by their names in it, in byte order.
std::vector<PackedMember> members_of(const std::string& folder);

}  // namespace dcmflow
