#include "tests/support/image_reader.h"

#include <fcntl.h>
#include <itkHDF5ImageIO.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace dcmflow {
namespace {

itk::ImageIOBase::Pointer make_reader(const std::string& path) {
  if (path.ends_with(".mhd") || path.ends_with(".mha")) return itk::MetaImageIO::New().GetPointer();
  if (path.ends_with(".nii") || path.ends_with(".nii.gz") || path.ends_with(".hdr"))
    return itk::NiftiImageIO::New().GetPointer();
  if (path.ends_with(".nrrd")) return itk::NrrdImageIO::New().GetPointer();
  if (path.ends_with(".h5")) return itk::HDF5ImageIO::New().GetPointer();
  throw std::runtime_error(path + ": expected .mhd, .mha, .nii, .nii.gz, .hdr, .nrrd or .h5");
}

// ITK reads a file that is cut off without a word, so whether the voxels are all there is checked
// here.
void check_length(const std::string& path, std::uint64_t found, std::uint64_t expected) {
  if (found != expected)
    throw std::runtime_error(path + ": " + std::to_string(found) + " bytes, expected " +
                             std::to_string(expected));
}

// The content of a file from an offset on, unpacked when it is gzip; throws when the gzip stream is
// cut off.
std::vector<char> unpacked(const std::string& path, std::size_t offset = 0) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  lseek(descriptor, static_cast<off_t>(offset), SEEK_SET);
  const gzFile file = gzdopen(descriptor, "rb");
  std::vector<char> content;
  std::array<char, 65536> block;
  int count = 0;
  while ((count = gzread(file, block.data(), block.size())) > 0)
    content.insert(content.end(), block.data(), block.data() + count);
  if (gzclose(file) != Z_OK || count < 0) throw std::runtime_error(path + ": bad gzip stream");
  return content;
}

template <class T>
T field(const std::vector<char>& header, std::size_t offset) {
  T value;
  std::memcpy(&value, header.data() + offset, sizeof(T));
  return value;
}

// REQUIRES: little endian, as all our files are. NIfTI-1: dim at 40, bitpix at 72, vox_offset at
// 108. NIfTI-2: bitpix at 14, dim at 16, vox_offset at 168.
void check_nifti_length(const std::string& path) {
  const auto content = unpacked(path);
  const bool is_second = content.size() >= 544 && field<std::int32_t>(content, 0) == 540;
  if (content.size() < 352) throw std::runtime_error(path + ": shorter than a header");
  std::uint64_t voxels = 1;
  const auto dimension = [&](std::size_t axis) {
    return is_second ? field<std::int64_t>(content, 16 + 8 * axis)
                     : field<std::int16_t>(content, 40 + 2 * axis);
  };
  for (std::size_t axis = 1; axis <= static_cast<std::size_t>(dimension(0)); ++axis)
    voxels *= static_cast<std::uint64_t>(dimension(axis));
  const auto bits = static_cast<std::uint64_t>(field<std::int16_t>(content, is_second ? 14 : 72));
  const auto offset = is_second ? field<std::uint64_t>(content, 168)
                                : static_cast<std::uint64_t>(field<float>(content, 108));
  check_length(path, content.size(), offset + voxels * bits / 8);
}

// The file that ElementDataFile names holds the voxels and nothing else.
void check_metaimage_length(const std::string& path, std::uint64_t image_bytes) {
  std::ifstream header(path);
  std::string line, name;
  while (std::getline(header, line))
    if (line.starts_with("ElementDataFile = ")) name = line.substr(18);
  const auto data_path = std::filesystem::path(path).parent_path() / name;
  check_length(data_path.string(), std::filesystem::file_size(data_path), image_bytes);
}

// Behind the last line of the header stand the voxels and nothing else.
void check_length_behind(const std::string& path, std::string_view last_line,
                         std::uint64_t image_bytes) {
  std::ifstream file(path, std::ios::binary);
  std::string start(4096, '\0');
  start.resize(static_cast<std::size_t>(file.read(start.data(), 4096).gcount()));
  const auto end = start.find(last_line);
  if (end == std::string::npos) throw std::runtime_error(path + ": the header has no end");
  check_length(path, unpacked(path, end + last_line.size()).size(), image_bytes);
}

void check_length_of(const std::string& path, std::uint64_t image_bytes) {
  if (path.ends_with(".mhd")) return check_metaimage_length(path, image_bytes);
  if (path.ends_with(".mha"))
    return check_length_behind(path, "\nElementDataFile = LOCAL\n", image_bytes);
  if (path.ends_with(".nrrd")) return check_length_behind(path, "\n\n", image_bytes);
  if (path.ends_with(".hdr")) {
    const auto voxels = path.substr(0, path.size() - 4) + ".img";
    return check_length(voxels, std::filesystem::file_size(voxels), image_bytes);
  }
  if (!path.ends_with(".h5")) check_nifti_length(path);  // HDF5 checks its own
}

template <class T>
std::vector<double> values(const std::vector<char>& bytes) {
  std::vector<double> result(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < result.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    result[i] = static_cast<double>(value);
  }
  return result;
}

struct Component {
  itk::CommonEnums::IOComponent type;
  std::vector<double> (*values)(const std::vector<char>&);
};

constexpr Component components[] = {
    {itk::CommonEnums::IOComponent::UCHAR, values<std::uint8_t>},
    {itk::CommonEnums::IOComponent::CHAR, values<std::int8_t>},
    {itk::CommonEnums::IOComponent::USHORT, values<std::uint16_t>},
    {itk::CommonEnums::IOComponent::SHORT, values<std::int16_t>},
    {itk::CommonEnums::IOComponent::UINT, values<std::uint32_t>},
    {itk::CommonEnums::IOComponent::INT, values<std::int32_t>},
    {itk::CommonEnums::IOComponent::FLOAT, values<float>},
    {itk::CommonEnums::IOComponent::DOUBLE, values<double>},
};

std::vector<double> read_voxels(itk::ImageIOBase& reader) {
  const auto dimensions = reader.GetNumberOfDimensions();
  itk::ImageIORegion region(dimensions);
  for (unsigned axis = 0; axis < dimensions; ++axis)
    region.SetSize(axis, reader.GetDimensions(axis));
  reader.SetIORegion(region);
  std::vector<char> bytes(static_cast<std::size_t>(reader.GetImageSizeInBytes()));
  reader.Read(bytes.data());
  for (const Component& component : components)
    if (component.type == reader.GetComponentType()) return component.values(bytes);
  throw std::runtime_error(reader.GetComponentTypeAsString(reader.GetComponentType()) +
                           " is no component type that this reader knows");
}

}  // namespace

std::array<double, 3> ReadImage::position(std::size_t i, std::size_t j, std::size_t k) const {
  const std::array<double, 3> steps{static_cast<double>(i) * spacing[0],
                                    static_cast<double>(j) * spacing[1],
                                    static_cast<double>(k) * spacing[2]};
  std::array<double, 3> point = origin;
  for (std::size_t axis = 0; axis < 3; ++axis)
    for (std::size_t coordinate = 0; coordinate < 3; ++coordinate)
      point[coordinate] += steps[axis] * direction[axis][coordinate];
  return point;
}

double ReadImage::at(std::size_t i, std::size_t j, std::size_t k, std::size_t volume) const {
  const std::size_t voxel = ((volume * size[2] + k) * size[1] + j) * size[0] + i;
  return voxels.at(voxel * components);
}

ReadImage read_image(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) throw std::runtime_error(path + ": is no file");
  const auto reader = make_reader(path);
  reader->SetFileName(path);
  reader->ReadImageInformation();
  const auto dimensions = reader->GetNumberOfDimensions();
  if (dimensions < 1 || dimensions > 4)
    throw std::runtime_error(path + ": " + std::to_string(dimensions) +
                             " dimensions, expected 1 to 4");
  check_length_of(path, static_cast<std::uint64_t>(reader->GetImageSizeInBytes()));
  ReadImage image;
  for (unsigned axis = 0; axis < 3; ++axis) image.direction[axis][axis] = 1;
  for (unsigned axis = 0; axis < std::min(dimensions, 3U); ++axis) {
    image.size[axis] = reader->GetDimensions(axis);
    image.spacing[axis] = reader->GetSpacing(axis);
    image.origin[axis] = reader->GetOrigin(axis);
    const auto direction = reader->GetDirection(axis);
    for (unsigned coordinate = 0; coordinate < std::min(dimensions, 3U); ++coordinate)
      image.direction[axis][coordinate] = direction[coordinate];
  }
  if (dimensions == 4) {
    image.volumes = reader->GetDimensions(3);
    image.volume_spacing = reader->GetSpacing(3);
  }
  image.components = reader->GetNumberOfComponents();
  image.voxels = read_voxels(*reader);
  image.component_type = itk::ImageIOBase::GetComponentTypeAsString(reader->GetComponentType());
  return image;
}

}  // namespace dcmflow
