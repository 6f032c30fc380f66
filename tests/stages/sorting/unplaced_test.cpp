// Images that lie nowhere: refused, or under --allow-no-geometry written without a place.

#include "stages/sorting/usable_instances.h"
#include "tests/stages/sorting/sorting_scene.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Unplaced : public SortingScene {
 protected:
  void write_slices(unsigned slices, const std::function<void(unsigned, DicomBuilder&)>& edit) {
    write({.slices = slices, .seed = 0, .edit = [&](unsigned k, DicomBuilder& file) {
             file.remove("ImagePositionPatient").remove("ImageOrientationPatient");
             file.set("InstanceNumber", std::to_string(9 - k));
             edit(k, file);
           }});
  }
  static constexpr ImageOptions allowed{.allow_no_geometry = true};
};

TEST_F(Unplaced, ImagesAreRefusedUnlessTheyAreAllowed) {
  write_slices(3, [](unsigned, DicomBuilder&) {});
  EXPECT_THAT(reasons(sort()), ElementsAre("no_geometry"));
  EXPECT_THAT(sort().stacks, IsEmpty());
  EXPECT_THAT(sort(allowed).refused, IsEmpty());
}

TEST_F(Unplaced, FramesGoByInstanceNumberOnAGridOfIndexAxes) {
  write_slices(3, [](unsigned, DicomBuilder&) {});
  const auto sorted = sort(allowed);
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  std::vector<std::int64_t> numbers;
  for (const auto& frame : stack.frames) numbers.push_back(*frame.instance->instance_number());
  EXPECT_THAT(numbers, ElementsAre(7, 8, 9));
  EXPECT_FALSE(stack.grid.is_placed);
  EXPECT_THAT(stack.grid.size, ElementsAre(12u, 10u, 3u));
  EXPECT_THAT(stack.grid.spacing, ElementsAre(0.7, 0.8, 2.5));
  EXPECT_THAT(stack.grid.origin, ElementsAre(0, 0, 0));
  EXPECT_THAT(stack.grid.direction[0], ElementsAre(1, 0, 0));
  EXPECT_THAT(stack.grid.direction[2], ElementsAre(0, 0, 1));
  EXPECT_EQ(stack.verdict, Verdict::warn);
  EXPECT_THAT(stack.flags, Contains("no_geometry"));
}

TEST_F(Unplaced, FramesWithoutAnInstanceNumberComeLast) {
  write_slices(3, [](unsigned k, DicomBuilder& file) {
    if (k == 1) file.remove("InstanceNumber");
  });
  const auto sorted = sort(allowed);
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  std::vector<std::optional<std::int64_t>> numbers;
  for (const auto& frame : sorted.stacks.front().frames)
    numbers.push_back(frame.instance->instance_number());
  EXPECT_THAT(numbers, ElementsAre(7, 9, std::nullopt));
}

TEST_F(Unplaced, SpacingThatIsNotKnownIsOneAndSaidToBe) {
  write_slices(2, [](unsigned, DicomBuilder& file) {
    file.remove("PixelSpacing").remove("SliceThickness").remove("SpacingBetweenSlices");
  });
  const auto sorted = sort(allowed);
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT(sorted.stacks.front().grid.spacing, ElementsAre(1, 1, 1));
  EXPECT_EQ(std::ranges::count(sorted.stacks.front().flags, "spacing_unknown"), 1);
}

TEST_F(Unplaced, ImagesAreSplitByMatrixAndSpacing) {
  write_slices(4, [](unsigned, DicomBuilder&) {});
  write_slices(3, [](unsigned, DicomBuilder& file) { file.set("PixelSpacing", "2\\2"); });
  write({.columns = 20, .slices = 2, .edit = [](unsigned, DicomBuilder& file) {
           file.remove("ImagePositionPatient");
         }});
  EXPECT_THAT(stems(sort(allowed)), ElementsAre("1.2.3.4", "1.2.3.4_spacing", "1.2.3.4_matrix"));
}

TEST_F(Unplaced, FramesAreNoSlicesOfPlacedOnes) {
  write({.slices = 4});
  write_slices(3, [](unsigned, DicomBuilder&) {});
  EXPECT_THAT(stems(sort(allowed)), ElementsAre("1.2.3.4", "1.2.3.4_unplaced"));
}

TEST_F(Unplaced, IsNoImageThatOnlyLacksItsSpacing) {
  write({.slices = 2, .edit = [](unsigned, DicomBuilder& f) { f.remove("PixelSpacing"); }});
  EXPECT_THAT(reasons(sort(allowed)), ElementsAre("no_pixel_spacing"));
}

TEST_F(Unplaced, AreFramesOfWhichNothingIsSaidOneByOne) {
  auto header = std::make_shared<SharedHeader>();
  header->image_orientation_patient = {1, 0, 0, 0, 1, 0};
  header->pixel_spacing = {1, 1};
  auto instance = share<Instance>();
  instance->shared = std::move(header);
  const Frame frame{.instance = instance, .position = {1, 2, 3}};
  EXPECT_TRUE(placed_orientation(frame, Tolerances{}).has_value());
  instance->pixel_data.number_of_frames = 2;
  EXPECT_FALSE(placed_orientation(frame, Tolerances{}).has_value());
}

TEST_F(Unplaced, SpacingOfTheImagerIsFlagged) {
  write({.slices = 2, .edit = [](unsigned, DicomBuilder& file) {
           file.remove("PixelSpacing").set("ImagerPixelSpacing", "0.3\\0.4");
         }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("spacing_from_imager"));
  EXPECT_EQ(sorted.stacks.front().grid.spacing[0], 0.4);
}

}  // namespace
}  // namespace dcmflow
