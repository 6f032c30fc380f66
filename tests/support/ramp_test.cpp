// The checks that other tests trust, and images that must not pass them.

#include "tests/support/ramp.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "test-data/phantom.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

// Written by hand here, so that neither our writers nor ITK's have a say.
constexpr std::size_t columns = 7, rows = 6, slices = 5;
constexpr std::array<double, 3> spacing{0.75, 0.5, 2};
constexpr std::array<double, 3> origin{-10, 20, 30};

// Axes of a sagittal image: i along y, j along −z, k along −x (LPS).
std::vector<float> sagittal_ramp() {
  std::vector<float> values;
  for (std::size_t k = 0; k < slices; ++k)
    for (std::size_t j = 0; j < rows; ++j)
      for (std::size_t i = 0; i < columns; ++i)
        values.push_back(static_cast<float>(2 * (origin[0] - spacing[2] * static_cast<double>(k)) +
                                            3 * (origin[1] + spacing[0] * static_cast<double>(i)) +
                                            5 * (origin[2] - spacing[1] * static_cast<double>(j))));
  return values;
}

void write_bytes(const std::string& path, const void* bytes, std::size_t size) {
  std::ofstream(path, std::ios::binary)
      .write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
}

void write_metaimage(const std::string& folder, const std::vector<float>& values) {
  write_bytes(folder + "/image.raw", values.data(), values.size() * sizeof(float));
  std::ofstream(folder + "/image.mhd")
      << "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
         "TransformMatrix = 0 1 0 0 0 -1 -1 0 0\nOffset = -10 20 30\nElementSpacing = 0.75 0.5 2\n"
         "DimSize = 7 6 5\nElementType = MET_FLOAT\nElementDataFile = image.raw\n";
}

template <class T>
void put(std::vector<char>& header, std::size_t offset, const std::vector<T>& values) {
  std::memcpy(header.data() + offset, values.data(), values.size() * sizeof(T));
}

// NIfTI-1 (nifti1.h): the sform is RAS, so x and y are negated.
void write_nifti(const std::string& path, const std::vector<float>& values) {
  std::vector<char> bytes(352);
  put<std::int32_t>(bytes, 0, {348});
  put<std::int16_t>(bytes, 40, {3, 7, 6, 5, 1, 1, 1, 1});
  put<std::int16_t>(bytes, 70, {16, 32});  // float32
  put<float>(bytes, 76, {1, 0.75, 0.5, 2, 1, 1, 1, 1});
  put<float>(bytes, 108, {352, 1, 0});
  bytes[123] = 2;  // mm
  put<std::int16_t>(bytes, 252, {0, 1});
  put<float>(bytes, 280, {0, 0, 2, 10, -0.75, 0, 0, -20, 0, -0.5, 0, 30});
  std::memcpy(bytes.data() + 344, "n+1", 4);
  const auto* first = reinterpret_cast<const char*>(values.data());
  bytes.insert(bytes.end(), first, first + values.size() * sizeof(float));
  write_bytes(path, bytes.data(), bytes.size());
}

ReadImage good_image() {
  const TemporaryFolder folder;
  write_metaimage(folder.path(), sagittal_ramp());
  return read_image(folder / "image.mhd");
}

TEST(ImageReader, ReadsAMetaImage) {
  const ReadImage image = good_image();
  EXPECT_EQ(image.size, (std::array<std::size_t, 3>{7, 6, 5}));
  EXPECT_EQ(image.spacing, spacing);
  EXPECT_EQ(image.origin, origin);
  EXPECT_EQ(image.direction[0], (std::array<double, 3>{0, 1, 0}));
  EXPECT_EQ(image.direction[1], (std::array<double, 3>{0, 0, -1}));
  EXPECT_EQ(image.direction[2], (std::array<double, 3>{-1, 0, 0}));
  EXPECT_EQ(image.component_type, "float");
  EXPECT_EQ(image.at(1, 2, 3), sagittal_ramp()[(3 * 6 + 2) * 7 + 1]);
}

TEST(ImageReader, TurnsNiftiIntoPatientCoordinates) {
  const TemporaryFolder folder;
  write_nifti(folder / "image.nii", sagittal_ramp());
  const ReadImage image = read_image(folder / "image.nii");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    EXPECT_NEAR(image.origin[axis], origin[axis], 1e-5);
    EXPECT_NEAR(image.spacing[axis], spacing[axis], 1e-6);
  }
  EXPECT_NEAR(image.direction[2][0], -1, 1e-6);
  const RampCheck check = check_ramp(image, 1e-3);
  EXPECT_TRUE(check) << check;
  EXPECT_EQ(check.compared, columns * rows * slices);
}

std::string without_tail(const std::string& path, std::uintmax_t bytes) {
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - bytes);
  return path;
}

void write_gzip(const std::string& path, const std::string& from) {
  std::ifstream file(from, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  const gzFile packed = gzopen(path.c_str(), "wb");
  gzwrite(packed, content.data(), static_cast<unsigned>(content.size()));
  gzclose(packed);
}

TEST(ImageReader, ReadsACompressedNifti) {
  const TemporaryFolder folder;
  write_nifti(folder / "image.nii", sagittal_ramp());
  write_gzip(folder / "packed.nii.gz", folder / "image.nii");
  const RampCheck check = check_ramp(read_image(folder / "packed.nii.gz"), 1e-3);
  EXPECT_TRUE(check) << check;
  EXPECT_THROW(read_image(without_tail(folder / "packed.nii.gz", 9)), std::exception);
}

TEST(ImageReader, RefusesAFileThatIsCutOff) {
  const TemporaryFolder folder;
  write_nifti(folder / "image.nii", sagittal_ramp());
  EXPECT_THROW(read_image(without_tail(folder / "image.nii", 4)), std::exception);
  write_metaimage(folder.path(), sagittal_ramp());
  without_tail(folder / "image.raw", 4);
  EXPECT_THROW(read_image(folder / "image.mhd"), std::exception);
  EXPECT_THROW(read_image(folder / "absent.nii"), std::exception);
  EXPECT_THROW(read_image(folder / "image.raw"), std::exception);
}

TEST(CheckRamp, PassesTheRamp) {
  const RampCheck check = check_ramp(good_image(), 1e-4);
  EXPECT_TRUE(check) << check;
}

TEST(CheckRamp, FailsAnImageThatIsShiftedByOneVoxel) {
  ReadImage image = good_image();
  image.origin = image.position(1, 0, 0);
  const RampCheck check = check_ramp(image, 0.5);
  EXPECT_FALSE(check);
  EXPECT_NEAR(check.worst_error, 3 * 0.75, 1e-4);
}

TEST(CheckRamp, FailsWhenColumnsAndRowsSwapTheirSpacing) {
  ReadImage image = good_image();
  std::swap(image.spacing[0], image.spacing[1]);
  EXPECT_FALSE(check_ramp(image, 0.5));
}

TEST(CheckRamp, FailsWhenSlicesAreInReverse) {
  ReadImage image = good_image();
  for (double& coordinate : image.direction[2]) coordinate = -coordinate;
  EXPECT_FALSE(check_ramp(image, 0.5));
}

TEST(CheckRamp, FindsOneWrongVoxelAndSaysWhere) {
  ReadImage image = good_image();
  image.voxels[(3 * rows + 2) * columns + 1] += 4;
  const RampCheck check = check_ramp(image, 0.5);
  EXPECT_FALSE(check);
  EXPECT_EQ(check.worst_voxel, (std::array<std::size_t, 4>{1, 2, 3, 0}));
  EXPECT_NEAR(check.found - check.expected, 4, 1e-4);
}

TEST(CheckRamp, FailsOnANan) {
  ReadImage image = good_image();
  image.voxels[5] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(check_ramp(image, 1e9));
}

TEST(CheckRamp, LeavesTheBackgroundOut) {
  ReadImage image = good_image();
  image.voxels[0] = -1024;
  EXPECT_FALSE(check_ramp(image, 0.5));
  const RampCheck check = check_ramp(image, 0.5, -1024);
  EXPECT_TRUE(check) << check;
  EXPECT_EQ(check.compared, columns * rows * slices - 1);
}

TEST(CheckRamp, FailsWhenNothingWasCompared) {
  ReadImage image = good_image();
  image.voxels.assign(image.voxels.size(), 0);
  EXPECT_FALSE(check_ramp(image, 0.5, 0));
  EXPECT_FALSE(check_ramp(ReadImage{}, 0.5));
}

}  // namespace
}  // namespace dcmflow
