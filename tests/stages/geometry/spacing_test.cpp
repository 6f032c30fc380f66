#include "stages/geometry/spacing.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

SpacingKind kind_of(std::vector<double> positions) {
  return measure_spacing(positions, Tolerances{}).kind;
}

TEST(MeasureSpacing, CallsEvenGapsRegularAndSmallNoiseToo) {
  EXPECT_EQ(kind_of({0, 2.5, 5, 7.5}), SpacingKind::regular);
  EXPECT_EQ(kind_of({0, 2.51, 5, 7.5}), SpacingKind::regular);
  EXPECT_EQ(kind_of({0, 0.005, 0.010, 0.015}), SpacingKind::regular);  // micro-CT
}

TEST(MeasureSpacing, AcceptsJitterBetweenTheTwoTolerances) {
  EXPECT_EQ(kind_of({0, 2.5, 5.09, 7.5}), SpacingKind::jitter);
  EXPECT_EQ(kind_of({0, 10, 20.4, 30}), SpacingKind::jitter);
}

TEST(MeasureSpacing, CountsMissingSlices) {
  const std::vector<double> positions{0, 2.5, 7.5, 10, 12.5, 20};
  const auto spacing = measure_spacing(positions, Tolerances{});
  EXPECT_EQ(spacing.kind, SpacingKind::missing);
  EXPECT_EQ(spacing.missing, 3u);
  EXPECT_EQ(spacing.median_gap, 2.5);
  EXPECT_EQ(spacing.worst_gap, 7.5);
}

TEST(MeasureSpacing, CallsOtherGapsIrregular) {
  EXPECT_EQ(kind_of({0, 1, 2, 3, 5.5, 8}), SpacingKind::irregular);
  EXPECT_EQ(kind_of({0, 2.5, 5, 6.2}), SpacingKind::irregular);
}

TEST(MissingOfWholeSteps, TakesJitterByTheStepOrByMillimetres) {
  const auto missing = [](double step, double off) {
    return missing_of_whole_steps(std::vector<double>{0, step + off, 2 * step, 4 * step}, step,
                                  Tolerances{});
  };
  const Tolerances limits;
  const double coarse = 2 * limits.spacing_jitter_mm / limits.spacing_jitter;
  EXPECT_EQ(missing(coarse, 0.9 * limits.spacing_jitter * coarse), 1U);
  EXPECT_EQ(missing(coarse, 1.1 * limits.spacing_jitter * coarse), std::nullopt);
  const double fine = 0.5 * limits.spacing_jitter_mm / limits.spacing_jitter;
  EXPECT_EQ(missing(fine, 0.9 * limits.spacing_jitter_mm), 1U);
  EXPECT_EQ(missing(fine, 1.1 * limits.spacing_jitter_mm), std::nullopt);
}

TEST(MeasureSpacing, HasNothingToMeasureOnOneSlice) {
  EXPECT_EQ(kind_of({3}), SpacingKind::single);
}

TEST(MeasureSpacing, TakesTheFineStepWhereFineSlicesLieBetweenCoarseOnes) {
  std::vector<double> positions{0, 5, 10};
  for (int k = 11; k <= 20; ++k) positions.push_back(k);
  positions.push_back(25);
  const auto spacing = measure_spacing(positions, Tolerances{});
  EXPECT_EQ(spacing.kind, SpacingKind::missing);
  EXPECT_EQ(spacing.step, 1);
  EXPECT_EQ(spacing.missing, 12u);              // and 14 slices
  positions.insert(positions.end(), {30, 35});  // 20 and 16

  EXPECT_EQ(measure_spacing(positions, Tolerances{}).kind, SpacingKind::irregular);
}

TEST(MeasureSpacing, CountsWhatIsMissingInIrregularGapsByTheNearestWholeNumber) {
  const std::vector<double> positions{0, 2, 4, 6, 11.2, 14.4};
  const auto spacing = measure_spacing(positions, Tolerances{});
  EXPECT_EQ(spacing.kind, SpacingKind::irregular);
  EXPECT_EQ(spacing.missing, 3u);  // 2.6 and 1.6 gaps
}

}  // namespace
}  // namespace dcmflow
