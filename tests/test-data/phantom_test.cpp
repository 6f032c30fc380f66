#include "test-data/phantom.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

std::string text(DcmDataset& dataset, const DcmTagKey& tag) {
  OFString value;
  return dataset.findAndGetOFStringArray(tag, value).good() ? value.c_str() : "(absent)";
}

double number(DcmDataset& dataset, const DcmTagKey& tag, unsigned long index = 0) {
  Float64 value = 0;
  EXPECT_TRUE(dataset.findAndGetFloat64(tag, value, index).good()) << tag.toString();
  return value;
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The largest difference between the ramp and the voxels of a file, by nothing but what its header
// says.
double worst_error(DcmDataset& dataset) {
  const Uint16* words = nullptr;
  unsigned long count = 0;
  EXPECT_TRUE(dataset.findAndGetUint16Array(DCM_PixelData, words, &count).good());
  Uint16 columns = 0;
  EXPECT_TRUE(dataset.findAndGetUint16(DCM_Columns, columns).good());
  double worst = count == 0 ? 1e9 : 0;
  for (unsigned long i = 0; i < count; ++i) {
    const double across = number(dataset, DCM_PixelSpacing, 1) * static_cast<double>(i % columns);
    const unsigned long line = i / columns;
    const double down = number(dataset, DCM_PixelSpacing, 0) * static_cast<double>(line);
    std::array<double, 3> point{};
    for (unsigned axis = 0; axis < 3; ++axis)
      point[axis] = number(dataset, DCM_ImagePositionPatient, axis) +
                    across * number(dataset, DCM_ImageOrientationPatient, axis) +
                    down * number(dataset, DCM_ImageOrientationPatient, axis + 3);
    const double value = static_cast<std::int16_t>(words[i]) * number(dataset, DCM_RescaleSlope) +
                         number(dataset, DCM_RescaleIntercept);
    worst = std::max(worst, std::abs(value - (2 * point[0] + 3 * point[1] + 5 * point[2])));
  }
  return worst;
}

TEST(Phantom, IsTheRampAtThePositionThatEachHeaderStates) {
  PhantomSeries series;
  series.row = {0.939692620786, 0.342020143326, 0};
  series.column = {-0.296198132726, 0.813797681349, 0.5};
  series.rescale_slope = 0.25;
  series.rescale_intercept = -100;
  const TemporaryFolder folder;
  const auto paths = write_phantom_series(series, folder.path());
  ASSERT_EQ(paths.size(), 8U);
  for (const auto& path : paths) {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(path.c_str()).good());
    EXPECT_LE(worst_error(*file.getDataset()), 0.125 + 1e-6);
  }
}

TEST(Phantom, StepsAlongTheNormalInTheOrderOfThePaths) {
  PhantomSeries series;
  series.row = {0, 1, 0};
  series.column = {0, 0, -1};  // sagittal: row × column = −x
  const TemporaryFolder folder;
  const auto paths = write_phantom_series(series, folder.path());
  for (std::size_t k = 0; k < paths.size(); ++k) {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(paths[k].c_str()).good());
    EXPECT_NEAR(number(*file.getDataset(), DCM_ImagePositionPatient, 0),
                -10 - 2.5 * static_cast<double>(k), 1e-9);
  }
}

TEST(Phantom, HidesTheSpatialOrderInNamesAndNumbers) {
  PhantomSeries series;
  series.slices = 20;
  const TemporaryFolder folder;
  const auto paths = write_phantom_series(series, folder.path());
  std::set<std::string> uids;
  std::vector<int> numbers;
  for (const auto& path : paths) {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(path.c_str()).good());
    uids.insert(text(*file.getDataset(), DCM_SOPInstanceUID));
    numbers.push_back(std::stoi(text(*file.getDataset(), DCM_InstanceNumber)));
  }
  EXPECT_EQ(uids.size(), 20U);
  EXPECT_FALSE(std::ranges::is_sorted(paths));
  EXPECT_FALSE(std::ranges::is_sorted(numbers));
  EXPECT_EQ(std::set<int>(numbers.begin(), numbers.end()).size(), 20U);
}

TEST(Phantom, KeepsTheSpatialOrderForSeedZero) {
  PhantomSeries series;
  series.slices = 12;
  series.seed = 0;
  EXPECT_TRUE(std::ranges::is_sorted(phantom_file_names(series)));
  const DicomBuilder header = phantom_header(series);
  const TemporaryFolder folder;
  phantom_slice(series, header, 10).save(folder / "x");
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile((folder / "x").c_str()).good());
  EXPECT_EQ(text(*file.getDataset(), DCM_InstanceNumber), "11");
}

TEST(Phantom, WritesTheSameBytesForEqualArguments) {
  const TemporaryFolder folder;
  PhantomSeries series;
  series.header_elements = 50;
  const auto first = write_phantom_series(series, folder / "first");
  const auto second = write_phantom_series(series, folder / "second");
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(content(first[i]), content(second[i]));
  series.seed = 2;
  EXPECT_NE(phantom_file_names(series), phantom_file_names(PhantomSeries{}));
}

TEST(Phantom, CountsASecondPassBehindTheFirst) {
  PhantomSeries series;
  auto names = phantom_file_names(series);
  series.first_number = 9;
  const auto more = phantom_file_names(series);
  names.insert(names.end(), more.begin(), more.end());
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 16U);
}

TEST(Phantom, LetsTheCallerEditASlice) {
  PhantomSeries series;
  series.edit = [](unsigned slice, DicomBuilder& file) {
    if (slice == 3) file.set("ImagePositionPatient", "0\\0\\999");
  };
  const TemporaryFolder folder;
  const auto paths = write_phantom_series(series, folder.path());
  for (std::size_t k = 0; k < paths.size(); ++k) {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(paths[k].c_str()).good());
    EXPECT_EQ(text(*file.getDataset(), DCM_ImagePositionPatient) == "0\\0\\999", k == 3);
  }
}

TEST(Phantom, ClampsToTheStoredType) {
  PhantomSeries series;
  series.bits_allocated = 8;
  series.bits_stored = 7;
  series.is_signed = false;
  series.columns = 2;
  series.rows = 1;
  series.value = [](const std::array<double, 3>& position) {
    return position[0] > -10 ? 1e9 : -1e9;
  };
  const TemporaryFolder folder;
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(write_phantom_series(series, folder.path())[0].c_str()).good());
  const Uint8* bytes = nullptr;
  ASSERT_TRUE(file.getDataset()->findAndGetUint8Array(DCM_PixelData, bytes).good());
  EXPECT_EQ(bytes[0], 0);
  EXPECT_EQ(bytes[1], 127);
}

TEST(Phantom, WritesAsManyHeaderElementsAsAScanner) {
  const auto elements = [](unsigned asked) {
    PhantomSeries series;
    series.modality = "MR";
    series.header_elements = asked;
    const TemporaryFolder folder;
    DcmFileFormat file;
    EXPECT_TRUE(file.loadFile(write_phantom_series(series, folder.path())[0].c_str()).good());
    unsigned count = 0;
    DcmStack stack;
    while (file.getDataset()->nextObject(stack, OFTrue).good())
      if (stack.top()->isLeaf() || stack.top()->ident() == EVR_SQ) ++count;
    return count;
  };
  const unsigned none = elements(0);
  EXPECT_GE(elements(290), none + 290);
  EXPECT_LE(elements(290), none + 310);
}

TEST(Phantom, RefusesALayoutThatItCannotWrite) {
  PhantomSeries series;
  series.bits_stored = 17;
  EXPECT_THROW(phantom_header(series), std::runtime_error);
  series = {};
  series.modality = "XX";
  EXPECT_THROW(phantom_header(series), std::runtime_error);
}

TEST(DecimalString, FitsTheSixteenCharactersOfADs) {
  EXPECT_EQ(decimal_string(0.7), "0.7");
  EXPECT_EQ(decimal_string(-0.0), "0");
  EXPECT_EQ(decimal_string(1.0 / 3), "0.33333333333333");
  for (const double value : {-1.0 / 3e7, 1e300 / 7, -123456.789012345678, -7.0 / 3e300}) {
    EXPECT_LE(decimal_string(value).size(), 16U) << value;
    EXPECT_NEAR(std::stod(decimal_string(value)) / value, 1, 1e-8) << value;
  }
}

}  // namespace
}  // namespace dcmflow
