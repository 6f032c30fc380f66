// plan, shard run and merge: the outputs are those of one process, whatever the shards went
// through.

#include <gmock/gmock.h>

#include <array>
#include <optional>
#include <thread>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Shards : public testing::Test {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, input + "/a");
    write_phantom_series({.modality = "MR", .series_uid = "1.2.3.2", .slices = 5}, input + "/b");
    write_phantom_series({.series_uid = "1.2.3.4", .slices = 4}, input + "/d");
    write_phantom_series(
        {.series_uid = "1.2.3.3",
         .edit = [](unsigned, DicomBuilder& file) { file.remove("ImagePositionPatient"); }},
        input + "/c");
    // Two studies with one Series Instance UID: their names collide, in shards of their own.
    write_phantom_series({.study_uid = "1.2.9", .series_uid = "1.2.3.1", .slices = 6},
                         input + "/e");
    write_bytes(input + "/note.txt", "hello");
    write_bytes(input + "/empty", "");
  }

  ProgramRun plan(int shards, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"plan", input, work, "--shards", std::to_string(shards)});
    return run_dcmflow(options);
  }
  ProgramRun shard(int number) const {
    return run_dcmflow({"shard", "run", work, "--shard", std::to_string(number)});
  }
  ProgramRun merge() const { return run_dcmflow({"merge", work, output}); }
  void run_all(int shards) const {
    for (int number = shards; number-- > 0;) {
      const auto run = shard(number);
      EXPECT_EQ(run.exit_status, 0) << run.errors;
    }
  }
  // Every row of every table but runs, without what differs from machine to machine.
  static std::string rows(const std::string& folder) {
    std::string all;
    for (const std::string table : {"studies", "series", "files", "images", "slices"}) {
      const auto found = run_dcmflow({"query", folder, "SELECT * FROM " + table, "--json"});
      EXPECT_EQ(found.exit_status, 0) << found.errors;
      all += table + found.output;
    }
    return all;
  }
  void expect_one_process(std::vector<std::string> options = {}) const {
    const std::string alone = folder / "alone";
    fs::remove_all(alone);
    options.insert(options.begin(), {"run", input, alone});
    const auto one = run_dcmflow(options);
    const auto merged = merge();
    EXPECT_EQ(merged.exit_status, one.exit_status) << merged.errors;
    const auto expected = contents(alone);
    EXPECT_GT(expected.size(), 8U);
    EXPECT_EQ(contents(output), expected);
    EXPECT_EQ(run_dcmflow({"verify", output}).exit_status, 0);
  }

  TemporaryFolder folder;
  const std::string input = folder / "input";
  const std::string work = folder / "work";
  const std::string output = folder / "output";
};

TEST_F(Shards, MakeTheOutputsOfOneProcess) {
  for (const int shards : {1, 3, 9}) {
    SCOPED_TRACE(shards);
    fs::remove_all(work);
    ASSERT_EQ(plan(shards).exit_status, 0);
    run_all(shards);
    expect_one_process();
  }
  EXPECT_TRUE(fs::exists(output + "/1.2.3.1_study2.mhd"));
}

TEST_F(Shards, KeepTheOptionsOfThePlan) {
  const std::vector<std::string> options{"--format", "nii.gz",   "--bids", "--sha256",
                                         "all",      "--tables", "csv"};
  ASSERT_EQ(plan(2, options).exit_status, 0);
  run_all(2);
  expect_one_process(options);
}

TEST_F(Shards, AreMergedWithoutTheInput) {
  ASSERT_EQ(plan(2).exit_status, 0);
  run_all(2);
  const std::string alone = folder / "alone";
  ASSERT_EQ(run_dcmflow({"run", input, alone}).exit_status, 0);
  for (const auto& entry : fs::recursive_directory_iterator(input))
    if (entry.is_regular_file()) fs::remove(entry.path());
  ASSERT_EQ(merge().exit_status, 0);
  EXPECT_EQ(contents(output), contents(alone));
}

TEST_F(Shards, PassOnWhichFilesCannotBeDecoded) {
  const PhantomSeries some{.series_uid = "1.2.3.7",
                           .transfer_syntax = std::string(transfer_syntax::jpeg_ls)};
  damage_frame(write_phantom_series(some, input + "/some")[4]);
  const PhantomSeries all{.series_uid = "1.2.3.8",
                          .transfer_syntax = std::string(transfer_syntax::jpeg_ls)};
  for (const auto& path : write_phantom_series(all, input + "/all")) damage_frame(path);
  ASSERT_EQ(plan(4).exit_status, 0);
  run_all(4);
  expect_one_process();
  EXPECT_THAT(bytes_of(output + "/report.json"), HasSubstr("decode_failed"));
}

TEST_F(Shards, AreDoneOnce) {
  ASSERT_EQ(plan(2).exit_status, 0);
  EXPECT_EQ(plan(2).exit_status, 0);
  EXPECT_EQ(plan(3).exit_status, 2);
  run_all(2);
  const auto again = shard(0);
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_THAT(again.errors, HasSubstr("done already"));
  EXPECT_EQ(shard(2).exit_status, 2);
}

TEST_F(Shards, ThatAreMissingOrChangedAreNamedAndNothingIsMerged) {
  ASSERT_EQ(plan(3).exit_status, 0);
  EXPECT_EQ(shard(0).exit_status, 0);
  const auto early = merge();
  EXPECT_EQ(early.exit_status, 75);
  EXPECT_THAT(early.errors, HasSubstr("shard 1: it is not done"));
  EXPECT_THAT(early.errors, HasSubstr("shard 2: it is not done"));
  EXPECT_FALSE(fs::exists(output + "/report.json"));
  run_all(3);
  write_bytes(work + "/shards/1/records", "other");
  EXPECT_EQ(merge().exit_status, 75);
  fs::remove_all(work + "/shards/1");
  EXPECT_EQ(shard(1).exit_status, 0);
  for (const auto& image : fs::directory_iterator(work + "/shards/2/images"))
    fs::resize_file(image.path(), 3);
  EXPECT_EQ(merge().exit_status, 75);
  fs::remove_all(work + "/shards/2");
  EXPECT_EQ(shard(2).exit_status, 0);
  expect_one_process();
  expect_one_process();  // again, into the same folder
}

TEST_F(Shards, TakeTheirNumberFromWhoeverStartsThem) {
  ASSERT_EQ(plan(2).exit_status, 0);
  EXPECT_EQ(run_dcmflow({"shard", "run", work, "--shard", "auto"}).exit_status, 2);
  EXPECT_EQ(run_dcmflow({"shard", "run", work, "--shard", "auto"}, {{"SLURM_ARRAY_TASK_ID", "1"}})
                .exit_status,
            0);
  EXPECT_TRUE(fs::exists(work + "/shards/1/manifest.json"));
  EXPECT_EQ(run_dcmflow({"shard", "run", work, "--shard", "auto"}, {{"JOB_COMPLETION_INDEX", "0"}})
                .exit_status,
            0);
  expect_one_process();
}

TEST_F(Shards, TwoLiveAttemptsOfOneShardAreOne) {
  ASSERT_EQ(plan(1).exit_status, 0);
  std::vector<std::thread> attempts;
  std::array<std::optional<int>, 4> ends;
  for (auto& end : ends) attempts.emplace_back([&] { end = shard(0).exit_status; });
  for (auto& attempt : attempts) attempt.join();
  for (const auto& end : ends) EXPECT_EQ(end, 0);
  EXPECT_EQ(names_in(work + "/shards"), std::vector<std::string>{"0"});
  expect_one_process();
}

TEST_F(Shards, RefuseOtherSettingsThanThoseOfThePlan) {
  const std::string rules = folder / "rules.json";
  write_bytes(rules, R"({"selections": []})");
  ASSERT_EQ(plan(1, {"--rules", rules}).exit_status, 0);
  write_bytes(rules, R"({"selections": [{"name": "a", "conditions": {"Modality": "CT"}}]})");
  const auto run = shard(0);
  EXPECT_EQ(run.exit_status, 2) << run.errors;
  EXPECT_EQ(run_dcmflow({"shard", "run", work, "--shard", "0", "--format", "nii"}).exit_status, 2);
}

}  // namespace
}  // namespace dcmflow
