#include "stages/selection/selection_rules.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "stages/selection/bids_rule.h"
#include "stages/selection/rule_condition.h"
#include "stages/selection/selection_rules_types.h"
#include "test_paths.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

SelectionRules parse(std::string_view text) {
  AttributeTable table;
  auto rules = parse_selection_rules(text, "rules.json", table);
  EXPECT_TRUE(rules.ok()) << (rules.ok() ? "" : rules.problem().detail);
  return rules ? std::move(*rules) : SelectionRules{};
}

std::string error_of(std::string_view text) {
  AttributeTable table;
  const auto rules = parse_selection_rules(text, "rules.json", table);
  if (rules) return "no error";
  EXPECT_EQ(rules.problem().reason, Reason::bad_rules);
  EXPECT_EQ(rules.problem().subject, "rules.json");
  return rules.problem().detail;
}

// A file with one selection whose conditions are these.
std::string with_conditions(const std::string& conditions) {
  return R"({"selections": [{"name": "S", "conditions": )" + conditions + "}]}";
}

std::string read_source(const std::string& name) {
  std::ifstream file(std::string(DCMFLOW_SOURCE_DIR) + "/" + name);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

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

TEST(SelectionRules, NamesTheLastBraceThatTheOperatorsExampleLacks) {
  EXPECT_THAT(
      error_of("{\n  \"selections\": [\n    {\n      \"name\": \"CT Series 1\"\n    }\n  ]\n"),
      AllOf(HasSubstr("line 6, column 4"),
            HasSubstr("missing \"}\" to close the \"{\" of line 1, column 1")));
}

TEST(SelectionRules, NamesSelectionKeyLineAndColumnOfABadCondition) {
  const std::string error = error_of(
      "{\"selections\": [{\"name\": \"Lung\",\n  \"conditions\": {\n    \"SliceThickness\": [2, "
      "\"=>\"]}}]}");
  EXPECT_EQ(error,
            "selection \"Lung\", key \"SliceThickness\", line 3, column 27: unknown operator "
            "\"=>\", expected one of > >= < <= "
            "== !=");
}

TEST(SelectionRules, CountsCharactersForTheColumn) {
  EXPECT_THAT(error_of("{\"selections\": [{\"name\": \"\xC3\xA4\xC3\xB6\", \"conditions\": 5}]}"),
              HasSubstr("line 1, column 46: expected an object of conditions"));
}

TEST(SelectionRules, NamesEveryErrorAtOnce) {
  const std::string error = error_of(with_conditions(
      R"json({"Modality": {"regex": "(CT"}, "Rows": {"gt": "5"}, "Columns": [1, "?"]})json"));
  EXPECT_THAT(error, AllOf(HasSubstr("missing closing parenthesis"),
                           HasSubstr("expected a number, found a string (\"5\")"),
                           HasSubstr("unknown operator \"?\"")));
}

struct BadRule {
  const char* conditions;
  const char* words;
};

TEST(SelectionRules, RefusesBadConditions) {
  for (const auto& [conditions, words] : std::initializer_list<BadRule>{
           {R"json({"Modality": {"regex": "*CT"}})json",
            "quantifier does not follow a repeatable item at character 0"},
           {R"json({"Modality": {"regx": "CT"}})json", "did you mean \"regex\"?"},
           {R"json({"Modality": {"wibble": "CT"}})json", "expected one of regex flags equals"},
           {R"json({"Modality": {"regex": 5}})json",
            "expected a regex as a string, found a number (5)"},
           {R"json({"Modality": {"regex": "C", "flags": "g"}})json", "\"imsx\""},
           {R"json({"Modality": {"flags": "i"}})json", "\"flags\" without \"regex\""},
           {R"json({"Modality": {"missing": "match"}})json", "tests nothing"},
           {R"json({"Modality": {"equals": [1]}})json",
            "expected a string, a number, true or false, found a list"},
           {R"json({"Modality": {"in": "CT"}})json", "expected a list of values"},
           {R"json({"Modality": {"all": []}})json", "expected a list of values or of objects"},
           {R"json({"Modality": {"not": null}})json", "expected a condition"},
           {R"json({"Modality": {"exists": "yes"}})json", "expected true or false"},
           {R"json({"Modality": {"equals": "CT", "missing": "maybe"}})json",
            "\"match\" or \"no_match\""},
           {R"json({"ImageType": {"equals": "A", "index": -1}})json", "from 0 to 65535"},
           {R"json({"ImageType": {"equals": "A", "index": 1.5}})json", "from 0 to 65535"},
           {R"json({"Rows": {"between": [1]}})json", "[low, high]"},
           {R"json({"Rows": {"between": [2, 1]}})json", "the lower bound first"},
           {R"json({"Rows": {"near": [2, -1]}})json", "a tolerance of 0 or more"},
           {R"json({"Rows": [512, "abc"]})json", "unknown operator \"abc\""},
           {R"json({"Rows": [">", 512]})json", "the operator comes second"},
           {R"json({"Modality": ["CT", null]})json",
            "expected strings or numbers in the list, found null"},
           {R"json({"Modality": [{"regex": "CT"}]})json",
            "expected strings or numbers in the list, found an object"},
           {R"json({"ImageOrientationPatient": "Axail"})json",
            "expected Axial, Coronal, Sagittal or Oblique"},
           {R"json({"ProcedureCodeSequence": "x"})json", "a sequence has no value"},
           {R"json({"ProcedureCodeSequence": {"gt": 1}})json", "a sequence has no value"},
           {R"json({"Modalty": {"equals": "CT"}})json", "did you mean \"Modality\"?"},
           {R"json({"Modality": {"equals": "CT", "instances": "some"}})json",
            "instances to be \"first\", \"all\" or \"any\""},
           {R"json({"Modality": {"not": {"equals": "CT", "instances": "all"}}})json",
            "belongs to the whole condition"},
           {R"json({"StudyDate": {"near": [20200101, 5]}})json", "a date or time is near none"},
           {R"json({"PixelData": "x"})json", "is binary"},
           {R"json({"Modality[0].CodeValue": "x"})json", "has the VR CS, expected a sequence"},
           {R"json({"(0019,10": "x"})json", "not a key"},
           {R"json({"(0018,\"CREATOR\",0c)": "x"})json", "not a key"},
           {R"json({"ProcedureCodeSequence[x].CodeValue": "x"})json", "not a key"},
           {R"json({"": "x"})json", "not a key"},
           {R"json({"ProcedureCodeSequence[0]": "x"})json", "not a key"},
           {R"json({"(0019,\"CREATOR,0c)": "x"})json", "not a key"},
           {R"json({"(0019,\"X\",10)[0].CodeValue": "x"})json", "only standard sequences"},
           {R"json([1])json", "expected an object of conditions"},
       })
    EXPECT_THAT(error_of(with_conditions(conditions)), HasSubstr(words)) << conditions;
}

TEST(SelectionRules, RefusesBadStructure) {
  for (const auto& [text, words] : std::initializer_list<BadRule>{
           {"5", "expected an object with \"selections\", found a number (5)"},
           {R"json({"selection": []})json", "did you mean \"selections\"?"},
           {R"json({"comment": "x"})json", "no \"selections\""},
           {R"json({"selections": {}})json", "to be a list of at least one selection"},
           {R"json({"selections": []})json", "to be a list of at least one selection"},
           {R"json({"selections": ["x"]})json",
            "selection 1, line 1, column 17: expected a selection as an object"},
           {R"json({"selections": [{"name": 5, "conditions": {"Modality": "CT"}}]})json",
            "expected a name as a string"},
           {R"json({"selections": [{"name": "A", "condition": {"Modality": "CT"}}]})json",
            "did you mean \"conditions\"?"},
           {R"json({"selections": [{"conditions": {"Modality": "CT"}, "limit": 0}]})json",
            "limit to be a whole number of 1 or more"},
           {R"json({"selections": [{"conditions": {"Modality": "CT"}, "min": 1.5}]})json",
            "min to be a whole number of 0 or more"},
           {R"json({"selections": [{"conditions": {"Modality": "CT"}, "min": 3, "max": 2}]})json",
            "min 3 is more than max 2"},
           {R"json({"selections": [{"conditions": {"Modality": "CT"}, "per": "series"}]})json",
            "per to be \"study\", \"patient\" or \"all\""},
           {R"json({"selections": [{"conditions": {"Modality": "CT"}, "skip": 0.5}]})json",
            "skip to be a whole number"},
           {R"json({"selections": [{"conditions": {"Modality": "CT"}, "order_by": "Rwos"}]})json",
            "did you mean \"Rows\"?"},
           {R"json({"selections": [{"none_of": [{"SeriesDescripton": "scout"}]}]})json",
            "did you mean \"SeriesDescription\"?"},
           {R"json({"selections": [{"any_of": [{"SeriesDescripton": "T1"}]}]})json",
            "did you mean \"SeriesDescription\"?"},
           {R"json({"selections": [{"name": "T2", "conditions": {"Modality": "MR"}},
             {"name": "ADC", "conditions": {"Modality": "MR"}, "same": {"FrameOfReferenceUID": "T1"}}]})json",
            "selection \"ADC\", key \"FrameOfReferenceUID\", line 2, column "},
           {R"json({"selections": [{"name": "T2", "conditions": {"Modality": "MR"}},
             {"conditions": {"Modality": "MR"}, "same": {"FrameOfReferenceUID": "T1"}}]})json",
            "no selection is named \"T1\"; did you mean \"T2\"?"},
           {R"json({"selections": [
             {"name": "A", "conditions": {"Modality": "MR"}, "same": {"StudyID": "B"}},
             {"name": "B", "conditions": {"Modality": "MR"}, "same": {"StudyID": "A"}}]})json",
            "selection \"A\", line 1, column 16: selections relate to each other in a circle"},
           {R"json({"selections": [{"conditions": {"Modality": "CT"}, "required": 1}]})json",
            "required to be true or false"},
           {R"json({"selections": [{"conditions": {"Modality": "CT"}, "order_by": [5]}]})json",
            "expected a key, or -key"},
           {R"json({"selections": [{"any_of": {"Modality": "CT"}}]})json",
            "expected a list of objects of conditions"},
           {R"json({"selections": [{"none_of": [{"Modality": ""}]}]})json",
            "the group tests nothing"},
           {R"json({"compat": "monia", "selections": [{"conditions": {"Modality": "CT"}}]})json",
            "compat to be \"standard\" or \"monai\""},
       })
    EXPECT_THAT(error_of(text), HasSubstr(words)) << text;
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

std::string bids_error(const std::string& bids) {
  return error_of(R"({"selections": [{"name": "S", "conditions": {"Modality": "MR"}, "bids": )" +
                  bids + "}]}");
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

TEST(SelectionRules, AWrongPlaceInBidsIsAnError) {
  EXPECT_THAT(bids_error(R"({"datatype": "anatomy", "suffix": "T1w"})"),
              HasSubstr("datatype to be one of anat func dwi fmap perf pet"));
  EXPECT_THAT(bids_error(R"({"datatype": "dwi"})"), HasSubstr("no \"suffix\""));
  EXPECT_THAT(bids_error(R"({"datatype": "func", "suffix": "bold"})"),
              HasSubstr("BIDS requires \"task\" of bold"));
  EXPECT_THAT(bids_error(R"({"datatype": "fmap", "suffix": "epi"})"),
              HasSubstr("BIDS requires \"dir\" of epi"));
  EXPECT_THAT(bids_error(R"({"datatype": "anat", "suffix": "T1w", "task2": "x"})"),
              HasSubstr("unknown key \"task2\""));
  EXPECT_THAT(bids_error(R"({"datatype": "anat", "suffix": "T1w", "acq": "a_b"})"),
              HasSubstr("letters and digits"));
  EXPECT_THAT(bids_error(R"({"datatype": "anat", "suffix": "T1w", "part": "magnitude"})"),
              HasSubstr("part to be mag phase real imag"));
  EXPECT_THAT(bids_error(R"({"datatype": "anat", "suffix": "T1w", "echo": "two"})"),
              HasSubstr("echo to be a number"));
  EXPECT_THAT(bids_error(R"({"datatype": "anat", "suffix": "MTS", "flip": 1})"),
              HasSubstr("BIDS requires \"mt\" of MTS"));
  EXPECT_THAT(bids_error(R"({"datatype": "anat", "suffix": "T1w", "acq": "{ProtocolNam}"})"),
              HasSubstr("ProtocolName"));
  EXPECT_THAT(bids_error(R"({"datatype": "anat", "suffix": "T1w", "run": 1})"),
              HasSubstr("counted by acquisition order"));
  EXPECT_THAT(bids_error(R"({"datatype": "anat", "suffix": "T1w", "intended_for": "S"})"),
              HasSubstr("is of field maps"));
  EXPECT_THAT(bids_error(R"({"datatype": "fmap", "suffix": "phasediff", "intended_for": ["T"]})"),
              HasSubstr("no selection with \"bids\" is named \"T\""));
}

}  // namespace
}  // namespace dcmflow
