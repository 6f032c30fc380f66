#include "engine/shard_states.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

TEST(ShardStates, OfAFolderWithoutAPlanThereAreNone) {
  const TemporaryFolder work;
  const auto states = read_shard_states(work.path());
  ASSERT_TRUE(states);
  EXPECT_EQ(states->shards, 0U);
  EXPECT_TRUE(states->left().empty());
}

TEST(ShardStates, WhatIsLeftIsInOrder) {
  const ShardStates states{
      .shards = 9, .done = 4, .begun = {7}, .failed = {{2, 75}, {8, 5}}, .not_begun = {0, 1}};
  EXPECT_EQ(states.left(), (std::vector<std::size_t>{0, 1, 2, 7, 8}));
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
