// Multi-frame files through the whole program, read back by readers that are not ours.

#include "tests/support/multi_frame.h"

#include <gmock/gmock.h>

#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"
#include "tests/support/ramp.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class MultiFrame : public PipelineScene {
 protected:
  void expect_ramp(const std::string& name, std::size_t slices, double tolerance) const {
    const auto image = read_image(output + "/" + name);
    EXPECT_EQ(image.size[2], slices);
    const auto check = check_ramp(image, tolerance);
    EXPECT_TRUE(check) << check;
  }
};

// Oblique, anisotropic, in the order of nothing, and each frame with a slope of its own.
TEST_F(MultiFrame, GivesTheRampBackWhateverTheOrderAndRescaleOfItsFrames) {
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::explicit_big,
                            transfer_syntax::deflated, transfer_syntax::rle}) {
    const MultiFrameCase phantom{.series = {.slices = 6,
                                            .row = {0.8, 0.6, 0},
                                            .column = {-0.48, 0.64, 0.6},
                                            .rescale_slope = 0.25,
                                            .rescale_intercept = -100},
                                 .order = {3, 5, 0, 4, 1, 2},
                                 .slope_step = 0.125};
    enhanced_phantom(phantom).save(input + "/one.dcm", syntax);
    ASSERT_EQ(convert({"--format", "nii"}).exit_status, 0) << syntax;
    expect_ramp("1.2.3.4.nii", 6, 0.5);
    expect_accounted(1);
  }
}

TEST_F(MultiFrame, JoinsTheFilesOfAConcatenation) {
  for (unsigned part = 0; part < 3; ++part) {
    auto file = enhanced_phantom({.series = {}, .order = {part * 2 + 1, part * 2}});
    file.set("SOPInstanceUID", "1.2.3.4." + std::to_string(9 - part));
    file.set("ConcatenationUID", "1.2.3.9").set("InConcatenationNumber", std::to_string(part + 1));
    file.save(input + "/" + std::to_string(part) + ".dcm");
  }
  ASSERT_EQ(convert({"--format", "nii"}).exit_status, 0);
  expect_ramp("1.2.3.4.nii", 6, 0.51);
  expect_accounted(3);
}

TEST_F(MultiFrame, IsToldOfOnceWithAllItsImages) {
  auto file = enhanced_phantom({.series = {}, .order = {0, 1, 2, 3, 0, 1, 2}});
  for (unsigned i = 0; i < 7; ++i)
    file.set_in(per_frame(i, "FrameContent"), 0, "StackID", i < 4 ? "1" : "2");
  file.save(input + "/one.dcm");
  ASSERT_EQ(convert({"--format", "nii"}).exit_status, 0);
  expect_accounted(1);
  EXPECT_EQ(this->file("one.dcm")["images"].size(), 2U);
  expect_ramp("1.2.3.4.nii", 4, 0.51);
  expect_ramp("1.2.3.4_stack.nii", 3, 0.51);
}

// Frames that lie nowhere beside each other are refused, the others of the file become an image.
TEST_F(MultiFrame, ThatIsRefusedInPartCountsAsConvertedAndIsAProblem) {
  auto file = enhanced_phantom({.series = {}, .order = {0, 1, 2, 3, 0, 1, 5, 6, 9}});
  for (unsigned i = 0; i < 9; ++i)
    file.set_in(per_frame(i, "FrameContent"), 0, "StackID", i < 4 ? "1" : "2");
  file.save(input + "/one.dcm");
  convert({"--format", "nii", "--on-missing", "reject", "--on-irregular", "reject"});
  expect_accounted(1);
  EXPECT_EQ(disposition("one.dcm"), "converted");
  const auto report = json("report.json");
  ASSERT_EQ(report.at("problems").size(), 1U);
  EXPECT_THAT(report.at("problems")[0].at("detail").get<std::string>(),
              HasSubstr("some frames of one.dcm: "));
}

TEST_F(MultiFrame, OfManyFramesIsAnImageOfAsManySlices) {
  const MultiFrameCase many{
      .series = {.columns = 4, .rows = 4, .slices = 3000, .slice_spacing = 0.5}};
  enhanced_phantom(many).undefined_lengths().save(input + "/one.dcm", transfer_syntax::rle);
  ASSERT_EQ(convert({"--format", "nii"}).exit_status, 0);
  expect_ramp("1.2.3.4.nii", 3000, 0.51);
}

}  // namespace
}  // namespace dcmflow
