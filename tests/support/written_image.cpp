#include "tests/support/written_image.h"

#include <zlib.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

namespace dcmflow {
namespace {

template <class Value>
void append(std::string& bytes, double value) {
  const auto stored =
      static_cast<Value>(std::is_floating_point_v<Value> ? value : std::nearbyint(value));
  bytes.append(reinterpret_cast<const char*>(&stored), sizeof(stored));
}

void append(std::string& bytes, VoxelType type, double value) {
  switch (type) {
    case VoxelType::int16:
      return append<std::int16_t>(bytes, value);
    case VoxelType::uint16:
      return append<std::uint16_t>(bytes, value);
    case VoxelType::int32:
      return append<std::int32_t>(bytes, value);
    case VoxelType::float32:
      return append<float>(bytes, value);
    case VoxelType::rgb24:
      for (int sample = 0; sample < 3; ++sample) append<std::uint8_t>(bytes, value);
  }
}

std::string voxels_of(const ImageHeader& header, const ValueAt& value_at) {
  std::string bytes;
  const auto& size = header.grid.size;
  for (std::uint32_t volume = 0; volume < header.volumes; ++volume)
    for (std::uint32_t k = 0; k < size[2]; ++k)
      for (std::uint32_t j = 0; j < size[1]; ++j)
        for (std::uint32_t i = 0; i < size[0]; ++i)
          append(bytes, header.type,
                 value_at(position_in(header.grid, {double(i), double(j), double(k)}), volume));
  return bytes;
}

std::string zipped(const std::string& bytes) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  deflateInit2(&stream, 1, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void write(const std::string& path, const std::string& bytes) {
  if (!(std::ofstream(path, std::ios::binary) << bytes)) throw std::runtime_error(path);
}

}  // namespace

Vector3 position_in(const Grid& grid, const Vector3& voxel) {
  Vector3 position = grid.origin;
  for (std::size_t axis = 0; axis < 3; ++axis)
    position = position + grid.direction[axis] * (voxel[axis] * grid.spacing[axis]);
  return position;
}

void write_image_file(const std::string& path, const ImageHeader& header, const ValueAt& value_at) {
  const auto* const format = format_of_file(path);
  if (format == nullptr || format->converted) throw std::runtime_error(path + ": no such format");
  const auto voxels = voxels_of(header, value_at);
  const auto name = path.substr(path.rfind('/') + 1);
  const auto stem = path.substr(0, path.size() - format->extension.size());
  const auto voxel_path = stem + std::string(format->voxel_extension);
  const auto text = format->header(header, voxel_path.substr(voxel_path.rfind('/') + 1));
  if (format->header_place == HeaderPlace::own_file) {
    write(path, text);
    write(voxel_path, voxels);
  } else {
    write(path, format->gzip ? zipped(text + voxels) : text + voxels);
  }
}

Grid oblique_grid(std::array<std::uint32_t, 3> size) {
  const double a = 0.31, b = -0.22, c = 0.47;
  const Vector3 row{std::cos(a) * std::cos(b), std::sin(a) * std::cos(b), std::sin(b)};
  const auto side = normalised(cross(row, {0.1, 0.2, 1}));
  const auto up = cross(row, side);
  const Vector3 column = side * std::cos(c) + up * std::sin(c);
  Grid grid;
  grid.size = size;
  grid.spacing = {0.7, 0.8, 2.5};
  grid.origin = {-31.5, 12.25, -104.75};
  grid.direction = {row, column, cross(row, column)};
  return grid;
}

}  // namespace dcmflow
