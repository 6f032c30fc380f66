#include "stages/selection/series_facts.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

Stack stack_of(std::uint32_t slices, std::uint32_t volumes) {
  Stack stack;
  stack.grid = {{4, 3, slices}, {1, 1, 2.5}, {}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  stack.volumes = volumes;
  stack.frames.resize(std::size_t{slices} * volumes);
  return stack;
}

SeriesFacts facts_of(const std::vector<Stack>& stacks) {
  return find_facts(std::make_shared<const Series>(), stacks, "nii", {});
}

TEST(SeriesFacts, CountTheSlicesOfOneVolumeAndTheVolumesOfAllImages) {
  const auto facts = facts_of({stack_of(12, 5), stack_of(3, 1)});
  EXPECT_EQ(facts.slice_count, 12u);
  EXPECT_EQ(facts.volume_count, 6u);
  EXPECT_TRUE(facts.is_regular);
  EXPECT_EQ(facts.plane, "Axial");
  EXPECT_EQ(facts.slice_spacing, 2.5);
}

TEST(SeriesFacts, CallASliceInTimeAndSlicesOffTheirGridNotRegular) {
  EXPECT_FALSE(facts_of({stack_of(1, 40)}).is_regular);
  Stack kept = stack_of(12, 1);
  kept.verdict = Verdict::fail;
  EXPECT_FALSE(facts_of({kept}).is_regular);
}

TEST(SeriesFacts, KnowNoPlaneOfAnUnplacedImage) {
  Stack unplaced = stack_of(12, 1);
  unplaced.grid.is_placed = false;
  EXPECT_EQ(facts_of({unplaced}).plane, "");
}

TEST(SeriesFacts, TakeThePlaneOfASlice) {
  Stack sheared = stack_of(12, 1);
  sheared.grid.direction[2] = {0, 0.6, 0.8};
  sheared.grid.is_sheared = true;
  EXPECT_EQ(facts_of({sheared}).plane, "Axial");
}

}  // namespace
}  // namespace dcmflow
