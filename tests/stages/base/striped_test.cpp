#include "stages/base/striped.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace dcmflow {
namespace {

TEST(Striped, TwoThreadsHaveTwoValues) {
  Striped<int> values;
  values.mine() = 1;
  int* others = nullptr;
  std::jthread([&] { *(others = &values.mine()) = 2; }).join();
  EXPECT_NE(others, &values.mine());
  std::multiset<int> seen;
  values.each([&](int value) {
    if (value != 0) seen.insert(value);
  });
  EXPECT_EQ(seen, (std::multiset<int>{1, 2}));
}

// More threads than values.
TEST(StripedCounter, LosesNothingOfAnyThread) {
  StripedCounter counter;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 100; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) ++counter;
        counter += 5;
      });
  }
  EXPECT_EQ(counter, 100 * 1005U);
  counter.reset();
  EXPECT_EQ(counter, 0U);
}

}  // namespace
}  // namespace dcmflow
