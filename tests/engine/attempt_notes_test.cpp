#include "engine/attempt_notes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/boot_id.h"
#include "engine/volume_job.h"
#include "stages/sort_slices.h"
#include "test-data/phantom.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

class Attempts : public testing::Test {
 protected:
  using Notes_ = std::unique_ptr<AttemptNotes>;

  Notes_ begin(const Notes& earlier, AttemptNotes::SyncEvery sync_every) const {
    auto notes = AttemptNotes::begin(folder.path(), images, earlier, sync_every);
    EXPECT_TRUE(notes) << notes.problem().detail;
    return notes ? std::move(*notes) : nullptr;
  }
  // An image that is made.
  std::shared_ptr<VolumeJob> image(const std::string& uid) {
    auto sorted = sort_slices(
        series_of(write_phantom_series({.series_uid = uid, .slices = 2}, folder / ("in" + uid))),
        Tolerances{}, same_decoded_pixels);
    EXPECT_EQ(sorted.stacks.size(), 1U);
    auto stack = std::move(sorted.stacks.front());
    stack.image_stem = uid;
    auto job = std::make_shared<VolumeJob>(std::make_shared<const Stack>(std::move(stack)),
                                           *find_image_format("nii"), images, false);
    for (auto pass = VolumeJob::Pass::again; pass == VolumeJob::Pass::again;)
      for (const auto& range : job->ranges()) {
        const auto slab = job->assemble(range);
        EXPECT_TRUE(slab && job->write(*slab, nullptr));
        pass = job->end_slab();
      }
    EXPECT_TRUE(job->result());
    return job;
  }

  void SetUp() override { std::filesystem::create_directory(images); }

  TemporaryFolder folder;
  const std::string images = folder / "images";
};

TEST_F(Attempts, NoteTheirImagesAndWhatTheDiskHasOfThem) {
  using std::chrono::hours;
  for (const auto& [sync_every, is_synced] : {std::pair(AttemptNotes::SyncEvery(0), true),
                                              {AttemptNotes::SyncEvery(hours(1)), false},
                                              {AttemptNotes::SyncEvery(), false}}) {
    const auto notes = begin({.plan_id = "plan", .boot_id = {}, .images = {}}, sync_every);
    notes->add(*image("1.2.1"));
    notes->add(*image("1.2.2"));
    EXPECT_TRUE(notes->status());
    EXPECT_EQ(notes->has_synced("1.2.1.nii"), is_synced);
    const auto read = read_notes(folder.path());
    EXPECT_EQ(read.plan_id, "plan");
    EXPECT_EQ(read.boot_id, boot_id());
    ASSERT_EQ(read.images.size(), 2U);
    for (const auto& one : read.images) EXPECT_EQ(one.is_synced, is_synced);
  }
}

// What was synced stays so, and comes first.
TEST_F(Attempts, GoOnWithTheNotesOfEarlierOnes) {
  begin({.plan_id = "plan", .boot_id = {}, .images = {}}, std::nullopt)->add(*image("1.2.1"));
  auto first = read_notes(folder.path());
  begin({.plan_id = "plan", .boot_id = {}, .images = {}}, AttemptNotes::SyncEvery(0))
      ->add(*image("1.2.2"));
  auto second = read_notes(folder.path());
  first.images.push_back(second.images.front());
  const auto notes = begin(first, std::nullopt);
  EXPECT_EQ(notes->earlier().images().size(), 2U);
  notes->add(*image("1.2.3"));
  const auto read = read_notes(folder.path());
  ASSERT_EQ(read.images.size(), 3U);
  EXPECT_EQ(read.images[0].record, second.images.front().record);
  EXPECT_TRUE(read.images[0].is_synced);
  EXPECT_FALSE(read.images[1].is_synced);
  EXPECT_FALSE(read.images[2].is_synced);
}

TEST_F(Attempts, WhatTheDiskDidNotTakeIsTold) {
  const auto notes =
      begin({.plan_id = "plan", .boot_id = {}, .images = {}}, AttemptNotes::SyncEvery(0));
  const auto lost = image("1.2.1");
  std::filesystem::remove(images + "/1.2.1.nii");
  notes->add(*lost);
  EXPECT_FALSE(notes->status());
}

// Wherever the file ends, it is read as far as it goes.
TEST_F(Attempts, NotesThatAreTornEndThere) {
  const auto notes =
      begin({.plan_id = "plan", .boot_id = {}, .images = {}}, AttemptNotes::SyncEvery(0));
  notes->add(*image("1.2.1"));
  notes->add(*image("1.2.2"));
  const auto path = folder / "notes";
  std::size_t last = 2;
  for (auto bytes = std::filesystem::file_size(path); bytes-- > 0;) {
    std::filesystem::resize_file(path, bytes);
    const auto read = read_notes(folder.path());
    EXPECT_LE(read.images.size(), last);
    last = read.images.size();
  }
  EXPECT_EQ(last, 0U);
}

}  // namespace
}  // namespace dcmflow
