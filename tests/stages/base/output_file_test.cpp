#include "stages/base/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

namespace fs = std::filesystem;

class OutputFileTest : public testing::Test {
 protected:
  OutputFileTest() {
    std::string pattern = testing::TempDir() + "output_file_XXXXXX";
    folder = mkdtemp(pattern.data());
  }
  ~OutputFileTest() override { fs::remove_all(folder); }

  std::string content(const std::string& name) const {
    std::ifstream file(folder + '/' + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder)) all.push_back(entry.path().filename());
    return all;
  }

  std::string folder;
};

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST_F(OutputFileTest, AppearsUnderItsNameOnlyAfterCommit) {
  auto file = OutputFile::create(folder, "image.nii");
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->append("half").ok());
  ASSERT_EQ(names().size(), 1U);
  EXPECT_THAT(names()[0], StartsWith(".dcmflow-"));
  ASSERT_TRUE(file->commit().ok());
  EXPECT_THAT(names(), testing::ElementsAre("image.nii"));
  EXPECT_EQ(content("image.nii"), "half");
}

TEST_F(OutputFileTest, LeavesNothingWithoutCommit) {
  {
    auto file = OutputFile::create(folder, "image.nii");
    ASSERT_TRUE(file->append("half").ok());
  }
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(OutputFileTest, CutsOffWhatWasTakenBack) {
  auto file = OutputFile::create(folder, "a.json");
  ASSERT_TRUE(file->append("kept, and a long end").ok());
  file->append_from(4);
  EXPECT_EQ(file->appended_bytes(), 4U);
  ASSERT_TRUE(file->append("!").ok());
  ASSERT_TRUE(file->commit().ok());
  EXPECT_EQ(content("a.json"), "kept!");
  EXPECT_EQ(file->bytes(), 5U);
}

// The disk has begun to write what is taken back (every 8 MB).
TEST_F(OutputFileTest, TakesBackWhatIsOnItsWayToTheDisk) {
  const std::string much(std::size_t{9} << 20, 'x');
  auto file = OutputFile::create(folder, "a.json");
  ASSERT_TRUE(file->append(much).ok());
  file->append_from(2);
  ASSERT_TRUE(file->append(much).ok());
  file->append_from(3);
  ASSERT_TRUE(file->append("end").ok());
  ASSERT_TRUE(file->commit().ok());
  EXPECT_EQ(content("a.json"), "xxxend");
}

TEST_F(OutputFileTest, ReplacesAnOldFileOnlyAtCommit) {
  std::ofstream(folder + "/report.json") << "old";
  auto file = OutputFile::create(folder, "report.json");
  ASSERT_TRUE(file->append("new").ok());
  EXPECT_EQ(content("report.json"), "old");
  ASSERT_TRUE(file->commit().ok());
  EXPECT_EQ(content("report.json"), "new");
}

TEST_F(OutputFileTest, MovedFromFileDoesNotRemoveTheFile) {
  auto first = OutputFile::create(folder, "a");
  ASSERT_TRUE(first->append("1").ok());
  OutputFile second;
  second = std::move(first.value());
  first = Result<OutputFile>();
  ASSERT_TRUE(second.append("2").ok());
  ASSERT_TRUE(second.commit().ok());
  EXPECT_EQ(content("a"), "12");
}

TEST_F(OutputFileTest, CutsWhatWasReservedBehindTheLastByte) {
  auto file = OutputFile::create(folder, "image.nii.gz");
  ASSERT_TRUE(file->reserve(1 << 20).ok());
  ASSERT_TRUE(file->append("short").ok());
  ASSERT_TRUE(file->commit().ok());
  EXPECT_EQ(content("image.nii.gz"), "short");
}

TEST_F(OutputFileTest, ReservesDiskSpace) {
  auto file = OutputFile::create(folder, "image.raw");
  ASSERT_TRUE(file->reserve(1 << 20).ok());
  struct stat status {};
  ASSERT_EQ(stat((folder + '/' + names()[0]).c_str(), &status), 0);
  if (status.st_blocks == 0) GTEST_SKIP() << "this file system cannot reserve";
  EXPECT_GE(status.st_blocks * 512, 1 << 20);
}

TEST_F(OutputFileTest, KeepsTheHighestByteThatWasWrittenInAnyOrder) {
  auto file = OutputFile::create(folder, "image.raw");
  ASSERT_TRUE(file->append("head").ok());
  ASSERT_TRUE(file->write_at(8, bytes_of("last")).ok());
  ASSERT_TRUE(file->write_at(4, bytes_of("next")).ok());
  ASSERT_TRUE(file->commit().ok());
  EXPECT_EQ(content("image.raw"), "headnextlast");
}

TEST_F(OutputFileTest, TakesDistinctRangesFromManyThreads) {
  constexpr std::size_t threads = 8;
  constexpr std::size_t size = 100'000;
  auto file = OutputFile::create(folder, "image.raw");
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = threads; i-- > 0;)
      workers.emplace_back([&file, i] {
        const std::string slice(size, static_cast<char>('a' + i));
        EXPECT_TRUE(file->write_at(i * size, bytes_of(slice)).ok());
      });
  }
  ASSERT_TRUE(file->commit().ok());
  std::string expected;
  for (std::size_t i = 0; i < threads; ++i) expected.append(size, static_cast<char>('a' + i));
  EXPECT_EQ(content("image.raw"), expected);
}

TEST_F(OutputFileTest, IsNotInheritedByChildProcesses) {
  const auto file = OutputFile::create(folder, "a");
  const std::string command = "ls -l /proc/self/fd > " + folder + "/list";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(content("list"), testing::Not(HasSubstr(".part")));
}

TEST_F(OutputFileTest, GoesOnWhenATemporaryNameIsTaken) {
  auto probe = OutputFile::create(folder, "a");
  const std::string taken = names()[0];
  const auto dash = taken.rfind('-');
  const auto number = std::stoul(taken.substr(dash + 1));
  const std::string next = taken.substr(0, dash + 1) + std::to_string(number + 1) + ".part";
  std::ofstream(folder + '/' + next) << "left by a killed process";
  auto file = OutputFile::create(folder, "b");
  ASSERT_TRUE(file.ok()) << file.problem().detail;
  ASSERT_TRUE(file->append("b").ok());
  ASSERT_TRUE(file->commit().ok());
  EXPECT_EQ(content("b"), "b");
  EXPECT_EQ(content(next), "left by a killed process");
}

TEST_F(OutputFileTest, RefusesNamesThatLeaveTheFolder) {
  for (const std::string name : {"", ".", "..", "../a", "a/../b", "a//b", ".a/b", "/tmp/a"}) {
    const auto file = OutputFile::create(folder, name);
    ASSERT_FALSE(file.ok()) << name;
    EXPECT_EQ(file.problem().reason, Reason::output_not_writable);
  }
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(OutputFileTest, RefusesANameThatIsTooLongBeforeAnyWork) {
  const auto file = OutputFile::create(folder, std::string(256, 'a'));
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.problem().detail, HasSubstr("256"));
  EXPECT_THAT(file.problem().detail, HasSubstr("255"));
}

TEST_F(OutputFileTest, SaysWhyAFolderCannotTakeAFile) {
  std::ofstream(folder + "/plain") << "no folder";
  const auto below_a_file = OutputFile::create(folder + "/plain", "a");
  ASSERT_FALSE(below_a_file.ok());
  EXPECT_EQ(below_a_file.problem().reason, Reason::output_not_writable);
  EXPECT_THAT(below_a_file.problem().detail, HasSubstr(folder + "/plain/a"));
  EXPECT_THAT(below_a_file.problem().detail, HasSubstr("Not a directory"));
  const auto nowhere = OutputFile::create(folder + "/missing", "a");
  ASSERT_FALSE(nowhere.ok());
  EXPECT_THAT(nowhere.problem().detail, HasSubstr("No such file or directory"));
}

TEST_F(OutputFileTest, LeavesNothingWhenItsNameIsAFolder) {
  fs::create_directory(folder + "/a");
  auto file = OutputFile::create(folder, "a");
  ASSERT_TRUE(file->append("x").ok());
  const auto status = file->commit();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.problem().reason, Reason::output_not_writable);
  EXPECT_THAT(status.problem().detail, HasSubstr("Is a directory"));
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

// Runs `check` in a child whose files may have `limit` bytes at most; true when it returned true.
template <class Check>
bool holds_under_file_size_limit(rlim_t limit, Check check) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limits{limit, limit};
    const bool held = setrlimit(RLIMIT_FSIZE, &limits) == 0 && check();
    _exit(held ? 0 : 1);
  }
  int status = -1;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

bool is_full(const Status& status) {
  return !status && status.problem().reason == Reason::disk_full &&
         status.problem().detail.find("File too large") != std::string::npos;
}

TEST_F(OutputFileTest, ReportsAFileSizeLimitAsDiskFullAndLeavesNothing) {
  EXPECT_TRUE(holds_under_file_size_limit(10'000, [this] {
    auto file = OutputFile::create(folder, "image.raw");
    const std::string text(6'000, 'x');
    return file && file->append(text).ok() && is_full(file->append(text));
  }));
  // The child ended without destructors: what it left can only have the hidden name.
  for (const std::string& name : names()) EXPECT_THAT(name, StartsWith(".dcmflow-"));
  EXPECT_TRUE(holds_under_file_size_limit(10'000, [this] {
    fs::remove_all(folder);
    fs::create_directory(folder);
    {
      auto file = OutputFile::create(folder, "image.raw");
      if (!file || !is_full(file->write_at(9'999, bytes_of("two")))) return false;
    }
    return names().empty();
  }));
}

TEST_F(OutputFileTest, KnowsBeforeWritingThatTheDiskCannotHoldTheFile) {
  EXPECT_TRUE(holds_under_file_size_limit(10'000, [this] {
    auto file = OutputFile::create(folder, "image.raw");
    return file && file->reserve(10'000).ok() && is_full(file->reserve(10'001));
  }));
  auto file = OutputFile::create(folder, "image.raw");
  const auto impossible = file->reserve(std::uint64_t{1} << 63);
  ASSERT_FALSE(impossible.ok());
  EXPECT_EQ(impossible.problem().reason, Reason::disk_full);
  EXPECT_THAT(impossible.problem().detail, HasSubstr("9223372036854775808 bytes"));
  const auto beyond = file->write_at((std::uint64_t{1} << 63) - 2, bytes_of("two"));
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.problem().reason, Reason::disk_full);
}

TEST(CheckWritableFolder, MakesTheFolderAndLeavesItEmpty) {
  const std::string folder = testing::TempDir() + "check_writable_" + std::to_string(getpid());
  ASSERT_TRUE(check_writable_folder(folder + "/a/b").ok());
  EXPECT_TRUE(check_writable_folder(folder + "/a/b").ok());
  EXPECT_TRUE(fs::is_empty(folder + "/a/b"));
  fs::remove_all(folder);
}

TEST(CheckWritableFolder, SaysWhyNot) {
  const auto below_a_file = check_writable_folder("/proc/self/status/x");
  ASSERT_FALSE(below_a_file.ok());
  EXPECT_EQ(below_a_file.problem().reason, Reason::output_not_writable);
  EXPECT_THAT(below_a_file.problem().detail, HasSubstr("Not a directory"));
  // It exists, and even root cannot create a file in it.
  const auto no_files = check_writable_folder("/proc/self");
  ASSERT_FALSE(no_files.ok());
  EXPECT_EQ(no_files.problem().reason, Reason::output_not_writable);
  EXPECT_THAT(no_files.problem().detail, HasSubstr("/proc/self"));
}

// In a container nobody knows the user by name: its number is what the folder can be given to.
TEST(CheckWritableFolder, NamesTheUserWhoIsRefusedByNumber) {
  const std::string folder = testing::TempDir() + "refused_" + std::to_string(getpid());
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
  const bool is_root = geteuid() == 0;
  if (is_root) {
    fs::permissions(folder, fs::perms::owner_all);
    ASSERT_EQ(setegid(77), 0);
    ASSERT_EQ(seteuid(4242), 0);
  }
  const auto refused = check_writable_folder(folder);
  const auto not_made = check_writable_folder(folder + "/further");
  const auto who =
      " for user " + std::to_string(geteuid()) + " of group " + std::to_string(getegid());
  if (is_root) {
    ASSERT_EQ(seteuid(0), 0);
    ASSERT_EQ(setegid(0), 0);
    EXPECT_EQ(who, " for user 4242 of group 77");
  }
  fs::permissions(folder, fs::perms::owner_all);
  fs::remove_all(folder);
  for (const auto* status : {&refused, &not_made}) {
    ASSERT_FALSE(status->ok());
    EXPECT_EQ(status->problem().reason, Reason::output_not_writable);
    EXPECT_THAT(status->problem().detail, HasSubstr("Permission denied" + who));
  }
}

}  // namespace
}  // namespace dcmflow
