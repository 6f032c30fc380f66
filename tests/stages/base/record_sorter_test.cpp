// More records than memory holds come back in the order of their keys, or not at all.

#include "stages/base/record_sorter.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using Pairs = std::vector<std::pair<std::string, std::string>>;

// Until the end, or the first Problem.
template <class Records>
Pairs read_all(Records& records, Status& end) {
  Pairs all;
  for (KeyedRecord record;;) {
    const auto more = records.next(record);
    end = more ? Status(Done{}) : more.problem();
    if (!more || !*more) return all;
    all.emplace_back(record.key, record.record);
  }
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(RecordSorter, SortsMoreThanMemoryHolds) {
  const TemporaryFolder folder;
  std::mt19937 random(7);
  Pairs expected;
  for (int i = 0; i < 3000; ++i)
    expected.emplace_back(std::string(random() % 3, '\0') + std::to_string(random() % 500),
                          std::string(random() % 200, 'r') + std::to_string(i));
  expected.emplace_back("", "");
  expected.emplace_back("large", std::string(std::size_t{2} << 20, 'x'));
  for (const std::size_t most : {std::size_t{1}, std::size_t{20'000}, std::size_t{1} << 30}) {
    PartStore store(folder.path(), 1000, PartStore::no_limit);
    RecordSorter sorter(store, most);
    for (const auto& [key, record] : expected) ASSERT_TRUE(sorter.add(key, record).ok());
    auto sorted = sorter.sorted();
    ASSERT_TRUE(sorted.ok());
    auto in_order = expected;
    std::ranges::stable_sort(in_order, {}, &Pairs::value_type::first);
    Status end = Done{};
    EXPECT_EQ(read_all(*sorted, end), in_order) << most;
    EXPECT_TRUE(end.ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(RecordSorter, TellsThatTheDiskIsFull) {
  const TemporaryFolder folder;
  PartStore store(folder.path(), 0, 100);
  RecordSorter sorter(store, 50);
  EXPECT_TRUE(sorter.add("a", "1").ok());
  const auto full = sorter.add("b", std::string(100, 'b'));
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.problem().reason, Reason::disk_full);
}

class KeyedFiles : public testing::Test {
 protected:
  std::string write(const std::string& name, const Pairs& records) const {
    auto file = KeyedFile::create(folder.path(), name);
    EXPECT_TRUE(file.ok());
    for (const auto& [key, record] : records) EXPECT_TRUE(file->add(key, record).ok());
    const auto sha256 = file->commit();
    EXPECT_TRUE(sha256.ok());
    return sha256.ok() ? *sha256 : "";
  }

  const TemporaryFolder folder;
};

TEST_F(KeyedFiles, AreReadAsOneInTheOrderOfTheirKeys) {
  const auto a = write("a", {{"1", "a"}, {"3", "a"}, {"3", "b"}});
  const auto none = write("none", {});
  const auto b = write("b", {{"", "c"}, {"3", "d"}, {"30", "e"}});
  std::vector<KeyedReader> readers;
  for (const auto& [name, sha256] :
       {std::pair("/a", a), std::pair("/none", none), std::pair("/b", b)}) {
    auto reader = KeyedReader::open(folder.path() + name, sha256);
    ASSERT_TRUE(reader.ok());
    readers.push_back(std::move(*reader));
  }
  MergedRecords merged(std::move(readers));
  Status end = Done{};
  EXPECT_THAT(read_all(merged, end),
              ElementsAre(std::pair("", "c"), std::pair("1", "a"), std::pair("3", "a"),
                          std::pair("3", "b"), std::pair("3", "d"), std::pair("30", "e")));
  EXPECT_TRUE(end.ok());
}

// Lengths, too: none is believed that is beyond the end.
TEST_F(KeyedFiles, WithAnyOtherByteAreRefused) {
  const auto sha256 = write("a", {{"1", "one"}, {"2", "two"}});
  const auto path = folder.path() + "/a";
  const auto bytes = bytes_of(path);
  const auto end_of = [&](const std::string& other) {
    std::ofstream(path, std::ios::binary) << other;
    auto reader = KeyedReader::open(path, sha256);
    EXPECT_TRUE(reader.ok());
    Status end = Done{};
    read_all(*reader, end);
    return end;
  };
  EXPECT_TRUE(end_of(bytes).ok());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto other = bytes;
    other[i] = static_cast<char>(other[i] ^ 0x80);
    EXPECT_FALSE(end_of(other).ok()) << i;
    const auto cut = end_of(bytes.substr(0, i));
    ASSERT_FALSE(cut.ok()) << i;
    EXPECT_EQ(cut.problem().reason, Reason::catalogue_failed);
    EXPECT_EQ(cut.problem().subject, path);
  }
  EXPECT_FALSE(end_of(bytes + '\0').ok());
}

TEST_F(KeyedFiles, ThatAreNotSortedAreNotMerged) {
  const auto sha256 = write("a", {{"2", "a"}, {"1", "a"}});
  std::vector<KeyedReader> readers;
  auto reader = KeyedReader::open(folder.path() + "/a", sha256);
  ASSERT_TRUE(reader.ok());
  readers.push_back(std::move(*reader));
  MergedRecords merged(std::move(readers));
  Status end = Done{};
  read_all(merged, end);
  EXPECT_FALSE(end.ok());
}

}  // namespace
}  // namespace dcmflow
