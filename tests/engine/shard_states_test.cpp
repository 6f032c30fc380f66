#include "engine/shard_states.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

TEST(ShardStates, OfAFolderWithoutAPlanThereAreNone) {
  const TemporaryFolder work;
  const auto states = read_shard_states(work.path());
  ASSERT_TRUE(states);
  EXPECT_EQ(states->pieces, 0U);
  EXPECT_TRUE(states->left().empty());
}

TEST(ShardStates, WhatIsLeftIsInOrder) {
  const PieceStates states{
      .pieces = 9, .done = 4, .begun = {7}, .failed = {{2, 75}, {8, 5}}, .not_begun = {0, 1}};
  EXPECT_EQ(states.left(), (std::vector<std::size_t>{0, 1, 2, 7, 8}));
}

TEST(ShardStates, PartsOfAScanHaveTheirOwn) {
  const TemporaryFolder work;
  for (const std::string folder : {"/scan/1", "/scan/.attempt-2-abcdef", "/scan/.attempt-3-abcdef",
                                   "/shards/.attempt-0-abcdef", "/slurm/failed-parts"})
    std::filesystem::create_directories(work.path() + folder);
  std::ofstream(work / "slurm/failed-parts/3") << "5\n";
  const auto states = read_part_states(work.path(), 5);
  EXPECT_EQ(states.pieces, 5U);
  EXPECT_EQ(states.done, 1U);
  EXPECT_EQ(states.begun, std::vector<std::size_t>{2});
  EXPECT_EQ(states.failed, (std::map<std::size_t, int>{{3, 5}}));
  EXPECT_EQ(states.not_begun, (std::vector<std::size_t>{0, 4}));
}

TEST(ShardStates, NeighboursAreARange) {
  EXPECT_EQ(ranges_words({}, 20), "");
  EXPECT_EQ(ranges_words({3, 7, 8, 9, 11}, 20), "3 7-9 11");
}

TEST(ShardStates, WhatFindsNoRoomIsCounted) {
  EXPECT_EQ(ranges_words({1, 3, 5, 7, 9}, 5), "1 3 5 and 2 more");
}

}  // namespace
}  // namespace dcmflow
