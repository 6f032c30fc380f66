#include "stages/base/byte_block.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace dcmflow {
namespace {

TEST(ByteBlockTest, IsEightBytesOfWhatHoldsItAndKeepsWhatIsAppended) {
  static_assert(sizeof(ByteBlock) == 8);
  ByteBlock block;
  EXPECT_EQ(block.view(), "");
  EXPECT_EQ(block.room(), 0U);
  std::string all;
  for (int i = 0; i < 100; ++i) {
    const std::string more(static_cast<std::size_t>(i % 7), static_cast<char>('a' + i % 26));
    block.append(more);
    all += more;
    ASSERT_EQ(block.view(), all);
  }
  EXPECT_GT(block.room(), all.size());
  block.shrink_to_fit();
  EXPECT_EQ(block.room(), all.size());
  EXPECT_EQ(block.view(), all);
}

TEST(ByteBlockTest, CopiesAreTheirOwnAndWhatWasMovedFromIsEmpty) {
  ByteBlock block("abc");
  ByteBlock copy = block;
  copy.append("d");
  EXPECT_EQ(block.view(), "abc");
  EXPECT_EQ(copy.view(), "abcd");
  EXPECT_FALSE(copy == block);
  const ByteBlock moved = std::move(copy);
  EXPECT_EQ(moved.view(), "abcd");
  EXPECT_EQ(copy.view(), "");  // NOLINT(bugprone-use-after-move): it is what is asked
  block = moved;
  EXPECT_TRUE(block == moved);
}

TEST(ByteBlockTest, RoomThatIsReservedIsTakenOnceAndNeverLess) {
  ByteBlock block;
  block.append(std::string(10, 'x'));
  block.reserve(2000);
  EXPECT_EQ(block.room(), 2000U);
  block.reserve(5);
  EXPECT_EQ(block.room(), 2000U);
  EXPECT_EQ(block.view(), std::string(10, 'x'));
  block.append("");
  EXPECT_EQ(block.view().size(), 10U);
}

}  // namespace
}  // namespace dcmflow
