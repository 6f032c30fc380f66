#include <gmock/gmock.h>

#include <string>

#include "tests/stages/selection_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ExplainSelection, ExplainsTheFirstConditionThatFailed) {
  const SelectionMatch result =
      match(R"("Modality": "CT", "SliceThickness": [1,2], "ImageType": "X")",
            {{"Modality", "CT"}, {"SliceThickness", "3.0"}, {"ImageType", "A\\B"}});
  EXPECT_EQ(result.failed_key, "SliceThickness");
  EXPECT_EQ(result.expected, "[1, 2]");
  EXPECT_EQ(result.seen, "3.0");
  const SelectionMatch all = match(R"("Modality": "CT")", {{"Modality", "CT"}});
  EXPECT_TRUE(all.matched);
  EXPECT_EQ(all.failed_key + all.expected + all.seen, "");
}

TEST(ExplainSelection, CutsALongValueBetweenCharacters) {
  std::string text = "x";
  for (int i = 0; i < 1000; ++i) text += "ä";
  const std::string seen =
      match(R"("SeriesDescription": "T1")", {{"SeriesDescription", text}}).seen;
  EXPECT_EQ(seen.size(), 255U + 3U);
  EXPECT_THAT(seen, testing::EndsWith("ä..."));
}

TEST(ExplainSelection, ARegexThatGivesUpIsNoMatchHoweverItIsTurned) {
  const Attributes value{{"SeriesDescription", std::string(64, 'a') + "!"}};
  for (const char* condition :
       {R"~("SeriesDescription": "^(a+)+$")~", R"~("SeriesDescription": {"not": "^(a+)+$"})~",
        R"~("SeriesDescription": {"regex": "^(a+)+$", "missing": "match"})~",
        R"~("SeriesDescription": {"none": [{"regex": "^(a+)+$"}]})~"}) {
    const SelectionMatch result = match(condition, value);
    EXPECT_FALSE(result.matched) << condition;
    EXPECT_THAT(result.seen, HasSubstr("the regex gave up")) << condition;
  }
  const std::string none_of = R"~("none_of": [{"SeriesDescription": "^(a+)+$"}], )~";
  EXPECT_THAT(match("", value, none_of).seen,
              AllOf(HasSubstr("group 1 of 1"), HasSubstr("gave up")));
}

TEST(ExplainSelection, AnyOfNeedsOneGroupAndNoneOfForbidsAll) {
  const std::string groups = R"("any_of": [{"Modality": "CT", "Rows": 512}, {"Modality": "MR"}],
                                "none_of": [{"SeriesDescription": "scout"}, {"ImageType": ["LOCALIZER"]}], )";
  EXPECT_TRUE(match("", {{"Modality", "CT"}, {"Rows", "512"}}, groups).matched);
  EXPECT_TRUE(match("", {{"Modality", "MR"}}, groups).matched);

  const SelectionMatch neither = match("", {{"Modality", "CT"}, {"Rows", "256"}}, groups);
  EXPECT_EQ(neither.failed_key, "any_of");
  EXPECT_EQ(neither.expected, "one of 2 groups");
  EXPECT_EQ(neither.seen, "Rows: 256; Modality: CT");

  const SelectionMatch scout =
      match("", {{"Modality", "MR"}, {"SeriesDescription", "Scout 3 plane"}}, groups);
  EXPECT_EQ(scout.failed_key, "none_of");
  EXPECT_EQ(scout.seen, "group 1 of 2 matches");
}

}  // namespace
}  // namespace dcmflow
