#include "stages/sorting/contrast_equality.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dcmflow {
namespace {

// A row of the table that is compared so.
const ContrastAttribute& row_of(Equality equality) {
  const auto rows = contrast_attributes();
  const auto found = std::ranges::find(rows, equality, &ContrastAttribute::equality);
  EXPECT_NE(found, rows.end());
  return *found;
}

TEST(ValueText, IsAllThatAValueHas) {
  EXPECT_EQ(value_text(row_of(Equality::text), {.text = "T1"}), "T1");
  EXPECT_EQ(value_text(row_of(Equality::number), {.numbers = {4.5}}), "4.5");
  EXPECT_EQ(value_text(row_of(Equality::direction), {.numbers = {1000, 0, 0, -1}}),
            "1000\\0\\0\\-1");
  EXPECT_EQ(value_text(row_of(Equality::direction), {.numbers = {0}}), "0");
}

TEST(IsEqual, NeedsStrengthAndDirection) {
  const auto& row = row_of(Equality::direction);
  const ContrastValue along{.numbers = {1000, 0, 0, 1}};
  EXPECT_TRUE(is_equal(row, along, {.numbers = {1000, 0, 1e-9, 1}}));
  EXPECT_FALSE(is_equal(row, along, {.numbers = {1000, 0, 0, -1}}));
  EXPECT_FALSE(is_equal(row, along, {.numbers = {1000, 0, 1, 0}}));
  EXPECT_FALSE(is_equal(row, along, {.numbers = {2000, 0, 0, 1}}));
}

}  // namespace
}  // namespace dcmflow
