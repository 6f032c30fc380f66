// NIfTI-1 and NIfTI-2. Single file: header, four zero bytes (no extension), voxels; as a pair the
// voxels stand in a file of their own. Field offsets from nifti1.h and nifti2.h of the NIfTI Data
// Format Working Group. World coordinates are RAS = diag(-1, -1, 1) · LPS.
//
// qform and sform say the same, since readers differ in which one they take. The sform is exact to
// float, the qform not always (stages/formats/nifti_quaternion.h). A quaternion cannot shear: a
// sheared grid has an sform alone, an unplaced one neither.

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>

#include "stages/formats/formats.h"
#include "stages/formats/nifti_quaternion.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t nifti_1_largest_dimension = 32'767;
constexpr std::size_t extension_bytes = 4;
constexpr std::uint8_t scanner_coordinates = 1;  // NIFTI_XFORM_SCANNER_ANAT
constexpr std::uint8_t units_mm = 2;             // NIFTI_UNITS_MM
constexpr std::uint8_t units_seconds = 8;        // NIFTI_UNITS_SEC
// No version and no time: the same image is the same bytes.
constexpr std::string_view description = "dcmflow";

struct DataType {
  VoxelType type;
  std::int16_t code;
};

constexpr std::array<DataType, 5> data_types{{
    {VoxelType::int16, 4},     // DT_INT16
    {VoxelType::uint16, 512},  // DT_UINT16
    {VoxelType::int32, 8},     // DT_INT32
    {VoxelType::float32, 16},  // DT_FLOAT32
    {VoxelType::rgb24, 128},   // DT_RGB24
}};

// The grid in RAS.
struct Orientation {
  Matrix3 rotation;  // the columns are the directions of the index axes
  Matrix3 scaled;    // the same, times the spacing
  Vector3 origin;
};

Orientation ras_orientation(const Grid& grid) {
  constexpr Vector3 ras_from_lps{-1, -1, 1};
  Orientation ras{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      ras.rotation[row][axis] = ras_from_lps[row] * grid.direction[axis][row];
      ras.scaled[row][axis] = ras.rotation[row][axis] * grid.spacing[axis];
    }
    ras.origin[row] = ras_from_lps[row] * grid.origin[row];
  }
  return ras;
}

// A header of zeros into which fields are put by their offset, little endian.
class HeaderBytes {
 public:
  explicit HeaderBytes(std::size_t size) : bytes_(size, '\0') {}

  template <std::integral Integer>
  void put(std::size_t offset, Integer value) {
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
      bytes_[offset + i] = static_cast<char>(value >> (8 * i));
  }
  void put(std::size_t offset, float value) {
    put(offset, std::bit_cast<std::uint32_t>(value + 0.0F));
  }
  void put(std::size_t offset, double value) {
    put(offset, std::bit_cast<std::uint64_t>(value + 0.0));
  }
  void put(std::size_t offset, std::string_view text) { bytes_.replace(offset, text.size(), text); }

  // The values one after another, each as a Number.
  template <class Number, class Value>
  void put_all(std::size_t offset, std::initializer_list<Value> values) {
    for (const Value value : values) {
      put(offset, static_cast<Number>(value));
      offset += sizeof(Number);
    }
  }

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// The types and offsets of the fields. Both versions have the same fields, in other places and
// widths.
struct Nifti1 {
  using Dimension = std::int16_t;
  using Real = float;
  using DataOffset = float;
  using Code = std::int16_t;
  using Units = std::uint8_t;
  static constexpr std::string_view magic{"n+1\0", 4}, pair_magic{"ni1\0", 4};
  static constexpr std::size_t header_bytes = 348, magic_at = 344, data_type = 70, bits = 72,
                               dim = 40, pixdim = 76, data_offset = 108, slope = 112, units = 123,
                               description_at = 148, qform_code = 252, sform_code = 254,
                               quaternion = 256, q_offset = 268, sform = 280;
};

struct Nifti2 {
  using Dimension = std::int64_t;
  using Real = double;
  using DataOffset = std::int64_t;
  using Code = std::int32_t;
  using Units = std::int32_t;
  static constexpr std::string_view magic{"n+2\0\r\n\x1a\n", 8}, pair_magic{"ni2\0\r\n\x1a\n", 8};
  static constexpr std::size_t header_bytes = 540, magic_at = 4, data_type = 12, bits = 14,
                               dim = 16, pixdim = 104, data_offset = 168, slope = 176, units = 500,
                               description_at = 240, qform_code = 344, sform_code = 348,
                               quaternion = 352, q_offset = 376, sform = 400;
};

enum class Files : std::uint8_t { one, pair };

template <class Version>
void put_sizes(HeaderBytes& bytes, const ImageHeader& image) {
  const auto [columns, rows, slices] = image.grid.size;
  const Vector3& spacing = image.grid.spacing;
  const bool is_4d = image.volumes > 1;
  const bool is_time = is_4d && image.time_step > 0;
  bytes.put_all<typename Version::Dimension>(
      Version::dim, {is_4d ? 4U : 3U, columns, rows, slices, image.volumes, 1U, 1U, 1U});
  // pixdim[0] is qfac: +1, since the slices run along row × column. The unused ones are 1.
  bytes.put_all<typename Version::Real>(
      Version::pixdim,
      {1.0, spacing[0], spacing[1], spacing[2], is_time ? image.time_step : 1.0, 1.0, 1.0, 1.0});
  const int units = is_time ? units_mm | units_seconds : units_mm;
  bytes.put(Version::units, static_cast<typename Version::Units>(units));
}

template <class Version>
void put_place(HeaderBytes& bytes, const Grid& grid) {
  using Real = typename Version::Real;
  using Code = typename Version::Code;
  if (!grid.is_placed) return;  // both codes are 0: no reader takes what is beside them
  const Orientation ras = ras_orientation(grid);
  if (!grid.is_sheared) {
    const auto [b, c, d] = stored_quaternion<Real>(quaternion_of(ras.rotation));
    bytes.put(Version::qform_code, Code{scanner_coordinates});
    bytes.put_all<Real>(Version::quaternion, {b, c, d});  // a >= 0 is left to the reader
    bytes.put_all<Real>(Version::q_offset, {ras.origin[0], ras.origin[1], ras.origin[2]});
  }
  bytes.put(Version::sform_code, Code{scanner_coordinates});
  for (std::size_t i = 0; i < 3; ++i) {
    const Vector3& row = ras.scaled[i];
    bytes.put_all<Real>(Version::sform + i * 4 * sizeof(Real),
                        {row[0], row[1], row[2], ras.origin[i]});
  }
}

template <class Version>
std::string header(const ImageHeader& image, Files files) {
  constexpr std::size_t header_end = Version::header_bytes + extension_bytes;
  const bool is_pair = files == Files::pair;
  HeaderBytes bytes(header_end);
  bytes.put(0, static_cast<std::int32_t>(Version::header_bytes));
  bytes.put(Version::magic_at, is_pair ? Version::pair_magic : Version::magic);
  bytes.put(Version::data_type, std::ranges::find(data_types, image.type, &DataType::type)->code);
  bytes.put(Version::bits, static_cast<std::int16_t>(8 * voxel_bytes(image.type)));
  put_sizes<Version>(bytes, image);
  bytes.put(Version::data_offset,
            static_cast<typename Version::DataOffset>(is_pair ? 0 : header_end));
  // A slope of 0 would mean "no scaling" too, but show nothing in a reader that always multiplies.
  const Rescale scale = image.scale.value_or(Rescale{});
  bytes.put_all<typename Version::Real>(Version::slope, {scale.slope, scale.intercept});
  bytes.put(Version::description_at, description);
  put_place<Version>(bytes, image.grid);
  return bytes.take();
}

std::string header(const ImageHeader& image, Files files) {
  const auto largest = std::max(std::ranges::max(image.grid.size), image.volumes);
  if (largest > nifti_1_largest_dimension) return header<Nifti2>(image, files);
  std::string bytes = header<Nifti1>(image, files);
  bytes[38] = 'r';  // `regular`, which readers of Analyze 7.5 ask for
  return bytes;
}

}  // namespace

std::string nifti_header(const ImageHeader& image, std::string_view /*voxel_file*/) {
  return header(image, Files::one);
}

std::string nifti_pair_header(const ImageHeader& image, std::string_view /*voxel_file*/) {
  return header(image, Files::pair);
}

}  // namespace dcmflow
