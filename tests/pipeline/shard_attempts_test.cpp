// Attempts of plan, shards and merge that are killed, come too late, or have to make more images
// than were planned.

#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "tests/pipeline/shards_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

TEST_F(Shards, AreMergedAgainAfterAKillAnywhere) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  ASSERT_EQ(plan(2).exit_status, 0);
  run_all(2);
  const std::string alone = folder / "alone";
  ASSERT_EQ(run_dcmflow({"run", input, alone}).exit_status, 0);
  const auto expected = contents(alone);
  constexpr unsigned each = 40;  // the first are those of the files of images
  unsigned kills = 0;
  for (unsigned nth = 1; nth < 200; nth += nth < each ? 1 : 3) {
    SCOPED_TRACE(nth);
    const auto killed = run_dcmflow({"merge", work, output}, {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                                              {"BREAK_ON", "change"},
                                                              {"BREAK_BY", "kill"},
                                                              {"BREAK_NTH", std::to_string(nth)}});
    if (killed.signal != SIGKILL) break;
    ++kills;
    if (fs::exists(output + "/selected-images.json")) {
      EXPECT_EQ(contents(output), expected);
    }
    // Now and then into what the killed one left, else into what several did.
    if (kills % 4 != 0) continue;
    ASSERT_EQ(merge().exit_status, 0);
    EXPECT_EQ(contents(output), expected);
    fs::remove_all(output);
  }
  EXPECT_GT(kills, 20U);
  ASSERT_EQ(merge().exit_status, 0);
  EXPECT_EQ(contents(output), expected);
}

// Whatever of plan and shard is killed leaves nothing that passes for it.
TEST_F(Shards, ArePlannedAndRunAgainAfterAKillAnywhere) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  const std::vector<std::string> planning{"plan", input, work, "--shards", "1", "--bids"};
  const std::vector<std::string> running{"shard", "run", work, "--shard", "0"};
  for (const auto& [step, result] :
       {std::pair(planning, work + "/plan"), std::pair(running, work + "/shards/0")}) {
    unsigned kills = 0;
    for (unsigned nth = 1; nth < 200; ++nth) {
      const auto killed = run_dcmflow(step, {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                             {"BREAK_ON", "change"},
                                             {"BREAK_BY", "kill"},
                                             {"BREAK_NTH", std::to_string(nth)}});
      if (killed.signal != SIGKILL) break;
      ++kills;
      EXPECT_FALSE(fs::exists(result)) << nth;
    }
    EXPECT_GT(kills, 2U);
    EXPECT_EQ(run_dcmflow(step).exit_status, 0);
    EXPECT_TRUE(fs::exists(result));
  }
  expect_one_process({"--bids"});
  EXPECT_EQ(names_in(work + "/shards"), std::vector<std::string>{"0"}) << "attempts are left";
}

// What is put away cannot be rendered again: lists that are lost take no file from the others.
TEST_F(Shards, TellOfEveryFileWhenAListIsLost) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  ASSERT_EQ(plan(2).exit_status, 0);
  run_all(2);
  ASSERT_EQ(merge().exit_status, 0);
  const auto files = [&] { return read_json(output + "/report.json")["files"].size(); };
  const auto all = files();
  for (const std::string list : {"selected-images.json", "volumes.json", "dicom-metadata.json"}) {
    const auto broken = run_dcmflow({"merge", work, output}, {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                                              {"BREAK_ON", "rename"},
                                                              {"BREAK_NAME", list},
                                                              {"BREAK_BY", "fail"},
                                                              {"BREAK_NTH", "1"}});
    EXPECT_EQ(broken.exit_status, 5) << list;
    EXPECT_EQ(files(), all) << list;
  }
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

// The first to begin is slow to give its folder its name: the other is done before.
TEST_F(Shards, TheLaterOfTwoLiveAttemptsIsDroppedAndEndsWell) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  ASSERT_EQ(plan(1).exit_status, 0);
  ProgramRun slow;
  auto first = begin_slow_attempt("/shards/0", slow);
  const auto second = shard(0);
  EXPECT_EQ(second.exit_status, 0);
  EXPECT_THAT(second.errors, HasSubstr("shard 0: done\n"));
  EXPECT_EQ(names_in(work + "/shards").size(), 2U);
  first.join();
  EXPECT_EQ(slow.exit_status, 0) << slow.errors;
  EXPECT_THAT(slow.errors, HasSubstr("another attempt was done first; this one is dropped"));
  EXPECT_EQ(names_in(work + "/shards"), std::vector<std::string>{"0"});
  expect_one_process();
}

// Also where the merge has taken away what it was at work in.
TEST_F(Shards, ALaterAttemptThatLosesItsFolderEndsWell) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  ASSERT_EQ(plan(1).exit_status, 0);
  ProgramRun slow;
  auto first = begin_slow_attempt("/manifest.json", slow);
  EXPECT_EQ(shard(0).exit_status, 0);
  EXPECT_EQ(merge().exit_status, 0);
  EXPECT_EQ(names_in(work + "/shards"), std::vector<std::string>{"0"});
  first.join();
  EXPECT_EQ(slow.exit_status, 0) << slow.errors;
  EXPECT_THAT(slow.errors, HasSubstr("another attempt was done first"));
  EXPECT_EQ(names_in(work + "/shards"), std::vector<std::string>{"0"});
}

class SelectedShards : public Shards {
 protected:
  void SetUp() override {
    for (const unsigned number : {1, 2, 3, 4, 5}) series(number);
  }
  // Compressed without losses, so that it can be damaged.
  std::vector<std::string> series(unsigned number) const {
    return write_phantom_series({.series_uid = "1.2.3." + std::to_string(number),
                                 .slices = 4,
                                 .seed = 0,
                                 .transfer_syntax = std::string(transfer_syntax::rle)},
                                input);
  }
  std::vector<std::string> options(const std::string& more) const {
    write_bytes(folder / "rules.json", R"({"selections": [{"name": "S", )" + more +
                                           R"("conditions": {"Modality": "CT"}}]})");
    return {"--rules", folder / "rules.json", "--images", "selected", "--explain"};
  }
  std::vector<std::string> made() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(work + "/shards"))
      if (entry.path().extension() == ".mhd") names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(SelectedShards, MakeOnlyWhatIsChosen) {
  const auto rules = options(R"("skip": 1, "limit": 2, )");
  ASSERT_EQ(plan(3, rules).exit_status, 0);
  run_all(3);
  EXPECT_EQ(made(), (std::vector<std::string>{"1.2.3.2.mhd", "1.2.3.3.mhd"}));
  expect_one_process(rules);
}

// Two in a row fail: each time the merge says which shard has to make another one.
TEST_F(SelectedShards, MakeWhatTakesThePlaceOfOneThatFails) {
  for (const unsigned number : {1, 2})
    for (const auto& path : series(number)) damage_frame(path);
  const auto rules = options(R"("limit": 1, )");
  ASSERT_EQ(plan(3, rules).exit_status, 0);
  run_all(3);
  EXPECT_TRUE(made().empty());
  for (int round = 0; round < 2; ++round) {
    const auto early = merge();
    EXPECT_EQ(early.exit_status, 75);
    EXPECT_THAT(early.errors, HasSubstr("are chosen in place of others that failed; run it"));
    EXPECT_FALSE(fs::exists(output));
    EXPECT_EQ(merge().exit_status, 75);  // nor does it ask for more by asking again
    run_all(3);
  }
  EXPECT_EQ(made(), std::vector<std::string>{"1.2.3.3.mhd"});
  expect_one_process(rules);
}

}  // namespace
}  // namespace dcmflow
