// Two runs into one folder: the second is told who is at work, and changes nothing.

#include <gmock/gmock.h>

#include <thread>

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

using testing::ContainsRegex;

class TwoRuns : public BrokenRun {};

TEST_F(TwoRuns, DoNotMix) {
  write_phantom_series({.series_uid = "1.2.3.1"}, input);
  write_phantom_series({.series_uid = "1.2.3.1", .slices = 5}, folder / "other");
  const auto expected = fresh(input);
  ProgramRun first;
  {
    const std::jthread runs([&] {
      first = convert_from(input, {}, {.on = "rename", .by = "1500", .nth = 1, .name = ".mhd"});
    });
    while (!std::filesystem::exists(output + "/1.2.3.1.raw"))
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const ProgramRun second = convert_from(folder / "other");
    EXPECT_EQ(second.exit_status, 5);
    EXPECT_THAT(second.errors, ContainsRegex("another run is at work.*host .*started .*dcmflow"));
    // Wrong settings do not take away what the first has written either.
    EXPECT_EQ(convert_from(input, {"--format", "xyz"}).exit_status, 2);
  }
  EXPECT_EQ(first.exit_status, 0) << first.errors;
  EXPECT_EQ(contents(output), expected);
}

TEST_F(TwoRuns, OfWhichOneWasKilledLeaveNoTemporaryFile) {
  write_phantom_series({}, input);
  convert_from(input, {}, {.on = "rename", .by = "kill", .nth = 1, .name = ".raw"});
  const auto is_part = [](const std::string& name) { return name.ends_with(".part"); };
  EXPECT_TRUE(std::ranges::any_of(names_in(output), is_part));
  write_bytes(output + "/notes.part", "mine");
  EXPECT_EQ(convert_from(input).exit_status, 0);
  auto expected = fresh(input);
  expected["notes.part"] = "mine";
  EXPECT_EQ(contents(output), expected);
}

}  // namespace
}  // namespace dcmflow
