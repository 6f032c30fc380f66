#include "stages/geometry/time_step.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace dcmflow {
namespace {

double step_of(const std::vector<std::optional<double>>& times) {
  Stack stack;
  for (const auto& time : times) {
    stack.volume_keys.emplace_back();
    stack.volume_keys.back().time = time;
  }
  return time_step(stack);
}

TEST(TimeStep, IsWhatVolumesAreApart) {
  EXPECT_DOUBLE_EQ(step_of({1, 3, 5}), 2);
  // Clocks count hundredths of a second.
  EXPECT_DOUBLE_EQ(step_of({0, 2.09, 4}), 2);
}

TEST(TimeStep, IsNoneWhereTheyAreUneven) {
  EXPECT_EQ(step_of({0, 2.2, 4}), 0);
  EXPECT_EQ(step_of({0, 1, 4}), 0);
}

TEST(TimeStep, IsNoneWhereTimesAreNotTold) {
  EXPECT_EQ(step_of({}), 0);
  EXPECT_EQ(step_of({3}), 0);
  EXPECT_EQ(step_of({0, std::nullopt, 4}), 0);
  EXPECT_EQ(step_of({std::nullopt, 2, 4}), 0);
}

TEST(TimeStep, IsNoneWhereTimeStandsStillOrGoesBack) {
  EXPECT_EQ(step_of({2, 2, 2}), 0);
  EXPECT_EQ(step_of({4, 2, 0}), 0);
}

}  // namespace
}  // namespace dcmflow
