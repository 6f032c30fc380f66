// A catalogue that fails, is damaged or is not finished costs nothing but itself.

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class BrokenCatalogue : public BrokenRun {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, input);
    write_phantom_series({.series_uid = "1.2.3.2"}, input);
  }
  std::string count(const std::string& table) const {
    const ProgramRun run =
        run_dcmflow({"query", output, "SELECT count(*) AS n FROM " + table, "--json"});
    return run.exit_status == 0 ? run.output : run.errors;
  }

  const std::string path = output + "/.dcmflow/catalogue.sqlite";
};

TEST_F(BrokenCatalogue, ThatIsDamagedIsToldAndMadeAnew) {
  ASSERT_EQ(convert().exit_status, 0);
  const auto expected = contents(output);
  for (const std::string& bytes : {std::string("no database"), std::string(30000, '\xFF'),
                                   bytes_of(path).substr(0, 5000), std::string()}) {
    write_bytes(path, bytes);
    const ProgramRun run = convert();
    EXPECT_EQ(run.exit_status, 0);
    if (!bytes.empty()) {
      EXPECT_THAT(run.errors, HasSubstr("catalogue: the earlier one"));
    }
    EXPECT_EQ(contents(output), expected);
    EXPECT_THAT(count("files"), HasSubstr("\"n\": 16"));
  }
}

TEST_F(BrokenCatalogue, ThatIsDamagedIsToldToWhoAsks) {
  ASSERT_EQ(convert().exit_status, 0);
  write_bytes(path, std::string(30000, '\xFF'));
  const ProgramRun run = run_dcmflow({"query", output, "SELECT 1"});
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.errors, HasSubstr("not a database"));
}

// A folder in its place: nothing can be written, or put there.
TEST_F(BrokenCatalogue, ThatCannotBeWrittenCostsNoImage) {
  ASSERT_EQ(convert({"--catalogue", "none"}).exit_status, 0);
  const auto expected = contents(output);
  std::filesystem::create_directory(path);
  write_bytes(path + "/mine", "x");
  const ProgramRun run = convert();
  EXPECT_EQ(run.exit_status, 5);
  EXPECT_THAT(run.errors, HasSubstr("catalogue: "));
  auto files = contents(output);
  EXPECT_THAT(files.at("report.json"), HasSubstr("catalogue_failed"));
  for (const auto& [name, bytes] : expected)
    if (name == "selected-images.json") {
      EXPECT_FALSE(files.contains(name));
    } else if (name != "report.json") {
      EXPECT_EQ(files[name], bytes) << name;
    }
  EXPECT_TRUE(std::filesystem::exists(path + "/mine"));
}

TEST_F(BrokenCatalogue, CanBeAskedWhereNothingCanBeWritten) {
  ASSERT_EQ(convert().exit_status, 0);
  chmod(path.c_str(), 0444);
  chmod((output + "/.dcmflow").c_str(), 0555);
  EXPECT_THAT(count("files"), HasSubstr("\"n\": 16"));
  chmod((output + "/.dcmflow").c_str(), 0755);
}

TEST_F(BrokenCatalogue, OfARunThatWasKilledIsSound) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP();
  const auto expected = fresh(input);
  std::size_t kills = 0;
  for (std::size_t nth = 1; nth < 60; ++nth) {
    std::filesystem::remove_all(output);
    const ProgramRun run =
        convert_from(input, {"--threads", "1"}, {.on = "change", .by = "kill", .nth = nth});
    if (run.signal != SIGKILL) break;
    ++kills;
    bool was_told_whole = false;
    if (std::filesystem::exists(path)) {
      was_told_whole = count("runs WHERE exit_code = 0").find("\"n\": 1") != std::string::npos;
      EXPECT_LE(was_told_whole, std::filesystem::exists(output + "/selected-images.json"));
      const ProgramRun asked = run_dcmflow({"query", output, "SELECT * FROM series_overview"});
      EXPECT_EQ(asked.exit_status, 0) << asked.errors;
    }
    ASSERT_EQ(convert().exit_status, 0);
    EXPECT_EQ(contents(output), expected);
    EXPECT_THAT(count("files"), HasSubstr("\"n\": 16"));
    EXPECT_THAT(count("runs WHERE exit_code = 0"),
                HasSubstr(was_told_whole ? "\"n\": 2" : "\"n\": 1"));
  }
  EXPECT_GT(kills, 5U);
}

}  // namespace
}  // namespace dcmflow
