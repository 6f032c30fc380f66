#include "stages/base/copy_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class CopyFile : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
  }
  const TemporaryFolder folder;
};

TEST_F(CopyFile, HasEveryByteAndTheModeAndReplacesWhatWasThere) {
  const std::string text = std::string(700'001, 'x') + '\0' + "end";
  const auto from = write("from", text), to = write("to", std::string(800'000, 'y'));
  ASSERT_TRUE(copy_file(from, to, 0640));
  EXPECT_EQ(content(to), text);
  ASSERT_TRUE(copy_file(write("empty", ""), folder / "new", 0700));
  EXPECT_EQ(content(folder / "new"), "");
  struct stat made {};
  ASSERT_EQ(stat((folder / "new").c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777U, 0700U);
}

// More than one: a library may find out by its first how all others are to be made.
TEST_F(CopyFile, GoesFromOneFileSystemToAnother) {
  const std::string other = "/dev/shm/dcmflow-copy-" + std::to_string(getpid());
  if (access("/dev/shm", W_OK) != 0) GTEST_SKIP() << "/dev/shm is no folder to write into";
  for (int i = 0; i < 3; ++i) {
    const auto from = write("from", "text " + std::to_string(i));
    EXPECT_TRUE(copy_file(from, other, 0600));
    EXPECT_TRUE(copy_file(other, folder / "back", 0600));
    EXPECT_EQ(content(folder / "back"), content(from));
  }
  std::filesystem::remove(other);
}

TEST_F(CopyFile, SaysWhichFileItCouldNotReadOrWrite) {
  const auto from = write("from", "text");
  const auto absent = copy_file(folder / "absent", folder / "to", 0600);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.problem().reason, Reason::output_not_writable);
  EXPECT_THAT(absent.problem().subject + absent.problem().detail, HasSubstr("absent"));
  EXPECT_FALSE(copy_file(folder.path(), folder / "to", 0600));
  const auto nowhere = copy_file(from, folder / "none/to", 0600);
  ASSERT_FALSE(nowhere);
  EXPECT_THAT(nowhere.problem().subject + nowhere.problem().detail, HasSubstr("none/to"));
}

}  // namespace
}  // namespace dcmflow
