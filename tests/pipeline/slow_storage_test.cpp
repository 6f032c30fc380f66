// Storage that makes every opening of a file wait, and every look at one, by bench/slow_open.cpp.

#include "test_paths.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

class SlowStorage : public PipelineScene {
 protected:
  void SetUp() override {
    if (std::string(DCMFLOW_SLOW_OPEN).empty())
      GTEST_SKIP() << "a sanitizer's library has to be loaded before any other";
    make_archive(input, {"--kind", "mr", "--series", "8", "--slices", "60", "--columns", "32",
                         "--rows", "32", "--header-elements", "0"});
  }

  ProgramRun convert_slowly(const std::vector<std::string>& options) {
    return convert(options, {{"LD_PRELOAD", DCMFLOW_SLOW_OPEN}, {"SLOW_OPEN_FOLDER", input}});
  }
};

TEST_F(SlowStorage, ChangesNoByteAndIsReadByManyThreads) {
  ASSERT_EQ(convert({}).exit_status, 0);
  const auto expected = contents(output);
  std::filesystem::remove_all(output);
  const ProgramRun run = convert_slowly({"--threads", "1", "--io-threads", "16"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_EQ(contents(output), expected);
  // 480 files are opened twice, for 5 ms each: 4.8 s one after the other.
  EXPECT_LT(run.seconds, 2.4);
}

// Opening is fast here: only discovery waits.
TEST_F(SlowStorage, IsLookedThroughByManyThreads) {
  ASSERT_EQ(convert({}).exit_status, 0);
  const auto expected = contents(output);
  std::filesystem::remove_all(output);
  const ProgramRun run =
      convert({"--threads", "1", "--io-threads", "16"}, {{"LD_PRELOAD", DCMFLOW_SLOW_OPEN},
                                                         {"SLOW_OPEN_FOLDER", input},
                                                         {"SLOW_OPEN_MS", "0"},
                                                         {"SLOW_LOOK_MS", "20"}});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_EQ(contents(output), expected);
  // 480 files and their folders are looked at once, for 20 ms each: 10 s one after the other.
  EXPECT_LT(run.seconds, 6.5);
}

}  // namespace
}  // namespace dcmflow
