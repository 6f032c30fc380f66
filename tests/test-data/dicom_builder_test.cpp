#include "test-data/dicom_builder.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The file as DCMTK reads it.
class Reparsed {
 public:
  explicit Reparsed(const DicomBuilder& builder,
                    std::string_view transfer_syntax = transfer_syntax::explicit_little) {
    builder.save(folder_ / "file.dcm", transfer_syntax);
    const auto status = file_.loadFile((folder_ / "file.dcm").c_str());
    EXPECT_TRUE(status.good()) << status.text();
  }
  DcmDataset& dataset() { return *file_.getDataset(); }
  DcmMetaInfo& meta() { return *file_.getMetaInfo(); }

  std::string text(const DcmTagKey& tag) {
    OFString value;
    return dataset().findAndGetOFStringArray(tag, value).good() ? value.c_str() : "(absent)";
  }

 private:
  TemporaryFolder folder_;
  DcmFileFormat file_;
};

std::string meta_text(Reparsed& file, const DcmTagKey& tag) {
  OFString value;
  return file.meta().findAndGetOFString(tag, value).good() ? value.c_str() : "(absent)";
}

TEST(DicomBuilder, StartsAsASmallValidCtImage) {
  Reparsed file{DicomBuilder()};
  EXPECT_EQ(file.text(DCM_SOPClassUID), "1.2.840.10008.5.1.4.1.1.2");
  EXPECT_EQ(file.text(DCM_StudyInstanceUID), "1.2.3");
  EXPECT_EQ(file.text(DCM_SeriesInstanceUID), "1.2.3.4");
  EXPECT_EQ(file.text(DCM_SOPInstanceUID), "1.2.3.4.5");
  EXPECT_EQ(file.text(DCM_Columns), "4");
  EXPECT_EQ(file.text(DCM_Rows), "3");
  EXPECT_EQ(file.text(DCM_ImageOrientationPatient), "1\\0\\0\\0\\1\\0");
  const Uint16* pixels = nullptr;
  unsigned long count = 0;
  ASSERT_TRUE(file.dataset().findAndGetUint16Array(DCM_PixelData, pixels, &count).good());
  EXPECT_EQ(std::vector<Uint16>(pixels, pixels + count), std::vector<Uint16>(12));
}

TEST(DicomBuilder, WritesTheSameBytesEachTime) {
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::jpeg_extended,
                            transfer_syntax::jpeg_2000, transfer_syntax::deflated}) {
    DicomBuilder builder;
    builder.set("PixelRepresentation", "0").set("BitsStored", "12").set("HighBit", "11");
    EXPECT_EQ(builder.bytes(syntax), DicomBuilder(builder).bytes(syntax)) << syntax;
  }
}

TEST(DicomBuilder, SaysInTheFileMetaInformationWhatTheDataSetIs) {
  Reparsed file(DicomBuilder().set("SOPInstanceUID", "1.9.8"), transfer_syntax::implicit_little);
  EXPECT_EQ(meta_text(file, DCM_TransferSyntaxUID), transfer_syntax::implicit_little);
  EXPECT_EQ(meta_text(file, DCM_MediaStorageSOPInstanceUID), "1.9.8");
  EXPECT_EQ(meta_text(file, DCM_MediaStorageSOPClassUID), "1.2.840.10008.5.1.4.1.1.2");
}

TEST(DicomBuilder, InventsNoUidWhereTheDataSetHasNone) {
  Reparsed file(DicomBuilder().remove("SOPInstanceUID").remove("SOPClassUID"));
  EXPECT_EQ(meta_text(file, DCM_MediaStorageSOPInstanceUID), "(absent)");
  EXPECT_EQ(file.text(DCM_SOPInstanceUID), "(absent)");
  EXPECT_EQ(file.text(DCM_SOPClassUID), "(absent)");
}

TEST(DicomBuilder, RefusesWhatItDoesNotKnow) {
  DicomBuilder builder;
  EXPECT_THROW(builder.set("NoSuchKeyword", "1"), std::runtime_error);
  EXPECT_THROW(builder.set("Rows", "many"), std::runtime_error);
  EXPECT_THROW(builder.set("PixelData", "0"), std::runtime_error);
  EXPECT_THROW(builder.set("ModalityLUTSequence", "x"), std::runtime_error);
  EXPECT_THROW(
      builder.set_in("SharedFunctionalGroupsSequence[0.PixelMeasuresSequence", 0, "Rows", "1"),
      std::runtime_error);
}

TEST(DicomBuilder, KeepsTextThatIsWrongForItsVr) {
  Reparsed file(DicomBuilder().set("RescaleSlope", "one").set("StudyInstanceUID", "../etc"));
  EXPECT_EQ(file.text(DCM_RescaleSlope), "one");
  EXPECT_EQ(file.text(DCM_StudyInstanceUID), "../etc");
}

TEST(DicomBuilder, GivesUsOrSsAttributesTheSignOfThePixels) {
  Reparsed is_signed(DicomBuilder().set("PixelPaddingValue", "-2000"));
  EXPECT_EQ(is_signed.text(DCM_PixelPaddingValue), "-2000");
  DicomBuilder builder;
  builder.set("PixelRepresentation", "0").set("PixelPaddingValue", "63536");
  EXPECT_EQ(Reparsed(builder).text(DCM_PixelPaddingValue), "63536");
}

TEST(DicomBuilder, WritesTagsOutsideTheDictionaryAsText) {
  EXPECT_EQ(Reparsed(DicomBuilder().set("0009,1002", "x\\y")).text(DcmTagKey(0x0009, 0x1002)),
            "x\\y");
}

TEST(DicomBuilder, NestsItemsInSequences) {
  for (const bool undefined_lengths : {false, true}) {
    DicomBuilder builder;
    builder.set_in("PerFrameFunctionalGroupsSequence[2].PlanePositionSequence", 0,
                   "ImagePositionPatient", "1\\2\\3");
    if (undefined_lengths) builder.undefined_lengths();
    Reparsed file(builder);
    DcmItem* frame = nullptr;
    ASSERT_TRUE(file.dataset()
                    .findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, frame, 2)
                    .good());
    DcmItem* plane = nullptr;
    ASSERT_TRUE(frame->findAndGetSequenceItem(DCM_PlanePositionSequence, plane, 0).good());
    OFString value;
    ASSERT_TRUE(plane->findAndGetOFStringArray(DCM_ImagePositionPatient, value).good());
    EXPECT_EQ(value, "1\\2\\3");
    EXPECT_EQ(plane->getLengthField() == DCM_UndefinedLength, undefined_lengths);
  }
}

TEST(DicomBuilder, GivesEachPrivateCreatorABlockOfItsOwn) {
  Reparsed file(DicomBuilder()
                    .set_private(0x0019, "ONE", 0x0c, "IS", "1000")
                    .set_private(0x0019, "TWO", 0x0c, "LO", "text")
                    .set_private(0x0019, "ONE", 0x0d, "DS", "1.5"));
  EXPECT_EQ(file.text(DcmTagKey(0x0019, 0x0010)), "ONE");
  EXPECT_EQ(file.text(DcmTagKey(0x0019, 0x0011)), "TWO");
  EXPECT_EQ(file.text(DcmTagKey(0x0019, 0x100c)), "1000");
  EXPECT_EQ(file.text(DcmTagKey(0x0019, 0x110c)), "text");
  EXPECT_EQ(file.text(DcmTagKey(0x0019, 0x100d)), "1.5");
}

TEST(DicomBuilder, WritesAFileWithoutPixels) {
  const DicomBuilder builder = DicomBuilder().remove("PixelData");
  EXPECT_FALSE(Reparsed(builder).dataset().tagExists(DCM_PixelData));
  EXPECT_FALSE(Reparsed(builder, transfer_syntax::rle).dataset().tagExists(DCM_PixelData));
}

TEST(DicomBuilder, LeavesALieAboutTheSizeSmall) {
  DicomBuilder builder;
  builder.set("Rows", "65535").set("Columns", "65535").set("NumberOfFrames", "2147483647");
  EXPECT_LT(builder.bytes().size(), 4096U);
  EXPECT_THROW(builder.bytes(transfer_syntax::jpeg_ls), std::runtime_error);
}

TEST(DicomBuilder, ChangesACopyAlone) {
  DicomBuilder first;
  DicomBuilder second = first;
  second.set("PatientID", "other").pixels(Bytes(24, 7));
  EXPECT_EQ(Reparsed(first).text(DCM_PatientID), "P1");
  EXPECT_EQ(Reparsed(second).text(DCM_PatientID), "other");
  first = second;
  EXPECT_EQ(first.bytes(), second.bytes());
}

TEST(DicomBuilder, SavesIntoFoldersThatItMakes) {
  const TemporaryFolder folder;
  const std::string path = folder / "a/b/c.dcm";
  DicomBuilder().save(path);
  std::ifstream file(path, std::ios::binary);
  const Bytes content{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(content, DicomBuilder().bytes());
}

}  // namespace
}  // namespace dcmflow
