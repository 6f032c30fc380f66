// Several inputs, and paths of a list, that lie within each other: each path is told once.

#include "stages/discovery/input_walk.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/dicomdir.h"
#include "tests/support/pack_archive.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;

namespace fs = std::filesystem;

class WalkOverInputs : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* const name : {"F/a", "F/b", "F/sub/c"}) write(name);
  }
  void write(const std::string& name, const std::string& bytes = "dicom") const {
    fs::create_directories(fs::path(folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }

  // Files by their names, and what is told in place of others: "code name". Below the folder.
  std::vector<std::string> walk(std::vector<std::string> given,
                                std::vector<std::string> listed = {}) const {
    for (auto* const paths : {&given, &listed})
      for (auto& path : *paths) path = folder / path;
    InputPaths inputs{.given = std::move(given), .listed = {}};
    if (!listed.empty())
      inputs.listed = std::make_shared<const std::vector<std::string>>(std::move(listed));
    InputWalk walk(std::move(inputs), folder / "F/out");
    walk.spool.emplace(folder.path());
    std::vector<std::string> told;
    while (const auto found = walk.next()) {
      const auto& name = found->ok() ? (**found)->name : found->problem().subject;
      told.push_back((found->ok() ? "" : std::string(reason_code(found->problem().reason)) + ' ') +
                     name.substr((folder / "").size()));
    }
    EXPECT_TRUE(walk.at_end());
    return told;
  }

  TemporaryFolder folder;
};

TEST_F(WalkOverInputs, APathWithinAFolderThatIsWalkedIsToldOnce) {
  const auto once = ElementsAre("F/a", "F/b", "F/sub/c");
  EXPECT_THAT(walk({"F", "F/b"}), once);
  EXPECT_THAT(walk({"F", "F/sub", "F/sub/c"}), once);
  EXPECT_THAT(walk({"F", "F", "F/"}), once);
  EXPECT_THAT(walk({"F/a", "F"}), once);
  EXPECT_THAT(walk({"F/a", "F/a", "F/b", "F/sub/c"}), once);
  EXPECT_THAT(walk({"F/a", "F/b"}, {"F/a", "F/b", "F/sub"}), once);
  EXPECT_THAT(walk({"F/sub", "F", "F/sub"}), ElementsAre("F/sub/c", "F/a", "F/b"));
  EXPECT_THAT(walk({"F"}, {"F/b", "F/sub", "F/sub/c"}), once);
}

TEST_F(WalkOverInputs, AnotherNameIsTold) {
  fs::create_hard_link(folder / "F/b", folder / "F/other");
  const auto told = ElementsAre("F/a", "F/b", "same_file F/other", "F/sub/c");
  EXPECT_THAT(walk({"F", "F/other"}), told);
  EXPECT_THAT(walk({"F"}, {"F/other"}), told);
  EXPECT_THAT(walk({"F/other", "F"}), ElementsAre("F/other", "F/a", "same_file F/b", "F/sub/c"));
}

TEST_F(WalkOverInputs, WhatTheWalkToldInPlaceOfAFileIsNotToldAgain) {
  write("F/empty", "");
  fs::create_symlink("nowhere", folder / "F/gone");
  fs::create_symlink("/dev/null", folder / "F/null");
  const std::vector<std::string> names{"F/empty", "F/gone", "F/null"};
  const auto told = ElementsAre("F/a", "F/b", "empty_file F/empty", "unreadable F/gone",
                                "special_file F/null", "F/sub/c");
  EXPECT_THAT(walk({"F"}, names), told);
  EXPECT_THAT(walk({"F", "F/empty", "F/gone", "F/null"}), told);
  EXPECT_EQ(walk({"F/empty", "F/gone", "F/null", "F"}).size(), 6U);
}

TEST_F(WalkOverInputs, WhatTheWalkDidNotMeetIsTold) {
  write("F/out/x");
  EXPECT_THAT(
      walk({"F"}, {"F/nothing", "F/out", "F/out/nothing", "F/out/x", "F/sub/c/d"}),
      ElementsAre("F/a", "F/b", "F/sub/c", "unreadable F/nothing", "special_file F/out",
                  "unreadable F/out/nothing", "special_file F/out/x", "unreadable F/sub/c/d"));
  EXPECT_THAT(walk({"F", "F/out/x"}), ElementsAre("F/a", "F/b", "F/sub/c", "special_file F/out/x"));
}

TEST_F(WalkOverInputs, AnArchiveThatIsNamedIsOpenedWhereItsFolderIsWalked) {
  for (const auto* const name : {"F/x.tar", "F/y.tar"})
    pack_archive(folder / name, "tar", {{"m", "dicom"}});
  const auto opened = ElementsAre("F/a", "F/b", "F/sub/c", "F/x.tar/m", "F/y.tar");
  EXPECT_THAT(walk({"F", "F/x.tar"}), opened);
  EXPECT_THAT(walk({"F"}, {"F/x.tar"}), opened);
  EXPECT_THAT(walk({"F/x.tar", "F"}), ElementsAre("F/x.tar/m", "F/a", "F/b", "F/sub/c", "F/y.tar"));
}

TEST_F(WalkOverInputs, ADicomdirBesideAListOfItsFolderIsAFile) {
  write("F/DICOMDIR", dicomdir_bytes({{"A"}}));
  EXPECT_THAT(walk({"F/DICOMDIR"}, {"F/b"}), ElementsAre("F/DICOMDIR", "F/b"));
  EXPECT_THAT(walk({"F", "F/DICOMDIR"}), ElementsAre("F/DICOMDIR", "F/a", "F/b", "F/sub/c"));
  EXPECT_THAT(walk({"", "F/DICOMDIR"}), ElementsAre("F/DICOMDIR", "F/a", "F/b", "F/sub/c"));
}

}  // namespace
}  // namespace dcmflow
