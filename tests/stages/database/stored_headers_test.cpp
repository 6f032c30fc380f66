// What a catalogue keeps of headers comes back as it was, or is known to be other bytes.

#include "stages/database/stored_headers.h"

#include <gtest/gtest.h>

#include "stages/decode_header.h"
#include "test-data/phantom.h"
#include "tests/support/mosaic.h"
#include "tests/support/multi_frame.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

class StoredHeaders : public testing::Test {
 protected:
  InstancePtr read(const std::string& name) {
    auto file = share(
        File{.root = root, .name = name, .size = std::filesystem::file_size(*root + '/' + name)});
    auto instance = decode_header(file, HeaderPlan(table), interner);
    EXPECT_TRUE(instance) << instance.problem().detail;
    file->version = {7, 8, 9};  // which nobody compares any more
    return *instance;
  }
  static std::span<const std::uint8_t> bytes(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }
  auto load(const std::string& stored) {
    return load_headers(bytes(stored), root, table, interner);
  }

  const TemporaryFolder folder;
  const std::shared_ptr<const std::string> root = std::make_shared<std::string>(folder.path());
  AttributeTable table;
  HeaderInterner interner;
};

void expect_equal(const File& one, const File& other) {
  EXPECT_EQ(one.name, other.name);
  EXPECT_EQ(one.size, other.size);
  EXPECT_EQ(one.version, other.version);
}

void expect_equal(const PixelData& one, const PixelData& other) {
  EXPECT_EQ(one.offset, other.offset);
  EXPECT_EQ(one.length, other.length);
  EXPECT_EQ(one.number_of_frames, other.number_of_frames);
  EXPECT_EQ(one.kind, other.kind);
  EXPECT_EQ(one.in_words, other.in_words);
  EXPECT_EQ(one.tiles_across, other.tiles_across);
}

void expect_equal(const Problem& one, const Problem& other) {
  EXPECT_EQ(one.reason, other.reason);
  EXPECT_EQ(one.subject, other.subject);
  EXPECT_EQ(one.detail, other.detail);
}

void expect_equal(const Instance& one, const Instance& other) {
  expect_equal(*one.file, *other.file);
  EXPECT_EQ(one.shared, other.shared) << "equal headers are one object";
  EXPECT_EQ(one.values, other.values);
  expect_equal(one.pixel_data, other.pixel_data);
  ASSERT_EQ(one.frames() != nullptr, other.frames() != nullptr);
  if (one.frames()) {
    EXPECT_EQ(*one.frames(), *other.frames());
  }
  ASSERT_EQ(one.defect() != nullptr, other.defect() != nullptr);
  if (one.defect()) expect_equal(*one.defect(), *other.defect());
}

TEST_F(StoredHeaders, ComeBackAsTheyWere) {
  write_phantom_series({.slices = 3}, *root);
  write_phantom_series(
      {.series_uid = "1.2.3.9",
       .slices = 1,
       .edit = [](unsigned, DicomBuilder& file) { file.remove("StudyInstanceUID"); }},
      *root + "/no-study");
  write_phantom_series({.series_uid = "1.2.3.10",
                        .slices = 1,
                        .edit = [](unsigned, DicomBuilder& file) { file.remove("Rows"); }},
                       *root + "/broken");
  std::vector<InstancePtr> instances;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*root))
    if (entry.is_regular_file())
      instances.push_back(read(std::filesystem::relative(entry.path(), *root).string()));
  ASSERT_EQ(instances.size(), 5U);
  const FrameDigests digests{{instances[3].get(), {{0, {1, 2, 3}}, {5, {4}}}}};
  const auto loaded = load(store_headers(instances, digests));
  ASSERT_TRUE(loaded) << loaded.problem().detail;
  ASSERT_EQ(loaded->instances.size(), instances.size());
  for (std::size_t i = 0; i < instances.size(); ++i)
    expect_equal(*loaded->instances[i], *instances[i]);
  ASSERT_EQ(loaded->digests.size(), 1U);
  EXPECT_EQ(loaded->digests.at(loaded->instances[3].get()), digests.at(instances[3].get()));
}

TEST_F(StoredHeaders, TellThatAnyByteIsAnother) {
  write_phantom_series({.slices = 2}, *root);
  std::vector<InstancePtr> instances;
  for (const auto& entry : std::filesystem::directory_iterator(*root))
    instances.push_back(read(entry.path().filename().string()));
  const auto stored = store_headers(instances, {});
  for (std::size_t at = 0; at < stored.size(); ++at) {
    auto changed = stored;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(load(changed)) << at;
  }
  for (std::size_t size = 0; size < stored.size(); ++size)
    EXPECT_FALSE(load(stored.substr(0, size))) << size;
  EXPECT_FALSE(load(stored + stored));
}

TEST_F(StoredHeaders, OfAnotherTableHaveAnotherFingerprint) {
  AttributeTable more;
  more.add({.tag = 0x00189999, .vr = "DS", .keyword = "Another"});
  EXPECT_NE(headers_fingerprint(table), headers_fingerprint(more));
  EXPECT_EQ(headers_fingerprint(table), headers_fingerprint(AttributeTable()));
}

}  // namespace
}  // namespace dcmflow
