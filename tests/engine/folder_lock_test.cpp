#include "engine/folder_lock.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ContainsRegex;

TEST(FolderLocks, SayWhoHoldsThemAndGoWithTheirHolder) {
  const TemporaryFolder folder;
  {
    const auto first = FolderLock::take(folder.path());
    ASSERT_TRUE(first) << first.problem().detail;
    EXPECT_EQ(first->warning(), "");
    const auto second = FolderLock::take(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.problem().reason, Reason::output_not_writable);
    EXPECT_THAT(second.problem().detail,
                ContainsRegex("another run is at work.*host .+, started 20.*Z, dcmflow [0-9]"));
    FolderLock existing;
    EXPECT_FALSE(FolderLock::try_take_existing(folder.path(), existing));
  }
  EXPECT_TRUE(FolderLock::take(folder.path()));
}

TEST(FolderLocks, AreNotMadeWhereNoRunHasWorked) {
  const TemporaryFolder folder;
  FolderLock existing;
  EXPECT_FALSE(FolderLock::try_take_existing(folder.path(), existing));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(FolderLocks, FollowNoLink) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / ".dcmflow");
  std::filesystem::create_symlink(folder / "elsewhere", folder / ".dcmflow/lock");
  EXPECT_FALSE(FolderLock::take(folder.path()));
  EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
}

}  // namespace
}  // namespace dcmflow
