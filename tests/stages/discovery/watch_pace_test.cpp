#include "stages/discovery/watch_pace.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

constexpr WatchPace::Time start{1000s};

TEST(WatchPace, SweepsComeBySelf) {
  WatchPace pace;
  pace.swept(start, start + 1ms, 30s);
  EXPECT_EQ(pace.wake(std::nullopt), start + 1ms + 30s);
}

TEST(WatchPace, AskedSweepsTakeATwentiethOfTheTime) {
  WatchPace pace;
  pace.swept(start, start + 100ms, 30s);
  pace.ask_for_sweep();
  EXPECT_EQ(pace.wake(std::nullopt), start + 2s);
  // Also where one takes longer than they are apart.
  pace.swept(start, start + 5s, 30s);
  EXPECT_EQ(pace.wake(std::nullopt), start + 100s);
}

TEST(WatchPace, ARoundComesWhenSomethingSettled) {
  WatchPace pace;
  pace.swept(start, start, 30s);
  EXPECT_EQ(pace.wake(start + 7s), start + 7s);
  EXPECT_FALSE(pace.is_round_due(start + 7s, start + 6s));
  EXPECT_TRUE(pace.is_round_due(start + 7s, start + 7s));
  EXPECT_FALSE(pace.is_round_due(std::nullopt, start + 7s));
}

TEST(WatchPace, RoundsTakeHalfOfTheTimeAndLooksATenth) {
  WatchPace pace;
  pace.swept(start, start, 300s);
  pace.looked(start, start + 10s, true);
  EXPECT_EQ(pace.wake(start), start + 20s);
  EXPECT_FALSE(pace.is_round_due(start, start + 19s));
  pace.looked(start, start + 10s, false);
  EXPECT_EQ(pace.wake(start), start + 100s);
}

TEST(WatchPace, AFailureWaits) {
  WatchPace pace;
  pace.swept(start, start, 300s);
  pace.looked(start, start + 1s, true);
  pace.failed(start + 1s);
  EXPECT_EQ(pace.wake(start), start + 31s);
}

}  // namespace
}  // namespace dcmflow
