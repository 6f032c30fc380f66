// The environment of a container stage: which variable wins, and what the first log lines tell.

#include <gmock/gmock.h>
#include <unistd.h>

#include "test-data/phantom.h"
#include "test_paths.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Variables = std::map<std::string, std::string>;

constexpr const char* only_mr =
    R"({"selections": [{"name": "~~", "conditions": {"Modality": "MR"}}]})";
constexpr const char* only_ct =
    R"({"selections": [{"name": "only CT", "conditions": {"Modality": "CT"}}]})";

class EnvironmentOfAStage : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.modality = "CT", .series_uid = "1.2.3.1", .slices = 2}, input);
    write_phantom_series({.modality = "MR", .series_uid = "1.2.3.2", .slices = 2}, input);
  }
  ProgramRun run(const Variables& environment, std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), DCMFLOW_PROGRAM);
    return run_program(
        {.command = arguments, .environment = environment, .working_folder = folder.path()});
  }
  static std::string selections(const std::string& out) {
    std::string names;
    const Json selected = read_json(out + "/selected-images.json");
    for (const auto& [name, images] : selected.items()) names += (names.empty() ? "" : ",") + name;
    return names;
  }
};

TEST_F(EnvironmentOfAStage, TheInputIsTheFirstVariableThatIsSet) {
  const std::vector<std::pair<std::string, std::string>> order{
      {"NVIDIA_CLARA_INPUT", input},
      {"NVIDIA_CLARA_INPUTPATHS", "dicom:" + input + ";other:/no/such/folder"},
      {"HOLOSCAN_INPUT_PATH", input},
      {"MONAI_INPUTPATH", input}};
  // Those behind the first name a folder that does not exist: reading it would be exit code 4.
  for (std::size_t first = 0; first < order.size(); ++first) {
    Variables environment{{"NVIDIA_CLARA_OUTPUT", output}};
    environment[order[first].first] = order[first].second;
    for (std::size_t i = first + 1; i < order.size(); ++i)
      environment[order[i].first] = "/no/such/folder";
    const ProgramRun done = run(environment);
    EXPECT_EQ(done.exit_status, 0) << order[first].first << done.errors;
    EXPECT_THAT(done.errors, HasSubstr("input: " + input + " (" + order[first].first + ")"));
  }
  Variables all{{"NVIDIA_CLARA_OUTPUT", output}};
  for (const auto& [name, value] : order) all[name] = "/no/such/folder";
  EXPECT_EQ(run(all).exit_status, 4);
  EXPECT_EQ(run(all, {input}).exit_status, 0);
}

TEST_F(EnvironmentOfAStage, TheOutputIsTheFirstVariableThatIsSet) {
  const std::vector<std::string> order{"NVIDIA_CLARA_OUTPUT", "NVIDIA_CLARA_OUTPUTPATHS",
                                       "HOLOSCAN_OUTPUT_PATH", "MONAI_OUTPUTPATH"};
  for (std::size_t first = 0; first < order.size(); ++first) {
    Variables environment{{"NVIDIA_CLARA_INPUT", input}};
    for (std::size_t i = first; i < order.size(); ++i)
      environment[order[i]] =
          (order[i].ends_with("PATHS") ? "x:" : "") + (folder / (std::to_string(first) + order[i]));
    EXPECT_EQ(run(environment).exit_status, 0);
    for (std::size_t i = first; i < order.size(); ++i)
      EXPECT_EQ(std::filesystem::exists(folder / (std::to_string(first) + order[i])), i == first);
  }
}

TEST_F(EnvironmentOfAStage, ALogFolderIsUsedAndItsAbsenceIsAWarning) {
  std::filesystem::create_directories(folder / "logs");
  Variables environment{{"NVIDIA_CLARA_INPUT", input},
                        {"NVIDIA_CLARA_OUTPUT", output},
                        {"NVIDIA_CLARA_LOGS", folder / "logs"},
                        {"HOLOSCAN_LOGS_PATH", "/no/such/folder"}};
  EXPECT_EQ(run(environment).exit_status, 0);
  const auto log = bytes_of(folder / "logs/dcmflow.log");
  EXPECT_THAT(log, AllOf(HasSubstr("input: " + input), HasSubstr("done: files=4")));
  write_bytes(folder / "file", "x");
  for (const std::string& logs : {folder / "file", folder / "file/logs", std::string("/proc/x")}) {
    environment["NVIDIA_CLARA_LOGS"] = logs;
    const ProgramRun done = run(environment);
    EXPECT_EQ(done.exit_status, 0) << done.errors;
    EXPECT_THAT(done.errors, AllOf(HasSubstr("warning no log file"), HasSubstr(logs)));
  }
}

TEST_F(EnvironmentOfAStage, TheFormatOfTheOptionWinsOverThatOfTheVariable) {
  const Variables environment{{"NVIDIA_CLARA_INPUT", input},
                              {"NVIDIA_CLARA_OUTPUT", output},
                              {"NVIDIA_CLARA_IMAGE_FORMAT", "nii.gz"}};
  EXPECT_EQ(run(environment, {"--format", "nii"}).exit_status, 0);
  EXPECT_EQ(image_names(output), (std::vector<std::string>{"1.2.3.1.nii", "1.2.3.2.nii"}));
  const ProgramRun done = run(environment);
  EXPECT_EQ(json("series-images.json")["1.2.3.1"], "1.2.3.1.nii.gz");
  EXPECT_THAT(done.errors, HasSubstr("format: nii.gz (NVIDIA_CLARA_IMAGE_FORMAT)"));
}

TEST_F(EnvironmentOfAStage, RulesComeFromTheFirstOfFourSources) {
  write_bytes(folder / "option.json", only_ct);
  write_bytes(folder / "variable.json",
              R"({"selections":[{"name":"by variable","conditions":{"Modality":"CT"}}]})");
  write_bytes(folder / "config/selection-rules.json",
              R"({"selections":[{"name":"by place","conditions":{"Modality":"CT"}}]})");
  Variables environment{{"NVIDIA_CLARA_INPUT", input}, {"NVIDIA_CLARA_OUTPUT", output}};
  EXPECT_THAT(run(environment).errors, HasSubstr("config/selection-rules.json)"));
  EXPECT_EQ(selections(output), "by place");
  environment["NVIDIA_CLARA_SELECTION_RULES_FILE"] = folder / "variable.json";
  EXPECT_THAT(run(environment).errors, HasSubstr("(NVIDIA_CLARA_SELECTION_RULES_FILE "));
  EXPECT_EQ(selections(output), "by variable");
  environment["NVIDIA_CLARA_SELECTION_RULES_BASE64"] = "e30=";  // {}
  EXPECT_THAT(run(environment).errors, HasSubstr("(NVIDIA_CLARA_SELECTION_RULES_BASE64)"));
  EXPECT_EQ(selections(output), "1.2.3.1,1.2.3.2");
  const ProgramRun by_option = run(environment, {"--rules", folder / "option.json"});
  EXPECT_THAT(by_option.errors, HasSubstr("(--rules " + (folder / "option.json") + ")"));
  EXPECT_EQ(selections(output), "only CT");
}

// The name "~~" makes the text hold a '+', which the two alphabets write differently.
std::string base64(const std::string& text, bool url_safe, bool padded) {
  const ProgramRun run = run_program({.command = {"base64", "-w", "0"}, .input = text});
  std::string encoded = run.output;
  if (url_safe) std::ranges::replace(encoded, '+', '-');
  if (url_safe) std::ranges::replace(encoded, '/', '_');
  if (!padded) encoded.erase(std::min(encoded.find('='), encoded.size()));
  return encoded;
}

TEST_F(EnvironmentOfAStage, Base64RulesAreReadInEveryUsualForm) {
  const std::string rules = std::string(only_mr) + " ";  // a length that needs padding
  const std::string standard = base64(rules, false, true);
  ASSERT_NE(standard.find_first_of("+/"), std::string::npos) << standard;
  ASSERT_TRUE(standard.ends_with("=")) << standard;
  std::string wrapped = " " + standard + "\n";
  for (std::size_t at = 20; at < wrapped.size(); at += 21) wrapped.insert(at, "\n");
  for (const std::string& text :
       {standard, base64(rules, true, true), base64(rules, false, false), wrapped}) {
    const ProgramRun done = run({{"NVIDIA_CLARA_INPUT", input},
                                 {"NVIDIA_CLARA_OUTPUT", output},
                                 {"NVIDIA_CLARA_SELECTION_RULES_BASE64", text}});
    EXPECT_EQ(done.exit_status, 0) << text << done.errors;
    EXPECT_EQ(selections(output), "~~");
  }
}

TEST_F(EnvironmentOfAStage, VariablesOfThePlatformHaveNoEffect) {
  ASSERT_EQ(convert({}, {}).exit_status, 0);
  const auto expected = contents(output);
  ASSERT_EQ(convert({}, {{"NVIDIA_CLARA_NOSYNCLOCK", "TRUE"},
                         {"DEBUG_VSCODE", "1"},
                         {"DEBUG_VSCODE_PORT", "5678"},
                         {"CLARA_TRACE", "2"},
                         {"NVIDIA_CLARA_TRTISURI", "localhost:8000"},
                         {"NVIDIA_TRITON_HTTPURI", "localhost:8000"},
                         {"NVIDIA_CLARA_IMAGE_FORMAT", ""}})
                .exit_status,
            0);
  EXPECT_EQ(contents(output), expected);
}

TEST_F(EnvironmentOfAStage, TheFirstLogLinesTellEverySettingAndItsSource) {
  const ProgramRun done = convert({"--threads", "3", "--memory-budget", "1M", "--strict", "-v"});
  const std::vector<std::string> expected{"input: " + input + " (argument)",
                                          "output: " + output + " (argument)",
                                          "logs: none (none)",
                                          "format: mhd (default)",
                                          "rules: 0 bytes (none)",
                                          "attributes: none (none)",
                                          "threads: 3 (--threads)",
                                          "io-threads: 32 (default)",
                                          "memory-budget: 1048576 (--memory-budget)",
                                          "spool: output (default)",
                                          "layout: flat (default)",
                                          "images: all (default)",
                                          "sha256: compressed (default)",
                                          "on-tilt: rectify (default)",
                                          "on-missing: fill (default)",
                                          "on-irregular: resample (default)",
                                          "multi-volume: 4d (default)",
                                          "keep-stored: no (default)",
                                          "allow-no-geometry: no (default)",
                                          "real-world: no (default)",
                                          "invert-monochrome1: no (default)",
                                          "suv: none (default)",
                                          "bids: no (default)",
                                          "dicom-json: no (default)",
                                          "on-earlier: replace (default)",
                                          "catalogue: yes (default)",
                                          "resume: no (default)",
                                          "watch: no (default)",
                                          "tables: none (default)",
                                          "sync: yes (default)",
                                          "log-level: info (default)",
                                          "log-format: text (default)",
                                          "trace: none (none)",
                                          "strict: yes (--strict)"};
  std::size_t line = 0;
  for (const std::string& text : expected) {
    const auto end = done.errors.find('\n', line);
    EXPECT_TRUE(done.errors.substr(line, end - line).ends_with(" info " + text))
        << done.errors.substr(line, end - line) << " is not " << text;
    line = end + 1;
  }
}

// Values of every kind that tell who the patient is, in good files and in bad ones.
TEST_F(EnvironmentOfAStage, NoPatientDataIsLogged) {
  const std::vector<std::pair<std::string, std::string>> secrets{
      {"PatientName", "Zebra^Quagga"},
      {"PatientID", "ID-4711-XYZ"},
      {"PatientBirthDate", "19330405"},
      {"PatientAge", "093Y"},
      {"AccessionNumber", "ACC-0815"},
      {"IssuerOfPatientID", "ALIAS-99"},
      {"ReferringPhysicianName", "Okapi^Olga"},
      {"PatientComments", "has a striped cat"},
      {"StudyID", "STUDY-31337"},
      {"InstitutionName", "Savannah Hospital"}};
  unsigned number = 0;
  const auto edit = [&](unsigned, DicomBuilder& file) {
    for (const auto& [keyword, value] : secrets) file.set(keyword, value);
  };
  PhantomSeries bad{.series_uid = "1.2.3.9"};
  bad.edit = [&](unsigned slice, DicomBuilder& file) {
    edit(slice, file);
    if (slice == 3) file.remove("PixelData").remove("Rows").set("ImagePositionPatient", "x");
    if (++number == 5) file.set("SeriesInstanceUID", "..");
  };
  write_phantom_series({.series_uid = "1.2.3.8", .edit = edit}, input);
  write_phantom_series(bad, input);
  std::filesystem::create_directories(folder / "logs");
  write_bytes(folder / "rules.json", R"({"selections": [
    {"name": "S", "conditions": {"PatientName": "^zeb", "PatientBirthDate": "1933.*"}},
    {"name": "T", "required": true, "conditions": {"PatientID": ["none of these"]}}]})");
  const ProgramRun done = convert({"--log-level", "trace", "--logs", folder / "logs", "--rules",
                                   folder / "rules.json", "--explain"});
  EXPECT_EQ(done.exit_status, 7);
  const std::string log = bytes_of(folder / "logs/dcmflow.log");
  EXPECT_THAT(log, HasSubstr("series 1.2.3.8"));
  EXPECT_EQ(json("dicom-metadata.json").dump().find("Zebra^Quagga") != std::string::npos, true);
  for (const auto& [keyword, value] : secrets)
    for (const auto& text : {done.output, done.errors, log, bytes_of(output + "/report.json")})
      EXPECT_THAT(text, Not(HasSubstr(value))) << keyword;
  EXPECT_THAT(done.errors + log, Not(HasSubstr("zeb")));
}

}  // namespace
}  // namespace dcmflow
