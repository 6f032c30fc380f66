// scan: headers that were read in parts make the plan that one process makes of the whole input.

#include <gmock/gmock.h>

#include <array>
#include <optional>
#include <thread>

#include "tests/pipeline/shards_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

class Scan : public Shards {
 protected:
  ProgramRun scan(int part, int parts, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"scan", input, work, "--part",
                                     std::to_string(part) + '/' + std::to_string(parts)});
    return run_dcmflow(options);
  }
  void scan_all(int parts, const std::vector<std::string>& options = {}) const {
    for (int part = parts; part-- > 0;) {
      const auto run = scan(part, parts, options);
      EXPECT_EQ(run.exit_status, 0) << run.errors;
    }
  }
  std::string part(int number) const { return work + "/scan/" + std::to_string(number); }

  // Names that lead to one file, of which another slice may have the first.
  void add_links() const {
    for (const auto* const name : {"0-first", "z-last"})
      for (const auto& entry : fs::directory_iterator(input + "/b"))
        fs::create_hard_link(entry, input + '/' + name + entry.path().filename().string());
    for (const auto& entry : fs::directory_iterator(input + "/d"))
      fs::create_symlink(entry.path(), input + "/link-" + entry.path().filename().string());
    fs::create_hard_link(input + "/note.txt", input + "/another note");
    fs::create_hard_link(input + "/empty", input + "/another empty");
    fs::create_symlink(".", input + "/a/self");
    fs::create_symlink("nowhere", input + "/dangling");
  }
};

TEST_F(Scan, PartsMakeTheOutputsOfOneProcess) {
  add_links();
  for (const int parts : {1, 3, 11}) {
    SCOPED_TRACE(parts);
    fs::remove_all(work);
    EXPECT_THAT(scan(0, parts).errors, HasSubstr(": done: files="));
    scan_all(parts);
    // Of a few files at a time.
    ASSERT_EQ(plan(2, {"--memory-budget", "64K"}).exit_status, 0);
    run_all(2);
    expect_one_process();
  }
  EXPECT_THAT(bytes_of(output + "/report.json"), HasSubstr("same_file"));
}

// Whoever plans has the headers already.
TEST_F(Scan, APlanOfItReadsNoFileOfTheInput) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  scan_all(2);
  const std::string log = folder / "log";
  ASSERT_EQ(run_dcmflow({"plan", input, work, "--shards", "2"},
                        {{"LD_PRELOAD", DCMFLOW_BREAK_FILES}, {"BREAK_LOG", log}})
                .exit_status,
            0);
  EXPECT_THAT(bytes_of(log), HasSubstr("open " + work + "/scan/0/headers"));
  EXPECT_THAT(bytes_of(log), Not(HasSubstr(input + "/")));
  run_all(2);
  expect_one_process();
}

// Two studies of one Series Instance UID, two series of one name, two patients of one series, in
// parts and shards of their own.
TEST_F(Scan, NamesAndChoicesAreThoseOfAllParts) {
  for (const std::string uid : {"1.2.3.7", "1.2.3.8"})
    write_phantom_series({.series_uid = uid, .series_description = "one name", .slices = 3},
                         input + "/" + uid);
  write_phantom_series(
      {.series_uid = "1.2.3.7", .patient_id = "P2", .slices = 2, .first_number = 9},
      input + "/other patient");
  write_bytes(folder / "rules.json", R"({"selections": [
    {"name": "S", "skip": 1, "limit": 2, "order_by": "-SliceCount",
     "conditions": {"Modality": "CT"}}]})");
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--name", "{SeriesDescription}"},
        {"--rules", folder / "rules.json", "--images", "selected"}}) {
    fs::remove_all(work);
    scan_all(4, options);
    ASSERT_EQ(plan(3, options).exit_status, 0);
    run_all(3);
    expect_one_process(options);
  }
}

TEST_F(Scan, PartsThatAreMissingOrDamagedAreNamed) {
  ASSERT_EQ(scan(1, 3).exit_status, 0);
  const auto early = plan(2);
  EXPECT_EQ(early.exit_status, 75);
  const auto command = "it is not done; run it: dcmflow scan " + input + ' ' + work + " --part ";
  EXPECT_THAT(early.errors, HasSubstr("scan 0: " + command + "0/3"));
  EXPECT_THAT(early.errors, HasSubstr("scan 2: " + command + "2/3"));
  EXPECT_THAT(early.errors, Not(HasSubstr("scan 1: ")));
  EXPECT_FALSE(fs::exists(work + "/plan"));
  scan_all(3);
  const auto headers = bytes_of(part(2) + "/headers");
  write_bytes(part(2) + "/headers", headers.substr(0, headers.size() - 1));
  const auto damaged = plan(2);
  EXPECT_EQ(damaged.exit_status, 70);
  EXPECT_THAT(damaged.errors, HasSubstr(part(2) + "/headers: is not what was written"));
  write_bytes(part(2) + "/headers", headers);
  write_bytes(part(0) + "/part.json", "{}");
  EXPECT_EQ(plan(2).exit_status, 2);
  fs::remove_all(part(0));
  ASSERT_EQ(scan(0, 3).exit_status, 0);
  ASSERT_EQ(plan(2).exit_status, 0);
  run_all(2);
  expect_one_process();
}

TEST_F(Scan, PartsOfAnotherScanAreRefused) {
  scan_all(2);
  EXPECT_EQ(scan(0, 2).exit_status, 0);
  EXPECT_THAT(scan(0, 2).errors, HasSubstr("there already"));
  EXPECT_EQ(scan(0, 3).exit_status, 2);
  const auto mixed = scan(2, 3);
  EXPECT_EQ(mixed.exit_status, 0);
  EXPECT_EQ(plan(2).exit_status, 2);
  fs::remove_all(part(2));
  write_bytes(folder / "attributes.json",
              R"({"attributes": [{"keyword": "ContentQualification"}]})");
  const auto other = plan(2, {"--attributes", folder / "attributes.json"});
  EXPECT_EQ(other.exit_status, 2);
  EXPECT_THAT(other.errors, HasSubstr("of other attributes"));
  for (const std::string part : {"2/2", "-1/2", "1", "/2", "1/", "0/0", "0/1001", "a/b"})
    EXPECT_EQ(run_dcmflow({"scan", input, work, "--part", part}).exit_status, 2) << part;
  ASSERT_EQ(plan(2).exit_status, 0);
}

TEST_F(Scan, AnEmptySliceIsDone) {
  fs::remove_all(input);
  write_phantom_series({.series_uid = "1.2.3.1", .slices = 1}, input);
  scan_all(5);
  ASSERT_EQ(plan(3).exit_status, 0);
  run_all(3);
  const std::string alone = folder / "alone";
  ASSERT_EQ(run_dcmflow({"run", input, alone}).exit_status, 0);
  ASSERT_EQ(merge().exit_status, 0);
  EXPECT_EQ(contents(output), contents(alone));
}

TEST_F(Scan, AnInputWithoutSeriesIsTold) {
  fs::remove_all(input);
  write_bytes(input + "/note.txt", "hello");
  scan_all(2);
  const auto scanned = plan(1);
  EXPECT_EQ(scanned.exit_status, 4);
  EXPECT_THAT(scanned.errors, HasSubstr("no DICOM in " + input + ": 1 files were looked at"));
  fs::remove_all(work);
  const auto alone = plan(1);
  EXPECT_EQ(alone.exit_status, 4);
  EXPECT_THAT(alone.errors, HasSubstr("no DICOM in " + input + ": 1 files were looked at"));
}

TEST_F(Scan, IsRunAgainAfterAKillAnywhere) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "nothing can be loaded before";
  ASSERT_EQ(scan(0, 2).exit_status, 0);
  unsigned kills = 0;
  for (unsigned nth = 1; nth < 200; ++nth) {
    const auto killed =
        run_dcmflow({"scan", input, work, "--part", "1/2"}, {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                                                             {"BREAK_ON", "change"},
                                                             {"BREAK_BY", "kill"},
                                                             {"BREAK_NTH", std::to_string(nth)}});
    if (killed.signal != SIGKILL) break;
    ++kills;
    EXPECT_FALSE(fs::exists(part(1))) << nth;
    EXPECT_EQ(plan(1).exit_status, 75);
  }
  EXPECT_GT(kills, 2U);
  ASSERT_EQ(plan(1).exit_status, 0);
  run_all(1);
  expect_one_process();
  EXPECT_EQ(names_in(work + "/scan"), (std::vector<std::string>{"0", "1"})) << "attempts are left";
}

TEST_F(Scan, TwoLiveAttemptsOfOnePartAreOne) {
  ASSERT_EQ(scan(0, 2).exit_status, 0);
  std::vector<std::thread> attempts;
  std::array<std::optional<int>, 4> ends;
  for (auto& end : ends) attempts.emplace_back([&] { end = scan(1, 2).exit_status; });
  for (auto& attempt : attempts) attempt.join();
  for (const auto& end : ends) EXPECT_EQ(end, 0);
  EXPECT_EQ(names_in(work + "/scan"), (std::vector<std::string>{"0", "1"}));
  ASSERT_EQ(plan(1).exit_status, 0);
  run_all(1);
  expect_one_process();
}

}  // namespace
}  // namespace dcmflow
