#include "stages/selection/selection_rules.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "stages/selection/bids_rule.h"
#include "stages/selection/rule_condition.h"
#include "stages/selection/selection_rules_types.h"
#include "tests/stages/selection/rules_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(SelectionRules, EmptyRulesSelectEverything) {
  for (const char* text : {"", "  \r\n\t ", "{}", " { } ", "null", "\"\"", "\" \"", "\xEF\xBB\xBF",
                           "\xEF\xBB\xBF{}", "[]"}) {
    const SelectionRules rules = parse(text);
    EXPECT_TRUE(rules.select_all) << text;
    EXPECT_THAT(rules.selections, IsEmpty()) << text;
  }
}

TEST(SelectionRules, TheShippedRulesSelectEverything) {
  EXPECT_TRUE(parse(read_source("config/selection-rules.json")).select_all);
}

TEST(SelectionRules, ReadsTheOperatorsExample) {
  const SelectionRules rules =
      parse(R"json({"selections":[{"name":" CT Series 1 ","conditions":{"StudyDescription":"(.*?)",
      "Modality":"(?i)CT","ImageType":["PRIMARY","!SECONDARY"]}}]})json");
  EXPECT_FALSE(rules.select_all);
  EXPECT_THAT(rules.warnings, IsEmpty());
  ASSERT_THAT(rules.selections, SizeIs(1));
  const Selection& selection = *rules.selections[0];
  EXPECT_EQ(selection.name, "CT Series 1");
  ASSERT_THAT(selection.conditions, SizeIs(3));
  EXPECT_EQ(selection.conditions[0].key_text, "StudyDescription");
  EXPECT_EQ(selection.conditions[2].expected, R"json(["PRIMARY", "!SECONDARY"])json");
}

TEST(SelectionRules, WarnsAboutWhatIsIgnored) {
  const SelectionRules rules = parse(with_conditions(
      R"json({"Modality": "", "Rows": null, "ImageType": [], "StudyID": {}, "Columns": 0,
      "SeriesNumber": 0, "StudyDate": "a", "StudyDate": "b", "SeriesDescription": ["^T1"]})json"));
  ASSERT_THAT(rules.selections, SizeIs(1));
  EXPECT_THAT(rules.selections[0]->conditions, SizeIs(4));
  EXPECT_THAT(
      rules.warnings,
      ElementsAre(HasSubstr("key \"Modality\", line 1, column 58: \"\" tests nothing"),
                  HasSubstr("null tests nothing"), HasSubstr("[] tests nothing"),
                  HasSubstr("{} tests nothing"), HasSubstr("0 is tested here"),
                  HasSubstr("the key is given twice"), HasSubstr("compared with whole values")));
}

TEST(SelectionRules, NamesTheNearestKeywordOfAnUnknownKey) {
  const SelectionRules rules = parse(with_conditions(
      R"json({"Modalty": "CT", "SliceCuont": 5, "ProcedureCodSequence[0].CodeValue": "x"})json"));
  EXPECT_THAT(rules.warnings, ElementsAre(HasSubstr("did you mean \"Modality\"?"),
                                          HasSubstr("did you mean \"SliceCount\"?"),
                                          HasSubstr("did you mean \"ProcedureCodeSequence\"?")));
}

TEST(SelectionRules, SkipsASelectionWithoutConditions) {
  const SelectionRules rules =
      parse(R"json({"selections": [{"name": "A"}, {"name": "B", "conditions": {}},
      {"name": "C", "conditions": {"Modality": "CT"}}]})json");
  EXPECT_FALSE(rules.select_all);
  ASSERT_THAT(rules.selections, SizeIs(1));
  EXPECT_EQ(rules.selections[0]->name, "C");
  EXPECT_THAT(rules.warnings,
              ElementsAre(HasSubstr("selection \"A\", line 1, column 17: no conditions"),
                          HasSubstr("\"B\"")));
}

TEST(SelectionRules, SelectsNothingWhenEverySelectionIsSkipped) {
  const SelectionRules rules =
      parse(R"json({"selections": [{"name": "A", "conditions": {}}]})json");
  EXPECT_FALSE(rules.select_all);
  EXPECT_THAT(rules.selections, IsEmpty());
}

TEST(SelectionRules, LeavesRemarksAlone) {
  const SelectionRules rules = parse(
      R"json({"$schema": "x", "comment": "y", "selections": [{"_id": 7, "description": "z", "name": "A",
      "conditions": {"Modality": "CT"}}]})json");
  EXPECT_THAT(rules.warnings, IsEmpty());
}

TEST(SelectionRules, AddsAttributesThatTheTableLacksForRulesOnly) {
  AttributeTable table;
  const std::size_t built_in = table.rows().size();
  const auto rules = parse_selection_rules(
      with_conditions(
          R"json({"00080060": "CT", "(0018,0050)": 1, "PregnancyStatus": 4, "00101010": "x",
        "(0019,\"SIEMENS MR HEADER\",0c)": 1000, "ProcedureCodeSequence[1].CodeValue": "x",
        "(0040,0275)[0].(0040,0008).00080100": "y", "0019100C": "z"})json"),
      "rules.json", table);
  ASSERT_TRUE(rules.ok()) << rules.problem().detail;
  ASSERT_EQ(table.rows().size(), built_in + 5);
  for (std::size_t i = built_in; i < table.rows().size(); ++i)
    EXPECT_FALSE(table.rows()[i].in_metadata);

  const auto* row = &table.rows()[built_in];
  EXPECT_EQ(row[0].keyword, "PregnancyStatus");
  EXPECT_EQ(row[0].vr, "US");
  EXPECT_EQ(row[1].tag, 0x0019000CU);
  EXPECT_EQ(row[1].private_creator, "SIEMENS MR HEADER");
  EXPECT_EQ(row[1].keyword, "(0019,\"SIEMENS MR HEADER\",0c)");
  EXPECT_EQ(row[2].tag, 0x00080100U);
  EXPECT_EQ(row[2].keyword, "ProcedureCodeSequence[1].CodeValue");
  EXPECT_THAT(row[2].path, ElementsAre(SequenceStep{0x00081032, 1}));
  EXPECT_THAT(row[3].path, ElementsAre(SequenceStep{0x00400275, 0}, SequenceStep{0x00400008, 0}));
  EXPECT_EQ(row[4].tag, 0x0019100CU);
  EXPECT_EQ(row[4].private_creator, "");
  EXPECT_THAT(rules->warnings, ElementsAre(HasSubstr("better name its creator")));
  const auto& first = rules->selections[0]->conditions[0];
  EXPECT_EQ(first.key.attribute, attribute_index(0x00080060));
}

TEST(SelectionRules, ReadsACreatorWithDotsAndCommas) {
  AttributeTable table;
  const auto rules = parse_selection_rules(with_conditions(R"json({"(0051,\"A.B, (C).[0]\",0f)": "x"
})json"),
                                           "rules.json", table);
  ASSERT_TRUE(rules.ok()) << rules.problem().detail;
  EXPECT_EQ(table.rows().back().private_creator, "A.B, (C).[0]");
}

TEST(SelectionRules, ReadsACreatorInOtherQuotesOrNone) {
  for (const char* key : {"(0051,'A.B, C',0f)", "( 0051 , A.B, C , 0f )"}) {
    AttributeTable table;
    const auto rules = parse_selection_rules(
        with_conditions("{\"" + std::string(key) + "\": \"x\"}"), "rules.json", table);
    ASSERT_TRUE(rules.ok()) << rules.problem().detail;
    EXPECT_EQ(table.rows().back().private_creator, "A.B, C");
    EXPECT_EQ(table.rows().back().tag, 0x0051000FU);
  }
}

TEST(SelectionRules, SurvivesEveryTruncationAndEveryChangedByte) {
  const std::string text =
      R"json({"compat":"monai","selections":[{"name":"A","conditions":{"ImageType":["PRIMARY","!x"],"Rows":[5,">"],
      "(0019,\"X\",0c)":{"not":{"in":[1,"a"]},"missing":"match"},"A[0].B":"(?i)c"},
      "any_of":[{"Modality":"CT"}],"order_by":"-Rows"}]})json";
  for (std::size_t i = 0; i < text.size(); ++i) {
    AttributeTable table;
    const auto truncated = parse_selection_rules(text.substr(0, i), "rules.json", table);
    EXPECT_EQ(truncated.ok(), i == 0) << i;
    for (const char byte : {'"', '{', ']', '\\', '\xFF', '(', '9'}) {
      std::string changed = text;
      changed[i] = byte;
      const auto rules = parse_selection_rules(changed, "rules.json", table);
      EXPECT_TRUE(rules.ok() || !rules.problem().detail.empty()) << changed;
    }
  }
}

TEST(SelectionRules, TheSchemaKnowsTheOperatorsOfTheTable) {
  const auto schema =
      nlohmann::json::parse(read_source("config/schemas/selection-rules.schema.json"));
  std::vector<std::string> in_schema;
  for (const auto& [name, rule] : schema.at("$defs").at("object").at("properties").items())
    in_schema.push_back(name);
  const auto names = operator_names();
  EXPECT_THAT(in_schema, testing::UnorderedElementsAreArray(names.begin(), names.end()));
}

TEST(SelectionRules, APlaceInBidsIsCompiled) {
  const auto rules = parse(R"({"selections": [
    {"name": "rest", "conditions": {"Modality": "MR"},
     "bids": {"suffix": "bold", "dir": "AP", "task": "{ProtocolName}", "datatype": "func"}},
    {"name": "blip", "conditions": {"Modality": "MR"},
     "bids": {"datatype": "fmap", "suffix": "epi", "dir": "PA", "intended_for": "rest"}}]})");
  ASSERT_THAT(rules.selections, SizeIs(2));
  const auto& rest = *rules.selections[0]->bids;
  EXPECT_EQ(rest.datatype, "func");
  EXPECT_EQ(rest.suffix, "bold");
  ASSERT_THAT(rest.entities, SizeIs(2));
  EXPECT_EQ(rest.entities[0].key, "task") << "in the order of names, not of the rule";
  EXPECT_TRUE(rules.selections[0]->every_image);
  EXPECT_EQ(rules.selections[1]->bids->b0_field, "pepolar");
  EXPECT_THAT(rules.selections[1]->bids->intended_for, ElementsAre("rest"));
  EXPECT_TRUE(check_bids_rules(rules, "rules.json", true).ok());
  const auto named = parse(R"({"selections": [{"name": "T1", "conditions": {"Modality": "MR"},
     "bids": {"datatype": "anat", "suffix": "T1w", "acq": "{PatientName}"}}]})");
  EXPECT_TRUE(check_bids_rules(named, "rules.json", false).ok());
  const auto refused = check_bids_rules(named, "rules.json", true);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.problem().detail, HasSubstr("--no-patient"));
}

}  // namespace
}  // namespace dcmflow
