// What shards hand each other comes back as it was, or not at all.

#include "stages/database/shard_records.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace dcmflow {
namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

ImageFile image_of(const std::string& file_name) {
  auto stack = std::make_shared<Stack>();
  stack->flags = {"spacing_jitter"};
  return {.stack = stack,
          .name = file_name,
          .file_names = {file_name},
          .file_bytes = {352},
          .modified_ns = {7}};
}

const Problem failed{Reason::decode_failed, "a/1.dcm", "the frame ends early"};
const SideFile sidecar{"1.2.json", "made of", 12, 34};

std::string images(const ImageFile& image, const SideFile& beside) {
  const auto overview = std::make_shared<const Overview>(Overview{.histogram = {1, 2}});
  const std::vector<Problem> unreadable{failed};
  const std::vector<TriedImage> tried{
      {.file = &image, .stem = "1.2", .made_of = "plan", .overview = overview},
      {.problem = &failed, .unreadable = unreadable, .stem = "1.3", .made_of = "plan"}};
  return store_images(tried, std::vector{beside});
}

TEST(ShardRecords, BringBackImagesFailuresAndSidecars) {
  const auto image = image_of("1.2.nii");
  MadeImages made;
  ASSERT_TRUE(made.load(bytes_of(images(image, sidecar)), "/made/shards/0/images").ok());
  const auto* const found = made.find("1.2", "plan");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->folder, "/made/shards/0/images");
  EXPECT_EQ(found->image->file.file_names, image.file_names);
  EXPECT_EQ(found->image->overview->histogram, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(made.find("1.2", "another plan"), nullptr);
  const auto* const none = made.find("1.3", "plan");
  ASSERT_NE(none, nullptr);
  EXPECT_FALSE(none->image);
  EXPECT_EQ(none->problem.detail, failed.detail);
  ASSERT_EQ(none->unreadable.size(), 1U);
  EXPECT_EQ(none->unreadable[0].subject, "a/1.dcm");
  EXPECT_EQ(made.images().size(), 1U);
  ASSERT_NE(made.find_sidecar("1.2.json", "made of"), nullptr);
  EXPECT_EQ(made.find_sidecar("1.2.json", "made of")->file.bytes, 12U);
  EXPECT_EQ(made.find_sidecar("1.2.json", "made of other images"), nullptr);
}

TEST(ShardRecords, AreSplitByTheirImages) {
  const auto image = image_of("1.2.nii");
  const auto all = images(image, sidecar);
  const auto split = split_images(bytes_of(all));
  ASSERT_TRUE(split.ok());
  ASSERT_EQ(split->size(), 3U);
  MadeImages made;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*split)[i].first, i == 1 ? "1.3" : "1.2");
    ASSERT_TRUE(made.load(bytes_of((*split)[i].second), "/images").ok());
  }
  EXPECT_EQ(made.images().size(), 1U);
  ASSERT_NE(made.find("1.3", "plan"), nullptr);
  EXPECT_EQ(made.find("1.3", "plan")->unreadable.size(), 1U);
  EXPECT_NE(made.find_sidecar("1.2.json", "made of"), nullptr);
  EXPECT_FALSE(split_images(bytes_of(all.substr(1))).ok());
}

TEST(ShardRecords, AnyOtherByteIsRefused) {
  const auto stored = images(image_of("1.2.nii"), sidecar);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    auto other = stored;
    other[i] = static_cast<char>(other[i] ^ 1);
    MadeImages made;
    EXPECT_FALSE(made.load(bytes_of(other), "/work").ok()) << i;
    EXPECT_FALSE(made.load(bytes_of(stored.substr(0, i)), "/work").ok()) << i;
  }
}

// A record that somebody made says where files are written.
TEST(ShardRecords, NamesThatLeadElsewhereAreRefused) {
  for (const std::string name :
       {"../1.nii", "/etc/1.nii", ".hidden", "a/../b.nii", "a/.b/c.nii", "a//b.nii", ""}) {
    MadeImages made;
    EXPECT_FALSE(made.load(bytes_of(images(image_of(name), sidecar)), "/work").ok()) << name;
    auto beside = sidecar;
    beside.name = name;
    EXPECT_FALSE(made.load(bytes_of(images(image_of("1.nii"), beside)), "/work").ok()) << name;
  }
}

TEST(ShardRecords, BringBackWhatAWalkFound) {
  const auto root = std::make_shared<const std::string>("/in");
  const FoundFiles found{
      .files = 3,
      .began_ns = 5,
      .fingerprint = "all",
      .others = {share(File{.root = root, .name = "note.txt", .size = 5, .version = {1, 2, 3}})},
      .problems = {failed},
      .naming = {{Reason::name_taken, "1.2", "'_2' tells it apart"}}};
  const auto stored = store_found_files(found);
  const auto loaded = load_found_files(bytes_of(stored), root);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->files, 3U);
  EXPECT_EQ(loaded->fingerprint, "all");
  ASSERT_EQ(loaded->others.size(), 1U);
  EXPECT_EQ(loaded->others[0]->path(), "/in/note.txt");
  ASSERT_EQ(loaded->problems.size(), 1U);
  EXPECT_EQ(loaded->problems[0].reason, Reason::decode_failed);
  ASSERT_EQ(loaded->naming.size(), 1U);
  EXPECT_EQ(loaded->naming[0].subject, "1.2");
  EXPECT_FALSE(load_found_files(bytes_of(stored.substr(1)), root).ok());
}

}  // namespace
}  // namespace dcmflow
