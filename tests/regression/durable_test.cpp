// The disk has every file before selected-images.json gets its name.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

class Durable : public PipelineScene {
 protected:
  // The file names that are synced, in order, and "marker" where the marker gets its name.
  std::vector<std::string> calls(const std::string& options) {
    const std::string trace = folder / "strace";
    // A sanitized program cannot look for leaks while it is traced.
    const ProgramRun run =
        run_program({.command = {"bash", "-c",
                                 "ASAN_OPTIONS=detect_leaks=0 strace -f -y -o " + trace +
                                     " -e trace=fsync,fdatasync,rename " + DCMFLOW_PROGRAM + " " +
                                     input + " " + output + " " + options}});
    std::vector<std::string> found;
    std::ifstream lines(trace);
    for (std::string line; std::getline(lines, line);) {
      if (line.find("selected-images.json\")") != std::string::npos) found.emplace_back("marker");
      const auto begin = line.find('<');
      if (line.find("sync(") == std::string::npos || begin == std::string::npos) continue;
      const auto path = line.substr(begin + 1, line.find('>', begin) - begin - 1);
      found.push_back(path == output ? "folder" : std::filesystem::path(path).filename().string());
    }
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    return found;
  }
};

TEST_F(Durable, AreAllFilesBeforeTheMarkerHasItsName) {
  if (run_program({.command = {"bash", "-c", "strace -o /dev/null true"}}).exit_status != 0)
    GTEST_SKIP() << "strace cannot run here";
  write_phantom_series({.series_uid = "1.2.3.1"}, input);
  write_phantom_series({.series_uid = "1.2.3.2"}, input);
  auto synced = calls("");
  const auto marker = std::ranges::find(synced, "marker");
  ASSERT_NE(marker, synced.end());
  const std::set<std::string> before(synced.begin(), marker);
  for (const std::string name :
       {"1.2.3.1.mhd", "1.2.3.1.raw", "1.2.3.2.mhd", "1.2.3.2.raw", "volumes.json",
        "series-images.json", "dicom-metadata.json", "report.json", "folder"})
    EXPECT_TRUE(before.contains(name)) << name;
  EXPECT_EQ(std::count(marker, synced.end(), "folder"), 1);
  EXPECT_EQ(calls("--no-sync"), std::vector<std::string>{"marker"});
}

TEST_F(Durable, SyncingHasASpanOfItsOwnInTheTrace) {
  write_phantom_series({}, input);
  ASSERT_EQ(convert({"--trace", folder / "trace.json"}).exit_status, 0);
  const Json trace = read_json(folder / "trace.json");
  std::set<std::string> names;
  for (const auto& event : trace["traceEvents"]) names.insert(event["name"]);
  EXPECT_TRUE(names.contains("sync_output"));
}

}  // namespace
}  // namespace dcmflow
