// Images and lists that the disk does not take: what stays in the folder is named, and what is
// named is there.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

using testing::ContainsRegex;

class LostImages : public BrokenRun {
 protected:
  void SetUp() override {
    BrokenRun::SetUp();
    if (IsSkipped()) return;
    write_phantom_series({.series_uid = "1.2.3.1"}, input);
    write_phantom_series({.series_uid = "1.2.3.2"}, input);
  }
  std::size_t creations() const {
    const auto log = bytes_of(folder / "log");
    std::size_t found = 0;
    for (auto at = log.find(".part\n"); at != std::string::npos; at = log.find(".part\n", at + 1)) {
      const auto line = log.rfind('\n', at) + 1;
      found += log.compare(line, 7, "create ") == 0;
    }
    return found;
  }
};

TEST_F(LostImages, LeaveNoFileThatNoListNames) {
  for (const std::string file : {"1.2.3.2.nii", "1.2.3.2.mhd", "1.2.3.2.raw"}) {
    SCOPED_TRACE(file);
    std::filesystem::remove_all(output);
    const ProgramRun run =
        convert_from(input, {"--format", file.substr(8) == "nii" ? "nii" : "mhd"},
                     {.on = "sync", .by = "fail", .name = '/' + file});
    EXPECT_EQ(run.exit_status, 5) << run.errors;
    EXPECT_EQ(json("report.json")["counts"]["output_not_writable"], 8);
    expect_accounted(16);
    expect_only_whole_images();
    EXPECT_EQ(json("series-images.json").size(), 1U);
  }
}

// What others put in the place of a file of a lost image is theirs.
TEST_F(LostImages, LeaveWhatOthersPutThere) {
  const std::string other = folder / "other";
  write_bytes(other, "mine");
  const ProgramRun run = run_program(
      {.command = {"bash", "-c",
                   "\"$1\" \"$2\" \"$3\" & run=$!; until [ -e \"$3/1.2.3.2.raw\" ]; do sleep 0.05; "
                   "done; cp \"$4\" \"$3/1.2.3.2.raw\"; touch \"$5\"; wait $run",
                   "bash", DCMFLOW_PROGRAM, input, output, other, folder / "go"},
       .environment =
           environment({.on = "rename", .by = folder / "go", .nth = 1, .name = "1.2.3.2.mhd"})});
  EXPECT_EQ(run.exit_status, 5) << run.errors;
  EXPECT_EQ(bytes_of(output + "/1.2.3.2.raw"), "mine");
  EXPECT_FALSE(std::filesystem::exists(output + "/1.2.3.2.mhd"));
}

TEST_F(LostImages, AreNoneWhenAListCannotBeCreatedAtOnce) {
  std::size_t failed = 0;
  for (std::size_t nth = 1; nth < 100; ++nth) {
    std::filesystem::remove_all(output);
    std::filesystem::remove(folder / "log");
    const ProgramRun run = convert_from(
        input, {"--threads", "1", "--report", "--explain", "--workflow-metadata"},
        {.on = "create", .by = "fail", .nth = nth, .name = ".part", .log = folder / "log"});
    if (creations() < nth) break;
    SCOPED_TRACE(nth);
    if (!std::filesystem::exists(output + "/report.json")) {
      EXPECT_EQ(run.exit_status, 5) << run.errors;
      EXPECT_TRUE(image_names(output).empty());
      continue;
    }
    EXPECT_EQ(json("report.json")["exit_code"], *run.exit_status);
    expect_accounted(16);
    std::set<std::string> listed;
    const Json volumes = json("volumes.json");
    for (const auto& volume : volumes["volumes"])
      for (const auto& name : volume["files"]) listed.insert(name);
    listed.insert("report.html");
    const auto names = image_names(output);
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), listed) << run.errors;
    for (const auto* name : {"series-images.json", "dicom-metadata.json", "selection-report.json"})
      EXPECT_TRUE(std::filesystem::exists(output + '/' + name)) << name;
    EXPECT_EQ(std::filesystem::exists(output + "/selected-images.json"), run.exit_status == 0);
    if (run.exit_status == 0) continue;
    ++failed;
    EXPECT_EQ(run.exit_status, 5) << run.errors;
  }
  EXPECT_GT(failed, 6U);
}

TEST_F(LostImages, ThatWerePreparedAreToldAsAnError) {
  const ProgramRun run =
      convert_from(input, {"--format", "nii", "--orient", "RAS"},
                   {.on = "rename", .by = "fail", .name = "prepared/1.2.3.1.nii"});
  EXPECT_EQ(run.exit_status, 5) << run.errors;
  EXPECT_THAT(run.errors, ContainsRegex("error .*series 1\\.2\\.3\\.1: output_not_writable"));
}

}  // namespace
}  // namespace dcmflow
