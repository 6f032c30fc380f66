#include "stages/pixels/choose_voxels.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "stages/pixels/rescale.h"

namespace dcmflow {
namespace {

// A stack of one frame that is shifted, so that its background shows.
Stack shifted_stack(const char* modality, double background) {
  auto shared = std::make_shared<SharedHeader>();
  shared->modality = modality;
  auto instance = share<Instance>();
  instance->shared = std::move(shared);
  Stack stack;
  stack.frames = {Frame{.instance = std::move(instance)}};
  stack.recipes = {SliceRecipe{.shift = {0, 1.5}}};
  stack.background = background;
  return stack;
}

// All passes over slabs of these values; a pass ends where it is in vain. Returns their number.
int run(ChooseVoxels& choice, const Stack& stack, const std::vector<ValueRange>& slabs) {
  int passes = 1;
  for (;; ++passes) {
    for (const auto& slab : slabs) {
      if (!choice.holds()) break;
      choice.see(slab);
    }
    if (!choice.choose_again(stack, true)) return passes;
  }
}

TEST(ChooseVoxels, FindsTheTypeOfTheWholeVolumeInAnyOrderOfSlabs) {
  struct Case {
    std::vector<ValueRange> slabs;
    VoxelType type;
    int most_passes;
  };
  for (const auto& c : {Case{{{-5, 5}, {0, 32767}}, VoxelType::int16, 1},
                        Case{{{0, 5}, {0, 32768}, {1, 2}}, VoxelType::uint16, 2},
                        Case{{{0, 65535}, {-1, 2}}, VoxelType::int32, 3},
                        Case{{{0, 65535}, {-1, 2}, {0, 1, false}}, VoxelType::float32, 4},
                        Case{{{-3e9, 0}}, VoxelType::float32, 2}}) {
    auto slabs = c.slabs;
    const auto order = [](const auto& a, const auto& b) { return a.greatest < b.greatest; };
    std::ranges::sort(slabs, order);
    do {
      ChooseVoxels choice{Stack{}};
      EXPECT_LE(run(choice, {}, slabs), c.most_passes);
      EXPECT_EQ(choice.voxels().type, c.type);
    } while (std::ranges::next_permutation(slabs, order).found);
  }
}

TEST(ChooseVoxels, LeavesColourAsItIs) {
  Stack stack;
  stack.first_type = VoxelType::rgb24;
  ChooseVoxels choice(stack);
  EXPECT_EQ(run(choice, stack, {{0, 255}}), 1);
  EXPECT_EQ(choice.voxels().type, VoxelType::rgb24);
}

TEST(ChooseVoxels, LowersTheBackgroundOfCtToItsLowestValue) {
  const auto stack = shifted_stack("CT", -1024);
  ChooseVoxels choice(stack);
  EXPECT_EQ(run(choice, stack, {{-1024, 3000}, {-2000, -1024}}), 2);
  EXPECT_EQ(choice.voxels().background, -2000);
  EXPECT_EQ(choice.voxels().type, VoxelType::int16);

  const auto mr = shifted_stack("MR", 0);
  ChooseVoxels other(mr);
  EXPECT_EQ(run(other, mr, {{-2000, 3000}}), 1);
  EXPECT_EQ(other.voxels().background, 0);
}

TEST(ChooseVoxels, KeepsTheBackgroundOfAPassThatLacksSlabs) {
  const auto stack = shifted_stack("CT", -1024);
  ChooseVoxels choice(stack);
  choice.see({-2000, 0});
  EXPECT_FALSE(choice.choose_again(stack, false));
  EXPECT_EQ(choice.voxels().background, -1024);
}

TEST(ChooseVoxels, FlagsWhatTheValuesTell) {
  const auto stack = std::make_shared<const Stack>(shifted_stack("CT", 0));
  EXPECT_EQ(flag_values(stack, {0, 1}), stack);
  const auto flagged = flag_values(stack, {.rounded = true, .recoloured = true, .masked = true});
  EXPECT_THAT(flagged->flags,
              testing::ElementsAre("float32_inexact", "bits_masked", "colour_of_codestream"));
  EXPECT_EQ(flagged->verdict, Verdict::warn);
  EXPECT_EQ(stack->verdict, Verdict::pass);
  EXPECT_EQ(flag_values(stack, {.masked = true})->verdict, Verdict::pass);
  EXPECT_TRUE(join({.masked = true}, {}).masked);
  EXPECT_FALSE(join({}, {}).masked);
}

}  // namespace
}  // namespace dcmflow
