// Selection rules from end to end.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SelectionOfSeries : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.modality = "CT",
                          .series_uid = "1.2.3.1",
                          .series_description = "Abdomen AX",
                          .slices = 3},
                         input);
    PhantomSeries mr{.modality = "MR", .series_uid = "1.2.3.2", .series_description = "T1 cor"};
    mr.row = {1, 0, 0};
    mr.column = {0, 0, -1};
    write_phantom_series(mr, input);
    write_phantom_series({.modality = "PT",
                          .study_uid = "1.2.4",
                          .series_uid = "1.2.4.1",
                          .series_description = "Whole body"},
                         input);
  }
  std::string rules_file(const std::string& text) const {
    write_bytes(folder / "rules.json", text);
    return folder / "rules.json";
  }
  // The series that one selection of these conditions keeps: the ends of their UIDs.
  std::string kept_by(const std::string& conditions) {
    const auto rules = R"({"selections": [{"name": "S", "conditions": )" + conditions + "}]}";
    const ProgramRun run = convert({"--rules", rules_file(rules)});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    std::string uids;
    const Json selected = json("selected-images.json");
    if (!selected.contains("S")) return "none";
    for (const auto& [uid, image] : selected["S"].items()) {
      EXPECT_EQ(image, uid + ".mhd");
      uids += (uids.empty() ? "" : " ") + uid.substr(uid.size() - 3);
    }
    return uids;
  }
};

TEST_F(SelectionOfSeries, OldRulesKeepTheirMeaning) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"Modality": "ct"})", "3.1"},
      {R"({"Modality": "(?i)^MR"})", "3.2"},
      {R"r({"SeriesDescription": "(.*?)"})r", "3.1 3.2 4.1"},
      {R"r({"SeriesDescription": "(?i)^(?!.*(cor|sag)).*$"})r", "3.1 4.1"},
      {R"({"SeriesDescription": "BODY"})", "4.1"},
      {R"({"Modality": "", "SeriesDescription": null, "ImageType": [], "StudyID": "x"})", "none"},
      {R"({"Modality": "", "SeriesDescription": "T1"})", "3.2"},
      {R"({"ImageType": ["PRIMARY", "!M"]})", "3.1 4.1"},
      {R"({"ImageType": ["primary", "nd"]})", "3.2"},
      {R"({"ImageType": "ORIG"})", "3.1 3.2 4.1"},
      {R"({"EchoTime": 3.2})", "3.2"},
      {R"({"EchoTime": [3, 5]})", "3.2"},
      {R"({"RepetitionTime": [2, ">"]})", "3.2"},
      {R"({"RepetitionTime": [8.1, "!="]})", "none"},
      {R"({"EchoTime": "3\\.\\d"})", "3.2"},
      {R"({"BodyPartExamined": "any"})", "none"},
      {R"({"ImageOrientationPatient": "Axial"})", "3.1 4.1"},
      {R"({"ImageOrientationPatient": "Coronal"})", "3.2"}};
  for (const auto& [conditions, expected] : cases)
    EXPECT_EQ(kept_by(conditions), expected) << conditions;
}

TEST_F(SelectionOfSeries, NewFormsWork) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"Modality": ["CT", "PT"]})", "3.1 4.1"},
      {R"({"Modality": {"not": "CT"}})", "3.2 4.1"},
      {R"({"EchoTime": {"exists": false}})", "3.1 4.1"},
      {R"({"EchoTime": {"near": [3, 0.25]}})", "3.2"},
      {R"({"SliceCount": {"lt": 5}})", "3.1"},
      {R"r({"(0008,0060)": "CT"})r", "3.1"},
      {R"({"00080060": "MR", "Plane": "Coronal"})", "3.2"}};
  for (const auto& [conditions, expected] : cases)
    EXPECT_EQ(kept_by(conditions), expected) << conditions;
}

TEST_F(SelectionOfSeries, BlankRulesSelectEverySeriesByItsUid) {
  const std::string expected =
      R"({"1.2.3.1":{"1.2.3.1":"1.2.3.1.mhd"},"1.2.3.2":{"1.2.3.2":"1.2.3.2.mhd"},)"
      R"("1.2.4.1":{"1.2.4.1":"1.2.4.1.mhd"}})";
  for (const std::string text : {"", " \n\t", "{}", "null", "\"\""}) {
    ASSERT_EQ(convert({"--rules", rules_file(text)}).exit_status, 0) << text;
    EXPECT_EQ(json("selected-images.json").dump(), expected) << text;
  }
}

// As it is in the operator's documentation, where the last brace is missing.
TEST_F(SelectionOfSeries, TheUnfinishedExampleNamesThePlaceAndWhatIsMissing) {
  const std::string example = R"r({
    "selections": [
        {
            "name": "CT Series 1",
            "conditions": {
                "StudyDescription": "(.*?)",
                    "Modality" : "(?i)CT", "SeriesDescription" : "(.*?)"
}
}
    ]
)r";
  const ProgramRun run = convert({"--rules", rules_file(example)});
  EXPECT_EQ(run.exit_status, 3);
  EXPECT_THAT(run.errors, AllOf(HasSubstr("line 1"), HasSubstr("column"), HasSubstr("}")));
  EXPECT_EQ(names_in(output).size(), 0U);
  ASSERT_EQ(convert({"--rules", rules_file(example + "}")}).exit_status, 0);
  EXPECT_EQ(json("selected-images.json").dump(), R"({"CT Series 1":{"1.2.3.1":"1.2.3.1.mhd"}})");
}

TEST_F(SelectionOfSeries, ABadRuleNamesSelectionKeyAndPlaceAndAnUnknownKeyWarns) {
  const ProgramRun bad = convert({"--rules", rules_file(R"({"selections": [
  {"name": "S", "conditions": {"EchoTime": [2, "=>"]}}]})")});
  EXPECT_EQ(bad.exit_status, 3);
  EXPECT_THAT(bad.errors, AllOf(HasSubstr("\"S\""), HasSubstr("\"EchoTime\""), HasSubstr("line 2"),
                                HasSubstr("column")));
  const ProgramRun unknown =
      convert({"--rules",
               rules_file(R"({"selections": [{"name": "S", "conditions": {"Modalty": "CT"}}]})")});
  EXPECT_EQ(unknown.exit_status, 0);
  EXPECT_THAT(unknown.errors, AllOf(HasSubstr("warning"), HasSubstr("Modality")));
}

TEST_F(SelectionOfSeries, OnlySelectedImagesAreWrittenWhenAskedFor) {
  const auto rules =
      rules_file(R"({"selections": [{"name": "S", "conditions": {"Modality": "MR"}}]})");
  ASSERT_EQ(convert({"--rules", rules, "--images", "selected"}).exit_status, 0);
  EXPECT_EQ(image_names(output), (std::vector<std::string>{"1.2.3.2.mhd", "1.2.3.2.raw"}));
  EXPECT_EQ(json("series-images.json").dump(), R"({"1.2.3.2":"1.2.3.2.mhd"})");
  EXPECT_EQ(json("selected-images.json").dump(), R"({"S":{"1.2.3.2":"1.2.3.2.mhd"}})");
  EXPECT_EQ(json("report.json")["counts"]["not_selected"], 3 + 8);
  EXPECT_EQ(json("dicom-metadata.json")["studies"].size(), 2U);
  expect_accounted(3 + 8 + 8);
  expect_valid_json(output);
}

TEST_F(SelectionOfSeries, ExplainTellsTheFirstConditionThatFailed) {
  const auto rules = rules_file(
      R"({"selections": [{"name": "S", "conditions": {"Modality": "MR", "EchoTime": [9, ">"]}}]})");
  ASSERT_EQ(convert({"--rules", rules, "--explain"}).exit_status, 0);
  const Json series = json("selection-report.json")["series"];
  ASSERT_EQ(series.size(), 3U);
  const Json ct = series[0]["images"][0];
  EXPECT_EQ(ct["selections"][0]["key"], "Modality");
  EXPECT_EQ(ct["selections"][0]["seen"], "CT");
  const Json mr = series[1]["images"][0];
  EXPECT_EQ(mr["selections"][0]["key"], "EchoTime");
  EXPECT_EQ(mr["selections"][0]["seen"], "3.2");
  EXPECT_EQ(mr["facts"]["Plane"], "Coronal");
  EXPECT_EQ(json("selected-images.json").dump(), "{}");
  expect_valid_json(output);
}

}  // namespace
}  // namespace dcmflow
