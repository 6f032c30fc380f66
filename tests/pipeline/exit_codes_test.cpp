// The exit codes that scripts rely on.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "test_paths.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class ExitCodes : public PipelineScene {
 protected:
  std::string rules(const std::string& text) const {
    write_bytes(folder / "rules.json", text);
    return folder / "rules.json";
  }
};

TEST_F(ExitCodes, ZeroWhenDone) {
  write_phantom_series({}, input);
  EXPECT_EQ(convert().exit_status, 0);
  EXPECT_EQ(json("report.json")["status"], "complete");
  EXPECT_EQ(convert({"--strict"}).exit_status, 0);
}

TEST_F(ExitCodes, ZeroForHelpAndVersionOnStandardOutput) {
  const ProgramRun help = run_dcmflow({"--help"});
  EXPECT_EQ(help.exit_status, 0);
  EXPECT_THAT(help.output, HasSubstr("Exit codes"));
  EXPECT_EQ(help.errors, "");
  const ProgramRun version = run_dcmflow({"--version"});
  EXPECT_EQ(version.exit_status, 0);
  EXPECT_TRUE(version.output.starts_with("dcmflow ")) << version.output;
}

// /dev/full takes nothing.
TEST_F(ExitCodes, FiveWhenAnAnswerCannotBePrinted) {
  for (const std::string words : {"--help", "show", "show app"})
    EXPECT_EQ(run_program({.command = {"bash", "-c",
                                       std::string(DCMFLOW_PROGRAM) + " " + words + " >/dev/full"}})
                  .exit_status,
              5)
        << words;
}

// What the files of a run say of it is said: a summary that nobody gets makes it no other.
TEST_F(ExitCodes, OfAConversionAreThoseOfItsReportThoughTheSummaryIsLost) {
  write_phantom_series({}, input);
  const std::string call =
      std::string(DCMFLOW_PROGRAM) + " " + input + " " + output + " --json --workflow-metadata ";
  for (const std::string words : {">/dev/full", "| true; exit ${PIPESTATUS[0]}"}) {
    std::filesystem::remove_all(output);
    const auto run = run_program({.command = {"bash", "-c", call + words}});
    EXPECT_EQ(run.exit_status, 0) << words << run.errors;
    EXPECT_EQ(json("report.json")["exit_code"], 0);
    EXPECT_NE(json("metadata.json")["exception"], "failed");
    EXPECT_TRUE(std::filesystem::exists(output + "/selected-images.json"));
    if (words == ">/dev/full") {
      EXPECT_NE(run.errors.find("could not be written to standard output"), std::string::npos);
    }
  }
}

TEST_F(ExitCodes, OfShowAreThoseOfACommandAndAFolderOfThatNameIsStillConverted) {
  write_phantom_series({}, folder / "show");
  const auto run_in_folder = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), DCMFLOW_PROGRAM);
    return run_program({.command = arguments, .working_folder = folder.path()});
  };
  const ProgramRun shown = run_in_folder({"show", "app"});
  EXPECT_EQ(shown.exit_status, 0);
  EXPECT_EQ(shown.errors, "");
  EXPECT_FALSE(Json::parse(shown.output, nullptr, false).is_discarded()) << shown.output;
  EXPECT_EQ(run_in_folder({"show", output}).exit_status, 2);
  for (const std::vector<std::string>& converted :
       {std::vector<std::string>{"./show", output}, {"run", "show", output}}) {
    std::filesystem::remove_all(output);
    EXPECT_EQ(run_in_folder(converted).exit_status, 0);
    EXPECT_EQ(json("report.json")["status"], "complete");
  }
}

TEST_F(ExitCodes, TwoForUsageAndSettings) {
  write_phantom_series({}, input);
  const std::vector<std::vector<std::string>> wrong{{"--no-such-option"},
                                                    {"--format", "dicom"},
                                                    {"--format", "NIFTY"},
                                                    {"--threads", "0"},
                                                    {"--threads", "-1"},
                                                    {"--threads", "many"},
                                                    {"--memory-budget", "big"},
                                                    {"--images", "some"},
                                                    {"--log-level", "loud"},
                                                    {"--format", ""},
                                                    {"--attributes", "/no/such/file"},
                                                    {"--format"}};
  for (const auto& options : wrong) {
    const ProgramRun run = convert(options);
    EXPECT_EQ(run.exit_status, 2) << options[0] << ": " << run.errors;
    EXPECT_FALSE(run.errors.empty());
    EXPECT_EQ(names_in(output).size(), 0U);
  }
  EXPECT_EQ(convert({}, {{"NVIDIA_CLARA_IMAGE_FORMAT", "jpeg"}}).exit_status, 2);
  EXPECT_EQ(run_dcmflow({input, input}).exit_status, 2);
}

TEST_F(ExitCodes, ThreeForBadRulesBeforeAnythingIsWritten) {
  write_phantom_series({}, input);
  EXPECT_EQ(convert({"--rules", rules("{\"selections\": 5}")}).exit_status, 3);
  EXPECT_EQ(convert({"--rules", folder / "absent.json"}).exit_status, 3);
  EXPECT_EQ(convert({}, {{"NVIDIA_CLARA_SELECTION_RULES_BASE64", "%%%"}}).exit_status, 3);
  EXPECT_EQ(names_in(output).size(), 0U);
}

TEST_F(ExitCodes, FourWithoutDicom) {
  EXPECT_EQ(run_dcmflow({folder / "absent", output}).exit_status, 4);
  std::filesystem::create_directories(input);
  EXPECT_EQ(convert().exit_status, 4);
  write_bytes(input + "/notes.txt", "no DICOM here");
  write_bytes(input + "/empty.dcm", "");
  const ProgramRun run = convert();
  EXPECT_EQ(run.exit_status, 4);
  EXPECT_THAT(run.errors, HasSubstr("no DICOM"));
  EXPECT_EQ(json("report.json")["exit_code"], 4);
  EXPECT_NE(json("report.json")["status"], "complete");
  expect_accounted(2);
  expect_valid_json(output);
}

TEST_F(ExitCodes, FiveWhenTheOutputCannotBeWritten) {
  write_phantom_series({}, input);
  write_bytes(output, "a file, not a folder");
  EXPECT_EQ(convert().exit_status, 5);
}

TEST_F(ExitCodes, SixUnderStrictOnlyForProblemsThatAreFaults) {
  write_phantom_series({}, input);
  write_bytes(input + "/notes.txt", "no fault of anyone");
  EXPECT_EQ(convert({"--strict"}).exit_status, 0);
  write_bytes(input + "/empty.dcm", "");
  EXPECT_EQ(convert({"--strict"}).exit_status, 6);
  EXPECT_EQ(json("report.json")["exit_code"], 6);
  EXPECT_EQ(json("series-images.json").size(), 1U);
  expect_valid_json(output);
  EXPECT_EQ(convert().exit_status, 0);
}

TEST_F(ExitCodes, SevenWhenARequiredSelectionHasNoMatch) {
  write_phantom_series({}, input);
  const auto required = rules(
      R"({"selections": [{"name": "PET", "required": true, "conditions": {"Modality": "PT"}},
                         {"name": "CT", "conditions": {"Modality": "CT"}}]})");
  const ProgramRun run = convert({"--rules", required});
  EXPECT_EQ(run.exit_status, 7);
  EXPECT_THAT(run.errors, HasSubstr("PET"));
  EXPECT_EQ(json("report.json")["exit_code"], 7);
  EXPECT_EQ(json("selected-images.json").dump(), R"({"CT":{"1.2.3.4":"1.2.3.4.mhd"}})");
  expect_valid_json(output);
  // Under --strict and with a fault, too: what stands behind is to wait for nothing.
  write_bytes(input + "/empty.dcm", "");
  EXPECT_EQ(convert({"--rules", required, "--strict"}).exit_status, 7);
  write_phantom_series({.modality = "PT", .series_uid = "1.2.3.5"}, input);
  EXPECT_EQ(convert({"--rules", required}).exit_status, 0);
  EXPECT_EQ(convert({"--rules", required, "--strict"}).exit_status, 6);
}

}  // namespace
}  // namespace dcmflow
