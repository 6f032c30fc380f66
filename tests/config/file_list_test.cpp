#include "config/file_list.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/dicomdir.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(FileList, HasAPathALineEachOnceAndInOrder) {
  EXPECT_THAT(parse_file_list("b\na/\n\nb\n a \n./a"), ElementsAre(" a ", "./a", "a", "b"));
  EXPECT_THAT(parse_file_list("\xEF\xBB\xBF"
                              "C\\x\r\na\r\n"),
              ElementsAre("C\\x", "a"))
      << "as Windows' editors write it";
  EXPECT_THAT(parse_file_list("\n\r\n"), testing::IsEmpty());
}

// As of find -print0: then a line break is of the name.
TEST(FileList, IsSeparatedByNulWhereThereIsOne) {
  using namespace std::string_literals;
  EXPECT_THAT(parse_file_list("b\r\0a\nx\0"s), ElementsAre("a\nx", "b\r"));
  EXPECT_THAT(parse_file_list("a\nb\0"s), ElementsAre("a\nb"));
}

TEST(FileList, ThatHasNoPathOrIsNoListIsRefused) {
  const TemporaryFolder folder;
  const auto problem_of = [&](const std::string& bytes) {
    std::ofstream(folder / "list", std::ios::binary) << bytes;
    const auto list = read_file_list(folder / "list");
    return list ? Problem{} : list.problem();
  };
  EXPECT_EQ(problem_of("\n\n").reason, Reason::no_input);
  EXPECT_THAT(problem_of("\n\n").detail, HasSubstr("no path in 2 bytes"));
  const auto image = RawDataset().add(0x00080060, "CS", "CT").bytes();
  EXPECT_EQ(problem_of(image).reason, Reason::bad_settings);
  EXPECT_THAT(problem_of(image).detail, HasSubstr("found a DICOM file"));
  EXPECT_EQ(read_file_list(folder / "none").problem().reason, Reason::no_input);
  EXPECT_THAT(read_file_list(folder / "none").problem().subject, HasSubstr("--files-from "));
}

// As the `>` of PowerShell writes it: between NULs it has "/" and ".".
TEST(FileList, OfUtf16IsRefused) {
  using namespace std::string_literals;
  const TemporaryFolder folder;
  const auto read = [&](const std::string& bytes) {
    std::ofstream(folder / "list", std::ios::binary) << bytes;
    return read_file_list(folder / "list");
  };
  for (const auto& bytes :
       {"\xFF\xFE/\0a\0"s, "\xFE\xFF\0/\0a"s, "a\0.\0d\0\n\0"s, "\0/\0a\0\n"s, "\xFF\xFE"s}) {
    const auto list = read(bytes);
    ASSERT_FALSE(list.ok());
    EXPECT_EQ(list.problem().reason, Reason::no_input);
    EXPECT_THAT(list.problem().detail, HasSubstr("write it as UTF-8"));
  }
  for (const auto& bytes : {"a\0b\0"s, "./a\0./b\0"s, "/\xFE\xFF\n"s})
    EXPECT_TRUE(read(bytes).ok());
}

TEST(FileList, MayBeADicomdirWhichIsAnInput) {
  const TemporaryFolder folder;
  std::ofstream(folder / "x", std::ios::binary) << dicomdir_bytes({{"IM1"}});
  const auto list = read_file_list(folder / "x");
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(*list, nullptr);
}

}  // namespace
}  // namespace dcmflow
