#include "stages/geometry/place_slices.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "stages/base/vector3.h"

namespace dcmflow {
namespace {

using testing::ContainsRegex;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr Orientation axial{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

// Frames of 12 × 10 pixels of 0.7 × 0.8 mm, first voxels at given places.
class PlaceSlices : public testing::Test {
 protected:
  PlaceSlices() {
    header.modality = "CT";
    header.layout = {.rows = 10, .columns = 12, .bits_allocated = 16, .bits_stored = 16};
    header.image_orientation_patient = {1, 0, 0, 0, 1, 0};
    header.pixel_spacing = {0.8, 0.7};
  }

  static std::vector<Vector3> along(const std::vector<double>& z, double x_tangent = 0,
                                    double y_tangent = 0) {
    std::vector<Vector3> places;
    for (const double s : z) places.push_back({x_tangent * s, y_tangent * s, 30 + s});
    return places;
  }
  std::optional<Refusal> place(const std::vector<Vector3>& places, std::uint32_t volumes = 1,
                               const Orientation& orientation = axial) {
    auto instance = share<Instance>();
    instance->shared = std::make_shared<const SharedHeader>(header);
    std::vector<Frame> frames;
    for (std::uint32_t v = 0; v < volumes; ++v)
      for (const auto& at : places) frames.push_back({.instance = instance, .position = at});
    std::vector<double> positions;
    for (const auto& at : places) positions.push_back(dot(at, orientation.normal));
    stack = {};
    return place_slices(
        stack,
        {.frames = frames, .positions = positions, .volumes = volumes, .orientation = orientation},
        Tolerances{}, options);
  }
  // "" when it is placed.
  std::string refusal(const std::vector<Vector3>& places) {
    const auto refused = place(places);
    if (!refused) return "";
    EXPECT_THAT(refused->detail, ContainsRegex("[0-9].*[0-9]"));
    return std::string(reason_code(refused->reason));
  }

  SharedHeader header;
  ImageOptions options;
  Stack stack;
};

TEST_F(PlaceSlices, LeavesEvenSlicesAsTheyAre) {
  ASSERT_FALSE(place(along({0, 2, 4, 6})));
  EXPECT_THAT(stack.recipes, IsEmpty());
  EXPECT_THAT(stack.flags, IsEmpty());
  EXPECT_EQ(stack.verdict, Verdict::pass);
  EXPECT_EQ(stack.grid.spacing[2], 2);
}

TEST_F(PlaceSlices, AcceptsJitterAndSaysSo) {
  ASSERT_FALSE(place(along({0, 2, 4.05, 6, 8})));
  EXPECT_THAT(stack.flags, ElementsAre("spacing_jitter", "corners_off_grid"));
  EXPECT_EQ(stack.verdict, Verdict::warn);
  EXPECT_THAT(stack.recipes, IsEmpty());
  EXPECT_NEAR(stack.max_corner_error_mm, 0.05, 1e-9);
}

TEST_F(PlaceSlices, FillsMissingSlicesBetweenTheirNeighboursInEveryVolume) {
  ASSERT_FALSE(place(along({0, 2, 8, 10}), 2));
  EXPECT_EQ(stack.grid.size[2], 6U);
  EXPECT_EQ(stack.grid.spacing[2], 2);
  EXPECT_THAT(stack.filled_slices, ElementsAre(2U, 3U));
  ASSERT_THAT(stack.recipes, SizeIs(12));
  const auto& blend = stack.recipes[9];
  EXPECT_EQ(blend.lower, 5U);
  EXPECT_EQ(blend.upper, 6U);
  EXPECT_NEAR(blend.upper_weight, 2 / 3.0, 1e-12);
  EXPECT_EQ(stack.recipes[11].lower, 7U);
  EXPECT_EQ(stack.recipes[11].upper_weight, 0);
  EXPECT_EQ(stack.verdict, Verdict::warn);
}

TEST_F(PlaceSlices, TakesTheStepOverTheFullCountNotFromAGap) {
  ASSERT_FALSE(place(along({0, 2.01, 4, 8, 10.1})));
  EXPECT_NEAR(stack.grid.spacing[2], 10.1 / 5, 1e-12);
  EXPECT_NEAR(stack.max_corner_error_mm, std::abs(8 - 4 * 10.1 / 5), 1e-9);
}

TEST_F(PlaceSlices, RefusesWhereMoreThanHalfAreMissingWhateverIsAskedFor) {
  EXPECT_EQ(refusal(along({0, 2, 4, 12})), "");  // 3 of 7
  EXPECT_EQ(refusal(along({0, 2, 4, 14})), "");  // 4 of 8
  for (const auto choice : {OnMissing::fill, OnMissing::keep, OnMissing::reject}) {
    options.on_missing = choice;
    EXPECT_EQ(refusal(along({0, 2, 4, 16})), "missing_slices");  // 5 of 9
    EXPECT_NE(refusal(along({0, 1e-3, 2e-3, 1e12})), "");
  }
  EXPECT_THAT(place(along({0, 2, 4, 16}))->detail, StartsWith("5 of 9 slices are missing"));
}

TEST_F(PlaceSlices, KeepsUnevenSlicesUnlessMoreAreMissing) {
  options.on_irregular = OnIrregular::keep;
  EXPECT_EQ(refusal(along({0, 1, 2, 3.4, 9.4})), "");                 // 5 of 10
  EXPECT_EQ(refusal(along({0, 1, 2, 3.4, 10.4})), "missing_slices");  // 6 of 11
}

TEST_F(PlaceSlices, LosesNoSliceWhereGapsThatDifferALittleRunOffTheGrid) {
  std::vector<double> z{0};
  const auto go_on = [&](double gap, int count) {
    for (int k = 0; k < count; ++k) z.push_back(z.back() + gap);
  };
  go_on(0.96, 20);  // slices 12 and 13 are both next to plane 12
  go_on(1, 1);
  go_on(1.04, 20);
  go_on(2, 1);
  EXPECT_EQ(refusal(along(z)), "irregular_spacing");
}

TEST_F(PlaceSlices, ResamplesUnevenSlicesAtTheMedianGapAndNotBeyondTheLast) {
  ASSERT_FALSE(place(along({0, 2, 4.9, 6.9, 8.9, 12.3})));
  EXPECT_EQ(stack.grid.spacing[2], 2);
  EXPECT_EQ(stack.grid.size[2], 7U);
  ASSERT_THAT(stack.recipes, SizeIs(7));
  EXPECT_EQ(stack.recipes[1].upper_weight, 0);
  EXPECT_EQ(stack.recipes[2].lower, 1U);
  EXPECT_NEAR(stack.recipes[2].upper_weight, 2 / 2.9, 1e-12);
  EXPECT_EQ(stack.recipes[6].lower, 4U);
  EXPECT_NEAR(stack.recipes[6].upper_weight, (12 - 8.9) / 3.4, 1e-12);
  EXPECT_THAT(stack.flags, ElementsAre("spacing_resampled"));
  EXPECT_THAT(stack.filled_slices, ElementsAre(2U, 3U, 4U, 5U, 6U));  // no frame lies there
  EXPECT_LT(stack.max_corner_error_mm, 1e-9);
}

TEST_F(PlaceSlices, NeverMakesMorePlanesThanThereAreSlicesAndUsesEverySlice) {
  // 10 slices that are left of 75: 12 of 13 planes would lie between two.
  EXPECT_EQ(refusal(along({0, 3.1, 7.2, 12.5, 21.7, 26.8, 36.4, 42.3, 58.3, 74.3})),
            "irregular_spacing");
  // And of 190, one gap over 115 mm: 13 slices are missing by gap ÷ median.
  EXPECT_EQ(refusal(along({0, 4, 9, 15, 23, 32, 42, 53, 75, 190})), "missing_slices");
  // At the median gap of 5 mm the slice at 5.9 mm would be in no plane.
  EXPECT_EQ(refusal(along({0, 5.4, 5.9, 6.4, 11.4, 16.4, 21.9, 26.9, 32, 37})),
            "irregular_spacing");
}

TEST_F(PlaceSlices, MakesAsManyPlanesAsThereAreSlices) {
  ASSERT_FALSE(place(along({0, 2, 4.5, 10.1})));
  EXPECT_EQ(stack.grid.spacing[2], 2.5);
  EXPECT_THAT(stack.filled_slices, ElementsAre(1U, 2U, 3U, 4U));
}

TEST_F(PlaceSlices, PutsCoarseSlicesOnTheGridOfFineOnes) {
  ASSERT_FALSE(place(along({0, 5, 6, 7, 8, 9, 10, 15})));
  EXPECT_EQ(stack.grid.spacing[2], 1);
  EXPECT_EQ(stack.grid.size[2], 16U);
  EXPECT_THAT(stack.filled_slices, SizeIs(8));
  EXPECT_EQ(stack.verdict, Verdict::warn);
}

TEST_F(PlaceSlices, SaysWhyItWarns) {
  ASSERT_FALSE(place(along({0, 2, 4, 6}, std::tan(0.2 * std::numbers::pi / 180))));
  EXPECT_NEAR(stack.max_corner_error_mm, 0.021, 1e-3);
  EXPECT_EQ(stack.verdict, Verdict::warn);
  EXPECT_THAT(stack.flags, ElementsAre("corners_off_grid"));
  ASSERT_FALSE(place(along({0, 2, 4.005, 6})));  // a rounded position is no warning
  EXPECT_EQ(stack.verdict, Verdict::pass);
  EXPECT_THAT(stack.flags, IsEmpty());
}

TEST_F(PlaceSlices, FillsAndRectifiesColourAsAnythingElse) {
  header.layout.samples_per_pixel = 3;
  header.photometric_interpretation = "RGB";
  ASSERT_FALSE(place(along({0, 2, 6, 8})));
  EXPECT_THAT(stack.filled_slices, ElementsAre(2U));
  ASSERT_FALSE(place(along({0, 2, 4, 6}, 0, 0.3)));
  EXPECT_THAT(stack.flags, ElementsAre("tilt_rectified"));
  EXPECT_EQ(stack.background, 0);
}

TEST_F(PlaceSlices, TakesTheNormalOfRoundedCosinesFromThePositions) {
  // Turned by 20.3° about x, then rounded to two decimals: the column is 0.2° off.
  const double angle = 20.3 * std::numbers::pi / 180;
  const Vector3 normal{0, -std::sin(angle), std::cos(angle)};
  header.image_orientation_patient = {1, 0, 0, 0, 0.94, 0.35};
  std::vector<Vector3> places;
  for (int k = 0; k < 20; ++k) places.push_back(normal * (3.0 * k));
  const auto rough = *make_orientation({1, 0, 0, 0, 0.94, 0.35}, 0.02);
  ASSERT_FALSE(place(places, 1, rough));
  EXPECT_NEAR(dot(stack.grid.direction[2], normal), 1, 1e-12);
  EXPECT_NEAR(dot(stack.grid.direction[1], normal), 0, 1e-12);
  EXPECT_NEAR(stack.grid.spacing[2], 3, 1e-12);
  EXPECT_THAT(stack.recipes, IsEmpty());
  EXPECT_THAT(stack.flags, ElementsAre("orientation_rounded"));
  EXPECT_EQ(stack.verdict, Verdict::warn);
}

TEST_F(PlaceSlices, ResamplesGapsThatAreJitterEachButRunOffTheGridTogether) {
  std::vector<double> z{0};
  for (int k = 1; k < 40; ++k) z.push_back(z.back() + (k < 20 ? 2 : 2.06));
  ASSERT_FALSE(place(along(z)));
  EXPECT_THAT(stack.flags, ElementsAre("spacing_resampled"));
}

TEST_F(PlaceSlices, KeepsWhatIsWrongOnlyAsAFailure) {
  options = {.on_missing = OnMissing::keep, .on_irregular = OnIrregular::keep};
  ASSERT_FALSE(place(along({0, 2, 4, 8})));
  EXPECT_EQ(stack.verdict, Verdict::fail);
  EXPECT_THAT(stack.flags, ElementsAre("missing_slices"));
  EXPECT_NEAR(stack.grid.spacing[2], 8 / 3.0, 1e-12);
  EXPECT_NEAR(stack.max_corner_error_mm, 4 / 3.0, 1e-9);
  ASSERT_FALSE(place(along({0, 2, 4, 7})));
  EXPECT_EQ(stack.verdict, Verdict::fail);
  EXPECT_THAT(stack.flags, ElementsAre("irregular_spacing"));
}

TEST_F(PlaceSlices, RefusesWhatIsToBeRejectedAndWhatStrictDoesNotInterpolate) {
  const auto missing = along({0, 2, 4, 8});
  const auto uneven = along({0, 2, 4, 7});
  options = {.on_tilt = OnTilt::reject,
             .on_missing = OnMissing::reject,
             .on_irregular = OnIrregular::reject};
  EXPECT_EQ(refusal(missing), "missing_slices");
  EXPECT_EQ(refusal(uneven), "irregular_spacing");
  EXPECT_EQ(refusal(along({0, 2, 4, 6}, 0, -0.2)), "gantry_tilt");
  EXPECT_EQ(refusal(along({0, 2, 4, 6}, 0.2)), "gantry_tilt");
  options = {.strict = true};
  EXPECT_EQ(refusal(missing), "missing_slices");
  EXPECT_EQ(refusal(uneven), "irregular_spacing");
}

TEST_F(PlaceSlices, WidensTheGridOnTheSideThatSlicesDriftTo) {
  ASSERT_FALSE(place(along({0, 2, 4, 6}, 0, -0.3)));  // up to 1.8 mm: 2.25 rows
  EXPECT_THAT(stack.grid.size, ElementsAre(12U, 13U, 4U));
  EXPECT_THAT(stack.grid.origin, ElementsAre(0, DoubleNear(-2.4, 1e-9), 30));
  EXPECT_NEAR(stack.recipes[0].shift[1], 3, 1e-9);
  EXPECT_NEAR(stack.recipes[3].shift[1], 3 - 1.8 / 0.8, 1e-9);
  ASSERT_FALSE(place(along({0, 2, 4, 6}, 0.3)));
  EXPECT_THAT(stack.grid.size, ElementsAre(15U, 10U, 4U));
  EXPECT_THAT(stack.grid.origin, ElementsAre(0, 0, 30));
  EXPECT_NEAR(stack.recipes[3].shift[0], 1.8 / 0.7, 1e-9);
  EXPECT_LT(stack.max_corner_error_mm, 1e-9);
}

TEST_F(PlaceSlices, LeavesADriftThatIsNone) {
  const double tangent = std::tan(0.04 * std::numbers::pi / 180);
  ASSERT_FALSE(place(along({0, 20, 40, 60}, tangent)));
  EXPECT_THAT(stack.recipes, IsEmpty());
  EXPECT_EQ(stack.verdict, Verdict::warn);
}

TEST_F(PlaceSlices, RectifiesEvenASmallShearWhereItsSlicesWouldLieWrong) {
  std::vector<double> z;
  for (int k = 0; k < 400; ++k) z.push_back(k);
  ASSERT_FALSE(place(along(z, std::tan(0.04 * std::numbers::pi / 180))));
  EXPECT_THAT(stack.flags, ElementsAre("tilt_rectified"));
}

TEST_F(PlaceSlices, RefusesSlicesOnNoStraightLineAndDriftsFarBeyondAGantrys) {
  auto bent = along({0, 2, 4, 6, 8});
  bent[2][1] += 1;
  EXPECT_EQ(refusal(bent), "geometry_inconsistent");
  auto bent_and_tilted = along({0, 2, 4, 6, 8}, 0, 0.3);
  bent_and_tilted[2][1] += 1;
  EXPECT_EQ(refusal(bent_and_tilted), "geometry_inconsistent");
  EXPECT_EQ(refusal(along({0, 1, 2, 3}, 0, 1e9)), "gantry_tilt");
  EXPECT_EQ(refusal(along({0, 1, 2, 3}, 50, 50)), "gantry_tilt");
}

TEST_F(PlaceSlices, NeverInterpolatesLabels) {
  header.sop_class_uid = "1.2.840.10008.5.1.4.1.1.66.4";
  ASSERT_FALSE(place(along({0, 2, 4, 20})));  // 7 of 11 are empty
  EXPECT_EQ(stack.grid.size[2], 11U);
  EXPECT_EQ(stack.verdict, Verdict::pass);
  EXPECT_THAT(stack.filled_slices, SizeIs(7));
  for (const auto k : stack.filled_slices) EXPECT_EQ(stack.recipes[k].lower, SliceRecipe::no_frame);
  EXPECT_EQ(refusal(along({0, 2, 4, 7})), "irregular_spacing");
  EXPECT_EQ(refusal(along({0, 2, 4, 6}, 0, 0.3)), "gantry_tilt");
  options.format_holds_shear = true;
  ASSERT_FALSE(place(along({0, 2, 4, 6}, 0, 0.3)));
  EXPECT_TRUE(stack.grid.is_sheared);
}

TEST_F(PlaceSlices, ShearsWithMissingSlicesToo) {
  options = {.on_tilt = OnTilt::affine, .format_holds_shear = true};
  ASSERT_FALSE(place(along({0, 2, 4, 8}, 0, 0.3)));
  EXPECT_TRUE(stack.grid.is_sheared);
  EXPECT_EQ(stack.grid.size[2], 5U);
  EXPECT_NEAR(stack.grid.spacing[2], 2 * std::hypot(1, 0.3), 1e-12);
  EXPECT_THAT(stack.flags, ElementsAre("missing_filled", "tilt_in_affine"));
  EXPECT_THAT(stack.filled_slices, ElementsAre(3U));
  EXPECT_LT(stack.max_corner_error_mm, 1e-9);
}

TEST_F(PlaceSlices, GivesLabelsTheDeclaredStepAndZerosWhereTheyAreLeftOut) {
  header.sop_class_uid = "1.2.840.10008.5.1.4.1.1.66.4";
  header.slice_thickness = 1.5;
  ASSERT_FALSE(place(along({0, 1.5, 240, 241.5})));
  EXPECT_EQ(stack.grid.size[2], 162U);
  EXPECT_EQ(stack.verdict, Verdict::pass);
  ASSERT_FALSE(place(along({3, 30, 63})));
  EXPECT_EQ(stack.grid.spacing[2], 1.5);
  EXPECT_EQ(stack.grid.size[2], 41U);
  EXPECT_EQ(refusal(along({0, 1.5, 1.5 * 5000})), "missing_slices");
  header.referenced_instances = 6000;
  EXPECT_EQ(refusal(along({0, 1.5, 1.5 * 5000})), "");
  header.referenced_instances = 100;
  EXPECT_EQ(refusal(along({0, 1.5, 240, 241.5})), "missing_slices");
}

TEST_F(PlaceSlices, TakesTheThicknessOfLabelsThatTheirGapsDoNotTell) {
  header.sop_class_uid = "1.2.840.10008.5.1.4.1.1.66.4";
  header.slice_thickness = 1.5;
  ASSERT_FALSE(place(along({0, 3})));
  EXPECT_EQ(stack.grid.size[2], 3U);
  EXPECT_THAT(stack.filled_slices, ElementsAre(1U));
  ASSERT_FALSE(place(along({0, 3, 6})));  // even: nothing is left out
  EXPECT_EQ(stack.grid.size[2], 3U);
  EXPECT_THAT(stack.recipes, IsEmpty());
  header.slice_thickness = 0.5;
  ASSERT_FALSE(place(along({0, 0.5, 2})));
  EXPECT_EQ(stack.grid.size[2], 5U);
}

TEST_F(PlaceSlices, GivesLabelsNoMoreSlicesThanTheirSeriesHas) {
  header.sop_class_uid = "1.2.840.10008.5.1.4.1.1.66.4";
  header.slice_thickness = 1.5;
  const auto labels = along({0, 3, 9});
  header.referenced_instances = 7;
  ASSERT_FALSE(place(labels));
  EXPECT_EQ(stack.grid.spacing[2], 1.5);
  header.referenced_instances = 6;
  ASSERT_FALSE(place(labels));
  EXPECT_EQ(stack.grid.spacing[2], 3);
  EXPECT_EQ(stack.grid.size[2], 4U);
  header.referenced_instances = 3;  // those with labels alone: no number of slices
  ASSERT_FALSE(place(labels));
  EXPECT_EQ(stack.grid.size[2], 7U);
  header.referenced_instances = 0;
  EXPECT_EQ(refusal(along({0, 1.5, 1.5 * 4095})), "");
  EXPECT_EQ(refusal(along({0, 1.5, 1.5 * 4096})), "missing_slices");
}

}  // namespace
}  // namespace dcmflow
