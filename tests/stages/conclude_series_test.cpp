#include "stages/conclude_series.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

InstancePtr instance(const std::string& name, std::uint32_t frames = 1) {
  auto made = share<Instance>();
  made->file = share(File{.name = name, .size = 1});
  made->pixel_data.number_of_frames = frames;
  return made;
}

Stack stack(const std::string& stem, const std::vector<InstancePtr>& instances) {
  Stack made;
  made.image_stem = stem;
  for (const auto& one : instances) made.frames.push_back({.instance = one});
  return made;
}

auto problem(Reason reason, const std::string& subject, const std::string& detail = "") {
  return AllOf(Field(&Problem::reason, reason), Field(&Problem::subject, subject),
               Field(&Problem::detail, HasSubstr(detail)));
}

const Series series{.study_instance_uid = "1", .series_instance_uid = "1.2", .instances = {}};

TEST(ConcludeSeries, CountsTheFilesOfImagesAndTellsOfTheOthers) {
  const auto image = stack("1.2", {instance("a"), instance("b")});
  const std::vector<RefusedInstance> refused{{instance("c"), Reason::missing_slices, "alone"}};
  const auto end = conclude_series(series, refused, {}, std::vector<ImageEnd>{{&image, nullptr}});
  EXPECT_EQ(end.converted, 2U);
  EXPECT_THAT(end.not_converted, ElementsAre(problem(Reason::missing_slices, "c", "alone")));
  EXPECT_THAT(end.problems, IsEmpty());
}

TEST(ConcludeSeries, TellsOfAnImageThatNoSelectionKeeps) {
  const std::vector<Stack> left_out{stack("1.2_echo", {instance("a"), instance("b")})};
  const auto end = conclude_series(series, {}, left_out, {});
  EXPECT_EQ(end.converted, 0U);
  EXPECT_THAT(end.not_converted,
              ElementsAre(problem(Reason::not_selected, "a"), problem(Reason::not_selected, "b")));
}

TEST(ConcludeSeries, TellsOnceOfAFileWithSeveralRefusedFrames) {
  const auto several = instance("frames", 3);
  const std::vector<RefusedInstance> refused{{several, Reason::missing_slices, "first"},
                                             {several, Reason::not_selected, "second"}};
  const auto end = conclude_series(series, refused, {}, {});
  EXPECT_EQ(end.converted, 0U);
  EXPECT_THAT(end.not_converted, ElementsAre(problem(Reason::missing_slices, "frames", "first")));
}

TEST(ConcludeSeries, CountsAFileOfSeveralFramesAsConvertedWhenAnImageHoldsOneOfThem) {
  const auto several = instance("frames", 3);
  const auto image = stack("1.2", {several, several});
  const auto end = conclude_series(
      series, std::vector<RefusedInstance>{{several, Reason::not_selected, "third"}}, {},
      std::vector<ImageEnd>{{&image, nullptr}});
  EXPECT_EQ(end.converted, 1U);
  EXPECT_THAT(end.not_converted, IsEmpty());
  EXPECT_THAT(end.problems,
              ElementsAre(problem(Reason::not_selected, "1.2", "some frames of frames: third")));
}

TEST(ConcludeSeries, LeavesTheReasonOfAFailedImageWithTheFileThatBroke) {
  const auto image = stack("1.2_echo", {instance("a"), instance("b")});
  const Problem broken{Reason::decode_failed, "b", "damaged"};
  const auto end = conclude_series(series, {}, {}, std::vector<ImageEnd>{{&image, &broken}});
  EXPECT_EQ(end.converted, 0U);
  EXPECT_THAT(end.not_converted, ElementsAre(problem(Reason::missing_slices, "a", "missing: b"),
                                             problem(Reason::decode_failed, "b", "damaged")));
  EXPECT_THAT(end.problems, ElementsAre(problem(Reason::decode_failed, "1.2_echo", "damaged")));
}

TEST(ConcludeSeries, GivesEachFileOfAnImageThatTheDiskRefusedTheDisksReason) {
  const auto image = stack("1.2", {instance("a"), instance("b")});
  const Problem full{Reason::disk_full, "1.2.nii", "no space"};
  const auto end = conclude_series(series, {}, {}, std::vector<ImageEnd>{{&image, &full}});
  EXPECT_THAT(end.not_converted, ElementsAre(problem(Reason::disk_full, "a", "no space"),
                                             problem(Reason::disk_full, "b", "no space")));
}

}  // namespace
}  // namespace dcmflow
