// Signals, and standard streams that are closed or full.

#include <gmock/gmock.h>

#include <csignal>

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

class Signals : public BrokenRun {
 protected:
  void SetUp() override {
    BrokenRun::SetUp();
    if (IsSkipped()) return;
    for (const std::string uid : {"1.2.3.1", "1.2.3.2", "1.2.3.3"})
      write_phantom_series({.series_uid = uid}, input);
  }
  // Sent while the program waits where the fault says.
  ProgramRun stopped(int signal, const Break& fault, double after_seconds = 0.5) const {
    std::filesystem::remove_all(output);
    return run_program(
        {.command = {DCMFLOW_PROGRAM, input, output, "--threads", "1", "--io-threads", "1"},
         .environment = environment(fault),
         .send_signal = signal,
         .send_after_seconds = after_seconds});
  }
  ProgramRun shell(const std::string& script) const {
    return run_program({.command = {"bash", "-c", script, "bash", DCMFLOW_PROGRAM, input, output},
                        .environment = environment({})});
  }
};

TEST_F(Signals, EndARunWithAReport) {
  const Break slow_reading{.on = "open", .by = "100", .name = ".dcm"};
  for (const auto& [signal, exit_status] :
       {std::pair(SIGTERM, 143), std::pair(SIGINT, 130), std::pair(SIGHUP, 129)}) {
    const ProgramRun run = stopped(signal, slow_reading);
    EXPECT_EQ(run.exit_status, exit_status) << run.errors;
    EXPECT_LT(run.seconds, 3);
    EXPECT_EQ(json("report.json")["status"], "interrupted");
    EXPECT_EQ(json("report.json")["exit_code"], exit_status);
    EXPECT_FALSE(std::filesystem::exists(output + "/selected-images.json"));
    expect_only_whole_images();
  }
}

TEST_F(Signals, WhileJsonIsWrittenEndTheRunOrComeTooLate) {
  for (const std::string name :
       {"dicom-metadata.json", "volumes.json", "report.json", "selected-images.json"}) {
    const ProgramRun run = stopped(SIGTERM, {.on = "rename", .by = "1000", .name = name});
    ASSERT_TRUE(run.exit_status.has_value()) << run.errors;
    EXPECT_EQ(json("report.json")["exit_code"], *run.exit_status) << name;
    EXPECT_TRUE(run.exit_status == 0 || run.exit_status == 143) << run.errors;
    EXPECT_EQ(std::filesystem::exists(output + "/selected-images.json"), run.exit_status == 0);
  }
}

// dcmflow-convert is looked for beside the program: here it is one that takes its time.
TEST_F(Signals, EndARunThatWaitsForTheConverter) {
  const std::string place = folder / "place", converter = place + "/dcmflow-convert";
  std::filesystem::create_directory(place);
  std::filesystem::copy_file(DCMFLOW_PROGRAM, place + "/dcmflow");
  write_bytes(converter, "#!/bin/sh\ntouch " + folder / "begun" + "\nexec sleep 60\n");
  std::filesystem::permissions(converter, std::filesystem::perms::owner_all);
  const ProgramRun run = run_program({.command = {place + "/dcmflow", input, output, "-f", "h5"},
                                      .send_signal = SIGTERM,
                                      .send_after_seconds = 2});
  EXPECT_TRUE(std::filesystem::exists(folder / "begun"));
  EXPECT_EQ(run.exit_status, 143) << run.errors;
  EXPECT_LT(run.seconds, 7);
  EXPECT_EQ(json("report.json")["status"], "interrupted");
  EXPECT_TRUE(image_names(output).empty());
}

TEST_F(Signals, ThatWereIgnoredAtTheStartAreIgnored) {
  const ProgramRun run =
      shell("trap '' HUP; \"$1\" \"$2\" \"$3\" & run=$!; kill -HUP $run; wait $run");
  EXPECT_EQ(run.exit_status, 0) << run.errors;
}

TEST_F(Signals, OfALogThatNobodyReadsChangeNothing) {
  const auto expected = fresh(input);
  for (const std::string script :
       {"exec \"$1\" \"$2\" \"$3\" <&- >&- 2>&-", "exec \"$1\" \"$2\" \"$3\" >/dev/full 2>&1",
        "\"$1\" \"$2\" \"$3\" 2>&1 | true; exit ${PIPESTATUS[0]}"}) {
    std::filesystem::remove_all(output);
    EXPECT_EQ(shell(script).exit_status, 0) << script;
    EXPECT_EQ(contents(output), expected) << script;
  }
}

}  // namespace
}  // namespace dcmflow
