// What a run reads: several inputs, a list of files, a DICOMDIR.

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

namespace fs = std::filesystem;

class Sources : public PipelineScene {
 protected:
  ProgramRun run(std::vector<std::string> arguments, const std::string& standard_input = "") const {
    arguments.insert(arguments.begin(), DCMFLOW_PROGRAM);
    return run_program(
        {.command = arguments, .input = standard_input, .working_folder = folder.path()});
  }
  static std::string joined(const std::vector<std::string>& paths, const std::string& between) {
    std::string text;
    for (const auto& path : paths) text += path + between;
    return text;
  }
};

class FilesFrom : public Sources {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, folder / "a");
    write_phantom_series({.modality = "MR", .series_uid = "1.2.3.2", .slices = 4}, folder / "b");
    write_bytes(folder / "a/note.txt", "hello");
    for (const auto* const name : {"a", "b"})
      for (const auto& entry : fs::directory_iterator(folder / name))
        paths.push_back(name + std::string("/") + entry.path().filename().string());
    std::ranges::sort(paths);
  }

  std::vector<std::string> paths;  // relative to the working folder
};

TEST_F(FilesFrom, TheOrderOfAListIsNotThatOfTheOutput) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same order each time
  std::map<std::string, std::string> first;
  for (int i = 0; i < 3; ++i) {
    std::ranges::shuffle(paths, random);
    write_bytes(folder / "list", joined(paths, "\n"));
    const auto one = run({"--files-from", "list", "out", "--threads", std::to_string(1 + i)});
    ASSERT_EQ(one.exit_status, 0) << one.errors;
    if (i == 0) first = contents(output);
    EXPECT_EQ(contents(output), first);
  }
  EXPECT_THAT(names_in(output), IsSupersetOf({"1.2.3.1.mhd", "1.2.3.2.mhd"}));
  expect_accounted(paths.size());
  for (const auto& path : paths)
    EXPECT_EQ(disposition(path), path == "a/note.txt" ? "not_dicom" : "converted");
  expect_valid_json(output);
}

// By standard input, as of find and of find -print0.
TEST_F(FilesFrom, StandardInputIsAListToo) {
  const auto by_lines = run({"--files-from", "-", "out"}, joined(paths, "\r\n"));
  ASSERT_EQ(by_lines.exit_status, 0) << by_lines.errors;
  const auto expected = contents(output);
  const auto by_nul = run({"--files-from=-", "-o", "out"}, joined(paths, std::string(1, '\0')));
  ASSERT_EQ(by_nul.exit_status, 0) << by_nul.errors;
  EXPECT_EQ(contents(output), expected);
}

TEST_F(FilesFrom, WhatIsNamedTwiceOrMissingIsToldOnce) {
  fs::create_hard_link(folder / paths.back(), folder / "other name");
  write_bytes(folder / "list", joined(paths, "\n") + joined(paths, "\n") + "a\na/\nother name\n" +
                                   "gone.dcm\n" + folder / "nowhere/x.dcm");
  ASSERT_EQ(run({"--files-from", "list", "out"}).exit_status, 0);
  expect_accounted(paths.size() + 3);
  EXPECT_EQ(disposition("other name"), "same_file");
  EXPECT_EQ(disposition("gone.dcm"), "unreadable");
  EXPECT_THAT(detail(folder / "nowhere/x.dcm"), HasSubstr("No such file or directory"));
  expect_valid_json(output);
}

TEST_F(FilesFrom, AnInputMayStandBeside) {
  write_bytes(folder / "list", "b\n");
  ASSERT_EQ(run({"a", "out", "--files-from", "list"}).exit_status, 0);
  expect_accounted(paths.size());
  EXPECT_THAT(names_in(output), IsSupersetOf({"1.2.3.1.mhd", "1.2.3.2.mhd"}));
  const auto several = contents(output);
  ASSERT_EQ(run({"a", "b", "out"}).exit_status, 0);
  EXPECT_EQ(contents(output), several) << "as of two inputs";
}

TEST_F(FilesFrom, VerbsThatAskTakeIt) {
  write_bytes(folder / "list", "b\n");
  const auto of_list = run({"list", "--files-from", "list", "--json"});
  ASSERT_EQ(of_list.exit_status, 0) << of_list.errors;
  EXPECT_THAT(of_list.output, AllOf(HasSubstr("1.2.3.2"), Not(HasSubstr("1.2.3.1"))));
  const auto beside = run({"list", "a", "--files-from", "list", "--json"});
  EXPECT_THAT(beside.output, AllOf(HasSubstr("1.2.3.2"), HasSubstr("1.2.3.1")));
  EXPECT_EQ(run({"list"}).exit_status, 2);
}

TEST_F(FilesFrom, WhereItCannotBeUsedTheRunEndsWithAReason) {
  write_bytes(folder / "list", joined(paths, "\n"));
  struct Case {
    std::vector<std::string> arguments;
    int exit_status;
    std::string word;
  };
  for (const auto& [arguments, exit_status, word] :
       {Case{{"--files-from", "list", "out", "--resume"}, 2, "--resume"},
        {{"--files-from", "list", "out", "--watch"}, 2, "--watch"},
        {{"plan", "a", "work", "--shards", "2", "--files-from", "list"}, 2, "in shards"},
        {{"scan", "a", "work", "--part", "0/2", "--files-from", "list"}, 2, "in shards"},
        {{"--files-from", paths.front(), "out"}, 2, "found a DICOM file"},
        {{"--files-from", "none", "out"}, 4, "none"},
        {{"--files-from", "-", "out"}, 4, "no path"},
        {{"--files-from", "list"}, 2, "OUTPUT is missing"}}) {
    const auto refused = run(arguments);
    EXPECT_EQ(refused.exit_status, exit_status) << refused.errors;
    EXPECT_THAT(refused.errors, HasSubstr(word));
    EXPECT_FALSE(fs::exists(folder / "work/plan") || fs::exists(folder / "work/scan/0"));
  }
}

TEST_F(FilesFrom, TheOutputFolderIsNotRead) {
  write_bytes(folder / "list", "a\nout\n");
  ASSERT_EQ(run({"--files-from", "list", "out"}).exit_status, 0);
  ASSERT_EQ(run({"--files-from", "list", "out"}).exit_status, 0);
  EXPECT_EQ(disposition("out"), "special_file");
}

// A medium whose DICOMDIR DCMTK made.
class Dicomdir : public Sources {
 protected:
  void SetUp() override {
    const auto add = [this](const std::string& uid, const std::string& to) {
      const auto made = write_phantom_series(
          {.series_uid = uid,
           .slices = 4,
           .edit =
               [](unsigned, DicomBuilder& file) {
                 file.set("StudyID", "1").set("StudyDate", "20260101").set("StudyTime", "101010");
                 file.set("SeriesNumber", "1");
               }},
          folder / "made");
      for (std::size_t i = 0; i < made.size(); ++i) {
        fs::create_directories(folder / to);
        fs::rename(made[i], folder / to + "/IM" + std::to_string(i));
      }
    };
    add("1.2.3.1", "cd/IMAGES/S1");
    const auto made = run_program({.command = {"dcmmkdir", "+r", "+id", folder / "cd", "+D",
                                               folder / "cd/DICOMDIR", "+I", "-W"},
                                   .working_folder = folder / "cd"});
    ASSERT_EQ(made.exit_status, 0) << made.errors;
    add("1.2.3.2", "cd/IMAGES/S2");  // not named
    write_bytes(folder / "cd/README.TXT", "a viewer");
  }

  void expect_named_files() {
    EXPECT_THAT(names_in(output), Contains("1.2.3.1.mhd"));
    EXPECT_THAT(names_in(output), Not(Contains("1.2.3.2.mhd")));
    EXPECT_EQ(json("report.json")["counts"]["not_in_dicomdir"], 5);
    EXPECT_EQ(json("report.json")["counts"]["dicomdir"], 1);
    expect_accounted(4 + 5 + 1);
    expect_valid_json(output);
  }
};

TEST_F(Dicomdir, AsInputItIsAListOfItsFiles) {
  const auto given = run({"cd/DICOMDIR", "out", "--strict"});
  ASSERT_EQ(given.exit_status, 0) << given.errors;
  expect_named_files();
  EXPECT_EQ(disposition("IMAGES/S1/IM0"), "converted");
  EXPECT_EQ(disposition("IMAGES/S2/IM0"), "not_in_dicomdir");
  EXPECT_THAT(detail("DICOMDIR"), HasSubstr("names 4 files"));
  EXPECT_THAT(given.output, HasSubstr("10 files: 4 in images, 6 skipped"));
}

TEST_F(Dicomdir, AsTheListOfFilesItIsTheSame) {
  ASSERT_EQ(run({"cd/DICOMDIR", "out"}).exit_status, 0);
  const auto given = contents(output);
  ASSERT_EQ(run({"--files-from", "cd/DICOMDIR", "out"}).exit_status, 0);
  EXPECT_EQ(contents(output), given);
}

// As it comes off a disc that was mounted, or copied by others.
TEST_F(Dicomdir, NamesInOtherCaseAreFound) {
  for (int i = 0; i < 4; ++i)
    fs::rename(folder / "cd/IMAGES/S1/IM" + std::to_string(i),
               folder / "cd/IMAGES/S1/im" + std::to_string(i) + ";1");
  fs::rename(folder / "cd/IMAGES", folder / "cd/images");
  ASSERT_EQ(run({"cd/DICOMDIR", "out"}).exit_status, 0);
  expect_named_files();
  EXPECT_EQ(disposition("images/S1/im0;1"), "converted");
}

TEST_F(Dicomdir, AResumedRunGoesOnAndShardsRefuseIt) {
  ASSERT_EQ(run({"cd/DICOMDIR", "out"}).exit_status, 0);
  const auto once = contents(output);
  const auto again = run({"cd/DICOMDIR", "out", "--resume", "-v"});
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_THAT(again.errors + again.output, HasSubstr("unchanged"));
  fs::remove(folder / "cd/IMAGES/S1/IM3");
  ASSERT_EQ(run({"cd/DICOMDIR", "out", "--resume"}).exit_status, 0);
  EXPECT_EQ(disposition("IMAGES/S1/IM3"), "unreadable");
  EXPECT_NE(contents(output), once);
  const auto resumed = contents(output);
  ASSERT_EQ(run({"cd/DICOMDIR", "fresh"}).exit_status, 0);
  EXPECT_EQ(resumed, contents(folder / "fresh"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"plan", "cd/DICOMDIR", "work", "--shards", "2"},
        {"scan", "cd/DICOMDIR", "work", "--part", "0/2"}}) {
    const auto refused = run(words);
    EXPECT_EQ(refused.exit_status, 2);
    EXPECT_THAT(refused.errors, HasSubstr("DICOMDIR"));
  }
}

TEST_F(Dicomdir, InAFolderThatIsWalkedItIsSkipped) {
  for (const std::vector<std::string>& inputs :
       {std::vector<std::string>{"cd"}, {"cd/DICOMDIR", "cd/IMAGES", "cd/README.TXT"}}) {
    auto words = inputs;
    words.push_back("out");
    ASSERT_EQ(run(words).exit_status, 0);
    EXPECT_THAT(names_in(output), IsSupersetOf({"1.2.3.1.mhd", "1.2.3.2.mhd"}));
    EXPECT_EQ(json("report.json")["counts"]["dicomdir"], 1);
    EXPECT_FALSE(json("report.json")["counts"].contains("not_in_dicomdir"));
    expect_accounted(4 + 4 + 2);
  }
}

}  // namespace
}  // namespace dcmflow
