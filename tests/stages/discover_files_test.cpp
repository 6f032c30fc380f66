#include "stages/discover_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "stages/base/name_digest.h"
#include "stages/base/open_path.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A folder of its own for each test.
class DiscoverFilesTest : public testing::Test {
 protected:
  DiscoverFilesTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "discover_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~DiscoverFilesTest() override {
    // std::filesystem::remove_all gives up beyond PATH_MAX; rm does not.
    EXPECT_EQ(std::system(("rm -rf '" + folder_ + "'").c_str()), 0);
  }

  std::string at(const std::string& name) const { return folder_ + '/' + name; }
  void make_folder(const std::string& name) const { ASSERT_EQ(mkdir(at(name).c_str(), 0777), 0); }
  void make_file(const std::string& name, const std::string& text = "dicom") const {
    std::ofstream(at(name)) << text;
  }
  void make_symlink(const std::string& target, const std::string& name) const {
    ASSERT_EQ(symlink(target.c_str(), at(name).c_str()), 0);
  }

  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

struct Walked {
  std::vector<FilePtr> files;
  std::vector<std::string> names;     // of the files
  std::vector<std::string> problems;  // "code subject"
  std::vector<std::string> details;
};

Walked walk(const std::string& input, const std::string& excluded = "") {
  Walked walked;
  DiscoverFiles discover(input, excluded);
  while (auto found = discover.next()) {
    if (found->ok()) {
      walked.files.push_back(**found);
      walked.names.push_back(walked.files.back()->name);
    } else {
      const Problem& problem = found->problem();
      walked.problems.push_back(std::string(reason_code(problem.reason)) + ' ' + problem.subject);
      walked.details.push_back(problem.detail);
    }
  }
  EXPECT_FALSE(discover.next().has_value()) << "the end stays the end";
  return walked;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

TEST_F(DiscoverFilesTest, GivesFilesDepthFirstInByteOrderOfTheNames) {
  make_folder("b");
  make_folder("a");
  make_file("b/2");
  make_file("b/10");
  make_file("a/z");
  make_file("B");
  make_file("a.dcm");
  make_file("c", "123");
  make_file("\xC3\xA9");
  const Walked walked = walk(folder());
  EXPECT_THAT(walked.names, ElementsAre("B", "a/z", "a.dcm", "b/10", "b/2", "c", "\xC3\xA9"));
  EXPECT_THAT(walked.problems, IsEmpty());
  EXPECT_EQ(walked.files[5]->size, 3U);
  EXPECT_EQ(walked.files[5]->path(), at("c"));
  EXPECT_EQ(walked.files[0]->root, walked.files[6]->root) << "one string for all files";
}

TEST_F(DiscoverFilesTest, TheOrderDoesNotDependOnTheOrderOfCreation) {
  make_folder("up");
  make_folder("down");
  for (int i = 0; i < 300; ++i) {
    make_file("up/" + std::to_string(i));
    make_file("down/" + std::to_string(299 - i));
  }
  EXPECT_EQ(walk(at("up")).names, walk(at("down")).names);
}

TEST_F(DiscoverFilesTest, DicomOfOthersInTheExcludedFolderIsTold) {
  make_folder("out");
  make_folder("out/.dcmflow");
  make_folder("out/below");
  make_file("a");
  make_file("out/note.txt", std::string(200, 'x'));
  make_file("out/.dcmflow/hidden", std::string(128, '\0') + "DICM");
  EXPECT_THAT(walk(folder(), at("out")).problems, IsEmpty());
  make_file("out/below/1", std::string(128, '\0') + "DICM");
  const Walked walked = walk(folder(), at("out"));
  EXPECT_THAT(walked.names, ElementsAre("a"));
  EXPECT_THAT(walked.problems, ElementsAre("special_file out"));
  EXPECT_THAT(walked.details, ElementsAre(HasSubstr("the output folder, not read")));
}

TEST_F(DiscoverFilesTest, AnEmptyFolderHasNoFiles) {
  const Walked walked = walk(folder());
  EXPECT_THAT(walked.names, IsEmpty());
  EXPECT_THAT(walked.problems, IsEmpty());
}

TEST_F(DiscoverFilesTest, TrailingSlashesOfTheInputDoNotShowInPaths) {
  make_file("a");
  EXPECT_EQ(walk(folder() + "//").files.at(0)->path(), at("a"));
}

TEST_F(DiscoverFilesTest, AFileAsInputIsNamedByItsFileName) {
  make_file("one.dcm");
  make_file("other.dcm");
  const Walked walked = walk(at("one.dcm"));
  ASSERT_THAT(walked.names, ElementsAre("one.dcm"));
  EXPECT_EQ(walked.files[0]->path(), at("one.dcm"));
}

// A file that two of them lead to is given once, and told once by one name.
TEST_F(DiscoverFilesTest, FilesOfSeveralInputsAreNamedByTheirInputs) {
  for (const auto* const name : {"a", "b"}) make_folder(name);
  for (const auto* const name : {"a/1", "b/1", "c"}) make_file(name);
  DiscoverFiles discover(
      InputPaths{.given = {folder() + "/b/", folder() + "/a", folder() + "/c", folder() + "/b/1"},
                 .listed = {}},
      "");
  std::vector<std::string> names;
  while (auto found = discover.next()) {
    names.push_back(found->ok() ? (**found)->name : found->problem().subject);
    if (found->ok()) {
      EXPECT_EQ((**found)->path(), (**found)->name);
    }
  }
  EXPECT_EQ(names, (std::vector{folder() + "/b/1", folder() + "/a/1", folder() + "/c"}));
  EXPECT_TRUE(discover.at_end());
}

// Whatever else leads there: a path of a folder that was walked is not told again.
TEST_F(DiscoverFilesTest, PathsOfAListAreNamedAsTheyStand) {
  make_folder("a");
  for (const auto* const name : {"a/1", "a/2", "b"}) make_file(name);
  ASSERT_EQ(link(at("b").c_str(), at("c").c_str()), 0);
  const auto listed = std::make_shared<const std::vector<std::string>>(
      std::vector{at("a"), at("a/1"), at("b"), at("c"), at("gone")});
  DiscoverFiles discover(InputPaths{.given = {}, .listed = listed}, "");
  std::vector<std::string> found;
  while (auto one = discover.next())
    found.push_back(one->ok() ? (**one)->path()
                              : std::string(reason_code(one->problem().reason)) + ' ' +
                                    one->problem().subject);
  EXPECT_THAT(found, ElementsAre(at("a/1"), at("a/2"), at("b"), "same_file " + at("c"),
                                 "unreadable " + at("gone")));
}

TEST_F(DiscoverFilesTest, DigestsStandForNamesThatAreHidden) {
  make_folder("a");
  make_file("a/1");
  make_file("empty", "");
  DiscoverFiles discover(folder(), "");
  discover.hide_names();
  const auto file = discover.next();
  ASSERT_TRUE(file && file->ok());
  EXPECT_EQ((**file)->name, name_digest("a/1"));
  EXPECT_EQ((**file)->place(), "a/1");
  EXPECT_EQ((**file)->path(), at("a/1"));
  EXPECT_EQ(discover.place(), "a/1");
  const auto empty = discover.next();
  ASSERT_TRUE(empty && !empty->ok());
  EXPECT_EQ(empty->problem().subject, name_digest("empty"));
  EXPECT_EQ(discover.place(), "empty");
}

TEST_F(DiscoverFilesTest, AMissingInputIsAProblemWithTheSystemsWords) {
  const Walked walked = walk(at("nothing"));
  EXPECT_THAT(walked.problems, ElementsAre("unreadable " + at("nothing")));
  EXPECT_THAT(walked.details[0], HasSubstr("No such file or directory"));
}

TEST_F(DiscoverFilesTest, LoopsOfSymbolicLinksEnd) {
  make_folder("a");
  make_file("a/image");
  make_symlink("..", "a/up");
  make_symlink(".", "a/self");
  make_symlink("tock", "tick");
  make_symlink("tick", "tock");
  const Walked walked = walk(folder());
  EXPECT_THAT(walked.names, ElementsAre("a/image"));
  EXPECT_THAT(walked.problems, ElementsAre("same_file a/self", "same_file a/up", "unreadable tick",
                                           "unreadable tock"));
}

TEST_F(DiscoverFilesTest, LinksToFilesAndFoldersOutsideAreFollowed) {
  make_folder("in");
  make_folder("out");
  make_file("out/image");
  make_file("lonely");
  make_symlink("../out", "in/folder");
  make_symlink("../lonely", "in/file");
  EXPECT_THAT(walk(at("in")).names, ElementsAre("file", "folder/image"));
}

TEST_F(DiscoverFilesTest, OfTwoPathsToOneFileTheFirstInOrderWins) {
  make_file("b");
  ASSERT_EQ(link(at("b").c_str(), at("c").c_str()), 0);
  make_symlink("b", "a");
  const Walked walked = walk(folder());
  EXPECT_THAT(walked.names, ElementsAre("a"));
  EXPECT_THAT(walked.problems, ElementsAre("same_file b", "same_file c"));
}

TEST_F(DiscoverFilesTest, ADanglingLinkIsUnreadableAndSaysSo) {
  make_symlink("/nowhere/at/all", "gone.dcm");
  const Walked walked = walk(folder());
  EXPECT_THAT(walked.problems, ElementsAre("unreadable gone.dcm"));
  EXPECT_THAT(walked.details[0], HasSubstr("link that leads nowhere: No such file"));
}

TEST_F(DiscoverFilesTest, EmptyFilesFifosAndSocketsAreToldApart) {
  make_file("empty", "");
  ASSERT_EQ(mkfifo(at("fifo").c_str(), 0666), 0);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s", at("socket").c_str());
  ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  make_symlink("/dev/null", "null");
  const Walked walked = walk(folder());
  close(listener);
  EXPECT_THAT(walked.problems, ElementsAre("empty_file empty", "special_file fifo",
                                           "special_file null", "special_file socket"));
  EXPECT_THAT(walked.details[1], HasSubstr("a FIFO"));
  EXPECT_THAT(walked.details[2], HasSubstr("a character device"));
  EXPECT_THAT(walked.details[3], HasSubstr("a socket"));
}

TEST_F(DiscoverFilesTest, AFolderWithoutPermissionIsOneProblemAndTheWalkGoesOn) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read every folder";
  make_folder("closed");
  make_file("closed/image");
  make_file("open");
  ASSERT_EQ(chmod(at("closed").c_str(), 0), 0);
  const Walked walked = walk(folder());
  ASSERT_EQ(chmod(at("closed").c_str(), 0700), 0);
  EXPECT_THAT(walked.names, ElementsAre("open"));
  EXPECT_THAT(walked.problems, ElementsAre("unreadable closed"));
  EXPECT_THAT(walked.details[0], HasSubstr("Permission denied"));
}

TEST_F(DiscoverFilesTest, AFolderThatVanishesDuringTheWalkIsUnreadable) {
  make_folder("a");
  make_folder("a/x");
  make_file("a/x/1");
  for (int i = 100; i < 200; ++i) make_file("a/y" + std::to_string(i));
  DiscoverFiles discover(folder(), "");
  ASSERT_EQ((**discover.next())->name, "a/x/1");
  std::filesystem::remove_all(at("a"));
  // What was looked at with it had been there; whoever opens it will find out.
  std::size_t had_been_there = 0;
  auto found = discover.next();
  for (; found->ok(); found = discover.next()) ++had_been_there;
  EXPECT_EQ(had_been_there, 31U);
  EXPECT_EQ(found->problem().reason, Reason::unreadable);
  EXPECT_EQ(found->problem().subject, "a/y131");
}

TEST_F(DiscoverFilesTest, TheExcludedFolderIsNotEnteredUnderAnyName) {
  make_folder("out");
  make_file("out/image.nii");
  make_symlink("out", "alias");
  make_file("z");
  const Walked walked = walk(folder(), at("alias"));
  EXPECT_THAT(walked.names, ElementsAre("z"));
  EXPECT_THAT(walked.problems, IsEmpty());
}

TEST_F(DiscoverFilesTest, AnExcludedFolderThatIsMadeDuringTheWalkIsNotEntered) {
  make_folder("a");
  make_file("a/1");
  make_folder("b");
  DiscoverFiles discover(folder(), at("b/out"));
  ASSERT_EQ((**discover.next())->name, "a/1");
  make_folder("b/out");
  make_file("b/out/image.nii");
  EXPECT_FALSE(discover.next().has_value());
}

TEST_F(DiscoverFilesTest, NamesOfAnyBytesArriveUnchanged) {
  const std::string name = "bad\xFF\n\"quote\" back\\slash";
  make_file(name);
  const Walked walked = walk(folder());
  ASSERT_THAT(walked.names, ElementsAre(name));
  EXPECT_EQ(printable(walked.names[0]), "bad\\xFF\\x0A\"quote\" back\\\\slash");
}

// Makes `depth` folders called `name` inside each other and a file at the bottom and after each
// folder on the way up.
void make_deep(const std::string& folder, const std::string& name, int depth) {
  int here = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int i = 0; i < depth; ++i) {
    ASSERT_EQ(mkdirat(here, name.c_str(), 0777), 0);
    const int next = openat(here, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ASSERT_GE(next, 0);
    const int file = openat(next, "z", O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    ASSERT_EQ(write(file, "dicom", 5), 5);
    close(file);
    close(here);
    here = next;
  }
  close(here);
}

TEST_F(DiscoverFilesTest, PathsBeyondPathMaxAreWalkedAndOpened) {
  make_deep(folder(), std::string(200, 'd'), 60);
  const Walked walked = walk(folder());
  EXPECT_THAT(walked.problems, IsEmpty());
  ASSERT_EQ(walked.files.size(), 60U);
  const std::string deepest = walked.files[0]->path();
  ASSERT_GT(deepest.size(), 12'000U);
  const std::size_t before = open_descriptors();
  auto file = open_path(deepest, O_RDONLY);
  ASSERT_TRUE(file);
  char text[6]{};
  EXPECT_EQ(read(file.get(), text, 5), 5);
  EXPECT_STREQ(text, "dicom");
  EXPECT_TRUE(fcntl(file.get(), F_GETFD) & FD_CLOEXEC);
  file.reset();
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(walk(deepest).names, std::vector<std::string>{"z"}) << "as the input itself";
}

TEST_F(DiscoverFilesTest, ThousandsOfFoldersDeepNeedNoMoreDescriptors) {
  make_deep(folder(), "d", 4000);
  const std::size_t before = open_descriptors();
  DiscoverFiles discover(folder(), "");
  std::size_t files = 0;
  while (auto found = discover.next()) {
    ASSERT_TRUE(found->ok()) << found->problem().detail;
    if (files++ % 500 == 0) {
      EXPECT_LE(open_descriptors(), before + 1);
    }
  }
  EXPECT_EQ(files, 4000U);
}

TEST_F(DiscoverFilesTest, TenThousandFilesTakeMicrosecondsEach) {
  for (int study = 0; study < 10; ++study) {
    make_folder(std::to_string(study));
    for (int i = 0; i < 1000; ++i)
      make_file(std::to_string(study) + "/IM-0001-" + std::to_string(i) + ".dcm");
  }
  const auto start = std::chrono::steady_clock::now();
  const std::size_t files = walk(folder()).files.size();
  const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
  RecordProperty("microseconds_per_file", std::to_string(time.count() / 10'000));
  EXPECT_EQ(files, 10'000U);
  EXPECT_LT(time.count() / 10'000, 100) << "microseconds a file";
}

}  // namespace
}  // namespace dcmflow
