#pragma once
// Archives that a test packs, and what is read of them.

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "stages/archives/archive_members.h"
#include "tests/support/pack_archive.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {

// Bytes that no compressor makes small.
inline std::string noise(std::size_t size, std::uint64_t seed) {
  std::string bytes(size, '\0');
  std::uint64_t state = seed * 2 + 1;
  for (char& byte : bytes) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

struct Walked {
  bool is_archive = false;
  std::map<std::string, std::string> files;     // name → bytes
  std::map<std::string, std::string> problems;  // subject → reason: detail
  std::vector<std::string> order;
  std::vector<FilePtr> given;

  std::string told_of(const std::string& subject) const {
    const auto found = problems.find(subject);
    return found == problems.end() ? "nothing" : found->second;
  }
  std::size_t in_place() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(given, [](const auto& file) { return !file->packed()->spool; }));
  }
};

class ArchivesScene : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return folder / name; }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(at(name), std::ios::binary) << bytes;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void cut(const std::string& name, std::uint64_t bytes) const {
    std::filesystem::resize_file(at(name), bytes);
  }
  std::uint64_t size(const std::string& name) const { return std::filesystem::file_size(at(name)); }

  FilePtr file(const std::string& name) const {
    struct stat found {};
    EXPECT_EQ(stat(at(name).c_str(), &found), 0) << name;
    return share(File{.root = std::make_shared<const std::string>(folder.path()),
                      .name = name,
                      .size = static_cast<std::uint64_t>(found.st_size),
                      .version = version_of(found)});
  }

  static std::string bytes_of(const FilePtr& member) {
    const auto opened = OpenFile::open(member);
    if (!opened) return std::string(reason_code(opened.problem().reason));
    std::string bytes(member->size, '\0');
    EXPECT_EQ(pread(opened->descriptor(), bytes.data(), bytes.size(),
                    static_cast<off_t>(opened->begin())),
              static_cast<ssize_t>(bytes.size()));
    return bytes;
  }

  Walked walk(const std::string& name, const ArchiveLimits& limits = {}) {
    Walked walked;
    auto opened = ArchiveMembers::open(file(name), spool, {}, limits);
    if (!opened) {
      walked.problems[opened.problem().subject] = words(opened.problem());
      return walked;
    }
    if (!*opened) return walked;
    walked.is_archive = true;
    while (auto found = (*opened)->next()) {
      const auto& subject = *found ? (**found)->name : found->problem().subject;
      walked.order.push_back(subject);
      if (*found)
        walked.given.push_back(**found);
      else
        EXPECT_TRUE(walked.problems.emplace(subject, words(found->problem())).second) << subject;
    }
    for (const auto& member : walked.given)
      EXPECT_TRUE(walked.files.emplace(member->name, bytes_of(member)).second) << member->name;
    return walked;
  }
  static std::string words(const Problem& problem) {
    return std::string(reason_code(problem.reason)) + ": " + problem.detail;
  }

  const TemporaryFolder folder, spool_folder;
  Spool spool{spool_folder.path()};
};

}  // namespace dcmflow
