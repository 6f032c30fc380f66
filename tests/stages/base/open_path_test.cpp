#include "stages/base/open_path.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <iterator>
#include <string>

namespace dcmflow {
namespace {

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST(OpenPath, SaysWhyALongPathCannotBeOpened) {
  errno = 0;
  EXPECT_FALSE(open_path('/' + std::string(5000, 'n'), O_RDONLY));
  EXPECT_EQ(errno, ENAMETOOLONG);
  std::string missing;
  for (int i = 0; i < 3000; ++i) missing += "/n";
  const auto before = open_descriptors();
  EXPECT_FALSE(open_path(missing, O_RDONLY));
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(open_descriptors(), before);
}

TEST(OpenPath, ManySlashesNeverLeadBackToTheRoot) {
  const std::string path = "/proc/self/" + std::string(6000, '/') + "status";
  EXPECT_TRUE(open_path(path, O_RDONLY));
  const auto folder = open_path("/proc/self" + std::string(6000, '/'), O_RDONLY | O_DIRECTORY);
  ASSERT_TRUE(folder);
  EXPECT_EQ(faccessat(folder.get(), "status", F_OK, 0), 0);
}

}  // namespace
}  // namespace dcmflow
