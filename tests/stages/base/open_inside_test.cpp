#include "stages/base/open_inside.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "stages/base/open_path.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;

class OpenInside : public testing::Test {
 protected:
  OpenInside() {
    fs::create_directories(root + "/sub/.kept");
    fs::create_directories(temporary / "outside");
    for (const auto* name :
         {"root/a", "root/.hidden", "root/sub/b", "root/sub/.kept/c", "outside/d"})
      std::ofstream(temporary / name) << name;
    mkfifo((root + "/pipe").c_str(), S_IRWXU);
    fs::create_symlink("a", root + "/link");
    fs::create_directory_symlink(temporary / "outside", root + "/sub/links");
  }
  bool opens(std::string_view path) const {
    const auto folder = open_path(root, O_PATH | O_DIRECTORY);
    return static_cast<bool>(open_inside(folder.get(), path));
  }

  const TemporaryFolder temporary;
  const std::string root = temporary / "root";
};

TEST_F(OpenInside, OpensPlainFiles) {
  EXPECT_TRUE(opens("a"));
  EXPECT_TRUE(opens("sub/b"));
}

TEST_F(OpenInside, OpensNothingElse) {
  using namespace std::string_view_literals;
  for (const auto path : {""sv,
                          "/"sv,
                          "."sv,
                          ".."sv,
                          "sub"sv,
                          "sub/"sv,
                          "/a"sv,
                          "a/"sv,
                          "sub//b"sv,
                          "sub/./b"sv,
                          "sub/../a"sv,
                          "../root/a"sv,
                          "../outside/d"sv,
                          ".hidden"sv,
                          "sub/.kept/c"sv,
                          "link"sv,
                          "sub/links/d"sv,
                          "pipe"sv,
                          "a\0"sv,
                          "a\0b"sv,
                          "none"sv,
                          "none/a"sv})
    EXPECT_FALSE(opens(path)) << path;
}

}  // namespace
}  // namespace dcmflow
