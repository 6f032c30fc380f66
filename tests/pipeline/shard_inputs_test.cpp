// What shards take for the input, and what is no fact of it.

#include <gmock/gmock.h>

#include "tests/pipeline/shards_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

TEST_F(Shards, AnArchiveThatIsNotThereIsNoFactOfTheArchive) {
  ASSERT_EQ(plan(2).exit_status, 0);
  fs::rename(input, folder / "away");
  fs::create_directory(input);
  for (const int number : {0, 1}) {
    const auto run = shard(number);
    EXPECT_EQ(run.exit_status, 75) << run.errors;
    EXPECT_THAT(run.errors, HasSubstr("plan anew"));
    EXPECT_FALSE(fs::exists(work + "/shards/" + std::to_string(number)));
  }
  EXPECT_EQ(merge().exit_status, 75);
  fs::remove(input);
  fs::rename(folder / "away", input);
  run_all(2);
  expect_one_process();
}

TEST_F(Shards, AFileThatChangedSinceThePlanIsToldAndNotLeftOut) {
  ASSERT_EQ(plan(1).exit_status, 0);
  const auto file = fs::directory_iterator(input + "/b")->path();
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::hours(1));
  EXPECT_EQ(shard(0).exit_status, 75);
}

TEST_F(Shards, OneFileIsAnInput) {
  const std::string file = fs::directory_iterator(input + "/b")->path();
  const std::string alone = folder / "alone";
  ASSERT_EQ(run_dcmflow({"plan", file, work, "--shards", "1"}).exit_status, 0);
  run_all(1);
  ASSERT_EQ(merge().exit_status, 0);
  ASSERT_EQ(run_dcmflow({file, alone}).exit_status, 0);
  EXPECT_TRUE(fs::exists(output + "/1.2.3.2.mhd"));
  EXPECT_EQ(contents(output), contents(alone));
}

TEST_F(Shards, AreNotMergedIntoWhatTheyAreMadeOf) {
  ASSERT_EQ(plan(1).exit_status, 0);
  run_all(1);
  for (const auto& place : {input, work, work + "/plan", work + "/shards/0", work + "/./plan/x"}) {
    const auto run = run_dcmflow({"merge", work, place});
    EXPECT_EQ(run.exit_status, 2) << place << run.errors;
  }
  EXPECT_FALSE(fs::exists(input + "/report.json"));
  EXPECT_EQ(merge().exit_status, 0);
}

TEST_F(Shards, WantTheirFoldersBeforeTheOptions) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"plan", "-f", "nii", input, work, "--shards", "1"},
        {"merge", "-v", work, output}}) {
    const auto run = run_dcmflow(words);
    EXPECT_EQ(run.exit_status, 2);
    EXPECT_THAT(run.errors, HasSubstr("options come behind"));
  }
}

}  // namespace
}  // namespace dcmflow
