#include "stages/discovery/arrivals.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

File file(const std::string& name, std::uint64_t size = 10, std::uint64_t changed = 1) {
  return {.name = name, .size = size, .version = {.inode = 1, .modified = 1, .changed = changed}};
}

class ArrivalsTest : public testing::Test {
 protected:
  void sweep(const std::vector<File>& files) {
    arrivals.begin_sweep();
    for (const auto& one : files) arrivals.see(one, now);
    arrivals.end_sweep(now);
  }
  Arrivals arrivals{10s};
  Arrivals::Time now{100s};
};

TEST_F(ArrivalsTest, AFileSettlesWhenItWasAsItIsForAsLong) {
  EXPECT_FALSE(arrivals.see(file("a"), now));
  EXPECT_EQ(arrivals.next(), now + 10s);
  EXPECT_FALSE(arrivals.see(file("a"), now + 9s));
  EXPECT_FALSE(arrivals.has_settled(now + 9s));
  EXPECT_TRUE(arrivals.see(file("a"), now + 10s));
  EXPECT_TRUE(arrivals.has_settled(now + 10s));
}

TEST_F(ArrivalsTest, EachChangeBeginsAnew) {
  arrivals.see(file("a"), now);
  EXPECT_FALSE(arrivals.see(file("a", 11), now + 10s));
  EXPECT_FALSE(arrivals.see(file("a", 11, 2), now + 15s));
  EXPECT_FALSE(arrivals.see(file("a", 11, 2), now + 24s));
  EXPECT_TRUE(arrivals.see(file("a", 11, 2), now + 25s));
}

// What it was before is not there any more, so that it settles nothing.
TEST_F(ArrivalsTest, ASweepForgetsWhatAFileWas) {
  sweep({file("a", 10)});
  now += 9s;
  sweep({file("a", 11)});
  EXPECT_EQ(arrivals.present(), 1U);
  EXPECT_EQ(arrivals.next(), now + 10s);
}

TEST_F(ArrivalsTest, WhatARoundTookIsSettledAndWaitsNoMore) {
  sweep({file("a"), file("b")});
  arrivals.see(file("c"), now + 5s);
  EXPECT_EQ(arrivals.waiting(), 3U);
  arrivals.taken(now + 10s);
  EXPECT_EQ(arrivals.waiting(), 1U);
  EXPECT_TRUE(arrivals.see(file("a"), now + 10s));
  EXPECT_EQ(arrivals.next(), now + 15s);
  arrivals.taken(now + 15s);
  EXPECT_EQ(arrivals.next(), std::nullopt);
}

TEST_F(ArrivalsTest, WhatIsGoneSettlesToo) {
  sweep({file("a"), file("b")});
  arrivals.taken(now + 10s);
  now += 20s;
  sweep({file("a")});
  EXPECT_FALSE(arrivals.is_gone(file("b"), now + 9s));
  EXPECT_EQ(arrivals.next(), now + 10s);
  EXPECT_TRUE(arrivals.is_gone(file("b"), now + 10s));
  arrivals.taken(now + 10s);
  EXPECT_EQ(arrivals.next(), std::nullopt);
  EXPECT_TRUE(arrivals.is_gone(file("b"), now + 10s));
}

TEST_F(ArrivalsTest, WhatComesBackIsNotGone) {
  sweep({file("a")});
  arrivals.taken(now + 10s);
  sweep({});
  sweep({file("a")});
  EXPECT_EQ(arrivals.next(), now + 10s);
  arrivals.taken(now + 10s);
  EXPECT_EQ(arrivals.next(), std::nullopt);
}

// Of what came and went no round has known.
TEST_F(ArrivalsTest, WhatCameAndWentSettlesNothing) {
  sweep({file("a")});
  sweep({});
  EXPECT_EQ(arrivals.next(), std::nullopt);
  EXPECT_EQ(arrivals.present(), 0U);
}

// What the last program knew is gone since nobody knows when.
TEST_F(ArrivalsTest, WhatWasNeverSeenIsGone) { EXPECT_TRUE(arrivals.is_gone(file("z"), now)); }

TEST_F(ArrivalsTest, WhatPassedHasUntilItChanges) {
  sweep({file("a")});
  EXPECT_FALSE(arrivals.has_passed(file("a")));
  arrivals.pass(file("a"));
  arrivals.pass(file("unseen"));
  sweep({file("a")});
  EXPECT_TRUE(arrivals.has_passed(file("a")));
  EXPECT_FALSE(arrivals.has_passed(file("a", 11)));
  EXPECT_FALSE(arrivals.has_passed(file("unseen")));
}

TEST_F(ArrivalsTest, EntriesWithProblemsSettleLikeFiles) {
  const Result<FilePtr> empty = Problem{Reason::empty_file, "a", "found 0 bytes"};
  EXPECT_FALSE(arrivals.see(empty, now));
  EXPECT_TRUE(arrivals.see(empty, now + 10s));
  EXPECT_FALSE(
      arrivals.see(Result<FilePtr>(Problem{Reason::empty_file, "b", "found 0 bytes"}), now));
}

TEST_F(ArrivalsTest, NamesSizesAndTimesTellFilesApart) {
  arrivals.see(file("a"), now);
  for (const auto& other : {file("b"), file("a", 11), file("a", 10, 2)})
    EXPECT_FALSE(arrivals.see(other, now + 10s));
  EXPECT_EQ(arrivals.present(), 4U);
}

TEST(Arrivals, NothingToSettleIsSettledAtOnce) {
  Arrivals arrivals(0s);
  EXPECT_TRUE(arrivals.see(file("a"), Arrivals::Time(1s)));
}

}  // namespace
}  // namespace dcmflow
