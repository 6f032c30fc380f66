#include "stages/base/thread_number.h"

#include <gtest/gtest.h>

#include <thread>

namespace dcmflow {
namespace {

TEST(ThreadNumber, IsOfOneThread) {
  const auto own = thread_number();
  EXPECT_EQ(thread_number(), own);
  std::size_t other = own;
  std::jthread([&] { other = thread_number(); }).join();
  EXPECT_NE(other, own);
}

}  // namespace
}  // namespace dcmflow
