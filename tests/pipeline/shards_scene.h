#pragma once
// A small archive for plan, shard run and merge, and what one process makes of it.

#include <thread>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {

namespace fs = std::filesystem;

class Shards : public testing::Test {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, input + "/a");
    write_phantom_series({.modality = "MR", .series_uid = "1.2.3.2", .slices = 5}, input + "/b");
    write_phantom_series({.series_uid = "1.2.3.4", .slices = 4}, input + "/d");
    write_phantom_series(
        {.series_uid = "1.2.3.3",
         .edit = [](unsigned, DicomBuilder& file) { file.remove("ImagePositionPatient"); }},
        input + "/c");
    // Two studies with one Series Instance UID: their names collide, in shards of their own.
    write_phantom_series({.study_uid = "1.2.9", .series_uid = "1.2.3.1", .slices = 6},
                         input + "/e");
    write_bytes(input + "/note.txt", "hello");
    write_bytes(input + "/empty", "");
  }

  ProgramRun plan(int shards, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"plan", input, work, "--shards", std::to_string(shards)});
    return run_dcmflow(options);
  }
  ProgramRun shard(int number) const {
    return run_dcmflow({"shard", "run", work, "--shard", std::to_string(number)});
  }
  // An attempt of shard 0 that waits before something gets that name; it has begun when this ends.
  std::thread begin_slow_attempt(const std::string& name, ProgramRun& slow) const {
    std::thread attempt([this, name, &slow] {
      slow =
          run_dcmflow({"shard", "run", work, "--shard", "0"}, {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                                               {"BREAK_ON", "rename"},
                                                               {"BREAK_NAME", name},
                                                               {"BREAK_BY", "4000"}});
    });
    for (int i = 0; i < 300 && names_in(work + "/shards").empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return attempt;
  }
  ProgramRun merge() const { return run_dcmflow({"merge", work, output}); }
  void run_all(int shards) const {
    for (int number = shards; number-- > 0;) {
      const auto run = shard(number);
      EXPECT_EQ(run.exit_status, 0) << run.errors;
    }
  }
  static Json ask(const std::string& folder, const std::string& sql) {
    const auto found = run_dcmflow({"query", folder, sql, "--json"});
    EXPECT_EQ(found.exit_status, 0) << sql << found.errors;
    return Json::parse(found.output, nullptr, false);
  }
  // Every row of every table but runs, without when a file was written and by which run.
  static std::map<std::string, std::string> tables(const std::string& folder) {
    std::map<std::string, std::string> tables;
    const auto names = ask(folder, "SELECT name FROM sqlite_master WHERE type = 'table'");
    for (const auto& row : names) {
      const std::string table = row["name"];
      if (table == "runs" || table.starts_with("sqlite_")) continue;
      auto rows = ask(folder, "SELECT * FROM " + table);
      for (auto& one : rows) {
        one.erase("run");
        if (table == "images") one.erase("record");
        if (table == "image_files" || table == "side_files") one.erase("modified_ns");
        tables[table] += one.dump() + '\n';
      }
    }
    return tables;
  }
  void expect_one_process(std::vector<std::string> options = {}) const {
    const std::string alone = folder / "alone";
    fs::remove_all(alone);
    options.insert(options.begin(), {"run", input, alone});
    const auto one = run_dcmflow(options);
    const auto merged = merge();
    EXPECT_EQ(merged.exit_status, one.exit_status) << merged.errors;
    const auto expected = contents(alone);
    EXPECT_GE(expected.size(), 8U);
    EXPECT_EQ(contents(output), expected);
    const auto rows = tables(alone);
    EXPECT_GE(rows.size(), 7U);
    EXPECT_EQ(tables(output), rows);
    EXPECT_EQ(run_dcmflow({"verify", output}).exit_status, 0);
  }

  TemporaryFolder folder;
  const std::string input = folder / "input";
  const std::string work = folder / "work";
  const std::string output = folder / "output";
};

}  // namespace dcmflow
