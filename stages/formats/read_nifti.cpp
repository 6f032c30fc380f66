#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
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

constexpr std::int16_t rgb24 = 128;
constexpr std::array<std::pair<std::int16_t, SampleType>, 11> nifti_types{
    {{256, SampleType::int8},
     {2, SampleType::uint8},
     {4, SampleType::int16},
     {512, SampleType::uint16},
     {8, SampleType::int32},
     {768, SampleType::uint32},
     {1024, SampleType::int64},
     {1280, SampleType::uint64},
     {16, SampleType::float32},
     {64, SampleType::float64},
     {rgb24, SampleType::uint8}}};

constexpr int most_offset = 1 << 20;  // of a header with its extensions

// Offsets from nifti1.h and nifti2.h.
template <class Dimension, class Real, class Code, class Offset>
struct NiftiFields {
  std::size_t header_bytes, magic, type, dim, pixdim, vox_offset, scl_slope, qform_code, sform_code,
      quaternion, sform;

  Result<ReadHeader> read(const std::string& bytes) const {
    if (bytes.size() < header_bytes) return malformed("the header ends within itself");
    const auto code = number_at<std::int16_t>(bytes, type);
    const auto known = sample_named(nifti_types, code);
    if (!known) return known.problem();
    ReadHeader header;
    header.sample = *known;
    header.samples = code == rgb24 ? 3 : 1;
    Grid& grid = header.image.grid;
    std::array<Dimension, 5> sizes{};
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sizes[i] = number_at<Dimension>(bytes, dim + i * sizeof(Dimension));
    if (sizes[0] == 3) sizes[4] = 1;  // whatever stands there
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
    // "n+1" and "n+2": header and voxels are one file; "ni1" and "ni2": two.
    const bool is_single = bytes[magic] == 'n' && bytes[magic + 1] == '+';
    if (bytes[magic] != 'n' || (!is_single && bytes[magic + 1] != 'i'))
      return malformed("the header has no magic of NIfTI");
    if (is_single && header.voxel_offset < header_bytes)
      return malformed("the header's vox_offset is " + std::to_string(header.voxel_offset) +
                       ", which is within the header");
    const Rescale scale{double{number_at<Real>(bytes, scl_slope)},
                        double{number_at<Real>(bytes, scl_slope + sizeof(Real))}};
    // A slope of 0 says that there is none (nifti1.h), and so does one that is no number (nibabel).
    if (scale.slope != 0 && std::isfinite(scale.slope) && std::isfinite(scale.intercept) &&
        (scale.slope != 1 || scale.intercept != 0))
      header.image.scale = scale;
    const bool has_sform = number_at<Code>(bytes, sform_code) > 0;
    grid.is_placed = has_sform || number_at<Code>(bytes, qform_code) > 0;
    if (!grid.is_placed) return header;
    const Vector3 spacing = grid.spacing;
    set_affine(grid, has_sform ? sform_of(bytes) : qform_of(bytes, spacing));
    grid.spacing = spacing;
    return header;
  }

 private:
  // Rows of a matrix that makes RAS of indexes.
  using Affine = std::array<std::array<double, 4>, 3>;

  Affine sform_of(const std::string& bytes) const {
    Affine affine{};
    for (std::size_t i = 0; i < 12; ++i)
      affine[i / 4][i % 4] = double{number_at<Real>(bytes, sform + i * sizeof(Real))};
    return affine;
  }
  // By its quaternion (nifti1.h, method 2).
  Affine qform_of(const std::string& bytes, const Vector3& spacing) const {
    std::array<double, 6> q{};  // b, c, d and the offset
    for (std::size_t i = 0; i < q.size(); ++i)
      q[i] = double{number_at<Real>(bytes, quaternion + i * sizeof(Real))};
    const auto [b, c, d, x, y, z] = q;
    const double a = std::sqrt(std::max(0.0, 1 - b * b - c * c - d * d));
    const bool is_left_handed = number_at<Real>(bytes, pixdim) < 0;
    const Vector3 step{spacing[0], spacing[1], is_left_handed ? -spacing[2] : spacing[2]};
    Affine affine{{{a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c), x},
                   {2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b), y},
                   {2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c, z}}};
    for (auto& row : affine)
      for (std::size_t axis = 0; axis < 3; ++axis) row[axis] *= step[axis];
    return affine;
  }
  static void set_affine(Grid& grid, const Affine& affine) {
    constexpr Vector3 lps_from_ras{-1, -1, 1};
    std::array<Vector3, 3> steps{};
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t axis = 0; axis < 3; ++axis)
        steps[axis][row] = lps_from_ras[row] * affine[row][axis];
      grid.origin[row] = lps_from_ras[row] * affine[row][3];
    }
    set_steps(grid, steps);
  }
};

}  // namespace

Result<ReadHeader> read_nifti(const std::string& bytes) {
  static_assert(std::endian::native == std::endian::little);
  constexpr NiftiFields<std::int16_t, float, std::int16_t, float> version_1{
      348, 344, 70, 40, 76, 108, 112, 252, 254, 256, 280};
  constexpr NiftiFields<std::int64_t, double, std::int32_t, std::int64_t> version_2{
      540, 4, 12, 16, 104, 168, 176, 344, 348, 352, 400};
  if (bytes.size() < sizeof(std::int32_t)) return malformed("the file has no header");
  const auto size = number_at<std::int32_t>(bytes, 0);
  if (size == 348) return version_1.read(bytes);
  if (size == 540) return version_2.read(bytes);
  return malformed("the file begins with " + std::to_string(size) +
                   ", expected 348 or 540 of a NIfTI header");
}

}  // namespace dcmflow
