#pragma once
// The table of image formats: name → files → header. A new format is one file with one header
// function, and one row in formats.cpp. All formats share one voxel layout (i fastest, then j, then
// k; little endian), so the voxel bytes are the same in all of them. Headers and tables are pure;
// no Problems.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// What a header needs to know. Coordinates in LPS, as in Grid.
struct ImageHeader {
  Grid grid;
  VoxelType type = VoxelType::int16;
  std::uint32_t volumes = 1;     // of the fourth dimension
  double time_step = 0;          // s between volumes; 0: it is not time, or not even
  std::optional<Rescale> scale;  // the voxels are as stored, and value = voxel · slope + intercept
};

// Where the header goes: in front of the voxels and compressed with them, in front of the gzip
// member that holds them, or into a file of its own.
enum class HeaderPlace : std::uint8_t { before_voxels, before_gzip, own_file };

struct ImageFormat {
  std::string_view name;       // the value of --format
  std::string_view extension;  // of the main file, with its dot
  std::string_view
      voxel_extension;  // of the file with the voxels; the same as `extension` for one-file formats
  HeaderPlace header_place = HeaderPlace::before_voxels;
  bool gzip = false;         // the voxels are in one gzip member
  bool holds_shear = false;  // a grid that is sheared, not only orthogonal ones
  // The header's bytes. `voxel_file` is the bare name of the file with the voxels.
  std::string (*header)(const ImageHeader& image, std::string_view voxel_file) = nullptr;
  // What is described above is made under a hidden name, and convert_image() makes the file of it.
  bool converted = false;
};

std::span<const ImageFormat> image_formats();
const ImageFormat* find_image_format(std::string_view name);  // nullptr when unknown
// By the name of the main file of an image, its longest extension; nullptr when it has none of
// them.
const ImageFormat* format_of_file(std::string_view file);

std::string_view voxel_type_name(VoxelType type);  // "int16", "uint16", ..., as in VoxelType

// metaimage.cpp: MetaImage header text; LPS, shortest round-trip numbers, ElementDataFile last.
// REQUIRES: the grid is not sheared.
std::string metaimage_header(const ImageHeader& image, std::string_view voxel_file);
std::string metaimage_local_header(const ImageHeader& image, std::string_view voxel_file);

// nifti.cpp: NIfTI-1 (352 bytes, no extension), or NIfTI-2 (544 bytes) when a dimension exceeds
// 32,767; RAS, qform = sform with code 1, qfac +1, xyzt_units mm and s, no time stamp. Sheared: the
// sform alone; unplaced: neither.
std::string nifti_header(const ImageHeader& image, std::string_view voxel_file);
std::string nifti_pair_header(const ImageHeader& image, std::string_view voxel_file);

// nrrd.cpp: NRRD header text; LPS, shortest round-trip numbers, an empty line last.
std::string nrrd_header(const ImageHeader& image, std::string_view voxel_file);
std::string nrrd_gzip_header(const ImageHeader& image, std::string_view voxel_file);

// gzip_blocks.cpp: one gzip member made of independently compressed blocks, so that blocks can be
// compressed in parallel. Same bytes for the same blocks, whoever compresses them; no time stamp,
// no name. Thread-safe.
std::string gzip_begin();
// Where a file is to be cut into blocks: at every multiple of this, so that its bytes depend on
// nothing but its content. The size of the compressed file hardly does (0.2 % from 256 KiB to 64
// MiB).
inline constexpr std::size_t gzip_block_bytes = std::size_t{1} << 20;
struct GzipBlock {
  std::vector<std::uint8_t>
      bytes;                       // raw deflate data that ends on a byte boundary and is not final
  std::uint32_t crc = 0;           // CRC-32 of the uncompressed bytes
  std::uint64_t uncompressed = 0;  // their number
};
GzipBlock gzip_block(std::span<const std::uint8_t> uncompressed);
// Ends the member. `crc` and `uncompressed` are those of all blocks together: combine with
// gzip_combine in the order of the blocks.
std::string gzip_end(std::uint32_t crc, std::uint64_t uncompressed);
std::uint32_t gzip_combine(std::uint32_t crc, const GzipBlock& next);

}  // namespace dcmflow
