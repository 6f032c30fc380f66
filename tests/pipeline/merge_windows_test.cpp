// A merge of some studies at a time, or of many shards: the outputs are those of one process.

#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/pipeline/shards_scene.h"
#include "tests/support/running_program.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

// Of which each is done, and put away, before the next.
class ShardsOfManyStudies : public Shards {
 protected:
  void SetUp() override {
    Shards::SetUp();
    for (const std::string study : {"1.2.0", "1.2.4", "1.2.5", "1.2.30", "9"})
      for (const std::string series : {".1", ".2"})
        write_phantom_series({.study_uid = study,
                              .series_uid = study + series,
                              .series_description = "same",
                              .slices = 3},
                             input + "/more");
    write_phantom_series({.study_uid = "1.2.4",
                          .series_uid = "1.2.4.1",
                          .patient_id = "P2",
                          .slices = 2,
                          .first_number = 9},
                         input + "/other patient");
    // A key of another study's, and a name that is one.
    write_phantom_series({.study_uid = "1.2.7", .series_uid = "1.2.5.1", .slices = 2},
                         input + "/shared");
    const PhantomSeries some{.study_uid = "1.2.5",
                             .series_uid = "1.2.5.7",
                             .transfer_syntax = std::string(transfer_syntax::jpeg_ls)};
    damage_frame(write_phantom_series(some, input + "/some")[4]);
    for (const auto& path : write_phantom_series({.study_uid = "1.2.30",
                            .series_uid = "1.2.30.7",
                            .transfer_syntax = std::string(transfer_syntax::jpeg_ls)},
                                                 input + "/all"))
      damage_frame(path);
  }

  static constexpr int most_rounds = 3;  // of images that are chosen in place of others

  // By windows of a few files.
  void merge_into(const std::string& small) const {
    const std::vector<std::string> words{"merge", work, small, "--memory-budget", "20K"};
    auto run = run_dcmflow(words);
    for (int round = 0; round < most_rounds && run.exit_status == 75; ++round) {
      EXPECT_FALSE(fs::exists(small));
      run_all(3);
      run = run_dcmflow(words);
    }
    ASSERT_EQ(run.exit_status, 0) << run.errors;
  }

  // By windows of a few files, then by one of all.
  void expect_small_windows(const std::vector<std::string>& options) const {
    SCOPED_TRACE(testing::PrintToString(options));
    const std::string small = folder / "small";
    for (const auto& old : {work, output, small}) fs::remove_all(old);
    ASSERT_EQ(plan(3, options).exit_status, 0);
    run_all(3);
    // Twice: what the first one left is replaced.
    for (int time = 0; time < 2; ++time) merge_into(small);
    expect_one_process(options);
    EXPECT_EQ(contents(small), contents(output));
    EXPECT_EQ(tables(small), tables(output));
    EXPECT_EQ(run_dcmflow({"verify", small}).exit_status, 0);
  }
};

TEST_F(ShardsOfManyStudies, AreMergedSomeAtATime) {
  expect_small_windows({});
  // The disk has the images of each window.
  const auto report = Json::parse(bytes_of(folder / "small/report.json"));
  std::size_t synced = 0;
  for (const auto& step : report["run"]["steps"])
    if (step["step"] == "sync_output") synced = step["items"];
  EXPECT_EQ(synced, Json::parse(bytes_of(folder / "small/volumes.json"))["volumes"].size());
}

TEST_F(ShardsOfManyStudies, AreMergedWithEveryListSomeAtATime) {
  expect_small_windows({"--report", "--explain", "--tables", "csv", "--workflow-metadata"});
  expect_small_windows({"--tables", "ndjson", "--no-patient", "--report"});
  expect_small_windows({"--bids", "--format", "nii.gz"});
}

TEST_F(ShardsOfManyStudies, AreMergedUnderTheirNamesSomeAtATime) {
  expect_small_windows({"--name", "{SeriesDescription}", "--bids", "--report"});
  expect_small_windows({"--layout", "{StudyInstanceUID}/{Modality}", "--bids"});
}

TEST_F(ShardsOfManyStudies, AreSelectedSomeAtATime) {
  const std::string rules = folder / "rules.json";
  write_bytes(rules, R"({"selections": [
      {"name": "thin", "conditions": {"Modality": "CT"}, "order_by": "-SeriesInstanceUID",
       "limit": 1, "per": "study"},
      {"name": "MR", "conditions": {"Modality": "MR"}},
      {"name": "like it", "conditions": {"Modality": "CT"}, "same": {"PatientID": "MR"}},
      {"name": "none", "conditions": {"Modality": "PT"}}]})");
  expect_small_windows({"--rules", rules, "--report", "--explain", "--workflow-metadata"});
  write_bytes(rules, R"({"selections": [{"name": "MR", "conditions": {"Modality": "MR"}}]})");
  expect_small_windows({"--rules", rules});
}

// In study 1.2.30 the first that is chosen fails, and another study's takes the place of none.
TEST_F(ShardsOfManyStudies, MakeWhatIsSelectedSomeAtATime) {
  const std::string rules = folder / "rules.json";
  write_bytes(rules, R"({"selections": [
      {"name": "last", "conditions": {"Modality": "CT"}, "order_by": "-SeriesInstanceUID",
       "limit": 1, "per": "study"},
      {"name": "first of all", "conditions": {"SeriesDescription": "same"}, "limit": 2,
       "per": "all"},
      {"name": "like it", "conditions": {"SeriesDescription": "same"}, "same": {"StudyID": "MR"},
       "limit": 1, "per": "all"},
      {"name": "MR", "conditions": {"Modality": "MR"}}]})");
  const std::vector<std::string> selected{"--rules", rules, "--images", "selected"};
  ASSERT_EQ(plan(3, selected).exit_status, 0);
  run_all(3);
  EXPECT_EQ(merge().exit_status, 75);
  expect_small_windows(selected);
  expect_small_windows({"--rules", rules, "--images", "selected", "--report", "--explain",
                        "--tables", "csv", "--bids", "--name", "{SeriesDescription}"});
  write_bytes(rules, "");  // each series
  expect_small_windows({"--rules", rules, "--images", "selected"});
}

// Lists that are short would say that there is no more.
TEST_F(ShardsOfManyStudies, WhoseListsFindNoRoomOnTheDiskGiveNone) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  // More than is kept in memory.
  write_phantom_series({.study_uid = "1.2.8", .series_uid = "1.2.8.1", .slices = 300},
                       input + "/long");
  const std::vector<std::string> options{"--report", "--tables", "csv", "--workflow-metadata"};
  ASSERT_EQ(plan(3, options).exit_status, 0);
  run_all(3);
  const auto failed = run_dcmflow({"merge", work, output, "--memory-budget", "20K"},
                                  {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                   {"BREAK_ON", "create"},
                                   {"BREAK_NAME", ".texts.part"},
                                   {"BREAK_BY", "fail"}});
  EXPECT_EQ(failed.exit_status, 5);
  EXPECT_THAT(failed.errors, HasSubstr("no room on the disk"));
  for (const auto& name : names_in(output))
    EXPECT_FALSE(name.ends_with(".json") || name.ends_with(".html") || name.ends_with(".csv"))
        << name;
  EXPECT_EQ(merge().exit_status, 0);
  expect_one_process(options);
}

// More than are open at once.
TEST_F(Shards, AreMergedInPassesWhereTheyAreMany) {
  constexpr int shards = 130;
  ASSERT_EQ(plan(shards).exit_status, 0);
  run_all(shards);
  expect_one_process();
}

TEST_F(Shards, AMergeEndsWithASignalWhileItReadsNames) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  ASSERT_EQ(plan(3).exit_status, 0);
  run_all(3);
  const std::string log = folder / "log", gate = folder / "gate", next = "/plan/1.headers";
  write_bytes(log, "");
  RunningProgram program({.command = {DCMFLOW_PROGRAM, "merge", work, output},
                          .environment = {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                          {"BREAK_ON", "open"},
                                          {"BREAK_NAME", next},
                                          {"BREAK_BY", gate},
                                          {"BREAK_LOG", log}},
                          .working_folder = "/"});
  for (int i = 0; i < 3000 && bytes_of(log).find(next) == std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  program.send(SIGTERM);
  write_bytes(gate, "");
  EXPECT_EQ(program.wait().exit_status, 128 + SIGTERM);
  EXPECT_THAT(bytes_of(log), Not(HasSubstr("/plan/2.headers")));
  EXPECT_FALSE(fs::exists(output + "/report.json"));
  expect_one_process();
}

}  // namespace
}  // namespace dcmflow
