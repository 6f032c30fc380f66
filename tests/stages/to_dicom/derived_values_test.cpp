// Colours, UIDs and stored values: what an object says in numbers.

#include <gmock/gmock.h>

#include <set>

#include "stages/to_dicom/cielab.h"
#include "stages/to_dicom/new_uid.h"
#include "stages/to_dicom/write_derived_image.h"

namespace dcmflow {
namespace {

TEST(Cielab, WhiteAndBlackHaveNoColour) {
  const auto white = cielab({255, 255, 255});
  EXPECT_EQ(white[0], 65535);
  const auto black = cielab({0, 0, 0});
  EXPECT_EQ(black[0], 0);
  for (const auto& colour : {white, black})
    for (const auto part : {colour[1], colour[2]}) EXPECT_NEAR(part, 128 * 257, 8);
}

// L* 54.29, a* 80.80, b* 69.89 by the ICC's white.
TEST(Cielab, RedIsRed) {
  const auto red = cielab({255, 0, 0});
  EXPECT_NEAR(red[0] * 100.0 / 65535, 54.29, 0.02);
  EXPECT_NEAR(red[1] * 255.0 / 65535 - 128, 80.80, 0.05);
  EXPECT_NEAR(red[2] * 255.0 / 65535 - 128, 69.89, 0.05);
}

TEST(NewUid, IsAUidThatNobodyHas) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const auto uid = new_uid();
    EXPECT_THAT(uid, testing::MatchesRegex("2\\.25\\.[1-9][0-9]*"));
    EXPECT_LE(uid.size(), 44U);
    EXPECT_TRUE(seen.insert(uid).second);
  }
}

StoredValues stored(std::vector<float> values) { return choose_stored_values(values); }

TEST(StoredValues, WholeNumbersStandAsTheyAre) {
  EXPECT_TRUE(stored({-32768, 32767}).is_signed);
  EXPECT_EQ(stored({-32768, 32767}).slope, 1);
  EXPECT_FALSE(stored({0, 65535}).is_signed);
  EXPECT_EQ(stored({0, 65535}).slope, 1);
  EXPECT_EQ(stored({0, 65535}).largest_error, 0);
  EXPECT_EQ(stored({0}).slope, 1);
}

TEST(StoredValues, OthersTakeASlope) {
  const auto fractions = stored({-1, 0, 0.3F, 1});
  EXPECT_TRUE(fractions.is_signed);
  EXPECT_NEAR(fractions.slope, 1.0 / 32767, 1e-12);
  EXPECT_LE(fractions.largest_error, fractions.slope * 0.5 + 1e-12);
  EXPECT_GT(fractions.largest_error, 0);
  EXPECT_NEAR(stored({-1, 65535}).slope, 65535.0 / 32767, 1e-6);
  EXPECT_NEAR(stored({1e-30F, -3e-30F}).slope, 3e-30 / 32767, 1e-38);
  EXPECT_NEAR(stored({3e38F, 0}).slope, 3e38 / 32767, 1e28);
}

}  // namespace
}  // namespace dcmflow
