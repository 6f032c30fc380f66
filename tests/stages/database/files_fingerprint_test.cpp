// Equal fingerprints of two walks mean equal files, and there is none where that cannot be said.

#include "stages/database/files_fingerprint.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace dcmflow {
namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t began = 100 * second;

std::vector<File> some_files() {
  return {{.name = "a/1.dcm", .size = 10, .version = {1, 20 * second + 1, 30 * second + 1}},
          {.name = "a/2.dcm", .size = 20, .version = {2, 20 * second + 1, 30 * second + 1}}};
}

std::string fingerprint_of(const std::vector<File>& files,
                           const std::vector<Problem>& problems = {}) {
  FilesFingerprint fingerprint;
  for (const auto& file : files) fingerprint.add(FilePtr(share(file)));
  for (const auto& problem : problems) fingerprint.add(problem);
  EXPECT_EQ(fingerprint.files(), files.size() + problems.size());
  return fingerprint.take(began);
}

TEST(FilesFingerprint, IsTheSameForTheSameFilesWhereverTheyLie) {
  auto moved = some_files();
  for (auto& file : moved) file.version.inode += 100;  // another disk
  EXPECT_EQ(fingerprint_of(some_files()).size(), 64U);
  EXPECT_EQ(fingerprint_of(moved), fingerprint_of(some_files()));
}

TEST(FilesFingerprint, IsAnotherForAnyChange) {
  const std::vector<std::function<void(std::vector<File>&)>> changes{
      [](auto& files) { files.pop_back(); },
      [](auto& files) { files.push_back(files[0]); },
      [](auto& files) { files[1].name = "a/3.dcm"; },
      [](auto& files) { files[0].size = 11; },
      [](auto& files) { ++files[0].version.modified; },
      [](auto& files) { ++files[1].version.changed; },
      [](auto& files) { std::swap(files[0], files[1]); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto files = some_files();
    changes[i](files);
    EXPECT_NE(fingerprint_of(files), fingerprint_of(some_files())) << i;
  }
  EXPECT_NE(fingerprint_of(some_files(), {{Reason::empty_file, "b", ""}}),
            fingerprint_of(some_files()));
  EXPECT_NE(fingerprint_of(some_files(), {{Reason::empty_file, "b", ""}}),
            fingerprint_of(some_files(), {{Reason::special_file, "b", ""}}));
}

TEST(FilesFingerprint, IsNoneOfAFileThatCouldNotBeReadAtTheMoment) {
  EXPECT_EQ(fingerprint_of(some_files(), {{Reason::unreadable, "b", "Permission denied"}}), "");
}

TEST(FilesFingerprint, IsNoneOfAFileThatMayHaveChangedSince) {
  auto files = some_files();
  files[0].version.changed = began - 1;
  EXPECT_EQ(fingerprint_of(files), "");
  files[0].version.changed = began - second + 1;
  EXPECT_NE(fingerprint_of(files), "");
  // A file system that keeps two seconds.
  files[0].version.changed = began - second;
  EXPECT_EQ(fingerprint_of(files), "");
  files[0].version.changed = began - 3 * second;
  EXPECT_NE(fingerprint_of(files), "");
}

}  // namespace
}  // namespace dcmflow
