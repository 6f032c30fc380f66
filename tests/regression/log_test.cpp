// What the log tells an operator who has no terminal.

#include <gmock/gmock.h>

#include <sstream>

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Log : public BrokenRun {};

TEST_F(Log, TellsHowFarASlowRunIs) {
  write_phantom_series({.slices = 100}, input);
  const ProgramRun run = convert_from(input, {"--io-threads", "1", "--threads", "1"},
                                      {.on = "open", .by = "60", .name = ".dcm"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(run.errors, ContainsRegex("progress phase=(read_headers headers|make_images slices)="
                                        "[0-9/]+ files=[0-9]+ series=[0-9/]+ mb=[0-9]+ mb_per_s="));
}

TEST_F(Log, CountsWhatFailedByItsReason) {
  write_phantom_series({}, input);
  for (const std::string name : {"b.dcm", "a.dcm", "c.dcm"}) write_bytes(input + "/" + name, "");
  const ProgramRun run = convert();
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(run.errors, ContainsRegex("warning 3 files: empty_file .*first: a.dcm"));
}

TEST_F(Log, TellsHowManySeriesEachSelectionHas) {
  write_phantom_series({}, input);
  write_bytes(folder / "rules.json",
              R"({"selections": [{"name": "ct", "conditions": {"Modality": "CT"}}]})");
  EXPECT_THAT(convert({"--rules", folder / "rules.json"}).errors,
              HasSubstr(R"(selection "ct": 1 of 1 series)"));
  EXPECT_THAT(convert().errors, Not(HasSubstr("selection \"")));
}

TEST_F(Log, IsOneJsonObjectALineWhereItIsAskedFor) {
  write_phantom_series({}, input);
  write_bytes(input + "/quoted \"name\" \xC3\xA4.dcm", "");
  const ProgramRun run = convert({"--log-format", "json", "-v"});
  ASSERT_EQ(run.exit_status, 0);
  std::istringstream lines(run.errors);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto row = Json::parse(line, nullptr, false);
    ASSERT_FALSE(row.is_discarded()) << line;
    for (const auto* key : {"time", "level", "message"}) EXPECT_TRUE(row[key].is_string()) << line;
  }
  EXPECT_GT(count, 10U);
  EXPECT_THAT(run.errors, HasSubstr(R"(\"name\")"));
}

}  // namespace
}  // namespace dcmflow
