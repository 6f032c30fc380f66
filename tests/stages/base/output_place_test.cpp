#include "stages/base/output_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "stages/base/output_file.h"
#include "stages/base/plain_name.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class OutputPlaceTest : public testing::Test {
 protected:
  Status write(const std::string& name) const {
    auto file = OutputFile::create(folder.path(), name);
    if (!file) return file.problem();
    if (auto done = file->append("text"); !done) return done;
    return file->commit();
  }
  const TemporaryFolder folder;
};

TEST_F(OutputPlaceTest, AFileMakesTheFoldersOnItsWay) {
  ASSERT_TRUE(write("a/b/c.txt").ok());
  EXPECT_TRUE(fs::is_regular_file(folder / "a/b/c.txt"));
  EXPECT_TRUE(write("a/b/c.txt").ok()) << "it takes the place of the one before";
  EXPECT_FALSE(write("a/b/c.txt/d").ok()) << "a file is no folder";
}

TEST_F(OutputPlaceTest, NoNameLeadsOutOfTheFolder) {
  for (const std::string name : {"../x", "a/../x", "a//x", "/x", "a/", ".x/y", "a/.x"})
    EXPECT_FALSE(write(name).ok()) << name;
}

TEST_F(OutputPlaceTest, NothingIsWrittenOrRemovedBehindALink) {
  fs::create_directories(folder / "outside");
  std::ofstream(folder / "outside/file") << "of others";
  fs::create_directories(folder / "out");
  fs::create_directory_symlink(folder / "outside", folder / "out/link");
  auto file = OutputFile::create(folder / "out", "link/new");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->commit().problem().reason, Reason::output_not_writable);
  EXPECT_TRUE(remove_output(folder / "out", "link/file").ok());
  EXPECT_TRUE(fs::exists(folder / "outside/file"));
  EXPECT_FALSE(fs::exists(folder / "outside/new"));
}

TEST_F(OutputPlaceTest, OnlyEmptyFoldersGo) {
  ASSERT_TRUE(write("a/b/c/one").ok());
  ASSERT_TRUE(write("a/two").ok());
  ASSERT_TRUE(remove_output(folder.path(), "a/b/c/one").ok());
  remove_empty_folders(folder.path(), "a/b/c/one");
  EXPECT_FALSE(fs::exists(folder / "a/b"));
  EXPECT_TRUE(fs::exists(folder / "a/two"));
}

TEST(OutputPaths, ArePlainNamesWithASlashBetween) {
  EXPECT_TRUE(is_plain_path("sub-01/anat/sub-01_T1w.nii.gz"));
  EXPECT_TRUE(is_plain_path(".bidsignore"));
  for (const auto* const path : {"", "/", "a/", "/a", "a//b", "../a", "a/.b", "a\n/b", ".x"})
    EXPECT_FALSE(is_plain_path(path)) << path;
  EXPECT_THAT(folders_on_the_way("a/b/c"), ElementsAre("a", "a/b"));
  EXPECT_EQ(bare_name("a/b/c"), "c");
}

}  // namespace
}  // namespace dcmflow
