#include "stages/dicom/data_set.h"

#include <dcmtk/dcmdata/dctk.h>
#include <gmock/gmock.h>

#include <cmath>

#include "stages/base/output_file.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

constexpr std::string_view ct = "1.2.840.10008.5.1.4.1.1.2";

class WrittenDataSet : public testing::Test {
 protected:
  // What DCMTK reads of it.
  DcmDataset& read(const DataSet& data_set) {
    auto file = OutputFile::create(OutputFolder(folder.path()), "a.dcm");
    EXPECT_TRUE(file);
    EXPECT_TRUE(write_dicom_file(*file, data_set, ct, "1.2.3"));
    EXPECT_TRUE(file->commit());
    EXPECT_TRUE(written.loadFile((folder / "a.dcm").c_str(), EXS_LittleEndianExplicit).good());
    EXPECT_TRUE(written.loadAllDataIntoMemory().good());
    return *written.getDataset();
  }
  static std::string text_of(DcmItem& item, const DcmTagKey& tag) {
    OFString text;
    EXPECT_TRUE(item.findAndGetOFStringArray(tag, text).good());
    return {text.data(), text.size()};
  }

  const TemporaryFolder folder;
  DcmFileFormat written;
};

TEST_F(WrittenDataSet, HasItsElementsInTheOrderOfTags) {
  DataSet data_set;
  data_set.put(0x00100010, "PN", "A^B");
  data_set.put(0x00080060, "CS", "CT").put(0x00280030, "DS", "0.5\\0.25");
  data_set.put_us(0x00280010, {7}).put_ul(0x00209157, {70000, 2}).put_fd(0x00189073, 1.5);
  data_set.put_at(0x00209165, 0x0062000B).put(0x00540081, "US", "12").put(0x00080080, "LO", "");
  auto& read_back = read(data_set);
  EXPECT_EQ(text_of(read_back, DCM_PatientName), "A^B");
  EXPECT_EQ(text_of(read_back, DCM_PixelSpacing), "0.5\\0.25");
  EXPECT_EQ(text_of(read_back, DCM_Rows), "7");
  EXPECT_EQ(text_of(read_back, DCM_DimensionIndexValues), "70000\\2");
  EXPECT_EQ(text_of(read_back, DCM_AcquisitionDuration), "1.5");
  EXPECT_EQ(text_of(read_back, DCM_DimensionIndexPointer), "(0062,000b)");
  EXPECT_EQ(text_of(read_back, DCM_NumberOfSlices), "12");
  EXPECT_EQ(text_of(read_back, DCM_InstitutionName), "");
  OFString uid;
  EXPECT_TRUE(
      written.getMetaInfo()->findAndGetOFString(DCM_MediaStorageSOPInstanceUID, uid).good());
  EXPECT_EQ(uid, "1.2.3");
}

TEST_F(WrittenDataSet, MakesItemsWhileItIsWritten) {
  DataSet data_set;
  std::size_t asked = 0;
  data_set.put_sequence(0x52009230, 5000, [&](std::size_t index) {
    EXPECT_EQ(index, asked++);
    DataSet inner, item;
    inner.put_us(0x0062000B, {static_cast<std::uint16_t>(index)});
    return item.put_sequence(0x0062000A, {inner});
  });
  data_set.put_sequence(0x00081115, std::vector<DataSet>());
  EXPECT_EQ(asked, 0U);
  auto& read_back = read(data_set);
  EXPECT_EQ(asked, 5000U);
  DcmItem* item = nullptr;
  ASSERT_TRUE(
      read_back.findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, item, 4999).good());
  DcmItem* inner = nullptr;
  ASSERT_TRUE(item->findAndGetSequenceItem(DCM_SegmentIdentificationSequence, inner, 0).good());
  EXPECT_EQ(text_of(*inner, DCM_ReferencedSegmentNumber), "4999");
  EXPECT_TRUE(
      read_back.findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, item, 5000).bad());
}

TEST_F(WrittenDataSet, StreamsPixels) {
  constexpr std::uint32_t length = 3 << 20;
  DataSet data_set;
  data_set.put_us(0x00280100, {8});
  data_set.put_stream(0x7FE00010, "OB", length, [](const DataSet::Sink& sink) -> Status {
    for (std::uint32_t i = 0; i < length / 4096; ++i)
      if (auto done = sink(std::vector<std::uint8_t>(4096, static_cast<std::uint8_t>(i))); !done)
        return done;
    return Done{};
  });
  auto& read_back = read(data_set);
  const Uint8* pixels = nullptr;
  unsigned long count = 0;
  ASSERT_TRUE(read_back.findAndGetUint8Array(DCM_PixelData, pixels, &count).good());
  ASSERT_EQ(count, length);
  EXPECT_EQ(pixels[4096 * 700], 700 % 256);
}

TEST(DataSetLengths, OfSixteenBitsAreNotPassed) {
  const DataSet::Sink nowhere = [](std::span<const std::uint8_t>) -> Status { return Done{}; };
  EXPECT_TRUE(DataSet().put(0x00081030, "LO", std::string(65534, 'x')).write_elements(nowhere));
  EXPECT_FALSE(DataSet().put(0x00081030, "LO", std::string(65535, 'x')).write_elements(nowhere));
  EXPECT_TRUE(DataSet().put(0x0040A160, "UT", std::string(70000, 'x')).write_elements(nowhere));
}

TEST(DecimalText, HasAtMost16CharactersAndAsManyDigitsAsTheyHold) {
  EXPECT_EQ(decimal_text(0.7), "0.7");
  EXPECT_EQ(decimal_text(-0.0), "0");
  for (const double number : {1.0 / 3, -1.0 / 3, -123.456789012345678, 1e-17 / 3, -2e300 / 3,
                              -1e-300 / 3, 123456789012345678.0, -0.000012345678901234567}) {
    const auto text = decimal_text(number);
    EXPECT_LE(text.size(), 16U) << text;
    EXPECT_NEAR(std::stod(text) / number, 1, 1e-8) << text;
  }
  EXPECT_EQ(decimal_text(-1.0 / 3), "-0.3333333333333");
  EXPECT_EQ(decimals_text(std::array{0.5, -2.0}), "0.5\\-2");
}

}  // namespace
}  // namespace dcmflow
