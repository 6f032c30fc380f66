#include "stages/base/run_program.h"

#include <gtest/gtest.h>

#include <chrono>

namespace dcmflow {
namespace {

TEST(RunProgram, TellsWhatTheProgramSaidAndItsExitCode) {
  const auto end = run_program({"sh", "-c", "echo out; echo err >&2; exit 7"}, 100);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code, 7);
  EXPECT_EQ(end->output, "out");
  EXPECT_EQ(end->errors, "err");
}

TEST(RunProgram, NoShellSeesTheWords) {
  const auto end = run_program({"echo", "$HOME; *"}, 100);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->output, "$HOME; *");
}

TEST(RunProgram, KeepsTheBeginningOfALongAnswer) {
  const auto end = run_program({"sh", "-c", "seq 200000; seq 200000 >&2"}, 10);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code, 0);
  EXPECT_EQ(end->output, "1\n2\n3\n4\n5");
}

TEST(RunProgram, ASignalIsAnEnd) {
  const auto end = run_program({"sh", "-c", "kill -TERM $$"}, 100);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code, 128 + 15);
}

TEST(RunProgram, EndsWhatIsStopped) {
  const auto start = std::chrono::steady_clock::now();
  const auto end = run_program({"sleep", "60"}, 100, [] { return true; });
  ASSERT_FALSE(end);
  EXPECT_EQ(end.problem().reason, Reason::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(RunProgram, WhatIsNotThereIsAProblem) {
  const auto end = run_program({"/no/such/program"}, 100);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.problem().subject, "/no/such/program");
  EXPECT_NE(end.problem().detail.find("cannot be started"), std::string::npos);
}

}  // namespace
}  // namespace dcmflow
