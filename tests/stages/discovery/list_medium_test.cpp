// A DICOMDIR as an input: what it names is read, what it says wrongly is told, and what lies beside
// it is not read.

#include "stages/discovery/list_medium.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "stages/discover_files.h"
#include "tests/support/dicomdir.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class Medium : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& bytes = "dicom") const {
    std::filesystem::create_directories(std::filesystem::path(folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }
  void write_directory(const std::vector<DirectoryRecord>& records, DicomdirForm form = {}) const {
    write("DICOMDIR", dicomdir_bytes(records, form));
  }

  struct Walked {
    std::vector<std::string> names;     // of files that are to be read
    std::vector<std::string> problems;  // "code subject"
    std::vector<std::string> details;
  };
  static Walked walk(std::vector<std::string> inputs) {
    DiscoverFiles discover(InputPaths{.given = std::move(inputs), .listed = {}}, "");
    Walked walked;
    while (auto found = discover.next()) {
      if (found->ok()) {
        walked.names.push_back((**found)->name);
        EXPECT_TRUE(std::filesystem::is_regular_file((**found)->path())) << (**found)->path();
        continue;
      }
      const Problem& problem = found->problem();
      walked.problems.push_back(std::string(reason_code(problem.reason)) + ' ' + problem.subject);
      walked.details.push_back(problem.detail);
    }
    EXPECT_TRUE(discover.at_end());
    return walked;
  }
  Walked walk() const { return walk({folder / "DICOMDIR"}); }

  TemporaryFolder folder;
};

TEST_F(Medium, ItsFilesAreReadAndOthersAreToldOf) {
  for (const auto* const name : {"IMAGES/IM2", "IMAGES/IM1", "IMAGES/IM9", "README.TXT", "X"})
    write(name);
  for (const bool open_items : {false, true}) {
    write_directory({{}, {"X"}, {"IMAGES\\IM1"}, {"IMAGES\\IM2"}}, {.open_items = open_items});
    const auto walked = walk();
    EXPECT_THAT(walked.names, ElementsAre("IMAGES/IM1", "IMAGES/IM2", "X"));
    EXPECT_THAT(walked.problems, ElementsAre("dicomdir DICOMDIR", "not_in_dicomdir IMAGES/IM9",
                                             "not_in_dicomdir README.TXT"));
    EXPECT_THAT(walked.details[0], HasSubstr("3 files"));
  }
}

TEST_F(Medium, NamesAreFoundInTheFormsThatDisksGiveThem) {
  for (const auto* const name : {"images/im1.;1", "images/IM2;1", "Images2/im3"}) write(name);
  write_directory({{"IMAGES\\IM1"}, {"IMAGES\\IM2"}, {"IMAGES2\\IM3"}, {"IMAGES2 /IM3 "}});
  EXPECT_THAT(walk().names, ElementsAre("Images2/im3", "images/IM2;1", "images/im1.;1"));
  EXPECT_THAT(walk().problems, ElementsAre("dicomdir DICOMDIR"));
}

TEST_F(Medium, OfNamesThatDifferInCaseTheOneAsItStandsCountsElseNone) {
  for (const auto* const name : {"A/IM1", "A/im1", "A/Im2", "A/im2"}) write(name);
  write_directory({{"A\\IM1"}, {"A\\IM2"}});
  const auto walked = walk();
  EXPECT_THAT(walked.names, ElementsAre("A/IM1"));
  EXPECT_THAT(walked.problems,
              UnorderedElementsAre("malformed A/IM2", "dicomdir DICOMDIR", "not_in_dicomdir A/im1",
                                   "not_in_dicomdir A/Im2", "not_in_dicomdir A/im2"));
}

TEST_F(Medium, NothingOutsideOfItsFolderIsNamed) {
  write("outside");
  const std::string medium = folder / "medium";
  std::filesystem::create_directory(medium);
  const std::string nul("A\0B", 3);
  std::ofstream(medium + "/DICOMDIR", std::ios::binary)
      << dicomdir_bytes({{"..\\outside"},
                         {"A\\..\\..\\outside"},
                         {folder / "outside"},
                         {"../outside"},
                         {"."},
                         {"\\\\"},
                         {nul},
                         {std::string(5000, 'A')}});
  const auto walked = walk({medium + "/DICOMDIR"});
  EXPECT_THAT(walked.names, IsEmpty());
  ASSERT_GE(walked.problems.size(), 7U);
  EXPECT_THAT(walked.problems, Contains("malformed ../outside"));
  EXPECT_THAT(walked.problems, Contains("malformed A/../../outside"));
  for (const auto& problem : walked.problems)
    EXPECT_THAT(problem, testing::AnyOf(HasSubstr("malformed "), HasSubstr("unreadable "),
                                        HasSubstr("dicomdir DICOMDIR")));
}

// They lead nowhere, since they are not followed.
TEST_F(Medium, OffsetsInACircleDoNoHarm) {
  write("IM1");
  write_directory({{}, {"IM1"}}, {.offset = 132});
  EXPECT_THAT(walk().names, ElementsAre("IM1"));
}

TEST_F(Medium, MissingFilesFoldersAndRepeatedNamesAreToldOnce) {
  for (const auto* const name : {"A/IM1", "B/IM2"}) write(name);
  std::filesystem::create_hard_link(folder / "A/IM1", folder / "A/IM0");
  write_directory({{"A\\IM1"},
                   {"A\\IM1"},
                   {"A\\GONE"},
                   {"A\\GONE"},
                   {"B"},
                   {"DICOMDIR"},
                   {"B\\IM2", false},
                   {"A\\IM0"}});
  const auto walked = walk();
  EXPECT_THAT(walked.names, ElementsAre("A/IM0"));
  EXPECT_THAT(walked.problems,
              UnorderedElementsAre("same_file A/IM1", "unreadable A/GONE", "malformed B",
                                   "dicomdir DICOMDIR", "not_in_dicomdir B/IM2"));
}

TEST_F(Medium, ADamagedOneSaysHowFarItWasRead) {
  write("IM1");
  write_directory({{"IM1"}}, {.too_long = 100});
  auto walked = walk();
  EXPECT_THAT(walked.names, ElementsAre("IM1"));
  EXPECT_THAT(walked.problems, ElementsAre("truncated DICOMDIR"));
  EXPECT_THAT(walked.details[0], HasSubstr("it named 1 file"));
}

TEST_F(Medium, WhereverItIsCutOffEachFileIsToldOf) {
  write("IM1");
  const auto whole = dicomdir_bytes({{"IM1"}, {"IM2"}});
  std::size_t directories = 0;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    write("DICOMDIR", whole.substr(0, size));
    const auto walked = walk();
    if (walked.names == std::vector<std::string>{"DICOMDIR"}) continue;  // it is none yet
    ++directories;
    EXPECT_THAT(walked.problems, Contains(EndsWith(" DICOMDIR"))) << size;
    EXPECT_THAT(walked.problems, Not(Contains("dicomdir DICOMDIR"))) << size;
    if (walked.names.empty()) {
      EXPECT_THAT(walked.problems, Contains("not_in_dicomdir IM1"));
    }
  }
  EXPECT_GT(directories, 100U);
}

TEST_F(Medium, LinksToItsOwnFolderEnd) {
  write("A/IM1");
  std::filesystem::create_symlink("..", folder / "A/up");
  write_directory({{"A\\IM1"}});
  EXPECT_THAT(walk().problems, ElementsAre("dicomdir DICOMDIR", "same_file A/up"));
}

TEST_F(Medium, SeveralAreNamedByTheirFolders) {
  for (const std::string name : {"one", "two"}) {
    write(name + "/IM1");
    write(name + "/IM2");
    write(name + "/DICOMDIR", dicomdir_bytes({{"IM1"}}));
  }
  const auto walked = walk({folder / "one/DICOMDIR", folder / "two/DICOMDIR"});
  EXPECT_THAT(walked.names, ElementsAre(folder / "one/IM1", folder / "two/IM1"));
  EXPECT_THAT(walked.problems, UnorderedElementsAre("dicomdir " + (folder / "one/DICOMDIR"),
                                                    "dicomdir " + (folder / "two/DICOMDIR"),
                                                    "not_in_dicomdir " + (folder / "one/IM2"),
                                                    "not_in_dicomdir " + (folder / "two/IM2")));
}

// As in a folder that is walked: its header is read, and says what it is.
TEST_F(Medium, BesideOthersOfItsFolderItIsAFileLikeAnyOther) {
  write("A/IM1");
  write("A/IM2");
  write_directory({{"A\\IM1"}});
  EXPECT_THAT(walk({folder / "A", folder / "DICOMDIR"}).names,
              ElementsAre(folder / "A/IM1", folder / "A/IM2", folder / "DICOMDIR"));
  EXPECT_THAT(walk({folder.path()}).names, ElementsAre("A/IM1", "A/IM2", "DICOMDIR"));
}

TEST_F(Medium, OtherFilesAreNone) {
  write("empty", "");
  write("text");
  write("image", RawDataset().add(0x00080060, "CS", "CT").bytes());
  for (const auto* const name : {"empty", "text", "image", "nothing", "."})
    EXPECT_FALSE(ListedMedium::read(folder.path(), name, "").has_value()) << name;
}

}  // namespace
}  // namespace dcmflow
