// What splits a series, what does not, and the names of the images that are split off.

#include "stages/sorting/split_series.h"

#include <chrono>
#include <cmath>
#include <numbers>

#include "tests/stages/sorting/sorting_scene.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct Part {
  std::string word;  // that names the second image; "" when there is none
  PhantomSeries series;
};

Part part(const std::string& word, const std::map<std::string, std::string>& values) {
  return {word, {.slices = 3, .edit = [values](unsigned, DicomBuilder& file) {
                   for (const auto& [keyword, value] : values) file.set(keyword, value);
                 }}};
}

class SplitSeries : public SortingScene, public testing::WithParamInterface<Part> {};

TEST_P(SplitSeries, NamesTheSmallerPartByWhyItWasSplitOff) {
  write({.slices = 4});
  auto other = GetParam().series;
  other.origin[2] += 10;  // behind the others, so that positions never repeat
  write(other);
  const auto sorted = sort();
  if (GetParam().word.empty())
    EXPECT_THAT(stems(sorted), ElementsAre("1.2.3.4"));
  else
    EXPECT_THAT(stems(sorted), ElementsAre("1.2.3.4", "1.2.3.4_" + GetParam().word));
  EXPECT_THAT(sorted.refused, SizeIs(0));
}

INSTANTIATE_TEST_SUITE_P(
    ByWhatAnImageHasOneOf, SplitSeries,
    testing::Values(part("class", {{"SOPClassUID", "1.2.840.10008.5.1.4.1.1.7"}}),
                    part("class",
                         {{"SOPClassUID", "1.2.840.10008.5.1.4.1.1.2.2"}}),  // legacy converted
                    Part{"matrix", {.columns = 20, .slices = 3}},
                    Part{"matrix", {.rows = 7, .slices = 3}},
                    part("frame", {{"FrameOfReferenceUID", "1.2.3.99"}}),
                    part("localizer", {{"ImageType", "ORIGINAL\\PRIMARY\\LOCALIZER"}}),
                    part("phase", {{"ImageType", "ORIGINAL\\PRIMARY\\PHASE MAP\\P\\FFE"}}),
                    part("phase", {{"ComplexImageComponent", "PHASE"}}),
                    part("real", {{"ImageType", "ORIGINAL\\PRIMARY\\R\\ND"}}),
                    part("imaginary", {{"ImageType", "ORIGINAL\\PRIMARY\\I"}}),
                    part("water", {{"ImageType", "ORIGINAL\\PRIMARY\\W\\W\\FFE"}}),
                    part("opposed_phase", {{"ImageType", "ORIGINAL\\PRIMARY\\OPP_PHASE"}}),
                    part("phase", {{"ImageType", "ORIGINAL\\PRIMARY\\SW_P_FFE\\SW_P\\FFE"}}),
                    part("trace", {{"ImageType", "DERIVED\\PRIMARY\\DIFFUSION\\TRACEW"}}),
                    part("uni", {{"ImageType", "DERIVED\\PRIMARY\\M\\ND\\UNI"}}),
                    Part{"spacing", {.slices = 3, .column_spacing = 0.7003}},
                    Part{"orientation", {.slices = 3, .row = {0, 1, 0}, .column = {0, 0, -1}}}));

INSTANTIATE_TEST_SUITE_P(
    ButNotByWhatVariesInOne, SplitSeries,
    testing::Values(part("", {{"ImageType", "ORIGINAL\\PRIMARY\\NORM\\DIS2D"}}),
                    part("", {{"AcquisitionNumber", "7"}}), part("", {{"Exposure", "250"}}),
                    part("", {{"ReceiveCoilName", "HE2"}}),
                    part("", {{"EchoTime", "12"}}),  // positions do not repeat
                    part("", {{"TemporalPositionIdentifier", "2"}}),
                    part("", {{"PhotometricInterpretation", "MONOCHROME1"}}),
                    part("", {{"PixelRepresentation", "0"}}),
                    part("", {{"ImageType", "DERIVED\\PRIMARY"}}), part("", {{"KVP", "119.5"}}),
                    Part{"", {.slices = 3, .bits_allocated = 32, .bits_stored = 32}},
                    Part{"", {.slices = 3, .column_spacing = 0.70003}}));

TEST_F(SortingScene, JoinsTheClassesOfOneFamily) {
  write({.slices = 4, .edit = [](unsigned k, DicomBuilder& file) {
           file.set("SOPClassUID",
                    k % 2 ? "1.2.840.10008.5.1.4.1.1.7" : "1.2.840.10008.5.1.4.1.1.7.2");
         }});
  EXPECT_THAT(sort().stacks, SizeIs(1));
}

TEST_F(SortingScene, NumbersImagesThatAreSplitOffForTheSameReason) {
  write({.slices = 5});
  write({.columns = 20, .slices = 4});
  write({.columns = 22, .slices = 3});
  write({.columns = 22, .slices = 2, .edit = [](unsigned, DicomBuilder& file) {
           file.set("ImageType", "DERIVED\\SECONDARY");
         }});
  EXPECT_THAT(stems(sort()),
              ElementsAre("1.2.3.4", "1.2.3.4_matrix", "1.2.3.4_matrix2", "1.2.3.4_matrix3"));
}

TEST_F(SortingScene, MakesTheMainImageOfTheMostSlicesThenTheLowestAcquisition) {
  const auto acquired = [](const char* number, const char* matrix) {
    return [=](unsigned, DicomBuilder& file) {
      file.set("AcquisitionNumber", number).set("ImageComments", matrix);
    };
  };
  write({.columns = 12, .slices = 4, .edit = acquired("3", "late")});
  write({.columns = 14, .slices = 4, .edit = acquired("2", "early")});
  write({.columns = 16, .slices = 3, .edit = acquired("1", "small")});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(3));
  EXPECT_EQ(sorted.stacks[0].grid.size[0], 14u);
  EXPECT_EQ(sorted.stacks[1].grid.size[0], 12u);
  EXPECT_TRUE(sorted.stacks[0].is_main);
  EXPECT_FALSE(sorted.stacks[1].is_main);
}

// Frames without files, each with an orientation of its own.
std::vector<Frame> fan(unsigned count, double step_deg) {
  std::vector<Frame> frames;
  const auto file = share<File>();
  for (unsigned i = 0; i < count; ++i) {
    const double angle = i * step_deg * std::numbers::pi / 180;
    auto header = std::make_shared<SharedHeader>();
    header->image_orientation_patient = {std::cos(angle), std::sin(angle), 0, 0, 0, -1};
    header->pixel_spacing = {1, 1};
    auto instance = share<Instance>();
    instance->file = file;
    instance->shared = std::move(header);
    frames.push_back({.instance = std::move(instance), .position = {1, 2, 3}});
  }
  return frames;
}

TEST(SplitSeriesByOrientation, FollowsTheRunningMeanAndNotTheLastFrame) {
  // Each frame is 0.06° from the one before: within 0.1° of the mean of those before it, up to
  // the third.
  const auto clusters = split_series(fan(4, 0.06), Tolerances{});
  ASSERT_THAT(clusters, SizeIs(2));
  EXPECT_THAT(clusters[0].frames, SizeIs(3));
  EXPECT_THAT(clusters[1].frames, SizeIs(1));
}

TEST(SplitSeriesByOrientation, TakesOneClusterForEachOfVeryManyWithoutTryingAll) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(split_series(fan(1'500, 0.24), Tolerances{}), SizeIs(1'500));
  const auto few = std::chrono::steady_clock::now();
  EXPECT_THAT(split_series(fan(90'000, 180.0 / 1'500), Tolerances{}).size(), testing::Gt(1'000u));
  const auto many = std::chrono::steady_clock::now();
  // 60 times the frames: 3,600 times the time if each were compared with each.
  EXPECT_LT(many - few, 1'000 * (few - start) + std::chrono::seconds(1));
}

TEST_F(SortingScene, KeepsSlicesApartThatAreThinnerThanPositionsMayDiffer) {
  write({.slices = 5, .slice_spacing = 0.005});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().frames.size(), 5U);
  EXPECT_EQ(sorted.stacks.front().volumes, 1U);
  EXPECT_NEAR(sorted.stacks.front().grid.spacing[2], 0.005, 1e-9);
}

}  // namespace
}  // namespace dcmflow
