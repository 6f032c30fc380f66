#include "engine/memory_gate.h"

#include <gtest/gtest.h>

#include <thread>

namespace dcmflow {
namespace {

TEST(MemoryGate, AdmitsWhatFitsAndTurnsTheRestAway) {
  MemoryGate gate(100, 10);
  auto first = gate.admit(60);
  ASSERT_TRUE(first);
  EXPECT_FALSE(gate.admit(41));
  EXPECT_TRUE(gate.admit(40));
  first.reset();
  EXPECT_TRUE(gate.admit(60));
}

TEST(MemoryGate, AdmitsWorkLargerThanTheBudgetAlone) {
  MemoryGate gate(100, 10);
  {
    const auto huge = gate.admit(1000);
    ASSERT_TRUE(huge);
    EXPECT_FALSE(gate.admit(1));
  }
  const auto small = gate.admit(1);
  EXPECT_FALSE(gate.admit(1000));
}

TEST(MemoryGate, BoundsTheNumberOfLeases) {
  MemoryGate gate(100, 2);
  const auto a = gate.admit(1), b = gate.admit(1);
  EXPECT_FALSE(gate.admit(1));
}

TEST(MemoryGate, CanBeToldToAllowMoreLeasesWhileSomeAreOut) {
  MemoryGate gate(100, 1);
  const auto first = gate.admit(10);
  EXPECT_FALSE(gate.admit(10));
  gate.allow(2);
  const auto second = gate.admit(10);
  EXPECT_TRUE(second);
  EXPECT_FALSE(gate.admit(10));
}

TEST(MemoryGate, HoldsTheBytesUntilTheLastCopyOfTheLeaseIsGone) {
  MemoryGate gate(100, 10);
  auto lease = gate.admit(100);
  auto copy = lease;
  lease.reset();
  EXPECT_FALSE(gate.admit(1));
  copy.reset();
  EXPECT_TRUE(gate.admit(1));
  EXPECT_EQ(gate.peak(), 100u);
}

TEST(MemoryGate, LetsWaitForWhatIsGivenBackOrForTheEndOfTheRun) {
  MemoryGate gate(100, 10);
  auto lease = gate.admit(60);
  EXPECT_FALSE(gate.wait_for(60, [] { return true; }));
  std::thread other([&lease] { lease.reset(); });
  EXPECT_TRUE(gate.wait_for(60, [] { return false; }));
  other.join();
}

}  // namespace
}  // namespace dcmflow
