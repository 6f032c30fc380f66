#include "engine/live_line.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace dcmflow {
namespace {

const std::string erased = "\r\x1B[K";

template <class Call>
std::string written(Call&& call) {
  testing::internal::CaptureStderr();
  call();
  std::fflush(stderr);
  return testing::internal::GetCapturedStderr();
}

// There is one in the process.
class LiveLineTest : public testing::Test {
 protected:
  ~LiveLineTest() override { line.hide(); }
  LiveLine& line = LiveLine::of_process();
};

TEST_F(LiveLineTest, IsWrittenOverItself) {
  EXPECT_EQ(written([&] { line.show("1 of 9"); }), erased + "1 of 9");
  EXPECT_EQ(written([&] { line.show("2 of 9"); }), erased + "2 of 9");
}

TEST_F(LiveLineTest, StandsBelowWhatIsPrinted) {
  EXPECT_EQ(written([&] { line.print("a warning\n"); }), "a warning\n");
  line.show("1 of 9");
  EXPECT_EQ(written([&] { line.print("a warning\n"); }), erased + "a warning\n1 of 9");
}

TEST_F(LiveLineTest, IsTakenAwayOnce) {
  line.show("1 of 9");
  EXPECT_EQ(written([&] { line.hide(); }), erased);
  EXPECT_EQ(written([&] { line.hide(); }), "");
  EXPECT_EQ(written([&] { line.print("the end\n"); }), "the end\n");
}

}  // namespace
}  // namespace dcmflow
