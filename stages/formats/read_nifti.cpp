#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "stages/formats/header_fields.h"
#include "stages/formats/header_readers.h"

namespace dcmflow {
namespace {

// Little endian, as dcmflow writes them.
template <class Number>
Number number_at(const std::string& bytes, std::size_t offset) {
  Number number{};
  std::memcpy(&number, bytes.data() + offset, sizeof(number));
  return number;
}

constexpr std::array<std::pair<std::int16_t, VoxelType>, 5> nifti_types{{{4, VoxelType::int16},
                                                                         {512, VoxelType::uint16},
                                                                         {8, VoxelType::int32},
                                                                         {16, VoxelType::float32},
                                                                         {128, VoxelType::rgb24}}};

constexpr int most_offset = 1 << 20;  // of a header with its extensions

// Offsets from nifti1.h and nifti2.h.
template <class Dimension, class Real, class Code, class Offset>
struct NiftiFields {
  std::size_t header_bytes, type, dim, pixdim, vox_offset, scl_slope, sform_code, sform;

  Result<ReadHeader> read(const std::string& bytes) const {
    if (bytes.size() < header_bytes) return malformed("the header ends within itself");
    const auto known = type_named(nifti_types, number_at<std::int16_t>(bytes, type));
    if (!known) return known.problem();
    ReadHeader header;
    header.image.type = *known;
    Grid& grid = header.image.grid;
    std::array<Dimension, 5> sizes{};
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sizes[i] = number_at<Dimension>(bytes, dim + i * sizeof(Dimension));
    if (sizes[0] < 3 || sizes[0] > 4 || std::any_of(sizes.begin() + 1, sizes.end(), [](auto size) {
          return !is_count(static_cast<double>(size));
        }))
      return malformed("the header's dim are no sizes");
    header.image.volumes = static_cast<std::uint32_t>(sizes[4]);
    for (std::size_t i = 0; i < 3; ++i) {
      grid.size[i] = static_cast<std::uint32_t>(sizes[i + 1]);
      grid.spacing[i] = double{number_at<Real>(bytes, pixdim + (i + 1) * sizeof(Real))};
    }
    const auto offset = number_at<Offset>(bytes, vox_offset);
    if (!(offset >= 0 && offset <= most_offset))
      return malformed("the header's vox_offset is " + std::to_string(offset));
    header.voxel_offset = static_cast<std::size_t>(offset);
    const Rescale scale{double{number_at<Real>(bytes, scl_slope)},
                        double{number_at<Real>(bytes, scl_slope + sizeof(Real))}};
    // A slope of 0 says that there is none (nifti1.h).
    if (scale.slope != 0 && (scale.slope != 1 || scale.intercept != 0)) header.image.scale = scale;
    grid.is_placed = number_at<Code>(bytes, sform_code) > 0;
    if (!grid.is_placed) return header;
    std::array<Vector3, 3> steps{};
    constexpr Vector3 lps_from_ras{-1, -1, 1};
    for (std::size_t row = 0; row < 3; ++row) {
      const auto at = [&](std::size_t column) {
        return lps_from_ras[row] *
               double{number_at<Real>(bytes, sform + (4 * row + column) * sizeof(Real))};
      };
      for (std::size_t axis = 0; axis < 3; ++axis) steps[axis][row] = at(axis);
      grid.origin[row] = at(3);
    }
    const Vector3 spacing = grid.spacing;
    set_steps(grid, steps);
    grid.spacing = spacing;
    return header;
  }
};

}  // namespace

Result<ReadHeader> read_nifti(const std::string& bytes) {
  static_assert(std::endian::native == std::endian::little);
  constexpr NiftiFields<std::int16_t, float, std::int16_t, float> version_1{348, 70,  40,  76,
                                                                            108, 112, 254, 280};
  constexpr NiftiFields<std::int64_t, double, std::int32_t, std::int64_t> version_2{
      540, 12, 16, 104, 168, 176, 348, 400};
  if (bytes.size() < sizeof(std::int32_t)) return malformed("the file has no header");
  const auto size = number_at<std::int32_t>(bytes, 0);
  if (size == 348) return version_1.read(bytes);
  if (size == 540) return version_2.read(bytes);
  return malformed("the file begins with " + std::to_string(size) +
                   ", expected 348 or 540 of a NIfTI header");
}

}  // namespace dcmflow
