#include "stages/base/rare.h"

#include <gtest/gtest.h>

#include <string>

namespace dcmflow {
namespace {

TEST(Rare, TakesEightBytesAndIsNothingAtFirst) {
  EXPECT_EQ(sizeof(Rare<std::string>), 8U);
  EXPECT_FALSE(Rare<std::string>());
}

TEST(Rare, IsMadeWhereItIsWanted) {
  Rare<std::string> rare;
  rare.made() = "once";
  ASSERT_TRUE(rare);
  EXPECT_EQ(rare->size(), 4U);
  EXPECT_EQ(rare.made(), "once");
  rare.reset();
  EXPECT_FALSE(rare);
}

TEST(Rare, IsCopiedWithItsHolder) {
  Rare<std::string> rare = std::string("first");
  Rare<std::string> copy = rare;
  copy.made() = "second";
  EXPECT_EQ(*rare, "first");
  rare = copy;
  copy.reset();
  EXPECT_EQ(*rare, "second");
  rare = copy;
  EXPECT_FALSE(rare);
}

}  // namespace
}  // namespace dcmflow
