// A run that is killed at any of its renames, removals and openings, in a folder with the results
// of another version of its series: nothing of the one can be mistaken for the other's, and the
// next run leaves what a fresh folder gets.

#include <csignal>

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

class KilledRun : public BrokenRun {
 protected:
  void SetUp() override {
    BrokenRun::SetUp();
    if (IsSkipped()) return;
    for (const unsigned version : {1U, 2U})
      for (const std::string uid : {"1.2.3.1", "1.2.3.2"})
        write_phantom_series(
            {.series_uid = uid, .columns = 8, .rows = 8 * version, .slices = 2 + version},
            source(version));
  }
  std::string source(unsigned version) const { return folder / "v" + std::to_string(version); }

  void expect_consistent(const std::map<std::string, std::string>& first,
                         const std::map<std::string, std::string>& second, bool has_read) const {
    const auto have = contents(output);
    const auto is_of = [&](const std::map<std::string, std::string>& run, const std::string& name) {
      return run.contains(name) && run.at(name) == have.at(name);
    };
    const auto is_whole = [&](const std::map<std::string, std::string>& run) {
      return std::ranges::all_of(run, [&](const auto& file) {
        return file.first == "report.json" || file.first == "selected-images.json" ||
               (have.contains(file.first) && have.at(file.first) == file.second);
      });
    };
    for (const auto& [name, bytes] : have) {
      if (name.ends_with(".part")) continue;
      EXPECT_TRUE(is_of(first, name) || is_of(second, name)) << name;
      if (!name.ends_with(".mhd")) continue;
      const auto voxels = name.substr(0, name.size() - 4) + ".raw";
      ASSERT_TRUE(have.contains(voxels)) << name;
      EXPECT_TRUE((is_of(first, name) && is_of(first, voxels)) ||
                  (is_of(second, name) && is_of(second, voxels)))
          << name;
    }
    for (const auto* name : {"report.json", "selected-images.json"})
      EXPECT_TRUE(!have.contains(name) || (is_whole(first) && !has_read) || is_whole(second))
          << name;
    const auto has_images = [&](const std::map<std::string, std::string>& run) {
      return std::ranges::all_of(run, [&](const auto& file) {
        return file.first.ends_with(".json") ||
               (have.contains(file.first) && have.at(file.first) == file.second);
      });
    };
    if (!have.contains("volumes.json")) return;
    EXPECT_TRUE(has_images(is_of(first, "volumes.json") ? first : second));
  }
};

TEST_F(KilledRun, LeavesNothingThatCanBeMistaken) {
  ASSERT_EQ(convert_from(source(1)).exit_status, 0);
  std::filesystem::rename(output, folder / "first");
  const auto first = contents(folder / "first");
  const auto second = fresh(source(2));
  std::size_t kills = 0;
  for (const std::string on : {"change", "open"})
    for (std::size_t nth = 1; nth < 200; ++nth) {
      copy_output(folder / "first");
      const std::string log = folder / "log";
      std::filesystem::remove(log);
      const ProgramRun run = convert_from(source(2), {"--threads", "1"},
                                          {.on = on, .by = "kill", .nth = nth, .log = log});
      if (run.signal != SIGKILL) break;
      ++kills;
      SCOPED_TRACE(on + " " + std::to_string(nth) + ": " + bytes_of(log).substr(0, 4000));
      expect_consistent(first, second, bytes_of(log).find(".dcm\n") != std::string::npos);
      ASSERT_EQ(convert_from(source(2)).exit_status, 0);
      EXPECT_EQ(contents(output), second);
      if (HasFailure()) return;
    }
  EXPECT_GT(kills, 20U);
}

}  // namespace
}  // namespace dcmflow
