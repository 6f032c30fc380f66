// A second run into the folder of a first replaces its results, and nothing else.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

class EarlierResults : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, input);
    write_phantom_series({.series_uid = "1.2.3.2"}, input);
    write_phantom_series({.series_uid = "1.2.3.9"}, other);
  }
  void run_first(std::vector<std::string> options = {}) {
    ASSERT_EQ(convert(std::move(options)).exit_status, 0);
    for (const auto& [name, bytes] : foreign) write_bytes(output + "/" + name, bytes);
  }
  ProgramRun run_second(std::vector<std::string> options, const std::string& source) {
    options.insert(options.begin(), {source, output});
    return run_dcmflow(std::move(options));
  }
  // As a fresh folder after the same run, beside the files of others.
  void expect_as_fresh(std::vector<std::string> options, const std::string& source) {
    options.insert(options.begin(), {source, folder / "fresh"});
    run_dcmflow(std::move(options));
    auto expected = contents(folder / "fresh");
    expected.insert(foreign.begin(), foreign.end());
    EXPECT_EQ(contents(output), expected);
  }
  // What says "complete" is gone, and nothing else is.
  void expect_withdrawn(std::map<std::string, std::string> before) const {
    for (const auto* name : {"selected-images.json", "report.json", "metadata.json"})
      before.erase(name);
    EXPECT_EQ(contents(output), before);
  }

  const std::string other = folder / "other";
  const std::map<std::string, std::string> foreign{
      {"notes.txt", "mine"}, {"scan.nii", "mine too"}, {"1.2.3.7.mhd", "and mine"}};
};

TEST_F(EarlierResults, OfAnotherInputGoWithTheirSidecars) {
  run_first({"--bids", "--explain", "--workflow-metadata"});
  const ProgramRun run = run_second({}, other);
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("earlier run: "));
  expect_as_fresh({}, other);
}

TEST_F(EarlierResults, InAnotherFormatGo) {
  run_first();
  EXPECT_EQ(run_second({"--format", "nii.gz"}, input).exit_status, 0);
  expect_as_fresh({"--format", "nii.gz"}, input);
}

TEST_F(EarlierResults, OfASeriesThatIsRefusedNowGo) {
  run_first();
  write_phantom_series(
      {.series_uid = "1.2.3.1",
       .edit = [](unsigned, DicomBuilder& file) { file.remove("ImagePositionPatient"); }},
      folder / "refused");
  EXPECT_EQ(run_second({}, folder / "refused").exit_status, 0);
  expect_as_fresh({}, folder / "refused");
}

TEST_F(EarlierResults, OfAnImageThatCannotBeWrittenAgainGo) {
  run_first();
  std::filesystem::create_directory(output + "/1.2.3.9.raw");
  EXPECT_EQ(run_second({}, other).exit_status, 5);
  EXPECT_FALSE(std::filesystem::exists(output + "/1.2.3.9.mhd"));
  EXPECT_FALSE(std::filesystem::exists(output + "/1.2.3.1.mhd"));
  EXPECT_EQ(json("report.json")["exit_code"], 5);
}

TEST_F(EarlierResults, StayWhenTheSettingsAreWrongButClaimNothing) {
  write_bytes(folder / "rules.json", R"({"selections": [{"name": 3}]})");
  for (const auto& [exit_status, options] : std::vector<std::pair<int, std::vector<std::string>>>{
           {2, {"--format", "xyz"}},
           {2, {"--threads", "none"}},
           {2, {"--no-such-option"}},
           {2, {"--format"}},
           {2, {"--attributes", "/no/such/file"}},
           {3, {"--rules", folder / "rules.json"}},
           {3, {"--rules", "/no/such/file"}}}) {
    std::filesystem::remove_all(output);
    run_first({"--workflow-metadata"});
    const auto before = contents(output);
    EXPECT_EQ(run_second(options, input).exit_status, exit_status) << options[0];
    expect_withdrawn(before);
  }
}

TEST_F(EarlierResults, StayWhenThereIsNoInput) {
  run_first({"--workflow-metadata"});
  const auto before = contents(output);
  EXPECT_EQ(run_second({}, folder / "absent").exit_status, 4);
  expect_withdrawn(before);
}

TEST_F(EarlierResults, StayWhenTheInputHoldsNoDicomAndTheReportTellsOfThat) {
  run_first();
  auto before = contents(output);
  write_bytes(folder / "texts/a.txt", "hello");
  EXPECT_EQ(run_second({}, folder / "texts").exit_status, 4);
  EXPECT_EQ(json("report.json")["exit_code"], 4);
  auto after = contents(output);
  for (auto* files : {&before, &after}) {
    files->erase("report.json");
    files->erase("selected-images.json");
  }
  EXPECT_EQ(after, before);
}

TEST_F(EarlierResults, StayAsTheyAreWhereItIsAskedFor) {
  run_first();
  const auto before = contents(output);
  const ProgramRun run = run_second({"--on-earlier", "refuse"}, other);
  EXPECT_EQ(run.exit_status, 5);
  EXPECT_THAT(run.errors, HasSubstr("--on-earlier"));
  EXPECT_EQ(contents(output), before);
  std::filesystem::remove_all(output);
  EXPECT_EQ(run_second({"--on-earlier", "refuse"}, other).exit_status, 0);
}

TEST_F(EarlierResults, StayAsTheyAreForWhoOnlyAsks) {
  run_first();
  const auto before = contents(output);
  for (const std::string word : {"--help", "--version"})
    EXPECT_EQ(run_dcmflow({input, output, word}).exit_status, 0);
  EXPECT_EQ(run_dcmflow({"show"}, {{"NVIDIA_CLARA_OUTPUT", output}}).exit_status, 0);
  EXPECT_EQ(contents(output), before);
}

// The folder is not that of the command line: what stands behind an unknown option may be its
// value.
TEST_F(EarlierResults, OfAFolderThatMayNotBeTheOutputStay) {
  run_first();
  const auto before = contents(output);
  EXPECT_EQ(run_dcmflow({"--no-such-option", input, output}).exit_status, 2);
  EXPECT_EQ(run_dcmflow({"--no-such-option", "value", input}, {{"NVIDIA_CLARA_OUTPUT", output}})
                .exit_status,
            2);
  EXPECT_EQ(contents(output), before);
  EXPECT_EQ(run_dcmflow({"--no-such-option"}, {{"NVIDIA_CLARA_OUTPUT", output}}).exit_status, 2);
  EXPECT_FALSE(std::filesystem::exists(output + "/selected-images.json"));
}

// Not even what says that they are complete: nothing takes their place.
TEST_F(EarlierResults, StayUnderADryRunAndUnderQuestionsRightOrWrong) {
  run_first({"--workflow-metadata"});
  const auto before = contents(output);
  const std::string rules = folder / "wrong.json";
  write_bytes(rules, "{");
  const std::map<std::string, std::string> variables{{"NVIDIA_CLARA_OUTPUT", output}};
  const std::vector<std::pair<std::vector<std::string>, int>> calls{
      {{other, output, "--dry-run"}, 0},
      {{other, output, "--dry-run", "--rules", rules}, 3},
      {{other, output, "--dry-run", "--no-such-option"}, 2},
      {{folder / "missing", output, "--dry-run"}, 4},
      {{"values", other, "Modality"}, 0},
      {{"values", output, "--no-such-option"}, 2},
      {{"values", folder / "missing"}, 4},
      {{"rules", "explain", rules, other}, 3},
      {{"rules", "check", rules}, 3}};
  for (const auto& [arguments, exit_status] : calls) {
    const ProgramRun run = run_dcmflow(arguments, variables);
    EXPECT_EQ(run.exit_status, exit_status) << arguments.front() << '\n' << run.errors;
    EXPECT_EQ(contents(output), before) << arguments.front();
  }
}

TEST_F(EarlierResults, ThatSomeoneChangedAreHisNow) {
  run_first();
  write_bytes(output + "/1.2.3.1.mhd", "edited by hand");
  EXPECT_EQ(run_second({}, other).exit_status, 0);
  EXPECT_EQ(bytes_of(output + "/1.2.3.1.mhd"), "edited by hand");
  EXPECT_FALSE(std::filesystem::exists(output + "/1.2.3.1.raw"));
}

}  // namespace
}  // namespace dcmflow
