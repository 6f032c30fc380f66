#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <random>

#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

using Affine = std::array<std::array<double, 4>, 3>;

template <class T>
T get(const std::string& header, std::size_t offset) {
  T value;
  std::memcpy(&value, header.data() + offset, sizeof(T));
  return value;
}

template <class T>
std::vector<T> get(const std::string& header, std::size_t offset, std::size_t count) {
  std::vector<T> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(get<T>(header, offset + i * sizeof(T)));
  return values;
}

// Where the transforms stand in a header, and of which type its numbers are.
struct Nifti1 {
  using Real = float;
  static constexpr std::size_t pixdim = 76, quaternion = 256, q_offset = 268, sform = 280;
};
struct Nifti2 {
  using Real = double;
  static constexpr std::size_t pixdim = 104, quaternion = 352, q_offset = 376, sform = 400;
};

template <class Version>
Affine sform(const std::string& header) {
  Affine affine{};
  for (std::size_t row = 0; row < 3; ++row) {
    std::ranges::copy(get<typename Version::Real>(
                          header, Version::sform + row * 4 * sizeof(typename Version::Real), 4),
                      affine[row].begin());
  }
  return affine;
}

// As the standard says (nifti1.h, "METHOD 2") and its reference implementation does.
template <class Version>
Affine qform(const std::string& header) {
  using Real = typename Version::Real;
  const auto pixdim = get<Real>(header, Version::pixdim, 4);
  const auto bcd = get<Real>(header, Version::quaternion, 3);
  const auto offset = get<Real>(header, Version::q_offset, 3);
  double b = bcd[0];
  double c = bcd[1];
  double d = bcd[2];
  double a = 1 - (b * b + c * c + d * d);
  if (a < 1e-7) {
    a = 1 / std::sqrt(b * b + c * c + d * d);
    b *= a;
    c *= a;
    d *= a;
    a = 0;
  } else {
    a = std::sqrt(a);
  }
  const double x = pixdim[1];
  const double y = pixdim[2];
  const double z = pixdim[0] < 0 ? -pixdim[3] : pixdim[3];
  return {{{(a * a + b * b - c * c - d * d) * x, 2 * (b * c - a * d) * y, 2 * (b * d + a * c) * z,
            offset[0]},
           {2 * (b * c + a * d) * x, (a * a + c * c - b * b - d * d) * y, 2 * (c * d - a * b) * z,
            offset[1]},
           {2 * (b * d - a * c) * x, 2 * (c * d + a * b) * y, (a * a + d * d - c * c - b * b) * z,
            offset[2]}}};
}

double largest_difference(const Affine& left, const Affine& right) {
  double largest = 0;
  for (std::size_t i = 0; i < 12; ++i)
    largest = std::max(largest, std::abs(left[i / 4][i % 4] - right[i / 4][i % 4]));
  return largest;
}

// The affine that a grid stands for, in RAS.
Affine truth(const Grid& grid) {
  Affine affine{};
  for (std::size_t row = 0; row < 3; ++row) {
    const double sign = row < 2 ? -1 : 1;
    for (std::size_t axis = 0; axis < 3; ++axis)
      affine[row][axis] = sign * grid.direction[axis][row] * grid.spacing[axis];
    affine[row][3] = sign * grid.origin[row];
  }
  return affine;
}

Vector3 cross(const Vector3& a, const Vector3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

ImageHeader image_with(const Vector3& row, const Vector3& column) {
  return {{{6, 5, 4}, {0.5, 0.75, 2.5}, {-120.25, 33.5, 7.125}, {row, column, cross(row, column)}},
          VoxelType::int16};
}

ImageHeader axial() { return image_with({1, 0, 0}, {0, 1, 0}); }

// Axial, then turned by an angle about an axis of the patient (0 = x, 1 = y, 2 = z).
ImageHeader axial_turned_about(std::size_t axis, double angle) {
  const std::size_t next = (axis + 1) % 3;
  const std::size_t last = (axis + 2) % 3;
  std::array<Vector3, 3> turned{};  // what becomes of x, y, z
  turned[axis][axis] = 1;
  turned[next][next] = turned[last][last] = std::cos(angle);
  turned[next][last] = std::sin(angle);
  turned[last][next] = -std::sin(angle);
  return image_with(turned[0], turned[1]);
}

std::vector<ImageHeader> axis_aligned() {
  std::vector<Vector3> axes;
  for (std::size_t i = 0; i < 3; ++i) {
    for (const double sign : {1.0, -1.0}) {
      axes.push_back({});
      axes.back()[i] = sign;
    }
  }
  std::vector<ImageHeader> images;
  for (std::size_t row = 0; row < 6; ++row) {
    for (std::size_t column = 0; column < 6; ++column) {
      if (row / 2 != column / 2) images.push_back(image_with(axes[row], axes[column]));
    }
  }
  return images;
}

std::vector<ImageHeader> random_rotations(std::size_t count) {
  std::mt19937 random(2024);
  std::normal_distribution<double> normal;
  std::vector<ImageHeader> images;
  while (images.size() < count) {
    std::array<double, 4> q{normal(random), normal(random), normal(random), normal(random)};
    const double norm = std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    const auto [a, b, c, d] = std::array{q[0] / norm, q[1] / norm, q[2] / norm, q[3] / norm};
    images.push_back(
        image_with({a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)},
                   {2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)}));
  }
  return images;
}

TEST(NiftiHeader, HasEveryFieldOfAnAxialVolume) {
  const std::string header = nifti_header(axial(), "");
  ASSERT_EQ(header.size(), 352U);
  EXPECT_EQ(get<std::int32_t>(header, 0), 348);  // sizeof_hdr
  EXPECT_EQ(header[38], 'r');                    // regular
  EXPECT_THAT(get<std::int16_t>(header, 40, 8),
              testing::ElementsAre(3, 6, 5, 4, 1, 1, 1, 1));  // dim
  EXPECT_EQ(get<std::int16_t>(header, 70), 4);                // datatype
  EXPECT_EQ(get<std::int16_t>(header, 72), 16);               // bitpix
  EXPECT_THAT(get<float>(header, 76, 8),
              testing::ElementsAre(1, 0.5, 0.75, 2.5, 1, 1, 1, 1));        // pixdim, qfac first
  EXPECT_EQ(get<float>(header, 108), 352);                                 // vox_offset
  EXPECT_EQ(get<float>(header, 112), 1);                                   // scl_slope
  EXPECT_EQ(get<float>(header, 116), 0);                                   // scl_inter
  EXPECT_EQ(header[123], 2);                                               // xyzt_units
  EXPECT_EQ(header.substr(148, 80), "dcmflow" + std::string(73, '\0'));    // descrip
  EXPECT_EQ(get<std::int16_t>(header, 252), 1);                            // qform_code
  EXPECT_EQ(get<std::int16_t>(header, 254), 1);                            // sform_code
  EXPECT_THAT(get<float>(header, 256, 3), testing::ElementsAre(0, 0, 1));  // quatern_b, c, d
  EXPECT_THAT(get<float>(header, 268, 3), testing::ElementsAre(120.25, -33.5, 7.125));  // qoffset
  EXPECT_THAT(get<float>(header, 280, 12), testing::ElementsAre(-0.5, 0, 0, 120.25, 0, -0.75, 0,
                                                                -33.5, 0, 0, 2.5, 7.125));  // srow
  EXPECT_EQ(header.substr(344), std::string("n+1\0\0\0\0\0", 8));  // magic, no extension
}

TEST(NiftiHeader, IsZeroWhereNothingIsSaid) {
  std::string header = nifti_header(axial(), "");
  const std::vector<std::pair<std::size_t, std::size_t>> fields{
      {0, 4},   {38, 1},  {40, 16},  {70, 4},   {76, 32},
      {108, 8}, {123, 1}, {148, 80}, {252, 76}, {344, 4}};
  for (const auto& [offset, size] : fields) header.replace(offset, size, size, '\0');
  EXPECT_EQ(header, std::string(352, '\0'));
}

TEST(NiftiHeader, NamesEveryVoxelType) {
  struct Row {
    VoxelType type;
    std::int16_t code;
    std::int16_t bits;
  };
  for (const auto& [type, code, bits] :
       {Row{VoxelType::int16, 4, 16}, Row{VoxelType::uint16, 512, 16}, Row{VoxelType::int32, 8, 32},
        Row{VoxelType::float32, 16, 32}, Row{VoxelType::rgb24, 128, 24}}) {
    ImageHeader image = axial();
    image.type = type;
    EXPECT_EQ(get<std::int16_t>(nifti_header(image, ""), 70), code);
    EXPECT_EQ(get<std::int16_t>(nifti_header(image, ""), 72), bits);
  }
}

TEST(NiftiHeader, HasAFourthDimensionInSecondsForVolumesInTime) {
  ImageHeader image = axial();
  image.volumes = 90;
  image.time_step = 2.5;
  const std::string header = nifti_header(image, "");
  EXPECT_THAT(get<std::int16_t>(header, 40, 8), testing::ElementsAre(4, 6, 5, 4, 90, 1, 1, 1));
  EXPECT_THAT(get<float>(header, 76, 8), testing::ElementsAre(1, 0.5, 0.75, 2.5, 2.5, 1, 1, 1));
  EXPECT_EQ(header[123], 10);  // mm and s
}

TEST(NiftiHeader, HasNoTimeForVolumesThatAreNotInTime) {
  ImageHeader image = axial();
  image.volumes = 65;
  const std::string header = nifti_header(image, "");
  EXPECT_THAT(get<std::int16_t>(header, 40, 5), testing::ElementsAre(4, 6, 5, 4, 65));
  EXPECT_EQ(get<float>(header, 92), 1);
  EXPECT_EQ(header[123], 2);
}

TEST(NiftiHeader, HasTheRescaleOfStoredVoxels) {
  ImageHeader image = axial();
  image.scale = {0.25, -1024};
  EXPECT_THAT(get<float>(nifti_header(image, ""), 112, 2), testing::ElementsAre(0.25, -1024));
  image.grid.size[0] = 40'000;
  EXPECT_THAT(get<double>(nifti_header(image, ""), 176, 2), testing::ElementsAre(0.25, -1024));
}

// A qform could not say it; both codes 0 mean that the voxels are nowhere.
TEST(NiftiHeader, HasAnSformAloneWhenShearedAndNeitherWhenUnplaced) {
  ImageHeader image = axial();
  image.grid.direction[2] = {0, std::sin(0.2), std::cos(0.2)};
  image.grid.is_sheared = true;
  std::string header = nifti_header(image, "");
  EXPECT_THAT(get<std::int16_t>(header, 252, 2), testing::ElementsAre(0, 1));
  EXPECT_LT(largest_difference(sform<Nifti1>(header), truth(image.grid)), 1e-5);
  image.grid.is_placed = false;
  header = nifti_header(image, "");
  EXPECT_EQ(header.substr(252, 76), std::string(76, '\0'));
  EXPECT_THAT(get<float>(header, 76, 4), testing::ElementsAre(1, 0.5, 0.75, 2.5));
}

TEST(NiftiHeader, OfAPairIsThatOfASingleFileButForMagicAndOffset) {
  for (const std::uint32_t columns : {6U, 40'000U}) {
    ImageHeader image = axial();
    image.grid.size[0] = columns;
    std::string single = nifti_header(image, "");
    std::string pair = nifti_pair_header(image, "");
    const std::size_t magic = columns == 6 ? 344 : 4;
    const std::size_t offset = columns == 6 ? 108 : 168;
    EXPECT_EQ(pair.substr(magic, 4),
              columns == 6 ? std::string("ni1\0", 4) : std::string("ni2\0", 4));
    EXPECT_EQ(pair.substr(offset, 4), std::string(4, '\0'));
    for (std::string* header : {&single, &pair}) {
      header->replace(magic, 4, 4, '\0');
      header->replace(offset, 4, 4, '\0');
    }
    EXPECT_EQ(pair, single);
  }
}

TEST(NiftiHeader, SaysTheSameTwiceForThe24AxisAlignedOrientations) {
  ASSERT_EQ(axis_aligned().size(), 24U);
  for (const ImageHeader& image : axis_aligned()) {
    const std::string header = nifti_header(image, "");
    EXPECT_EQ(sform<Nifti1>(header), truth(image.grid));
    EXPECT_LT(largest_difference(qform<Nifti1>(header), truth(image.grid)), 1e-6);
  }
}

TEST(NiftiHeader, SaysTheSameTwiceForRandomRotations) {
  for (const ImageHeader& image : random_rotations(200)) {
    const std::string header = nifti_header(image, "");
    EXPECT_LT(largest_difference(sform<Nifti1>(header), truth(image.grid)), 2e-7 * 120.25);
    // 1e-5 of a direction cosine, in mm for the largest spacing.
    EXPECT_LT(largest_difference(qform<Nifti1>(header), sform<Nifti1>(header)), 1e-5 * 2.5);
    EXPECT_EQ(get<float>(header, 76), 1) << "qfac";
  }
}

TEST(NiftiHeader, SaysTheSameTwiceForAGridTiltedOutOfTheAxialPlane) {
  // The quaternion's first number is 0, which a reader must not see as a little more than 0.
  for (int tenths = 1; tenths < 450; ++tenths) {
    for (const std::size_t axis : {0U, 1U}) {
      const ImageHeader image = axial_turned_about(axis, tenths * std::numbers::pi / 1800);
      EXPECT_LT(largest_difference(qform<Nifti1>(nifti_header(image, "")), truth(image.grid)), 1e-6)
          << tenths << ' ' << axis;
    }
  }
}

TEST(NiftiHeader, LosesNoMoreThanTheFormatWhenAGridIsTurnedALittleWithinTheAxialPlane) {
  // d = 1 - a²/2, and floats just below 1 are 2^-24 apart: half of that may be lost, so a² = 2^-24.
  const double lost_a = std::sqrt(std::exp2(-24));
  for (int step = -1000; step <= 1000; ++step) {
    const ImageHeader image = axial_turned_about(2, step * 1e-5);
    const double error =
        largest_difference(qform<Nifti1>(nifti_header(image, "")), truth(image.grid));
    EXPECT_LT(error, image.grid.spacing[1] * 2 * lost_a * 1.001) << step;
    EXPECT_LT(largest_difference(sform<Nifti1>(nifti_header(image, "")), truth(image.grid)),
              1e-7 * 120.25);
  }
}

TEST(NiftiHeader, HasNoNegativeZero) {
  for (const ImageHeader& image : axis_aligned()) {
    for (const std::uint32_t bits : get<std::uint32_t>(nifti_header(image, ""), 256, 18))
      EXPECT_NE(bits, 0x80000000U);
  }
}

TEST(NiftiHeader, IsNifti1UpTo32767AndNifti2Beyond) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    ImageHeader image = axial();
    image.grid.size[axis] = 32'767;
    EXPECT_EQ(nifti_header(image, "").size(), 352U);
    image.grid.size[axis] = 32'768;
    EXPECT_EQ(nifti_header(image, "").size(), 544U);
  }
  ImageHeader image = axial();
  image.volumes = 32'768;
  EXPECT_EQ(nifti_header(image, "").size(), 544U);
}

TEST(Nifti2Header, HasEveryField) {
  ImageHeader image = axial();
  image.grid.size = {6, 5, 70'000};
  image.type = VoxelType::float32;
  const std::string header = nifti_header(image, "");
  ASSERT_EQ(header.size(), 544U);
  EXPECT_EQ(get<std::int32_t>(header, 0), 540);                       // sizeof_hdr
  EXPECT_EQ(header.substr(4, 8), std::string("n+2\0\r\n\x1a\n", 8));  // magic
  EXPECT_EQ(get<std::int16_t>(header, 12), 16);                       // datatype
  EXPECT_EQ(get<std::int16_t>(header, 14), 32);                       // bitpix
  EXPECT_THAT(get<std::int64_t>(header, 16, 8),
              testing::ElementsAre(3, 6, 5, 70'000, 1, 1, 1, 1));  // dim
  EXPECT_THAT(get<double>(header, 104, 8),
              testing::ElementsAre(1, 0.5, 0.75, 2.5, 1, 1, 1, 1));      // pixdim
  EXPECT_EQ(get<std::int64_t>(header, 168), 544);                        // vox_offset
  EXPECT_THAT(get<double>(header, 176, 2), testing::ElementsAre(1, 0));  // scl_slope, scl_inter
  EXPECT_EQ(header.substr(240, 80), "dcmflow" + std::string(73, '\0'));  // descrip
  EXPECT_THAT(get<std::int32_t>(header, 344, 2),
              testing::ElementsAre(1, 1));              // qform_code, sform_code
  EXPECT_EQ(get<std::int32_t>(header, 500), 2);         // xyzt_units
  EXPECT_EQ(header.substr(540), std::string(4, '\0'));  // no extension
}

TEST(Nifti2Header, SaysTheSameTwice) {
  for (ImageHeader image : random_rotations(200)) {
    image.grid.size[2] = 40'000;
    const std::string header = nifti_header(image, "");
    EXPECT_EQ(sform<Nifti2>(header), truth(image.grid));
    EXPECT_LT(largest_difference(qform<Nifti2>(header), truth(image.grid)), 1e-12);
  }
}

}  // namespace
}  // namespace dcmflow
