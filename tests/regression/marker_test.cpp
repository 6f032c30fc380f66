// selected-images.json is there only if all that it stands for is, whichever rename fails.

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

class Marker : public BrokenRun {};

TEST_F(Marker, IsNotThereWhenAnyFileFailsAndEveryFileTellsThat) {
  write_phantom_series({.series_uid = "1.2.3.1"}, input);
  write_phantom_series({.series_uid = "1.2.3.2"}, input);
  std::set<std::string> failed;
  for (std::size_t nth = 1; nth < 100; ++nth) {
    std::filesystem::remove_all(output);
    std::filesystem::remove(folder / "log");
    const ProgramRun run =
        convert_from(input, {"--threads", "1", "--workflow-metadata"},
                     {.on = "rename", .by = "fail", .nth = nth, .log = folder / "log"});
    const auto log = bytes_of(folder / "log");
    std::size_t renames = 0;
    for (auto at = log.find("rename "); at != std::string::npos; at = log.find("rename ", at + 1))
      ++renames;
    if (renames < nth) break;
    SCOPED_TRACE(nth);
    failed.insert(std::to_string(nth));
    EXPECT_EQ(run.exit_status, 5) << run.errors;
    EXPECT_FALSE(std::filesystem::exists(output + "/selected-images.json"));
    if (!std::filesystem::exists(output + "/report.json")) {
      EXPECT_EQ(nth, 1U);  // the journal could not be made: nothing was begun
      continue;
    }
    EXPECT_EQ(json("report.json")["exit_code"], 5);
    EXPECT_EQ(json("metadata.json")["exception"], "failed");
    expect_accounted(16);
    if (std::filesystem::exists(output + "/volumes.json")) {
      const Json volumes = json("volumes.json");
      std::set<std::string> listed;
      for (const auto& volume : volumes["volumes"])
        for (const auto& name : volume["files"]) listed.insert(name);
      const auto names = image_names(output);
      EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), listed);
    }
    for (const auto& name : names_in(output)) EXPECT_FALSE(name.starts_with(".")) << name;
  }
  EXPECT_GT(failed.size(), 8U);
}

// Renamed, and gone when the run looks at it before it says that it is complete.
TEST_F(Marker, IsNotThereWhenAnImageVanished) {
  write_phantom_series({.series_uid = "1.2.3.1"}, input);
  write_phantom_series({.series_uid = "1.2.3.2"}, input);
  for (const std::string sync : {"--sha256", "--no-sync"}) {
    for (const std::string format : {"nii", "mhd"}) {
      SCOPED_TRACE(sync + ' ' + format);
      std::filesystem::remove_all(output);
      std::vector<std::string> options{"--format", format, sync};
      if (sync == "--sha256") options.emplace_back("all");
      const ProgramRun run = convert_from(
          input, options,
          {.on = "rename", .by = "lose", .name = format == "nii" ? "1.2.3.2.nii" : "1.2.3.2.raw"});
      EXPECT_EQ(run.exit_status, 5) << run.errors;
      EXPECT_FALSE(std::filesystem::exists(output + "/selected-images.json"));
      const Json images = json("series-images.json");
      EXPECT_TRUE(images.contains("1.2.3.1"));
      EXPECT_FALSE(images.contains("1.2.3.2"));
      expect_accounted(16);
    }
  }
}

}  // namespace
}  // namespace dcmflow
