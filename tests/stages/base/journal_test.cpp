#include "stages/base/journal.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "stages/base/output_file.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

namespace fs = std::filesystem;

class Journals : public testing::Test {
 protected:
  Journals() { fs::create_directory(folder / ".dcmflow"); }

  std::unique_ptr<Journal> open() const {
    auto journal = Journal::open(folder.path());
    EXPECT_TRUE(journal) << journal.problem().detail;
    return std::move(*journal);
  }
  void write(Journal& journal, const std::string& name, const std::string& text) const {
    OutputFolder place(folder.path());
    place.journal = &journal;
    auto file = OutputFile::create(place, name);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->append(text));
    ASSERT_TRUE(file->commit());
  }
  std::string text() const {
    std::ifstream file(folder / ".dcmflow/journal");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void set_text(const std::string& text) const {
    std::ofstream(folder / ".dcmflow/journal") << text;
  }

  const TemporaryFolder folder;
};

TEST_F(Journals, KnowWhatWasWrittenInItsOrder) {
  {
    const auto journal = open();
    EXPECT_THAT(journal->earlier(), IsEmpty());
    write(*journal, "b.raw", "1");
    write(*journal, "b.mhd", "22");
    write(*journal, "a.nii", "333");
  }
  EXPECT_THAT(open()->earlier(), ElementsAre("b.raw", "b.mhd", "a.nii"));
}

TEST_F(Journals, ForgetWhatOthersChangedReplacedOrRemoved) {
  {
    const auto journal = open();
    for (const auto* name : {"kept", "longer", "newer", "gone", "linked", "folder"})
      write(*journal, name, "text");
  }
  std::ofstream(folder / "longer", std::ios::app) << "x";
  fs::last_write_time(folder / "newer", fs::file_time_type::clock::now() + std::chrono::hours(1));
  fs::remove(folder / "gone");
  fs::rename(folder / "linked", folder / "elsewhere");
  fs::create_symlink("elsewhere", folder / "linked");
  fs::remove(folder / "folder");
  fs::create_directory(folder / "folder");
  EXPECT_THAT(Journal::read(folder.path()), ElementsAre("kept"));
  EXPECT_THAT(open()->earlier(), ElementsAre("kept"));
  EXPECT_EQ(std::ranges::count(text(), '\n'), 3) << text();
}

TEST_F(Journals, KnowWhatTheLastRunWroteWhateverLiesThereNow) {
  EXPECT_FALSE(Journal::of_last_run(folder.path()));
  {
    const auto journal = open();
    write(*journal, "a", "of the first");
    write(*journal, "b", "of the first");
  }
  {
    const auto journal = open();
    write(*journal, "b", "1");
    write(*journal, "c", "22");
    write(*journal, "c", "333");
  }
  fs::remove(folder / "b");
  using Files = std::map<std::string, std::uint64_t>;
  EXPECT_EQ(Journal::of_last_run(folder.path()), (Files{{"b", 1}, {"c", 3}}));
  const auto whole = text();
  const auto at = whole.find("run\n");
  ASSERT_NE(at, std::string::npos);
  set_text(whole.substr(0, at) + whole.substr(at + 4));  // of a version that told no runs apart
  EXPECT_FALSE(Journal::of_last_run(folder.path()));
  EXPECT_THAT(Journal::read(folder.path()), ElementsAre("a", "c"));
}

TEST_F(Journals, BelieveNoNameThatLeavesTheFolderOrIsHidden) {
  {
    const auto journal = open();
    write(*journal, "a", "text");
  }
  const auto line = text().substr(text().find('\n') + 1);
  const auto numbers = line.substr(0, line.rfind(' ') + 1);
  fs::create_directory(folder / "sub");
  for (const std::string& name :
       {"../" + fs::path(folder.path()).filename().string() + "/a", folder / "a",
        std::string("sub/../a"), std::string("./a"), std::string(".a"), std::string("")}) {
    set_text("dcmflow journal 1\n" + numbers + name + "\n");
    EXPECT_THAT(Journal::read(folder.path()), IsEmpty()) << name;
  }
  set_text("dcmflow journal 1\n" + numbers + "a\n");
  EXPECT_THAT(Journal::read(folder.path()), ElementsAre("a"));
}

TEST_F(Journals, ReadWhatIsThereOfADamagedOne) {
  {
    const auto journal = open();
    write(*journal, "a", "text");
    write(*journal, "b", "text");
  }
  const auto whole = text();
  set_text(whole.substr(0, whole.size() - 1));  // killed within the last line
  EXPECT_THAT(Journal::read(folder.path()), ElementsAre("a"));
  const auto first_end = whole.find('\n') + 1;
  set_text(whole.substr(0, first_end) + "4 nonsense\n99999999999999999999 1 a\n-1 0 b\n\n" +
           whole.substr(first_end));
  EXPECT_THAT(Journal::read(folder.path()), ElementsAre("a", "b"));
  for (const std::string& other : {std::string(""), std::string("another text\n") + whole}) {
    set_text(other);
    EXPECT_THAT(Journal::read(folder.path()), IsEmpty()) << other;
  }
}

TEST_F(Journals, AreNotReadThroughALink) {
  {
    const auto journal = open();
    write(*journal, "a", "text");
  }
  fs::rename(folder / ".dcmflow/journal", folder / "elsewhere");
  fs::create_symlink(folder / "elsewhere", folder / ".dcmflow/journal");
  EXPECT_THAT(Journal::read(folder.path()), IsEmpty());
}

}  // namespace
}  // namespace dcmflow
