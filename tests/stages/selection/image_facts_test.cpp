#include "stages/selection/image_facts.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

Stack stack_of(std::uint32_t slices, std::uint32_t volumes) {
  Stack stack;
  stack.grid = {{4, 3, slices}, {1, 1, 2.5}, {}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  stack.volumes = volumes;
  stack.frames.assign(std::size_t{slices} * volumes, Frame{.instance = share<Instance>()});
  return stack;
}

using Texts = std::vector<std::string>;

// The fact of the first of these images.
Texts fact_of(const std::string& key, const std::vector<Stack>& stacks) {
  const auto series = std::make_shared<const Series>();
  return find_facts(series, stacks.empty() ? nullptr : stacks.data(), stacks, "nii", {})
      .of(*find_fact(key));
}

TEST(ImageFacts, CountTheSlicesOfOneVolumeAndTheVolumesOfAllImages) {
  const std::vector<Stack> stacks{stack_of(12, 5), stack_of(3, 1)};
  for (const auto& [key, values] :
       std::initializer_list<std::pair<const char*, Texts>>{{"SliceCount", {"12"}},
                                                            {"VolumeCount", {"6"}},
                                                            {"ImageCount", {"2"}},
                                                            {"IsRegular", {"true"}},
                                                            {"Plane", {"Axial"}},
                                                            {"NearestPlane", {"Axial"}},
                                                            {"SliceSpacing", {"2.5"}},
                                                            {"VoxelSize", {"1", "1", "2.5"}},
                                                            {"Extent", {"4", "3", "30"}},
                                                            {"Verdict", {"pass"}},
                                                            {"IsMain", {"true"}},
                                                            {"Converted", {"true"}},
                                                            {"Format", {"nii"}},
                                                            {"Flags", {}},
                                                            {"Dimension", {}},
                                                            {"BValues", {}}})
    EXPECT_EQ(fact_of(key, stacks), values) << key;
}

TEST(ImageFacts, TellOfAFourDimensionalImageWhatItsVolumesAre) {
  Stack diffusion = stack_of(2, 3);
  diffusion.dimension = "diffusion";
  diffusion.flags = {"spacing_jitter", "volumes_incomplete"};
  diffusion.verdict = Verdict::partial;
  for (const double b : {1000.0, 0.0, 1000.0})
    diffusion.volume_keys.push_back({.diffusion = Diffusion{.b_value = b}});
  EXPECT_EQ(fact_of("BValues", {diffusion}), (Texts{"0", "1000"}));
  EXPECT_EQ(fact_of("Dimension", {diffusion}), Texts{"diffusion"});
  EXPECT_EQ(fact_of("HasGradients", {diffusion}), Texts{"true"});
  EXPECT_EQ(fact_of("HasGradients", {stack_of(2, 3)}), Texts{});
  EXPECT_EQ(fact_of("Flags", {diffusion}), (Texts{"spacing_jitter", "volumes_incomplete"}));
  EXPECT_EQ(fact_of("Verdict", {diffusion}), Texts{"partial"});
}

TEST(ImageFacts, CallASliceInTimeAndSlicesOffTheirGridNotRegular) {
  EXPECT_EQ(fact_of("IsRegular", {stack_of(1, 40)}), Texts{"false"});
  Stack kept = stack_of(12, 1);
  kept.verdict = Verdict::fail;
  EXPECT_EQ(fact_of("IsRegular", {kept}), Texts{"false"});
}

TEST(ImageFacts, KnowNoPlaneOfAnUnplacedImage) {
  Stack unplaced = stack_of(12, 1);
  unplaced.grid.is_placed = false;
  EXPECT_EQ(fact_of("Plane", {unplaced}), Texts{});
  EXPECT_EQ(fact_of("NearestPlane", {unplaced}), Texts{});
}

TEST(ImageFacts, TakeThePlaneOfASlice) {
  Stack sheared = stack_of(12, 1);
  sheared.grid.direction[2] = {0, 0.6, 0.8};
  sheared.grid.is_sheared = true;
  EXPECT_EQ(fact_of("Plane", {sheared}), Texts{"Axial"});
}

// 42 degrees off the axis: for the operator still axial.
TEST(ImageFacts, TellTheNearestAxisOfAnObliqueImage) {
  Stack oblique = stack_of(12, 1);
  oblique.grid.direction = {{{1, 0, 0}, {0, 0.743, 0.669}, {0, -0.669, 0.743}}};
  EXPECT_EQ(fact_of("Plane", {oblique}), Texts{"Oblique"});
  EXPECT_EQ(fact_of("NearestPlane", {oblique}), (Texts{"Axial", "Oblique"}));
}

TEST(ImageFacts, TellOfASeriesWithoutImagesOnlyWhatIsKnown) {
  EXPECT_EQ(fact_of("Converted", {}), Texts{"false"});
  EXPECT_EQ(fact_of("SliceCount", {}), Texts{"0"});
  EXPECT_EQ(fact_of("Verdict", {}), Texts{});
  EXPECT_EQ(fact_of("Plane", {}), Texts{});
}

}  // namespace
}  // namespace dcmflow
