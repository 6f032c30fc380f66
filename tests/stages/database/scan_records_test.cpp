// What a scan stores comes back as it was, or not at all; however little memory there is for it.

#include "stages/database/scan_records.h"

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "stages/database/record_bytes.h"
#include "stages/database/stored_headers.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/header_interner.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

const auto root = std::make_shared<const std::string>("/in");

FilePtr file_of(const std::string& name) {
  return share(File{.root = root, .name = name, .size = 12, .version = {1, 2, 3}});
}

TEST(ScanRecords, BringBackEntriesAndFilesOfNoSeries) {
  const Problem problem{Reason::empty_file, "a/empty", "found 0 bytes"};
  for (const WalkEntry& entry :
       {WalkEntry{file_of("a/1.dcm"), {5, 6}}, WalkEntry{problem, {0, 0}}}) {
    const auto stored = store_entry(entry);
    const auto loaded = load_entry(stored, root);
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(loaded->identity.device, entry.identity.device);
    EXPECT_EQ(loaded->identity.inode, entry.identity.inode);
    ASSERT_EQ(loaded->found.ok(), entry.found.ok());
    if (entry.found) {
      EXPECT_EQ((*loaded->found)->path(), "/in/a/1.dcm");
      EXPECT_EQ((*loaded->found)->version, (*entry.found)->version);
    } else {
      EXPECT_EQ(loaded->found.problem().subject, "a/empty");
      EXPECT_EQ(loaded->found.problem().reason, Reason::empty_file);
    }
    for (std::size_t i = 0; i < stored.size(); ++i) {
      auto other = stored;
      other[i] = static_cast<char>(other[i] ^ 4);
      EXPECT_FALSE(load_entry(other, root).ok()) << i;
    }
  }
  const auto refused =
      store_refused({file_of("note.txt"), {Reason::not_dicom, "note.txt", "text"}});
  const auto loaded = load_refused(refused, root);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->file->name, "note.txt");
  EXPECT_EQ(loaded->problem.reason, Reason::not_dicom);
  EXPECT_FALSE(load_refused(refused.substr(1), root).ok());
}

TEST(ScanRecords, BringBackAllHeadersBySeriesFromLittleMemory) {
  AttributeTable table;
  for (const std::size_t memory :
       {std::size_t{1} << 12, std::size_t{1} << 16, std::size_t{1} << 26}) {
    const TemporaryFolder folder;
    PartStore store(folder.path(), 0, PartStore::no_limit);
    CollectHeaders headers(store, memory);
    std::map<std::string, std::set<std::string>> expected;
    std::size_t forgotten = 0;
    for (int i = 0; i < 900; ++i) {
      const auto series = "1.2." + std::to_string(i * 7 % 13);
      auto instance = share<Instance>();
      instance->file = file_of(std::to_string(i) + ".dcm");
      HeaderInterner interner;
      SharedHeaderSource source;
      source.values.add(attribute_index(0x0020000D), "1");
      source.values.add(attribute_index(0x0020000E), series);
      instance->shared = interner.intern(std::move(source));
      expected[series_key("1", series)].insert(instance->file->name);
      const auto added = headers.add(instance);
      ASSERT_TRUE(added.ok());
      forgotten += *added ? 1 : 0;
    }
    EXPECT_EQ(forgotten > 10, memory < std::size_t{1} << 20);
    auto sorted = headers.sorted();
    ASSERT_TRUE(sorted.ok());
    std::map<std::string, std::set<std::string>> found;
    std::string last;
    for (KeyedRecord record;;) {
      const auto more = sorted->next(record);
      ASSERT_TRUE(more.ok());
      if (!*more) break;
      EXPECT_LE(last, record.key);
      last = record.key;
      HeaderInterner interner;
      const auto loaded = load_headers(record_of(record.record), root, table, interner);
      ASSERT_TRUE(loaded.ok());
      for (const auto& instance : loaded->instances)
        EXPECT_TRUE(found[record.key].insert(instance->file->name).second);
    }
    EXPECT_EQ(found, expected);
  }
}

}  // namespace
}  // namespace dcmflow
