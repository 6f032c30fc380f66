#include "stages/formats/formats.h"

#include <algorithm>
#include <array>

namespace dcmflow {
namespace {

// The first row is the default of --format.
constexpr std::array<ImageFormat, 8> formats{{
    {"mhd", ".mhd", ".raw", HeaderPlace::own_file, false, false, metaimage_header},
    {"nii", ".nii", ".nii", HeaderPlace::before_voxels, false, true, nifti_header},
    {"nii.gz", ".nii.gz", ".nii.gz", HeaderPlace::before_voxels, true, true, nifti_header},
    {"mha", ".mha", ".mha", HeaderPlace::before_voxels, false, false, metaimage_local_header},
    {"nrrd", ".nrrd", ".nrrd", HeaderPlace::before_voxels, false, true, nrrd_header},
    {"nrrd-gzip", ".nrrd", ".nrrd", HeaderPlace::before_gzip, true, true, nrrd_gzip_header},
    {"hdr", ".hdr", ".img", HeaderPlace::own_file, false, true, nifti_pair_header},
    {"h5", ".h5", ".h5", HeaderPlace::before_voxels, false, false, metaimage_local_header, true},
}};

struct VoxelTypeRow {
  VoxelType type;
  std::string_view name;
};

constexpr std::array<VoxelTypeRow, 5> voxel_types{{
    {VoxelType::int16, "int16"},
    {VoxelType::uint16, "uint16"},
    {VoxelType::int32, "int32"},
    {VoxelType::float32, "float32"},
    {VoxelType::rgb24, "rgb24"},
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

const ImageFormat* format_of_file(std::string_view file) {
  const ImageFormat* found = nullptr;
  for (const ImageFormat& format : formats)
    if (file.ends_with(format.extension) &&
        (!found || format.extension.size() > found->extension.size()))
      found = &format;
  return found;
}

std::string_view voxel_type_name(VoxelType type) { return voxel_type_row(type).name; }

}  // namespace dcmflow
