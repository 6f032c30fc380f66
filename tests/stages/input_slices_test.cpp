// The slices of an input are the whole of it, and no name is in two of them.

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "stages/discover_files.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;

class InputSlices : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return folder / "input/" + name; }
  void file(const std::string& name, const std::string& text = "dicom") const {
    fs::create_directories(fs::path(at(name)).parent_path());
    std::ofstream(at(name)) << text;
  }

  // What a walk tells of each name, file or Problem.
  using Told = std::map<std::string, std::string>;
  static Told walk(DiscoverFiles& discovery, std::vector<std::string>* order = nullptr) {
    Told told;
    while (const auto found = discovery.next()) {
      const auto& name = *found ? (**found)->name : found->problem().subject;
      const auto what = *found ? std::to_string((**found)->size)
                               : std::string(reason_code(found->problem().reason)) + ": " +
                                     found->problem().detail;
      EXPECT_TRUE(told.emplace(name, what).second) << name << " is told of twice";
      if (order != nullptr) order->push_back(name);
    }
    return told;
  }

  // All slices, joined as a plan joins them: of one file the first name counts.
  Told walk_slices(std::size_t parts) const {
    struct Entry {
      std::string name, what;
      FileIdentity identity;
    };
    std::map<std::string, Entry> entries;  // in the order of the walk
    for (std::size_t part = 0; part < parts; ++part) {
      DiscoverFiles discovery(input, "");
      discovery.take_slice({part, parts});
      std::string last;
      while (const auto found = discovery.next()) {
        const auto& name = *found ? (**found)->name : found->problem().subject;
        const auto what = *found ? std::to_string((**found)->size)
                                 : std::string(reason_code(found->problem().reason)) + ": " +
                                       found->problem().detail;
        const auto key = walk_key(name);
        EXPECT_LT(last, key) << "a slice is in the order of the walk";
        last = key;
        EXPECT_TRUE(entries.emplace(key, Entry{name, what, discovery.identity()}).second) << name;
      }
      EXPECT_TRUE(discovery.at_end());
    }
    Told told;
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
    for (const auto& [key, entry] : entries) {
      const auto [device, inode] = entry.identity;
      const bool is_new = inode == 0 || seen.emplace(device, inode).second;
      told[entry.name] = is_new ? entry.what : "same_file: " + same_file_problem(entry.name).detail;
    }
    return told;
  }

  void expect_whole() const {
    DiscoverFiles discovery(input, "");
    const auto whole = walk(discovery);
    EXPECT_FALSE(whole.empty());
    for (const std::size_t parts : {1, 2, 3, 7, 64}) EXPECT_EQ(walk_slices(parts), whole) << parts;
  }

  const TemporaryFolder folder;
  const std::string input = folder / "input";
};

TEST_F(InputSlices, OfOneFolderAreTheFolder) {
  for (int i = 0; i < 3000; ++i) file("IM" + std::to_string(i));
  expect_whole();
  for (const std::size_t part : {0, 1, 2, 3}) {
    DiscoverFiles discovery(input, "");
    discovery.take_slice({part, 4});
    EXPECT_NEAR(static_cast<double>(walk(discovery).size()), 750, 150) << "a slice is a quarter";
  }
}

TEST_F(InputSlices, OfADeepTreeAreTheTree) {
  std::string name;
  for (int depth = 0; depth < 60; ++depth) {
    name += "d" + std::to_string(depth % 7) + "/";
    file(name + "b");
    file(name + "z.dcm");
    file(name + "d");
  }
  file("d0-");  // between d0 and its files, were names compared byte by byte
  file("d0.");
  expect_whole();
}

TEST_F(InputSlices, OfLinksAndOddEntriesAreTheWhole) {
  for (int i = 0; i < 20; ++i) file("a/" + std::to_string(i));
  file(".hidden");
  file(".folder/.hidden");
  file("empty", "");
  file(std::string("\xFF\x01 name"));
  fs::create_hard_link(at("empty"), at("empty too"));
  for (int i = 0; i < 20; i += 3) {
    fs::create_hard_link(at("a/" + std::to_string(i)), at("0" + std::to_string(i)));
    fs::create_symlink("a/" + std::to_string(i), at("link" + std::to_string(i)));
  }
  fs::create_symlink(".", at("a/self"));
  fs::create_symlink("..", at("a/up"));
  fs::create_symlink("a", at("another a"));
  fs::create_symlink("nowhere", at("dangling"));
  fs::create_directory(at("no files"));
  ASSERT_EQ(mkfifo(at("fifo").c_str(), 0600), 0);
  expect_whole();
}

TEST_F(InputSlices, OfAFolderThatCannotBeReadTellOfItOnce) {
  const std::string closed = at("closed");
  file("open");
  fs::create_directory(closed);
  // Root may read every folder.
  constexpr uid_t nobody = 65534;
  const bool is_root = geteuid() == 0;
  if (is_root) {
    for (const auto& path : {folder.path(), input, closed})
      ASSERT_EQ(chown(path.c_str(), nobody, static_cast<gid_t>(-1)), 0);
    ASSERT_EQ(seteuid(nobody), 0);
  }
  ASSERT_EQ(chmod(closed.c_str(), 0), 0);
  std::map<std::string, int> told;
  for (const std::size_t part : {0, 1, 2}) {
    DiscoverFiles discovery(input, "");
    discovery.take_slice({part, 3});
    for (const auto& [name, what] : walk(discovery)) ++told[name + ' ' + what.substr(0, 10)];
  }
  EXPECT_EQ(chmod(closed.c_str(), 0700), 0);
  if (is_root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  EXPECT_EQ(told, (std::map<std::string, int>{{"closed unreadable", 1}, {"open 5", 1}}));
}

TEST_F(InputSlices, OfOneFileAndOfNothingAreTheInput) {
  file("one");
  for (const auto& path : {at("one"), at("nothing")}) {
    std::size_t told = 0;
    for (const std::size_t part : {0, 1, 2}) {
      DiscoverFiles discovery(path, "");
      discovery.take_slice({part, 3});
      told += walk(discovery).size();
    }
    EXPECT_EQ(told, 1U) << path;
  }
}

}  // namespace
}  // namespace dcmflow
