// Rules that are wrong: what the error says, and where.

#include <initializer_list>
#include <string>

#include "tests/stages/selection/rules_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;

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

std::string bids_error(const std::string& bids) {
  return error_of(R"({"selections": [{"name": "S", "conditions": {"Modality": "MR"}, "bids": )" +
                  bids + "}]}");
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
