#pragma once
// Which archives and compressed streams there are, by how they begin.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace dcmflow {

// So many bytes of a file decide it.
inline constexpr std::size_t archive_kind_bytes = 264;

// "zip", "tar", "gzip", "zstd", "bzip2", "xz", "7z" or "rar"; empty: none of them, or DICOM, whose
// preamble may be anything (PS3.10 7.1). Pure.
std::string_view archive_kind(std::span<const std::uint8_t> first_bytes);
// Whether it is DICOM that begins so.
bool has_preamble(std::span<const std::uint8_t> first_bytes);

}  // namespace dcmflow
