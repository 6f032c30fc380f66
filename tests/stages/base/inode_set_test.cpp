#include "stages/base/inode_set.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(InodeSet, KnowsANumberOnTheSameDeviceOnly) {
  InodeSet set;
  EXPECT_TRUE(set.insert(1, 7));
  EXPECT_FALSE(set.insert(1, 7));
  EXPECT_TRUE(set.insert(2, 7));
}

TEST(InodeSet, TheNumberZeroIsANumber) {
  InodeSet set;
  EXPECT_TRUE(set.insert(1, 0));
  EXPECT_FALSE(set.insert(1, 0));
}

TEST(InodeSet, HoldsAMillionNumbersInSixteenMebibytesAtMost) {
  InodeSet set;
  for (ino_t i = 1; i <= 1'000'000; ++i) ASSERT_TRUE(set.insert(1, i * 4096));
  for (ino_t i = 1; i <= 1'000'000; ++i) ASSERT_FALSE(set.insert(1, i * 4096));
  EXPECT_LE(set.bytes(), 16U << 20);
}

}  // namespace
}  // namespace dcmflow
