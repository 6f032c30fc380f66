// Frames that are described by functional groups, from the file to Instance::frames.

#include <gmock/gmock.h>

#include <fstream>

#include "stages/dicom/attribute_table.h"
#include "stages/dicom/attributes.h"
#include "stages/pixels/read_frame.h"
#include "stages/sort_slices.h"
#include "tests/support/instances.h"
#include "tests/support/multi_frame.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNull;
using testing::NotNull;
using testing::Optional;
using testing::SizeIs;

constexpr AttributeIndex echo_time = attribute_index(0x00180081);

class FunctionalGroups : public testing::Test {
 protected:
  InstancePtr decode(const DicomBuilder& file,
                     std::string_view syntax = transfer_syntax::explicit_little) {
    return decode_built(file, folder / ("f" + std::to_string(++files) + ".dcm"), syntax);
  }

  static std::vector<std::string> texts(const InstancePtr& instance, AttributeIndex attribute) {
    std::vector<std::string> found;
    for (std::uint32_t i = 0; i < instance->pixel_data.number_of_frames; ++i)
      found.emplace_back(make_frame(instance, i).find(attribute).value_or("-"));
    return found;
  }

  SortedSeries sort() const {
    std::vector<std::string> paths;
    for (int i = 1; i <= files; ++i) paths.push_back(folder / ("f" + std::to_string(i) + ".dcm"));
    return sort_slices(series_of(paths), Tolerances{}, same_decoded_pixels);
  }

  TemporaryFolder folder;
  int files = 0;
  MultiFrameCase three{.series = {.slices = 3}, .order = {2, 0, 1}, .slope_step = 0.5};
};

TEST_F(FunctionalGroups, GiveEachFrameItsPositionAndRescaleAndAllTheSharedGeometry) {
  const auto instance = decode(enhanced_phantom(three));
  ASSERT_THAT(instance->frames(), NotNull());
  ASSERT_THAT(*instance->frames(), SizeIs(3));
  EXPECT_FALSE(instance->defect());
  const auto normal_step = three.series.slice_spacing;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto frame = make_frame(instance, i);
    EXPECT_DOUBLE_EQ(frame.position[2], three.series.origin[2] + normal_step * three.order[i]);
    EXPECT_DOUBLE_EQ(frame.slope, 1 + 0.5 * i);
    EXPECT_THAT(frame.image_orientation_patient(),
                Optional(std::array<double, 6>{1, 0, 0, 0, 1, 0}));
    EXPECT_THAT(frame.pixel_spacing(), Optional(std::array<double, 2>{0.8, 0.7}));
    EXPECT_THAT(frame.slice_thickness(), Optional(2.5));
  }
}

TEST_F(FunctionalGroups, AreSortedByPositionWhateverTheOrderOfFrames) {
  decode(enhanced_phantom(three));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  std::vector<std::uint32_t> numbers;
  for (const auto& frame : sorted.stacks.front().frames) numbers.push_back(frame.number);
  EXPECT_THAT(numbers, ElementsAre(1, 2, 0));
  EXPECT_EQ(sorted.stacks.front().verdict, Verdict::pass);
}

// The same words in every encoding that a data set can have.
TEST_F(FunctionalGroups, AreReadInEveryEncoding) {
  const auto plain = decode(enhanced_phantom(three));
  const auto wanted = texts(plain, attribute_index(0x00200032));
  EXPECT_THAT(wanted, ElementsAre("-10\\-20\\35", "-10\\-20\\30", "-10\\-20\\32.5"));
  for (const bool undefined : {false, true})
    for (const auto syntax : {transfer_syntax::implicit_little, transfer_syntax::explicit_little,
                              transfer_syntax::explicit_big, transfer_syntax::deflated}) {
      auto file = enhanced_phantom(three);
      if (undefined) file.undefined_lengths();
      const auto instance = decode(file, syntax);
      ASSERT_THAT(instance->frames(), NotNull()) << syntax << undefined;
      EXPECT_EQ(texts(instance, attribute_index(0x00200032)), wanted) << syntax << undefined;
      EXPECT_EQ(texts(instance, attribute_index(0x00281053)),
                (std::vector<std::string>{"1", "1.5", "2"}))
          << syntax << undefined;
      EXPECT_FALSE(instance->defect()) << syntax << undefined;
    }
}

// A deflated data set can only be read forwards, and here its groups are larger than any window.
TEST_F(FunctionalGroups, OfManyFramesAreReadFromADeflatedDataSet) {
  const MultiFrameCase many{.series = {.columns = 2, .rows = 2, .slices = 1500}};
  for (const bool undefined : {false, true}) {
    auto file = enhanced_phantom(many);
    if (undefined) file.undefined_lengths();
    const auto instance = decode(file, transfer_syntax::deflated);
    ASSERT_THAT(instance->frames(), NotNull());
    EXPECT_THAT(*instance->frames(), SizeIs(1500));
    EXPECT_EQ(instance->pixel_data.kind, PixelData::Kind::native);
    EXPECT_DOUBLE_EQ(make_frame(instance, 1499).position[2], 30 + 2.5 * 1499);
  }
}

TEST_F(FunctionalGroups, OfAFrameWinOverSharedOnesAndTheseOverTheTopLevel) {
  auto file = enhanced_phantom(three);
  file.set("EchoTime", "10").set("ImageType", "ORIGINAL\\PRIMARY\\MIXED");
  file.set_in("SharedFunctionalGroupsSequence[0].MREchoSequence", 0, "EffectiveEchoTime", "20");
  file.set_in(per_frame(1, "MREcho"), 0, "EffectiveEchoTime", "30.5");
  file.set_in(per_frame(2, "MRImageFrameType"), 0, "FrameType", "ORIGINAL\\PRIMARY\\PHASE");
  const auto instance = decode(file);
  EXPECT_THAT(texts(instance, echo_time), ElementsAre("20", "30.5", "20"));
  EXPECT_THAT(texts(instance, attribute_index(0x00080008)),
              ElementsAre("ORIGINAL\\PRIMARY\\MIXED", "ORIGINAL\\PRIMARY\\MIXED",
                          "ORIGINAL\\PRIMARY\\PHASE"));
  EXPECT_EQ(instance->find(echo_time), "10");
}

TEST_F(FunctionalGroups, NameTheKeysOfSortingAsSingleFrameImagesDo) {
  auto file = enhanced_phantom(three);
  for (unsigned i = 0; i < 3; ++i) {
    const auto n = std::to_string(i + 1);
    const auto content = per_frame(i, "FrameContent");
    file.set_in(content, 0, "StackID", "S" + n).set_in(content, 0, "InStackPositionNumber", n);
    file.set_in(content, 0, "TemporalPositionIndex", n);
    file.set_in(content, 0, "DimensionIndexValues", "1\\" + n);
    file.set_in(content, 0, "FrameAcquisitionDateTime", "2022071112112" + n + ".25+0100");
    file.set_in(per_frame(i, "CardiacSynchronization"), 0, "NominalCardiacTriggerDelayTime",
                n + "00");
    file.set_in(per_frame(i, "MRDiffusion"), 0, "DiffusionBValue", n + "000");
    file.set_in(per_frame(i, "MRDiffusion") + "[0].DiffusionGradientDirectionSequence", 0,
                "DiffusionGradientOrientation", "0\\0.5\\" + n);
  }
  const auto instance = decode(file);
  EXPECT_THAT(texts(instance, attribute_index(0x00209056)), ElementsAre("S1", "S2", "S3"));
  EXPECT_THAT(texts(instance, attribute_index(0x00209057)), ElementsAre("1", "2", "3"));
  EXPECT_THAT(texts(instance, attribute_index(0x00209128)), ElementsAre("1", "2", "3"));
  EXPECT_THAT(texts(instance, attribute_index(0x00200100)), ElementsAre("1", "2", "3"));
  EXPECT_THAT(texts(instance, attribute_index(0x00209157)), ElementsAre("1\\1", "1\\2", "1\\3"));
  EXPECT_THAT(texts(instance, attribute_index(0x00080032)),
              ElementsAre("121121.25", "121122.25", "121123.25"));
  EXPECT_THAT(texts(instance, attribute_index(0x00181060)), ElementsAre("100", "200", "300"));
  EXPECT_THAT(texts(instance, attribute_index(0x00189087)), ElementsAre("1000", "2000", "3000"));
  EXPECT_THAT(texts(instance, attribute_index(0x00189089)),
              ElementsAre("0\\0.5\\1", "0\\0.5\\2", "0\\0.5\\3"));
}

// Philips repeats the single-frame attributes, and its Image Position is half a voxel off.
TEST_F(FunctionalGroups, TakeFromAVendorsCopyOnlyWhatIsMissing) {
  auto file = enhanced_phantom(three);
  for (unsigned i = 0; i < 3; ++i) {
    const auto copy = "PerFrameFunctionalGroupsSequence[" + std::to_string(i) + "].2005,140f";
    file.set_in(per_frame(i, "FrameContent"), 0, "TemporalPositionIndex", "7");
    file.set_in(copy, 0, "EchoNumbers", std::to_string(i + 1));
    file.set_in(copy, 0, "TemporalPositionIdentifier", "9");
    file.set_in(copy, 0, "RescaleSlope", "99");
    file.set_in(copy, 0, "ImagePositionPatient", "99\\99\\99");
  }
  const auto instance = decode(file);
  EXPECT_FALSE(instance->defect()) << instance->defect()->detail;
  EXPECT_THAT(texts(instance, attribute_index(0x00180086)), ElementsAre("1", "2", "3"));
  EXPECT_THAT(texts(instance, attribute_index(0x00200100)), ElementsAre("7", "7", "7"));
  EXPECT_THAT(texts(instance, attribute_index(0x00281053)), ElementsAre("1", "1.5", "2"));
  EXPECT_DOUBLE_EQ(make_frame(instance, 1).position[2], 30);
}

TEST_F(FunctionalGroups, ThatAllFramesShareAreKeptOnce) {
  auto file = enhanced_phantom({.series = {.slices = 3}});
  for (unsigned i = 0; i < 3; ++i) file.set_in(per_frame(i, "MREcho"), 0, "EffectiveEchoTime", "5");
  const auto instance = decode(file);
  EXPECT_EQ(instance->find(echo_time), "5");
  for (const auto& frame : *instance->frames()) {
    EXPECT_EQ(frame.find(echo_time), std::nullopt);
    EXPECT_EQ(frame.find(attribute_index(0x00281053)), std::nullopt);
    EXPECT_NE(frame.find(attribute_index(0x00200032)), std::nullopt);
    EXPECT_LT(frame.bytes(), 40U);
  }
  EXPECT_THAT(instance->shared->pixel_spacing, Optional(std::array<double, 2>{0.8, 0.7}));
}

TEST_F(FunctionalGroups, OfOneFrameMakeItASingleFrameImage) {
  const auto instance = decode(enhanced_phantom({.series = {.slices = 1}}));
  EXPECT_THAT(instance->frames(), IsNull());
  EXPECT_THAT(instance->image_position_patient(), Optional(Vector3{-10, -20, 30}));
  EXPECT_THAT(sort().stacks, SizeIs(1));
}

TEST_F(FunctionalGroups, OfAnotherNumberThanFramesAreADefectWithBothNumbers) {
  for (const char* frames : {"2", "4"}) {
    auto file = enhanced_phantom(three);
    file.set("NumberOfFrames", frames);
    file.pixels(std::vector<std::uint8_t>(12 * 10 * 2 * 4));
    const auto instance = decode(file);
    ASSERT_TRUE(instance->defect());
    EXPECT_EQ(instance->defect()->reason, Reason::malformed);
    EXPECT_THAT(instance->defect()->detail, HasSubstr("3 items"));
    EXPECT_THAT(instance->defect()->detail, HasSubstr(frames));
    EXPECT_THAT(instance->frames(), IsNull());
  }
}

// An item that is longer than the sequence around it: the rest of the header still reads.
TEST_F(FunctionalGroups, ThatAreDamagedAreADefectOfTheirInstance) {
  auto bytes = enhanced_phantom(three).bytes();
  const std::array<std::uint8_t, 6> plane_position{0x20, 0x00, 0x13, 0x91, 'S', 'Q'};
  const auto at =
      std::search(bytes.begin(), bytes.end(), plane_position.begin(), plane_position.end());
  ASSERT_NE(at, bytes.end());
  at[16] = 0xF0;  // the length of its item
  const auto path = folder / "damaged.dcm";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  const auto instance = decode_path(path);
  ASSERT_TRUE(instance);
  ASSERT_TRUE((*instance)->defect());
  EXPECT_EQ((*instance)->defect()->reason, Reason::truncated);
  EXPECT_THAT((*instance)->defect()->detail, HasSubstr("promises"));
  EXPECT_EQ((*instance)->pixel_data.kind, PixelData::Kind::native);
}

// Whatever is cut off or overwritten, nothing is read outside and nothing is endless.
TEST_F(FunctionalGroups, SurviveDamageAtEveryByte) {
  const auto whole = enhanced_phantom(three).undefined_lengths().bytes();
  const std::array<std::uint8_t, 4> per_frame_groups{0x00, 0x52, 0x30, 0x92};
  const auto begin =
      std::search(whole.begin(), whole.end(), per_frame_groups.begin(), per_frame_groups.end()) -
      whole.begin();
  ASSERT_LT(begin, static_cast<std::ptrdiff_t>(whole.size()));
  const auto path = folder / "damaged.dcm";
  for (auto at = begin; at < begin + 400; ++at) {
    auto bytes = whole;
    bytes[static_cast<std::size_t>(at)] = 0xFF;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    const auto instance = decode_path(path);
    if (instance && (*instance)->frames()) {
      EXPECT_THAT(*(*instance)->frames(), SizeIs(3)) << at;
    }
  }
}

TEST_F(FunctionalGroups, WithoutAnyForEachFrameLeaveManyFramesNowhere) {
  auto file = plain_multi_frame(three);
  file.set("ImagePositionPatient", "1\\2\\3").set("ImageOrientationPatient", "1\\0\\0\\0\\1\\0");
  file.set("PixelSpacing", "1\\1");
  decode(file);
  const auto sorted = sort();
  EXPECT_THAT(sorted.stacks, SizeIs(0));
  ASSERT_THAT(sorted.refused, SizeIs(1));
  EXPECT_EQ(sorted.refused.front().reason, Reason::no_geometry);
  EXPECT_THAT(sorted.refused.front().detail, HasSubstr("3 frames"));
}

TEST_F(FunctionalGroups, OfSeveralStacksMakeAnImageOfEach) {
  auto file = enhanced_phantom({.series = {.slices = 5}});
  for (unsigned i = 0; i < 5; ++i)
    file.set_in(per_frame(i, "FrameContent"), 0, "StackID", i < 3 ? "1" : "2");
  decode(file);
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_THAT(sorted.stacks[0].frames, SizeIs(3));
  EXPECT_THAT(sorted.stacks[1].frames, SizeIs(2));
  EXPECT_EQ(sorted.stacks[1].split_reason, "stack");
}

// The instances of a concatenation (PS3.3 C.7.6.16.2.2.4) are frames of one image.
TEST_F(FunctionalGroups, OfAConcatenationAreJoined) {
  for (unsigned part = 0; part < 3; ++part) {
    const MultiFrameCase frames{.series = {}, .order = {part * 2 + 1, part * 2}};
    auto file = enhanced_phantom(frames);
    file.set("SOPInstanceUID", "1.2.3.4.9" + std::to_string(3 - part));
    file.set("ConcatenationUID", "1.2.3.9").set("InConcatenationNumber", std::to_string(part + 1));
    file.set("ConcatenationFrameOffsetNumber", std::to_string(part * 2));
    decode(file);
  }
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT(sorted.stacks.front().frames, SizeIs(6));
  EXPECT_EQ(sorted.stacks.front().verdict, Verdict::pass);
  EXPECT_THAT(sorted.refused, SizeIs(0));
}

TEST_F(FunctionalGroups, OfAConcatenationThatLacksAFileAreToldOfIt) {
  for (const unsigned missing : {0U, 1U, 2U}) {
    files = 0;
    for (unsigned part = 0; part < 3; ++part) {
      if (part == missing) continue;
      const MultiFrameCase frames{.series = {}, .order = {part * 2, part * 2 + 1}};
      auto file = enhanced_phantom(frames);
      file.set("SOPInstanceUID", "1.2.3.4.9" + std::to_string(part));
      file.set("ConcatenationUID", "1.2.3.9")
          .set("InConcatenationNumber", std::to_string(part + 1))
          .set("InConcatenationTotalNumber", "3")
          .set("ConcatenationFrameOffsetNumber", std::to_string(part * 2));
      decode(file);
    }
    const auto sorted = sort();
    ASSERT_THAT(sorted.stacks, testing::Not(testing::IsEmpty())) << missing;
    for (const auto& stack : sorted.stacks) {
      EXPECT_THAT(stack.flags, testing::Contains("concatenation_incomplete")) << missing;
      EXPECT_NE(stack.verdict, Verdict::pass) << missing;
    }
  }
}

TEST_F(FunctionalGroups, OfASegmentationMakeALabelImageOfEachSegment) {
  const MultiFrameCase frames{.series = {}, .order = {0, 1, 2, 1, 2}};  // two segments overlap
  auto file = enhanced_phantom(frames);
  file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.66.4");
  for (unsigned i = 0; i < 5; ++i)
    file.set_in(per_frame(i, "SegmentIdentification"), 0, "ReferencedSegmentNumber",
                i < 3 ? "1" : "2");
  file.set_in("SegmentSequence", 0, "SegmentNumber", "1");
  file.set_in("SegmentSequence", 0, "SegmentLabel", "Liver");
  file.set_in("SegmentSequence", 1, "SegmentNumber", "2");
  file.set_in("SegmentSequence", 1, "SegmentLabel", "Tumour");
  const auto instance = decode(file);
  EXPECT_THAT(texts(instance, attribute_index(0x00620005)),
              ElementsAre("Liver", "Liver", "Liver", "Tumour", "Tumour"));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(sorted.stacks[1].split_reason, "segment2");
  EXPECT_THAT(sorted.stacks[1].frames, SizeIs(2));
}

// A per-frame sequence of undefined length without items, of an object without frames: there is no
// first frame to ask (an Enhanced MR of 830 bytes ended the process).
TEST_F(FunctionalGroups, OfAnObjectWithoutFramesAreNotAskedForTheFirst) {
  const auto file = plain_multi_frame({.series = {.slices = 1}})
                        .set("NumberOfFrames", "0")
                        .set("GridFrameOffsetVector", "0")
                        .set("DoseGridScaling", "1")
                        .set_in("SharedFunctionalGroupsSequence[0].PixelMeasuresSequence", 0,
                                "PixelSpacing", "1\\1");
  const std::string_view empty_per_frame(
      "\x00\x52\x30\x92SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\xDD\xE0\0\0\0\0", 20);
  for (const auto* sop_class : {"1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.481.2",
                                "1.2.840.10008.5.1.4.1.1.20"}) {
    for (const bool per_frame : {true, false}) {
      auto built = file;
      built.set("SOPClassUID", sop_class).set("SliceVector", "1").set("DetectorVector", "1");
      built.set_in("DetectorInformationSequence", 0, "ImagePositionPatient", "0\\0\\0");
      if (!per_frame) built.remove("SharedFunctionalGroupsSequence");
      auto bytes = built.bytes();
      constexpr std::array<std::uint8_t, 4> pixel_data{0xE0, 0x7F, 0x10, 0x00};
      const auto at = std::search(bytes.begin(), bytes.end(), pixel_data.begin(), pixel_data.end());
      if (per_frame) bytes.insert(at, empty_per_frame.begin(), empty_per_frame.end());
      const auto path = folder / "none.dcm";
      std::ofstream(path, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
      const auto instance = decode_path(path);
      ASSERT_TRUE(instance) << instance.problem().detail;
      ASSERT_THAT((*instance)->defect(), NotNull()) << sop_class;
      EXPECT_EQ((*instance)->defect()->reason, Reason::image_size_invalid) << sop_class;
      EXPECT_THAT((*instance)->frames(), IsNull());
    }
  }
}

}  // namespace
}  // namespace dcmflow
