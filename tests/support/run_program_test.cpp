#include "tests/support/run_program.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

ProgramRun shell(const std::string& script) {
  return run_program({.command = {"sh", "-c", script}});
}

TEST(RunProgram, CapturesBothStreamsAndTheExitStatus) {
  const ProgramRun run = shell("echo one; echo two >&2; exit 3");
  EXPECT_EQ(run.output, "one\n");
  EXPECT_EQ(run.errors, "two\n");
  EXPECT_EQ(run.exit_status, 3);
  EXPECT_EQ(run.signal, 0);
  EXPECT_GT(run.peak_memory_bytes, 0U);
}

TEST(RunProgram, CapturesMoreThanAPipeHolds) {
  EXPECT_EQ(shell("head -c 300000 /dev/zero | tr '\\0' x").output, std::string(300000, 'x'));
}

TEST(RunProgram, GivesStandardInput) {
  EXPECT_EQ(run_program({.command = {"cat"}, .input = "in\n"}).output, "in\n");
}

TEST(RunProgram, GivesTheEnvironmentAndNothingElse) {
  setenv("DCMFLOW_TEST_STRAY", "1", 1);
  const ProgramRun run = run_program({.command = {"env"}, .environment = {{"NAME", "a value"}}});
  unsetenv("DCMFLOW_TEST_STRAY");
  EXPECT_NE(run.output.find("NAME=a value\n"), std::string::npos) << run.output;
  EXPECT_EQ(run.output.find("DCMFLOW_TEST_STRAY"), std::string::npos) << run.output;
}

TEST(RunProgram, StartsInTheWorkingFolder) {
  const TemporaryFolder folder;
  const std::string path = std::filesystem::canonical(folder.path());
  EXPECT_EQ(run_program({.command = {"pwd", "-P"}, .working_folder = path}).output, path + "\n");
}

TEST(RunProgram, KillsAProgramThatTakesTooLong) {
  const ProgramRun run = run_program({.command = {"sleep", "60"}, .timeout_seconds = 0.1});
  EXPECT_TRUE(run.timed_out);
  EXPECT_EQ(run.signal, SIGKILL);
  EXPECT_FALSE(run.exit_status);
  EXPECT_LT(run.seconds, 30);
}

TEST(RunProgram, SendsASignal) {
  const ProgramRun run =
      run_program({.command = {"sleep", "60"}, .send_signal = SIGTERM, .send_after_seconds = 0.1});
  EXPECT_EQ(run.signal, SIGTERM);
  EXPECT_FALSE(run.timed_out);
}

TEST(RunProgram, ThrowsWhenThereIsNoSuchProgram) {
  EXPECT_THROW(run_program({.command = {"/no/such/program"}}), std::runtime_error);
}

TEST(TemporaryFolder, IsGoneWithItsContent) {
  std::string path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    std::filesystem::create_directories(folder / "a/b");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace dcmflow
