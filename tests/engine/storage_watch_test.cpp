#include "engine/storage_watch.h"

#include <gtest/gtest.h>

#include <thread>

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

void compute_for(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

template <class Work>
void reads(StorageWatch& watch, int count, Work work) {
  for (int i = 0; i < count; ++i) {
    const StorageWatch::Read read(watch);
    work();
  }
}

TEST(StorageWatches, CallStorageSlowThatMakesReadAfterReadWait) {
  StorageWatch watch;
  const auto wait = [] { std::this_thread::sleep_for(2ms); };
  reads(watch, StorageWatch::reads_in_a_row - 1, wait);
  EXPECT_FALSE(watch.is_slow());
  reads(watch, 1, wait);
  EXPECT_TRUE(watch.is_slow());
  reads(watch, 100, [] {});
  EXPECT_TRUE(watch.is_slow());  // and it stays so
}

TEST(StorageWatches, AreNotMisledByWaitsWithFastReadsBetween) {
  StorageWatch watch;
  for (int round = 0; round < 3; ++round) {
    reads(watch, StorageWatch::reads_in_a_row - 1, [] { std::this_thread::sleep_for(2ms); });
    reads(watch, 1, [] {});
  }
  EXPECT_FALSE(watch.is_slow());
}

TEST(StorageWatches, DoNotTakeComputingForWaiting) {
  StorageWatch watch;
  reads(watch, StorageWatch::reads_in_a_row + 4, [] { compute_for(2ms); });
  EXPECT_FALSE(watch.is_slow());
}

}  // namespace
}  // namespace dcmflow
