#include "tests/support/image_reader.h"

#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace dcmflow {
namespace {

itk::ImageIOBase::Pointer make_reader(const std::string& path) {
  if (path.ends_with(".mhd")) return itk::MetaImageIO::New().GetPointer();
  if (path.ends_with(".nii") || path.ends_with(".nii.gz"))
    return itk::NiftiImageIO::New().GetPointer();
  throw std::runtime_error(path + ": expected .mhd, .nii or .nii.gz");
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
  if (dimensions == 4) image.volumes = reader->GetDimensions(3);
  image.components = reader->GetNumberOfComponents();
  image.voxels = read_voxels(*reader);
  image.component_type = itk::ImageIOBase::GetComponentTypeAsString(reader->GetComponentType());
  return image;
}

}  // namespace dcmflow
