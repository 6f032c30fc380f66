#include "stages/pixels/choose_values.h"

#include <gmock/gmock.h>

#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ChooseValues : public testing::Test {
 protected:
  // A stack of single-frame files, or of all frames of one.
  Stack stack_of(const std::vector<DicomBuilder>& files) {
    Stack stack;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto instance = decode_built(files[i], folder / (std::to_string(i) + ".dcm"));
      for (std::uint32_t n = 0; n < instance->pixel_data.number_of_frames; ++n)
        stack.frames.push_back(make_frame(instance, n));
    }
    return stack;
  }

  Stack chosen(const std::vector<DicomBuilder>& files, const ImageOptions& options) {
    auto stack = stack_of(files);
    EXPECT_TRUE(choose_values(stack, options));
    return stack;
  }

  static DicomBuilder rescaled(const std::string& slope, const std::string& intercept) {
    return DicomBuilder().set("RescaleSlope", slope).set("RescaleIntercept", intercept);
  }

  TemporaryFolder folder;
};

TEST_F(ChooseValues, LeavesAPlainStackAlone) {
  const auto stack = chosen({rescaled("2", "-1024")}, {});
  EXPECT_EQ(stack.first_type, VoxelType::int16);
  EXPECT_EQ(stack.frames[0].slope, 2);
  EXPECT_EQ(stack.frames[0].intercept, -1024);
  EXPECT_EQ(stack.frames[0].table, TableKind::none);
  EXPECT_FALSE(stack.kept_stored);
  EXPECT_THAT(stack.flags, IsEmpty());
}

TEST_F(ChooseValues, MakesColourOfThreeSamplesAndOfPalettes) {
  const auto rgb = DicomBuilder()
                       .set("SamplesPerPixel", "3")
                       .set("PhotometricInterpretation", "RGB")
                       .set("RescaleSlope", "3");
  auto stack = chosen({rgb}, {.keep_stored = true});
  EXPECT_EQ(stack.first_type, VoxelType::rgb24);
  EXPECT_EQ(stack.frames[0].slope, 1);
  EXPECT_FALSE(stack.kept_stored);
  EXPECT_THAT(stack.flags, ElementsAre("colour_reduced_to_8_bits"));
  stack = chosen({DicomBuilder().set("PhotometricInterpretation", "PALETTE COLOR")}, {});
  EXPECT_EQ(stack.first_type, VoxelType::rgb24);
  EXPECT_THAT(stack.flags, IsEmpty());
}

TEST_F(ChooseValues, KeepsStoredValuesWhenAllFramesHaveOneRescale) {
  auto stack = chosen({rescaled("2", "-5"), rescaled("2", "-5")}, {.keep_stored = true});
  ASSERT_TRUE(stack.kept_stored);
  EXPECT_EQ(stack.kept_stored->slope, 2);
  EXPECT_EQ(stack.kept_stored->intercept, -5);
  for (const auto& frame : stack.frames) {
    EXPECT_EQ(frame.slope, 1);
    EXPECT_EQ(frame.intercept, 0);
  }
  EXPECT_THAT(stack.flags, IsEmpty());
  stack = chosen({rescaled("2", "-5"), rescaled("2.5", "-5")}, {.keep_stored = true});
  EXPECT_FALSE(stack.kept_stored);
  EXPECT_EQ(stack.frames[1].slope, 2.5);
  EXPECT_THAT(stack.flags, ElementsAre("rescale_varies"));
}

TEST_F(ChooseValues, AppliesAModalityLutEvenWhereStoredValuesAreAskedFor) {
  const auto stack =
      chosen({rescaled("2", "-5").set_in("ModalityLUTSequence", 0, "LUTDescriptor", "1\\0\\16")},
             {.keep_stored = true});
  EXPECT_EQ(stack.frames[0].table, TableKind::modality);
  EXPECT_EQ(stack.frames[0].slope, 1);
  EXPECT_EQ(stack.frames[0].intercept, 0);
  EXPECT_THAT(stack.flags, ElementsAre("modality_lut", "rescale_varies"));
}

TEST_F(ChooseValues, MirrorsMonochrome1WithinBitsStoredBeforeTheRescale) {
  auto file = rescaled("2", "100")
                  .set("PhotometricInterpretation", "MONOCHROME1")
                  .set("PixelRepresentation", "0")
                  .set("BitsStored", "12")
                  .set("HighBit", "11");
  EXPECT_EQ(chosen({file}, {}).frames[0].slope, 2);
  auto stack = chosen({file}, {.invert_monochrome1 = true});
  // 2 · (4095 − stored) + 100
  EXPECT_EQ(stack.frames[0].slope, -2);
  EXPECT_EQ(stack.frames[0].intercept, 2 * 4095 + 100);
  EXPECT_THAT(stack.flags, ElementsAre("monochrome1_inverted"));
  // Signed: the mirror of −2048 is 2047.
  stack = chosen({file.set("PixelRepresentation", "1")}, {.invert_monochrome1 = true});
  EXPECT_EQ(stack.frames[0].slope * -2048 + stack.frames[0].intercept, 2 * 2047 + 100);
  stack =
      chosen({file.set("PhotometricInterpretation", "MONOCHROME2")}, {.invert_monochrome1 = true});
  EXPECT_EQ(stack.frames[0].slope, 2);
  EXPECT_THAT(stack.flags, IsEmpty());
}

TEST_F(ChooseValues, SaysThatNobodySaysWhetherPixelsAreSigned) {
  EXPECT_THAT(chosen({rescaled("1", "0")}, {}).flags, IsEmpty());
  const auto stack = chosen({rescaled("1", "0").remove("PixelRepresentation")}, {});
  EXPECT_THAT(stack.flags, ElementsAre("pixel_representation_missing"));
  EXPECT_EQ(stack.verdict, Verdict::warn);
}

DicomBuilder with_mapping(DicomBuilder file, const std::string& sequence, const std::string& slope,
                          const std::string& intercept) {
  return file.set_in(sequence, 0, "RealWorldValueSlope", slope)
      .set_in(sequence, 0, "RealWorldValueIntercept", intercept)
      .set_in(sequence, 1, "RealWorldValueSlope", "77");
}

TEST_F(ChooseValues, TakesTheFirstRealWorldMappingOnRequest) {
  const auto file = with_mapping(rescaled("2", "-5"), "RealWorldValueMappingSequence", "0.5", "3");
  EXPECT_EQ(chosen({file}, {}).frames[0].slope, 2);
  const auto stack = chosen({file}, {.real_world = true});
  EXPECT_EQ(stack.frames[0].slope, 0.5);
  EXPECT_EQ(stack.frames[0].intercept, 3);
  EXPECT_THAT(stack.flags, ElementsAre("real_world_values"));
}

TEST_F(ChooseValues, FindsRealWorldMappingsOfFramesInFunctionalGroups) {
  for (const bool undefined : {false, true}) {
    auto file = DicomBuilder().set("NumberOfFrames", "3");
    file = with_mapping(file, "SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence",
                        "4", "0");
    file = with_mapping(file, "PerFrameFunctionalGroupsSequence[1].RealWorldValueMappingSequence",
                        "5", "1");
    file.set_in("PerFrameFunctionalGroupsSequence", 2, "InstanceNumber", "1");
    if (undefined) file.undefined_lengths();
    const auto stack = chosen({file}, {.real_world = true});
    ASSERT_EQ(stack.frames.size(), 3U);
    EXPECT_EQ(stack.frames[0].slope, 4);
    EXPECT_EQ(stack.frames[1].slope, 5);
    EXPECT_EQ(stack.frames[1].intercept, 1);
    EXPECT_EQ(stack.frames[2].slope, 4);
  }
}

TEST_F(ChooseValues, UsesNoRealWorldMappingWhenOneFrameHasNone) {
  const auto file = with_mapping(rescaled("2", "-5"), "RealWorldValueMappingSequence", "0.5", "3");
  const auto stack = chosen({file, rescaled("2", "-5")}, {.real_world = true});
  EXPECT_EQ(stack.frames[0].slope, 2);
  EXPECT_EQ(stack.frames[1].slope, 2);
  EXPECT_THAT(stack.flags, ElementsAre("real_world_missing"));
}

TEST_F(ChooseValues, UsesNoTableForRealPixels) {
  auto file = rescaled("2", "-5")
                  .remove("PixelData")
                  .set("BitsAllocated", "32")
                  .set("FloatPixelData", "0\\1\\2\\3\\4\\5\\6\\7\\8\\9\\10\\11");
  file.set_in("ModalityLUTSequence", 0, "LUTDescriptor", "1\\0\\16")
      .set_in("RealWorldValueMappingSequence", 0, "RealWorldValueLUTData", "0.5");
  const auto stack = chosen({file}, {.real_world = true});
  EXPECT_EQ(stack.frames[0].table, TableKind::none);
  EXPECT_EQ(stack.frames[0].slope, 2);
  EXPECT_THAT(stack.flags, ElementsAre("real_world_missing"));
}

TEST_F(ChooseValues, GivesTheStoredValuesWhereNoFrameHasAUsableRescale) {
  for (const auto* slope : {"0", "0,5", "abc"}) {
    const auto stack = chosen({rescaled(slope, "-10"), rescaled(slope, "-10")}, {});
    EXPECT_EQ(stack.frames[1].slope, 1) << slope;
    EXPECT_EQ(stack.frames[1].intercept, 0) << slope;
    EXPECT_THAT(stack.flags, ElementsAre("rescale_unusable"));
    EXPECT_EQ(stack.verdict, Verdict::warn);
  }
}

TEST_F(ChooseValues, RefusesARescaleThatOnlySomeFramesHaveAndSaysWhatStandsWhere) {
  const auto without = DicomBuilder().remove("RescaleSlope").remove("RescaleIntercept");
  for (const auto& odd : {without, rescaled("0", "-10"), rescaled("2,5", "-10")}) {
    auto stack = stack_of({rescaled("2.5", "-10"), odd});
    const auto status = choose_values(stack, {});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.problem().reason, Reason::rescale_unclear);
    EXPECT_THAT(status.problem().detail,
                testing::AllOf(testing::HasSubstr("1.dcm"), testing::HasSubstr("--keep-stored")));
    EXPECT_TRUE(choose_values(stack, {.keep_stored = true}));
    EXPECT_EQ(stack.frames[0].slope, 1);
    EXPECT_THAT(stack.flags, ElementsAre("rescale_unusable"));
  }
  // What is absent is what the others say.
  const auto stack = chosen({rescaled("1", "0"), without}, {});
  EXPECT_THAT(stack.flags, IsEmpty());
}

TEST_F(ChooseValues, KeepsTheNumbersOfLabelsThatAPaletteShows) {
  for (const auto* labels : {"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"}) {
    const auto stack = chosen({DicomBuilder()
                                   .set("SOPClassUID", labels)
                                   .set("PhotometricInterpretation", "PALETTE COLOR")},
                              {});
    EXPECT_EQ(stack.first_type, VoxelType::int16) << labels;
  }
}

}  // namespace
}  // namespace dcmflow
