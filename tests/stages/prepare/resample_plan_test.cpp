#include "stages/prepare/resample_plan.h"

#include <gtest/gtest.h>

#include "stages/prepare/target_grid.h"
#include "tests/support/written_image.h"

namespace dcmflow {
namespace {

Grid respaced(const Grid& grid, double spacing, const std::string& orient = "") {
  return *change_grid(grid, {.orient = orient, .spacing = Vector3{spacing, spacing, spacing}});
}

// The reference: by every voxel of the slab.
void expect_holds_all(const Grid& source, const Grid& target, const SlabRange& slab) {
  const auto needed = needed_slices(source, target, slab);
  ASSERT_LE(needed.first_slice + needed.slices, source.size[2]);
  const auto map = index_map(target, source);
  const double last = source.size[2] - 1.0;
  for (std::uint32_t k = slab.first_slice; k < slab.first_slice + slab.slices; ++k)
    for (std::uint32_t j = 0; j < target.size[1]; ++j)
      for (std::uint32_t i = 0; i < target.size[0]; ++i) {
        const double at = map({double(i), double(j), double(k)})[2];
        if (at < -0.5 || at > last + 0.5) continue;
        ASSERT_LE(needed.first_slice, std::clamp(std::floor(at), 0.0, last)) << at;
        ASSERT_GE(needed.first_slice + needed.slices - 1, std::clamp(std::ceil(at), 0.0, last))
            << at;
      }
}

TEST(NeededSlices, AreAllThatASlabLiesBetween) {
  const auto source = oblique_grid({12, 10, 40});
  for (const auto& target : {respaced(source, 1.1), respaced(source, 1.1, "RAS"),
                             respaced(source, 3, "SLP"), respaced(oblique_grid({30, 9, 50}), 2),
                             *change_grid(source, {.pad = VoxelCounts{20, 20, 60}})})
    for (std::uint32_t first = 0; first < target.size[2]; first += 7)
      expect_holds_all(source, target, {first, std::min(7U, target.size[2] - first)});
}

TEST(NeededSlices, AreOneWhereNoneIsNear) {
  const auto source = oblique_grid({12, 10, 40});
  auto far = source;
  far.origin = far.origin + far.direction[2] * 1e6;
  const auto needed = needed_slices(source, far, {0, 40});
  EXPECT_EQ(needed.first_slice, 39u);
  EXPECT_EQ(needed.slices, 1u);
}

TEST(ResamplePlan, StreamsALargeVolumeWhoseSlicesStayInOrder) {
  const auto source = oblique_grid({512, 512, 2000});
  const auto target = respaced(source, 1.4);
  const auto plan = plan_resampling(source, target, Interpolation::linear);
  EXPECT_TRUE(plan.streams);
  EXPECT_LT(plan.window_slices, 40u);
  EXPECT_LT(resampling_bytes(source, VoxelType::int16, target, Interpolation::linear), 100u << 20);
}

TEST(ResamplePlan, TakesTheWholeVolumeWhereItMust) {
  auto source = oblique_grid({256, 256, 1000});
  source.direction = {Vector3{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const auto whole = std::uint64_t{256} * 256 * 1000;
  EXPECT_TRUE(plan_resampling(source, source, Interpolation::nearest).streams);
  // Slices from the last to the first; across slices; ITK's label-Gaussian.
  for (const auto& [target, interpolation] :
       {std::pair{*change_grid(source, {.orient = "LPI"}), Interpolation::nearest},
        {*change_grid(source, {.orient = "SPL"}), Interpolation::nearest},
        {respaced(source, 1), Interpolation::label_gaussian}}) {
    const auto plan = plan_resampling(source, target, interpolation);
    EXPECT_FALSE(plan.streams);
    EXPECT_EQ(plan.window_slices, 1000u);
    EXPECT_GT(resampling_bytes(source, VoxelType::int16, target, interpolation), 2 * whole);
  }
  // Its coefficients, too.
  EXPECT_GT(resampling_bytes(source, VoxelType::int16, respaced(source, 1), Interpolation::bspline),
            10 * whole);
}

}  // namespace
}  // namespace dcmflow
