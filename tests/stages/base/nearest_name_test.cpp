#include "stages/base/nearest_name.h"

#include <gtest/gtest.h>

#include <array>

namespace dcmflow {
namespace {

TEST(NearestName, CountsASwapOfNeighboursAsOneEdit) {
  EXPECT_EQ(edit_distance("Modality", "Modality"), 0U);
  EXPECT_EQ(edit_distance("Modlaity", "Modality"), 1U);
  EXPECT_EQ(edit_distance("Modalty", "MODALITY"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(NearestName, TakesTheNearestAndThenTheFirstInTheAlphabet) {
  NearestName nearest("SliceThicknes");
  for (const char* name : {"SliceLocation", "SliceThickness", "Rows"}) nearest.offer(name);
  EXPECT_EQ(nearest.best(), "SliceThickness");

  NearestName tie("bat");
  for (const char* name : {"hat", "cat", "rat"}) tie.offer(name);
  EXPECT_EQ(tie.best(), "cat");
}

TEST(NearestName, OffersNothingThatIsFarAway) {
  NearestName nearest("Flavour");
  for (const char* name : {"Modality", "Rows", "PatientID"}) nearest.offer(name);
  EXPECT_EQ(nearest.best(), std::nullopt);
}

TEST(NearestName, SaysWhichNameWasMeantOrNamesThemAll) {
  constexpr std::array<std::string_view, 2> names{"limit", "per"};
  EXPECT_EQ(what_is_known("limt", names), "did you mean \"limit\"?");
  EXPECT_EQ(what_is_known("wibble", names), "expected one of limit per");
}

TEST(NearestName, DoesNotCompareHugeNames) {
  const std::string huge(1'000'000, 'x');
  NearestName nearest(huge);
  nearest.offer(huge);
  EXPECT_EQ(nearest.best(), std::nullopt);
}

}  // namespace
}  // namespace dcmflow
