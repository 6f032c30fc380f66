// What --trace may replace: a regular file, and nothing else.

#include "engine/trace.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

class TraceFiles : public testing::Test {
 protected:
  Status write(const std::string& path) {
    trace.begin();
    { const Trace::Phase phase(trace, "work"); }
    return trace.write(path);
  }
  static std::string text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const TemporaryFolder folder;
  Trace trace;
};

TEST_F(TraceFiles, AreNewOrReplaceRegularOnes) {
  const std::string path = folder / "trace.json";
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(check_trace(path).ok());
    EXPECT_EQ(fs::exists(path), i > 0);
    const fs::directory_iterator entries(folder.path());
    EXPECT_EQ(std::distance(begin(entries), end(entries)), i) << "something is left";
    ASSERT_TRUE(write(path).ok());
    EXPECT_THAT(text(path), HasSubstr("\"work\""));
  }
}

TEST_F(TraceFiles, NeverReplaceWhatIsNone) {
  const std::string fifo = folder / "fifo", link = folder / "link", below = folder / "below";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  fs::create_symlink("fifo", link);
  fs::create_directory(below);
  for (const auto& path : {fifo, link, below}) {
    const auto usable = check_trace(path);
    ASSERT_FALSE(usable.ok()) << path;
    EXPECT_EQ(usable.problem().reason, Reason::bad_settings);
    EXPECT_THAT(usable.problem().detail, HasSubstr("expected a regular file"));
    const auto written = write(path);
    ASSERT_FALSE(written.ok()) << path;
    EXPECT_EQ(written.problem().reason, Reason::output_not_writable);
  }
  EXPECT_TRUE(fs::is_fifo(fs::symlink_status(fifo)));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_TRUE(fs::is_directory(below));
  EXPECT_FALSE(check_trace(folder / "none/trace.json").ok());
}

TEST_F(TraceFiles, AreWrittenWhereLinksLead) {
  fs::create_directory(folder / "there");
  fs::create_symlink("there/second", folder / "first");
  fs::create_symlink("trace.json", folder / "there/second");
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(check_trace(folder / "first").ok());
    ASSERT_TRUE(write(folder / "first").ok());
    EXPECT_TRUE(fs::is_symlink(folder / "first"));
    EXPECT_TRUE(fs::is_symlink(folder / "there/second"));
    EXPECT_THAT(text(folder / "there/trace.json"), HasSubstr("\"work\""));
  }
}

}  // namespace
}  // namespace dcmflow
