#include "stages/decode_header.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "stages/dicom/attributes.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DecodeHeader : public testing::Test {
 protected:
  InstancePtr decode(const DicomBuilder& file,
                     std::string_view syntax = transfer_syntax::explicit_little) {
    return decode_built(file, folder / "a.dcm", syntax);
  }

  Result<InstancePtr> decode_bytes(const std::vector<std::uint8_t>& bytes) {
    const std::string path = folder / "bytes.dcm";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return decode_path(path);
  }

  TemporaryFolder folder;
};

TEST_F(DecodeHeader, ReadsTheSameHeaderInEveryNativeEncoding) {
  const auto file = DicomBuilder()
                        .set("ImagePositionPatient", "1.5\\-2\\3e1")
                        .set("PixelSpacing", "0.5\\0.25")
                        .set("RescaleIntercept", "-1024");
  for (const auto syntax : {transfer_syntax::implicit_little, transfer_syntax::explicit_little,
                            transfer_syntax::explicit_big, transfer_syntax::deflated}) {
    const auto instance = decode(file, syntax);
    EXPECT_THAT(*instance->image_position_patient(), ElementsAre(1.5, -2, 30)) << syntax;
    EXPECT_THAT(*instance->shared->pixel_spacing, ElementsAre(0.5, 0.25));
    EXPECT_EQ(instance->rescale_intercept(), -1024);
    EXPECT_EQ(instance->shared->layout.rows, 3);
    EXPECT_EQ(instance->shared->layout.columns, 4);
    EXPECT_EQ(instance->sop_instance_uid(), "1.2.3.4.5");
    EXPECT_EQ(instance->shared->transfer_syntax_uid, syntax);
    EXPECT_EQ(instance->pixel_data.kind, PixelData::Kind::native);
    EXPECT_FALSE(instance->defect());
  }
}

// How much of a file is read at first follows from the file before it.
TEST_F(DecodeHeader, ReadsHeadersOfAnyLengthAfterEachOther) {
  for (const std::size_t length : {0, 200'000, 10, 3'000, 4'090, 70'000, 0}) {
    for (const bool in_one_value : {true, false}) {
      DicomBuilder file;
      if (in_one_value)
        file.set_private(0x0009, "LONG", 0x10, "UT", std::string(length, 'x'));
      else
        for (std::size_t i = 0; i < length / 40; ++i)
          file.set_in("ReferencedImageSequence", static_cast<unsigned>(i),
                      "ReferencedSOPInstanceUID", "1.2.3.4.5.6.7.8.9");
      const auto instance = decode(file.set("ImagePositionPatient", "1\\2\\3"));
      EXPECT_THAT(*instance->image_position_patient(), ElementsAre(1, 2, 3)) << length;
      EXPECT_EQ(instance->shared->layout.rows, 3);
      EXPECT_FALSE(instance->defect()) << length;
    }
  }
}

TEST_F(DecodeHeader, FindsTheEncodingWhenTheMetaHeaderDeclaresAnother) {
  auto bytes = DicomBuilder().bytes(transfer_syntax::implicit_little);
  const std::string declared = "1.2.840.10008.1.2";
  auto at = std::search(bytes.begin(), bytes.end(), declared.begin(), declared.end());
  ASSERT_NE(at, bytes.end());
  *(at + static_cast<std::ptrdiff_t>(declared.size())) =
      ' ';  // the padding: still a valid UID, and now spoil the last digit
  *(at + static_cast<std::ptrdiff_t>(declared.size()) - 1) = '9';
  const auto instance = decode_bytes(bytes);
  ASSERT_TRUE(instance) << instance.problem().detail;
  EXPECT_FALSE((*instance)->shared->encoding.explicit_vr);
  EXPECT_EQ((*instance)->shared->layout.rows, 3);
}

TEST_F(DecodeHeader, ReadsAFileWithoutPreamble) {
  auto bytes = DicomBuilder().bytes();
  bytes.erase(bytes.begin(), bytes.begin() + 132);
  const auto instance = decode_bytes(bytes);
  ASSERT_TRUE(instance) << instance.problem().detail;
  EXPECT_EQ((*instance)->shared->series_instance_uid, "1.2.3.4");
}

TEST_F(DecodeHeader, TellsOtherContentFromDicom) {
  const std::string text =
      "Just a note, long enough to hold a preamble, were it one. " + std::string(200, '-');
  EXPECT_EQ(decode_bytes({text.begin(), text.end()}).problem().reason, Reason::not_dicom);
  EXPECT_EQ(decode_bytes({1, 2, 3}).problem().reason, Reason::not_dicom);
  EXPECT_EQ(decode_bytes(std::vector<std::uint8_t>(4096, 0)).problem().reason, Reason::not_dicom);
}

TEST_F(DecodeHeader, StepsOverNestedSequencesOfUndefinedLengthAndPrivateBlocks) {
  auto file = DicomBuilder()
                  .set_in("ReferencedImageSequence", 1, "ReferencedSOPInstanceUID", "9.9")
                  .set("PatientName", "After^It");
  file.set_private(0x0029, "ACME", 0x10, "LO", std::string(3000, 'x'));
  const auto instance = decode(file);
  EXPECT_EQ(instance->find(attribute_index(0x00100010)), "After^It");
}

TEST_F(DecodeHeader, KeepsWhatATableRowAsksForInSequencesAndPrivateBlocks) {
  AttributeTable table;
  const auto nested = table.add({.tag = 0x00080100,
                                 .vr = "SH",
                                 .keyword = "Code",
                                 .private_creator = "",
                                 .path = {{0x00081032, 1}}});
  const auto priv = table.add({.tag = 0x0019000C,
                               .vr = "IS",
                               .keyword = "B",
                               .private_creator = "SIEMENS MR HEADER",
                               .path = {}});
  const HeaderPlan plan(table);
  HeaderInterner interner;
  auto builder = DicomBuilder()
                     .set_in("ProcedureCodeSequence", 0, "CodeValue", "first")
                     .set_in("ProcedureCodeSequence", 1, "CodeValue", "second");
  builder.set_private(0x0019, "OTHER", 0x0c, "IS", "7")
      .set_private(0x0019, "SIEMENS MR HEADER", 0x0c, "IS", "1000");
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little}) {
    const std::string path = folder / "nested.dcm";
    builder.save(path, syntax);
    auto file = share(File{.root = std::make_shared<const std::string>(folder.path()),
                           .name = "nested.dcm",
                           .size = std::filesystem::file_size(path)});
    const auto instance = decode_header(file, plan, interner);
    ASSERT_TRUE(instance);
    EXPECT_EQ((*instance)->find(nested), "second") << syntax;
    EXPECT_EQ((*instance)->find(priv), "1000") << syntax;
  }
}

// PS3.3 C.8.2.2.3, C.8.4.11, C.8.9.1: energies stand in items of sequences.
TEST_F(DecodeHeader, ReadsWhatAnItemSaysOfTheImage) {
  const auto energy = attribute_index(0x0018937C), lower = attribute_index(0x00540014),
             upper = attribute_index(0x00540015);
  constexpr std::string_view ct = "MultienergyCTCharacteristicsSequence";
  constexpr std::string_view pet = "EnergyWindowRangeSequence";
  constexpr std::string_view nm = "EnergyWindowInformationSequence[0].EnergyWindowRangeSequence";
  const auto file = DicomBuilder()
                        .set_in(ct, 0, "MonoenergeticEnergyEquivalent", "70.5")
                        .set_in(nm, 0, "EnergyWindowLowerLimit", "126.45")
                        .set_in(nm, 0, "EnergyWindowUpperLimit", "154.55");
  for (auto built : {file, DicomBuilder(file).undefined_lengths()})
    for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::implicit_little,
                              transfer_syntax::explicit_big, transfer_syntax::deflated}) {
      const auto instance = decode(built.set("PatientName", "Before^It"), syntax);
      EXPECT_EQ(instance->find(energy), "70.5") << syntax;
      EXPECT_EQ(instance->find(lower), "126.45") << syntax;
      EXPECT_EQ(instance->find(upper), "154.55") << syntax;
      EXPECT_EQ(instance->find(attribute_index(0x0020000D)), "1.2.3") << syntax;
    }
  const auto positron = decode(DicomBuilder().set_in(pet, 0, "EnergyWindowLowerLimit", "425"));
  EXPECT_EQ(positron->find(lower), "425");
  // The first that says it counts, and only once.
  const auto twice = decode(DicomBuilder(file)
                                .set("MonoenergeticEnergyEquivalent", "40")
                                .set("EnergyWindowLowerLimit", "1"));
  EXPECT_EQ(twice->find(energy), "70.5");
  unsigned said = 0;
  twice->shared->values.for_each(
      [&](AttributeIndex attribute, std::string_view) { said += attribute == energy; });
  EXPECT_EQ(said, 1u);
}

TEST_F(DecodeHeader, SaysWhereATruncatedFileEnds) {
  auto bytes = DicomBuilder().bytes();
  bytes.resize(bytes.size() / 2);
  const auto problem = decode_bytes(bytes).problem();
  EXPECT_EQ(problem.reason, Reason::truncated);
  EXPECT_THAT(problem.detail, HasSubstr(std::to_string(bytes.size())));
  EXPECT_EQ(problem.subject, "bytes.dcm");
}

TEST_F(DecodeHeader, NotesMissingPixelBytesWithBothNumbersAndKeepsTheHeader) {
  auto bytes = DicomBuilder().bytes();
  bytes.resize(bytes.size() - 5);
  const auto instance = decode_bytes(bytes);
  ASSERT_TRUE(instance);
  ASSERT_TRUE((*instance)->defect());
  EXPECT_EQ((*instance)->defect()->reason, Reason::pixel_data_short);
  EXPECT_THAT((*instance)->defect()->detail, testing::AllOf(HasSubstr("24"), HasSubstr("19")));
}

TEST_F(DecodeHeader, RefusesAnImageWhoseSizeOverflows) {
  const auto instance = decode(DicomBuilder()
                                   .set("Rows", "65535")
                                   .set("Columns", "65535")
                                   .set("NumberOfFrames", "2147483647"));
  ASSERT_TRUE(instance->defect());
  EXPECT_EQ(instance->defect()->reason, Reason::pixel_data_short);
  const auto empty = decode(DicomBuilder().set("Rows", "0"));
  ASSERT_TRUE(empty->defect());
  EXPECT_EQ(empty->defect()->reason, Reason::image_size_invalid);
}

TEST_F(DecodeHeader, RefusesUidsThatCannotNameAFile) {
  const std::string too_long(300, '1');
  for (const auto& uid :
       {std::string("../../etc/passwd"), std::string("1.2/3"), std::string("1..2"), too_long}) {
    DicomBuilder().set("SeriesInstanceUID", uid).save(folder / "uid.dcm");
    const auto instance = decode_path(folder / "uid.dcm");
    ASSERT_FALSE(instance) << uid;
    EXPECT_EQ(instance.problem().reason, Reason::invalid_uid);
    EXPECT_THAT(instance.problem().detail, HasSubstr(std::to_string(uid.size())));
  }
  DicomBuilder().remove("SeriesInstanceUID").save(folder / "uid.dcm");
  EXPECT_EQ(decode_path(folder / "uid.dcm").problem().reason, Reason::no_series_uid);
}

TEST_F(DecodeHeader, PutsTheFilesOfAFolderThatSayNoStudyIntoOne) {
  auto file = DicomBuilder().remove("StudyInstanceUID");
  const auto one = decode_built(file, folder / "1.dcm");
  const auto other = decode_built(file.set("StudyInstanceUID", ""), folder / "2.dcm");
  EXPECT_TRUE(one->shared->study_uid_is_made);
  EXPECT_TRUE(one->shared->study_instance_uid.starts_with("2.25."));
  EXPECT_EQ(one->shared->study_instance_uid, other->shared->study_instance_uid);
  EXPECT_FALSE(decode(DicomBuilder())->shared->study_uid_is_made);
}

TEST_F(DecodeHeader, ReadsValuesThatEndWithAnEmptyOne) {
  const auto instance = decode(DicomBuilder().set("ImagePositionPatient", "1\\2\\3\\"));
  EXPECT_THAT(*instance->image_position_patient(), ElementsAre(1, 2, 3));
}

TEST_F(DecodeHeader, CountsOneFrameWhereNoneAreSaidAndThePixelsAreOfOne) {
  EXPECT_EQ(decode(DicomBuilder().set("NumberOfFrames", "0"))->pixel_data.number_of_frames, 1U);
  EXPECT_EQ(decode(DicomBuilder().set("NumberOfFrames", ""))->pixel_data.number_of_frames, 1U);
  const std::vector<std::uint8_t> two_frames(48);
  const auto two = decode(DicomBuilder().set("NumberOfFrames", "0").pixels(two_frames));
  ASSERT_TRUE(two->defect());
  EXPECT_EQ(two->defect()->reason, Reason::image_size_invalid);
  EXPECT_THAT(two->defect()->detail, HasSubstr("Number of Frames (0028,0008) is '0'"));
}

TEST_F(DecodeHeader, ReadsPixelsUnderAVrThatIsNoneByItsLongForm) {
  for (const auto* letters : {"OX", "??", "px"}) {
    auto bytes = DicomBuilder().set("ImagePositionPatient", "1\\2\\3").bytes();
    const std::array<std::uint8_t, 6> pixel_data{0xE0, 0x7F, 0x10, 0x00, 'O', 'W'};
    const auto at = std::search(bytes.begin(), bytes.end(), pixel_data.begin(), pixel_data.end());
    ASSERT_NE(at, bytes.end());
    std::copy(letters, letters + 2, at + 4);
    const auto instance = decode_bytes(bytes);
    ASSERT_TRUE(instance);
    EXPECT_FALSE((*instance)->defect()) << letters;
    EXPECT_EQ((*instance)->pixel_data.length, 24U);
    EXPECT_EQ((*instance)->pixel_data.offset, bytes.size() - 24);
  }
}

TEST_F(DecodeHeader, SaysThatFragmentsUnderANativeSyntaxAreThere) {
  auto bytes = DicomBuilder().bytes(transfer_syntax::jpeg_lossless_sv1);
  const std::string declared(transfer_syntax::jpeg_lossless_sv1);
  const auto at = std::search(bytes.begin(), bytes.end(), declared.begin(), declared.end());
  ASSERT_NE(at, bytes.end());
  std::string native(transfer_syntax::explicit_little);
  native.resize(declared.size() + 1);
  std::ranges::copy(native, at);
  const auto instance = decode_bytes(bytes);
  ASSERT_TRUE(instance);
  ASSERT_TRUE((*instance)->defect());
  EXPECT_EQ((*instance)->defect()->reason, Reason::transfer_syntax_unsupported);
  EXPECT_THAT((*instance)->defect()->detail,
              testing::AllOf(HasSubstr("fragments of JPEG"), HasSubstr("1.2.840.10008.1.2.1 ")));
}

TEST_F(DecodeHeader, CountsTheInstancesThatASegmentationIsOf) {
  DicomBuilder file;
  file.set("SOPClassUID", std::string(segmentation_storage));
  for (unsigned k = 0; k < 7; ++k)
    file.set_in("ReferencedSeriesSequence[0].ReferencedInstanceSequence", k,
                "ReferencedSOPInstanceUID", "1.2." + std::to_string(k + 1));
  EXPECT_EQ(decode(file)->shared->referenced_instances, 7U);
  EXPECT_EQ(decode(file.undefined_lengths())->shared->referenced_instances, 7U);
}

TEST_F(DecodeHeader, ReadsAnEnhancedObjectWithoutFrames) {
  auto file = DicomBuilder().set("NumberOfFrames", "0");
  file.set_in("SharedFunctionalGroupsSequence[0].PixelMeasuresSequence", 0, "PixelSpacing", "1\\1");
  file.set("PerFrameFunctionalGroupsSequence", "");
  EXPECT_NE(decode(file), nullptr);
}

TEST_F(DecodeHeader, IgnoresNumbersThatAreNone) {
  const auto instance =
      decode(DicomBuilder().set("ImagePositionPatient", "1,5\\2\\3").set("PixelSpacing", "0\\1"));
  EXPECT_FALSE(instance->image_position_patient());
  EXPECT_FALSE(instance->shared->pixel_spacing);
}

TEST_F(DecodeHeader, SharesWhatRepeatsBetweenSlices) {
  const auto first = decode_built(
      DicomBuilder().set("InstanceNumber", "1").set("SOPInstanceUID", "1.1"), folder / "1.dcm");
  const auto second = decode_built(
      DicomBuilder().set("InstanceNumber", "2").set("SOPInstanceUID", "1.2"), folder / "2.dcm");
  EXPECT_EQ(first->shared, second->shared);
  EXPECT_EQ(second->instance_number(), 2);
  const auto other =
      decode_built(DicomBuilder().set("SeriesDescription", "other"), folder / "3.dcm");
  EXPECT_NE(first->shared, other->shared);
}

TEST_F(DecodeHeader, NeverCrashesOnMutatedFiles) {
  const auto good = DicomBuilder()
                        .set_in("ReferencedImageSequence", 0, "ReferencedSOPInstanceUID", "9.9")
                        .bytes();
  std::uint32_t state = 12345;
  const auto random = [&] { return state = state * 1664525u + 1013904223u, state >> 8; };
  int read = 0;
  for (int round = 0; round < 3000; ++round) {
    auto bytes = good;
    for (auto flips = random() % 6 + 1; flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    read += decode_bytes(bytes).ok();
  }
  EXPECT_GT(read, 100);
  EXPECT_LT(read, 3000);
}

}  // namespace
}  // namespace dcmflow
