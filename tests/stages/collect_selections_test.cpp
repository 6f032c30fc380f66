#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/stages/selection_scene.h"

namespace dcmflow {
namespace {

// The series of a selection, by their places.
std::vector<std::size_t> series_of(const SelectedSeries& selection) {
  std::vector<std::size_t> series;
  for (const SelectedImage& image : selection.images) series.push_back(image.series);
  return series;
}

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(CollectSelections, EmptyRulesNameEveryConvertedSeriesByItsUid) {
  Scene scene("{}");
  scene.add(Attributes{});
  scene.add(Attributes{}).refuse();
  scene.add(Attributes{});
  const auto selected = scene.collect();
  ASSERT_THAT(selected, SizeIs(2));
  EXPECT_EQ(selected[0].name, "1.2.1");
  EXPECT_THAT(series_of(selected[0]), ElementsAre(0));
  EXPECT_EQ(selected[1].name, "1.2.3");
  EXPECT_THAT(series_of(selected[1]), ElementsAre(2));
}

TEST(CollectSelections, KeepsAllConvertedMatchesInTheirOrder) {
  Scene scene(
      R"({"selections": [{"name": "CT", "conditions": {"Modality": "CT"}}, {"name": "PT", "conditions": {"Modality": "PT"}}]})");
  scene.add({{"Modality", "CT"}});
  scene.add({{"Modality", "MR"}});
  scene.add({{"Modality", "CT"}}).refuse();
  scene.add({{"Modality", "CT"}});
  const auto selected = scene.collect();
  ASSERT_THAT(selected, SizeIs(1));
  EXPECT_EQ(selected[0].name, "CT");
  EXPECT_THAT(series_of(selected[0]), ElementsAre(0, 3));
  EXPECT_EQ(selected[0].unmet, std::nullopt);
}

TEST(CollectSelections, JoinsSelectionsOfOneName) {
  Scene scene(
      R"({"selections": [{"name": "A", "conditions": {"Modality": "MR"}}, {"name": " A ", "conditions": {"Rows": [1, ">"]}}]})");
  scene.add({{"Modality", "CT"}, {"Rows", "2"}});
  scene.add({{"Modality", "MR"}, {"Rows", "2"}});
  const auto selected = scene.collect();
  ASSERT_THAT(selected, SizeIs(1));
  EXPECT_THAT(series_of(selected[0]), ElementsAre(1, 0));
}

TEST(CollectSelections, ABlankNameIsTheSeriesUid) {
  Scene scene(R"({"selections": [{"name": " ", "conditions": {"Modality": "CT"}}]})");
  scene.add({{"Modality", "CT"}});
  scene.add({{"Modality", "CT"}});
  const auto selected = scene.collect();
  ASSERT_THAT(selected, SizeIs(2));
  EXPECT_EQ(selected[0].name, "1.2.1");
  EXPECT_EQ(selected[1].name, "1.2.2");
}

TEST(CollectSelections, OrdersNumbersThenTextsThenMissing) {
  const std::string conditions = R"({"Modality": "CT"})";
  for (const auto& [order, expected] :
       std::initializer_list<std::pair<const char*, std::vector<std::size_t>>>{
           {R"("order_by": "SeriesNumber", )", {3, 0, 4, 1, 2}},
           {R"("order_by": "-SeriesNumber", )", {0, 4, 3, 1, 2}},
           {R"("order_by": ["SeriesNumber", "-SliceCount"], )", {3, 4, 0, 1, 2}},
           {"", {0, 1, 2, 3, 4}}}) {
    Scene scene(one_selection(conditions, order));
    scene.add({{"Modality", "CT"}, {"SeriesNumber", "10"}}).set("SliceCount", {"5"});
    scene.add({{"Modality", "CT"}, {"SeriesNumber", "odd"}}).set("SliceCount", {"6"});
    scene.add({{"Modality", "CT"}}).set("SliceCount", {"7"});
    scene.add({{"Modality", "CT"}, {"SeriesNumber", "9"}}).set("SliceCount", {"8"});
    scene.add({{"Modality", "CT"}, {"SeriesNumber", "10"}}).set("SliceCount", {"9"});
    EXPECT_EQ(series_of(scene.collect().at(0)), expected) << order;
  }
}

// Two studies: three series in the first, one in the second.
Scene two_studies(const std::string& more) {
  Scene scene(one_selection(R"({"Modality": "CT"})", "\"order_by\": \"-SliceCount\", " + more));
  scene.add({{"Modality", "CT"}}, "1.2").set("SliceCount", {"10"});
  scene.add({{"Modality", "CT"}}, "1.2").set("SliceCount", {"30"});
  scene.add({{"Modality", "CT"}}, "1.3").set("SliceCount", {"20"});
  scene.add({{"Modality", "CT"}}, "1.2").set("SliceCount", {"25"});
  scene.add({{"Modality", "MR"}}, "1.3").set("SliceCount", {"99"});
  return scene;
}

TEST(CollectSelections, LimitsWithinEachStudyOrOverall) {
  EXPECT_THAT(series_of(two_studies("\"limit\": 1, ").collect().at(0)), ElementsAre(1, 2));
  EXPECT_THAT(series_of(two_studies("\"limit\": 2, \"per\": \"study\", ").collect().at(0)),
              ElementsAre(1, 3, 2));
  EXPECT_THAT(series_of(two_studies("\"limit\": 2, \"per\": \"all\", ").collect().at(0)),
              ElementsAre(1, 3));
}

TEST(CollectSelections, TellsWhatIsNotMet) {
  EXPECT_EQ(two_studies("\"min\": 2, ").collect().at(0).unmet,
            "1 series match in the study 1.3, expected at least 2");
  EXPECT_EQ(two_studies("\"max\": 2, \"limit\": 1, ").collect().at(0).unmet,
            "3 series match in the study 1.2, expected at most 2");
  EXPECT_EQ(two_studies("\"min\": 5, \"per\": \"all\", ").collect().at(0).unmet,
            "4 series match, expected at least 5");
  EXPECT_EQ(two_studies("\"min\": 4, \"max\": 4, \"per\": \"all\", ").collect().at(0).unmet,
            std::nullopt);
  EXPECT_EQ(two_studies("\"required\": true, ").collect().at(0).unmet, std::nullopt);
}

TEST(CollectSelections, ARequiredSelectionWithoutAMatchIsThereAndEmpty) {
  Scene scene(one_selection(R"({"Modality": "CT"})", "\"required\": true, "));
  scene.add({{"Modality", "CT"}}).refuse();
  const auto selected = scene.collect();
  ASSERT_THAT(selected, SizeIs(1));
  EXPECT_EQ(selected[0].name, "S");
  EXPECT_THAT(series_of(selected[0]), IsEmpty());
  EXPECT_EQ(selected[0].unmet, "required, and 0 series match");

  Scene nothing(one_selection(R"({"Modality": "CT"})", "\"min\": 1, \"required\": true, "));
  EXPECT_EQ(nothing.collect().at(0).unmet, "required, and 0 series match");
}

using Images = std::vector<SelectedImage>;

TEST(CollectSelections, DeliversTheImageThatARuleFits) {
  Scene scene(
      R"({"selections": [{"name": "early", "conditions": {"EchoTime": [4, 6]}},
                         {"name": "late", "conditions": {"EchoTime": [7, 9]}},
                         {"name": "any", "conditions": {"Modality": "MR"}},
                         {"name": "each", "conditions": {"Modality": "MR"}, "every_image": true}]})");
  scene.add({{"Modality", "MR"}, {"EchoTime", "7.4"}});
  scene.add_further({{"Modality", "MR"}, {"EchoTime", "4.9"}}, "echo1");
  const auto selected = scene.collect();
  ASSERT_THAT(selected, SizeIs(4));
  EXPECT_EQ(selected[0].images, (Images{{0, 1}}));
  EXPECT_EQ(selected[1].images, (Images{{0, 0}}));
  EXPECT_EQ(selected[2].images, (Images{{0, 0}}));
  EXPECT_EQ(selected[3].images, (Images{{0, 0}, {0, 1}}));
}

TEST(CollectSelections, TakesTheNextImageWhereTheMainOneWasNotWritten) {
  Scene scene(one_selection(R"({"Modality": "MR"})"));
  scene.add({{"Modality", "MR"}}).refuse();
  scene.add_further({{"Modality", "MR"}}, "echo2");
  EXPECT_EQ(scene.collect().at(0).images, (Images{{0, 1}}));
}

// They would be made if a selection kept them: --images selected.
TEST(CollectSelections, CountsWhatIsLeftOutAmongWhatItCouldKeep) {
  Scene scene(one_selection(R"({"Modality": "MR"})", "\"skip\": 1, \"limit\": 1, \"min\": 3, "));
  for (int i = 0; i < 3; ++i) scene.add({{"Modality", "MR"}});
  auto candidates = scene.candidates();
  for (const std::size_t i : {0, 2}) {
    candidates[i][0].facts.converted = false;
    candidates[i][0].left_out = true;
  }
  const auto selected = collect_selections(candidates, scene.rules());
  EXPECT_THAT(series_of(selected.selections.at(0)), ElementsAre(1));
  EXPECT_EQ(selected.selections[0].unmet, std::nullopt);
  EXPECT_EQ(selected.counts[0].beyond, 2U);
  EXPECT_THAT(selected.counts[0].refused, IsEmpty());
}

TEST(CollectSelections, SkipsFromTheBeginningOrAllButTheLast) {
  EXPECT_THAT(series_of(two_studies("\"skip\": 1, \"limit\": 1, ").collect().at(0)),
              ElementsAre(3));
  EXPECT_THAT(series_of(two_studies("\"skip\": -1, ").collect().at(0)), ElementsAre(0, 2));
  EXPECT_THAT(two_studies("\"skip\": 9, ").collect(), IsEmpty());
  EXPECT_THAT(series_of(two_studies("\"skip\": -9, ").collect().at(0)), ElementsAre(1, 3, 0, 2));
}

TEST(CollectSelections, CountsWithinAPatient) {
  Scene scene(one_selection(R"({"Modality": "CT"})", "\"per\": \"patient\", \"limit\": 1, "));
  scene.add({{"Modality", "CT"}, {"PatientID", "A"}}, "1.2");
  scene.add({{"Modality", "CT"}, {"PatientID", "A"}}, "1.3");
  scene.add({{"Modality", "CT"}, {"PatientID", "B"}}, "1.4");
  scene.add({{"Modality", "CT"}}, "1.5");
  scene.add({{"Modality", "CT"}}, "1.6");
  EXPECT_THAT(series_of(scene.collect().at(0)), ElementsAre(0, 2, 3, 4));
}

TEST(CollectSelections, KeepsWhatSharesAValueWithAnotherSelection) {
  Scene scene(
      R"({"selections": [
        {"name": "ADC", "conditions": {"SeriesDescription": "adc"}, "same": {"FrameOfReferenceUID": "T2"}},
        {"name": "T2", "conditions": {"SeriesDescription": "t2"}, "order_by": "SeriesNumber", "limit": 1}]})");
  scene.add({{"SeriesDescription", "ADC"}, {"FrameOfReferenceUID", "1.9"}});
  scene.add({{"SeriesDescription", "ADC"}, {"FrameOfReferenceUID", "1.8"}});
  scene.add({{"SeriesDescription", "ADC"}});
  scene.add({{"SeriesDescription", "T2"}, {"SeriesNumber", "4"}, {"FrameOfReferenceUID", "1.8"}});
  scene.add({{"SeriesDescription", "T2"}, {"SeriesNumber", "9"}, {"FrameOfReferenceUID", "1.9"}});
  const auto selected = scene.collect();
  ASSERT_THAT(selected, SizeIs(2));
  EXPECT_EQ(selected[0].name, "ADC");
  EXPECT_THAT(series_of(selected[0]), ElementsAre(1));
  EXPECT_THAT(series_of(selected[1]), ElementsAre(3));
}

}  // namespace
}  // namespace dcmflow
