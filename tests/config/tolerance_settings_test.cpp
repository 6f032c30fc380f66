#include "config/tolerance_settings.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

TEST(ToleranceSettings, AreTheDefaultsWhenNothingIsSaid) {
  EXPECT_EQ(*read_tolerances(std::nullopt), Tolerances{});
}

TEST(ToleranceSettings, ChangeOnlyWhatIsNamed) {
  Tolerances expected;
  expected.shear_deg = 0.5;
  expected.corner_fail_mm = 1e-2;
  EXPECT_EQ(*read_tolerances("shear_deg=0.5,corner_fail_mm=1e-2"), expected);
}

TEST(ToleranceSettings, HaveEveryMemberInTheTable) {
  EXPECT_EQ(tolerance_rows.size(), sizeof(Tolerances) / sizeof(double));
  for (const ToleranceRow& row : tolerance_rows) {
    EXPECT_GT(Tolerances{}.*row.value, 0) << row.name;
    EXPECT_LT(Tolerances{}.*row.value, row.greatest) << row.name;
  }
}

TEST(ToleranceSettings, RefuseWhatMakesNoSense) {
  for (const char* text : {"", "shear", "shear_deg", "shear_deg=", "shear_deg=x", "shear_deg=1x",
                           "shear_deg=-1", "shear_deg=nan", "shear_deg=inf", "shear_deg=46",
                           "shear_deg=1,", "shear_deg=1,shear_deg=2", "Shear_deg=1"}) {
    const auto read = read_tolerances(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.problem().reason, Reason::bad_settings) << text;
    EXPECT_EQ(read.problem().subject, "--tolerances") << text;
    EXPECT_THAT(read.problem().detail, testing::HasSubstr("expected ")) << text;
  }
}

TEST(ToleranceSettings, AreToldByTheShortestNumber) {
  const auto words = tolerance_words({});
  EXPECT_THAT(words, testing::Contains(std::pair<std::string, std::string>("shear_deg", "0.05")));
  EXPECT_THAT(words,
              testing::Contains(std::pair<std::string, std::string>("corner_warn_mm", "0.01")));
}

}  // namespace
}  // namespace dcmflow
