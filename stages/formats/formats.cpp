#include "stages/formats/formats.h"

#include <algorithm>
#include <array>

namespace dcmflow {
namespace {

// The first row is the default of --format.
constexpr std::array<ImageFormat, 3> formats{{
    {"mhd", ".mhd", ".raw", HeaderPlace::own_file, false, metaimage_header},
    {"nii", ".nii", ".nii", HeaderPlace::before_voxels, false, nifti_header},
    {"nii.gz", ".nii.gz", ".nii.gz", HeaderPlace::before_voxels, true, nifti_header},
}};

struct VoxelTypeRow {
  VoxelType type;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<VoxelTypeRow, 5> voxel_types{{
    {VoxelType::int16, "int16", 2},
    {VoxelType::uint16, "uint16", 2},
    {VoxelType::int32, "int32", 4},
    {VoxelType::float32, "float32", 4},
    {VoxelType::rgb24, "rgb24", 3},
}};

const VoxelTypeRow& voxel_type_row(VoxelType type) {
  return *std::ranges::find(voxel_types, type, &VoxelTypeRow::type);
}

}  // namespace

std::span<const ImageFormat> image_formats() { return formats; }

const ImageFormat* find_image_format(std::string_view name) {
  const auto row = std::ranges::find(formats, name, &ImageFormat::name);
  return row == formats.end() ? nullptr : &*row;
}

std::size_t voxel_bytes(VoxelType type) { return voxel_type_row(type).bytes; }

std::string_view voxel_type_name(VoxelType type) { return voxel_type_row(type).name; }

}  // namespace dcmflow
