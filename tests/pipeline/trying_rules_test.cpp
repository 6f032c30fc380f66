// Rules tried without converting: rules check, rules explain, values and --dry-run, as one sees
// them.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TryingRules : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.modality = "CT",
                          .series_uid = "1.2.3.1",
                          .series_description = "Abdomen AX",
                          .slices = 3},
                         input);
    write_phantom_series(
        {.modality = "MR",
         .series_uid = "1.2.3.2",
         .series_description = "T1",
         .edit = [](unsigned slice,
                    DicomBuilder& file) { file.set("WindowCenter", slice == 0 ? "40" : "50"); }},
        input);
  }
  // An MR series 1.2.3.3 that lies nowhere.
  void add_refused() const {
    write_phantom_series(
        {.modality = "MR",
         .series_uid = "1.2.3.3",
         .slices = 2,
         .edit = [](unsigned, DicomBuilder& file) { file.remove("ImagePositionPatient"); }},
        input);
  }
  std::string rules_file(const std::string& text) const {
    write_bytes(folder / "rules.json", text);
    return folder / "rules.json";
  }
  std::string rules_of(const std::string& conditions, const std::string& more = "") const {
    return rules_file(R"({"selections": [{"name": "S", )" + more + R"("conditions": )" +
                      conditions + "}]}");
  }
  // Every file and folder of the output with its bytes and its time.
  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> all;
    if (!std::filesystem::exists(output)) return all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(output))
      all[entry.path()] = (entry.is_regular_file() ? bytes_of(entry.path()) : "") +
                          std::to_string(entry.last_write_time().time_since_epoch().count());
    return all;
  }
};

TEST_F(TryingRules, CheckTellsEveryMistakeWithTheNearestNamesOnStandardOutput) {
  const auto rules = rules_file(R"({"selections": [
  {"name": "A", "conditions": {"Modalty": "CT", "SequenceName": "*tfl3d1_16ns"}},
  {"name": "B", "conditions": {"EchoTime": [2, "=>"]}, "any_of": [{"SliceCont": 3}], "ordr_by": "Rows"},
  {"name": "C", "conditions": {"Rows": {"gtt": 3}}, "same": {"FrameOfReferenceUID": "D"}}]})");
  const ProgramRun run = run_dcmflow({"rules", "check", rules});
  EXPECT_EQ(run.exit_status, 3);
  EXPECT_EQ(run.errors, "");
  for (const char* words :
       {"selection \"A\", key \"Modalty\", line 2, column ", "did you mean \"Modality\"?",
        "bad regex \"*tfl3d1_16ns\"", "key \"EchoTime\", line 3", "unknown operator \"=>\"",
        "did you mean \"SliceCount\"?", "unknown key \"ordr_by\"", "\"order_by\"",
        "unknown operator \"gtt\"", "no selection is named \"D\"", ": 7 mistakes, 0 warnings\n"})
    EXPECT_THAT(run.output, HasSubstr(words));
  const ProgramRun right = run_dcmflow({"rules", "check", rules_of(R"({"Modality": "CT"})")});
  EXPECT_EQ(right.exit_status, 0);
  EXPECT_EQ(right.output, folder / "rules.json: no mistake, 0 warnings\n");
  EXPECT_EQ(right.errors, "");
}

TEST_F(TryingRules, CheckSaysWhatIsWrongWithWhatIsNoJson) {
  const std::pair<const char*, const char*> cases[] = {
      {"{\"selections\": [ // mine\n]}", "JSON has no comments"},
      {"{\"selections\": [], }", "the comma before it"},
      {"{\"selections\": [", "missing"}};
  for (const auto& [text, words] : cases) {
    const ProgramRun run = run_dcmflow({"rules", "check", rules_file(text)});
    EXPECT_EQ(run.exit_status, 3);
    EXPECT_THAT(run.output, AllOf(HasSubstr("line "), HasSubstr("column "), HasSubstr(words)));
  }
  // e30= is Base64 of {}, ZTMwPQ== of that.
  const ProgramRun twice = convert({}, {{"NVIDIA_CLARA_SELECTION_RULES_BASE64", "ZTMwPQ=="}});
  EXPECT_EQ(twice.exit_status, 3);
  EXPECT_THAT(twice.errors, HasSubstr("encoded twice"));
}

TEST_F(TryingRules, ExplainIsATableOfImagesAndSelections) {
  add_refused();
  const auto rules = rules_of(R"({"Modality": "MR", "WindowCenter": [40, 40]})");
  const ProgramRun run = run_dcmflow({"rules", "explain", rules, input});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_EQ(run.output,
            "1.2.3.1\n"
            "  \"S\"  Modality: expected \"MR\", found CT\n"
            "1.2.3.2\n"
            "  \"S\"  matches (WindowCenter varies inside)\n"
            "1.2.3.3 (no image)\n"
            "  \"S\"  WindowCenter: expected [40, 40], found (missing)\n");
  EXPECT_EQ(run.errors, "");
  EXPECT_EQ(everything().size(), 0U);
}

TEST_F(TryingRules, ExplainGivesTheSelectionReportAsJson) {
  const auto rules = rules_of(R"({"Modality": "MR"})");
  const ProgramRun run = run_dcmflow({"rules", "explain", rules, input, "--json"});
  EXPECT_EQ(run.exit_status, 0);
  write_bytes(output + "/selection-report.json", run.output);
  expect_valid_json(output);
  const Json series = Json::parse(run.output)["series"];
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0]["images"][0]["selections"][0]["seen"], "CT");
  EXPECT_EQ(series[1]["images"][0]["selections"][0]["matched"], true);
  EXPECT_EQ(series[1]["images"][0]["facts"]["SliceCount"], 8);
}

TEST_F(TryingRules, ValuesCountTheSeriesOfEachValue) {
  const ProgramRun run = run_dcmflow({"values", input, "Modality", "WindowCenter", "SliceCount"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_EQ(run.errors, "");
  EXPECT_EQ(run.output,
            "Modality\n     1  CT\n     1  MR\n"
            "WindowCenter\n     1  40\n     1  50\n     1  (missing)\n"
            "SliceCount\n     1  3\n     1  8\n");
  const ProgramRun json = run_dcmflow({"values", input, "WindowCenter", "WindowCenter", "--json"});
  EXPECT_EQ(Json::parse(json.output).dump(),
            R"({"WindowCenter":[{"value":"40","series":1},{"value":"50","series":1},)"
            R"({"value":null,"series":1}]})");
  EXPECT_EQ(json.output.find("WindowCenter"), json.output.rfind("WindowCenter")) << json.output;
  const ProgramRun all = run_dcmflow({"values", input});
  EXPECT_THAT(all.output,
              AllOf(HasSubstr("SeriesDescription\n     1  Abdomen AX\n     1  T1\n"),
                    HasSubstr("Plane\n     2  Axial\n"), Not(HasSubstr("SeriesInstanceUID"))));
  const ProgramRun unknown = run_dcmflow({"values", input, "Modalty"});
  EXPECT_EQ(unknown.exit_status, 2);
  EXPECT_EQ(unknown.output, "");
  EXPECT_THAT(unknown.errors, HasSubstr("did you mean \"Modality\"?"));
}

TEST_F(TryingRules, DryRunTellsImagesAndSelectionsAndWritesNothing) {
  add_refused();
  const std::vector<std::string> options{"--rules", rules_of(R"({"Modality": "MR"})"), "--dry-run"};
  const ProgramRun fresh = convert(options);
  EXPECT_EQ(fresh.exit_status, 0);
  EXPECT_FALSE(std::filesystem::exists(output));
  EXPECT_THAT(fresh.output, HasSubstr("3 series: 2 converted, 1 refused"));
  for (const char* words :
       {"dry run: series 1.2.3.1 instances=3 image=1.2.3.1.mhd slices=3",
        "dry run: series 1.2.3.3 instances=2 refused=2", "2 files: no_geometry",
        "selection \"S\": 1 of 3 series (1 matched and was refused: no_geometry)"})
    EXPECT_THAT(fresh.errors, HasSubstr(words));
  ASSERT_EQ(convert({"--explain"}).exit_status, 0);
  const auto before = everything();
  ASSERT_GT(before.size(), 5U);
  EXPECT_EQ(convert(options).exit_status, 0);
  EXPECT_EQ(everything(), before);
}

TEST_F(TryingRules, DryRunEndsAsTheRunWould) {
  const auto expect_same = [&](std::vector<std::string> options, int exit_status) {
    EXPECT_EQ(convert(options).exit_status, exit_status);
    options.emplace_back("--dry-run");
    EXPECT_EQ(convert(options).exit_status, exit_status) << options.front();
  };
  expect_same({"--strict"}, 0);
  expect_same({"--rules", rules_of(R"({"Modality": "PT"})", "\"required\": true, ")}, 7);
  expect_same({"--rules", rules_of(R"({"Modality": "CT"})", "\"min\": 2, ")}, 7);
  expect_same({"--rules", rules_of(R"({"Modalty": "PT"})"), "--strict"}, 3);
  write_bytes(input + "/notes.txt", "no fault of anyone");
  expect_same({"--strict"}, 0);
  write_bytes(input + "/empty.dcm", "");
  expect_same({"--strict"}, 6);
  expect_same({}, 0);
  std::filesystem::remove(input + "/empty.dcm");
  add_refused();
  expect_same({"--strict"}, 6);
  expect_same({"--strict", "--images", "selected", "--rules", rules_of(R"({"Modality": "CT"})")},
              6);
  std::filesystem::remove_all(input);
  write_bytes(input + "/notes.txt", "no DICOM");
  expect_same({}, 4);
}

TEST_F(TryingRules, AMistakeInTheRulesIsToldBeforeOneInTheFolders) {
  const auto rules = rules_file(R"({"selections": 5})");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{folder / "absent", output, "--rules", rules},
        {input, input, "--rules", rules},
        {"rules", "explain", rules, folder / "absent"}}) {
    const ProgramRun run = run_dcmflow(words);
    EXPECT_EQ(run.exit_status, 3);
    EXPECT_THAT(run.errors, AllOf(HasSubstr("selections"), HasSubstr("line 1")));
  }
}

TEST_F(TryingRules, TheWordsOfVerbsAreFoldersBehindADot) {
  const auto run_in_folder = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), DCMFLOW_PROGRAM);
    return run_program({.command = arguments, .working_folder = folder.path()}).exit_status;
  };
  for (const std::string name : {"show", "extract", "rules", "values", "run"}) {
    write_phantom_series({}, folder / name);
    std::filesystem::remove_all(output);
    EXPECT_EQ(run_in_folder({"./" + name, output}), 0) << name;
    EXPECT_EQ(json("report.json")["status"], "complete") << name;
    std::filesystem::remove_all(output);
    EXPECT_EQ(run_in_folder({"run", name, output}), 0) << name;
    EXPECT_EQ(json("report.json")["status"], "complete") << name;
  }
  std::filesystem::remove_all(output);
  EXPECT_EQ(run_in_folder({"rules", output}), 0);
  EXPECT_EQ(json("report.json")["status"], "complete");
}

}  // namespace
}  // namespace dcmflow
