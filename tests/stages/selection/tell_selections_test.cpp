#include "stages/selection/tell_selections.h"

#include <gmock/gmock.h>

#include "tests/stages/selection_scene.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;

// Each line, with '!' before a warning.
std::vector<std::string> told(const Scene& scene,
                              const std::vector<std::string_view>& refusals = {}) {
  const auto candidates = scene.candidates();
  std::vector<std::string> lines;
  for (const auto& line : tell_selections(candidates, scene.rules(),
                                          collect_selections(candidates, scene.rules()), refusals))
    lines.push_back((line.is_warning ? "!" : "") + line.text);
  return lines;
}

TEST(TellSelections, CountsTheSeriesAndSaysWhyThereAreNone) {
  Scene scene(
      R"({"selections": [{"name": "ct", "conditions": {"Modality": "CT"}},
                         {"conditions": {"Modality": "MR"}},
                         {"name": "first", "conditions": {"Modality": "MR"}, "per": "all", "limit": 1},
                         {"name": "none", "conditions": {"Modality": "PT"}}]})");
  scene.add({{"Modality", "CT"}}).refuse();
  scene.add({{"Modality", "MR"}});
  scene.add({{"Modality", "MR"}});
  EXPECT_THAT(
      told(scene, {"no_geometry", "", ""}),
      ElementsAre("!selection \"ct\": 0 of 3 series (1 matched and was refused: no_geometry)",
                  "selection 2: 2 of 3 series",
                  "selection \"first\": 1 of 3 series (1 matched beyond skip and limit)",
                  "!selection \"none\": 0 of 3 series"));
}

TEST(TellSelections, SaysWhatIsNotOfTheSame) {
  Scene scene(
      R"({"selections": [{"name": "T2", "conditions": {"Modality": "MR"}},
        {"name": "CT", "conditions": {"Modality": "CT"}, "same": {"FrameOfReferenceUID": "T2"}}]})");
  scene.add({{"Modality", "CT"}, {"FrameOfReferenceUID", "1.9"}});
  EXPECT_THAT(told(scene).back(),
              "!selection \"CT\": 0 of 1 series (1 matched without the FrameOfReferenceUID of "
              "\"T2\")");
}

TEST(TellSelections, SaysWhatAnExpressionATextOrOneSliceDecided) {
  Scene scene(
      R"~({"selections": [{"name": "S", "conditions": {"EchoTime": [1, 9], "SliceThickness": 3},
                           "none_of": [{"SeriesDescription": "^(a+)+b"}]}]})~");
  const std::string slow(60, 'a');
  scene.add_instances({scene.instance({{"EchoTime", "5"}, {"SliceThickness", "thin"}}),
                       scene.instance({{"EchoTime", "7"}, {"SliceThickness", "thin"}})});
  scene.add({{"EchoTime", "5"}, {"SliceThickness", "3"}, {"SeriesDescription", slow}});
  const auto lines = told(scene);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "!selection \"S\": 0 of 2 series");
  EXPECT_THAT(lines[1], testing::HasSubstr("regular expression of SeriesDescription gave up"));
  EXPECT_THAT(lines[2], testing::HasSubstr("SliceThickness in 1 image is no number"));
}

TEST(TellSelections, CountsWhatEmptyRulesSelect) {
  Scene scene("");
  scene.add(Attributes{}).refuse();
  scene.add(Attributes{});
  EXPECT_THAT(told(scene), ElementsAre("every series is selected: 1 of 2 series became images"));
}

}  // namespace
}  // namespace dcmflow
