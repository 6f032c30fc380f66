// Files that repeat others: which one is kept, and what is told of the others.

#include <filesystem>

#include "stages/sorting/drop_duplicates.h"
#include "tests/stages/sorting/sorting_scene.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Duplicates : public SortingScene {
 protected:
  // The file of the refused instance with this reason, without its folder.
  static std::string refused_file(const SortedSeries& sorted, Reason reason) {
    for (const auto& refused : sorted.refused)
      if (refused.reason == reason) return refused.instance->file->name;
    return {};
  }

  std::string save(const std::string& name, const std::function<void(DicomBuilder&)>& edit,
                   std::string_view syntax = transfer_syntax::explicit_little) {
    DicomBuilder file;
    edit(file);
    paths.push_back(folder / name);
    file.save(paths.back(), syntax);
    return paths.back();
  }
};

TEST_F(Duplicates, OfOneUidAndPixelsAreTheFirstPath) {
  save("b.dcm", [](DicomBuilder&) {});
  save("a.dcm", [](DicomBuilder&) {});
  save("c.dcm", [](DicomBuilder&) {});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().frames.front().instance->file->name, "a.dcm");
  EXPECT_THAT(sorted.refused, SizeIs(2));
  EXPECT_THAT(reasons(sorted), ElementsAre("duplicate_identical"));
  EXPECT_THAT(sorted.refused.front().detail, HasSubstr("a.dcm"));
}

TEST_F(Duplicates, OfOneUidButOtherPixelsAreTheOneThatDecodes) {
  const auto broken = save(
      "a.dcm", [](DicomBuilder&) {}, transfer_syntax::rle);
  std::filesystem::resize_file(broken, std::filesystem::file_size(broken) - 20);
  save("b.dcm", [](DicomBuilder&) {});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().frames.front().instance->file->name, "b.dcm");
  EXPECT_EQ(refused_file(sorted, Reason::duplicate_conflict), "a.dcm");
}

TEST_F(Duplicates, OfOneUidThatAreBothWholeAreTheLargerFile) {
  save("a.dcm", [](DicomBuilder& f) { f.set("RescaleIntercept", "1"); });
  save("b.dcm", [](DicomBuilder& f) {
    f.set("ImageComments", std::string(400, 'x')).pixels(std::vector<std::uint8_t>(24, 9));
  });
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().frames.front().instance->file->name, "b.dcm");
  EXPECT_EQ(refused_file(sorted, Reason::duplicate_conflict), "a.dcm");
  EXPECT_THAT(sorted.refused.front().detail, HasSubstr("b.dcm"));
}

TEST_F(Duplicates, OfOneUidAreNotTheOneThatLiesNowhere) {
  save("a.dcm", [](DicomBuilder& f) { f.remove("ImagePositionPatient"); });
  save("b.dcm", [](DicomBuilder&) {});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().frames.front().instance->file->name, "b.dcm");
  EXPECT_EQ(refused_file(sorted, Reason::no_geometry), "a.dcm");
}

TEST_F(Duplicates, OfSomePositionsAreDroppedUnderAnyNumber) {
  write({.slices = 5, .seed = 0});
  write_again({.slices = 5, .seed = 0, .edit = [](unsigned k, DicomBuilder& file) {
                 file.set("SOPInstanceUID", "9.9." + std::to_string(k))
                     .set("InstanceNumber", std::to_string(50 + k))
                     .set("AcquisitionTime", "101010");
               }});
  paths.resize(paths.size() - 2);
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT(sorted.stacks.front().frames, SizeIs(5));
  EXPECT_THAT(sorted.stacks.front().missing, IsEmpty());
  EXPECT_THAT(sorted.refused, SizeIs(3));
  EXPECT_THAT(reasons(sorted), ElementsAre("duplicate_pixels"));
}

TEST_F(Duplicates, OfAllPositionsAreATimeSeriesWhenTheirTimesDiffer) {
  for (const auto* time : {"101010", "101020"})
    write({.slices = 3,
           .edit = [time](unsigned, DicomBuilder& file) { file.set("AcquisitionTime", time); }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().volumes, 2u);
  EXPECT_THAT(sorted.refused, IsEmpty());
}

TEST_F(Duplicates, OfAllPositionsAreDroppedWhenNothingButTheUidDiffers) {
  write({.slices = 3});
  write({.slices = 3});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().volumes, 1u);
  EXPECT_THAT(reasons(sorted), ElementsAre("duplicate_pixels"));
}

TEST_F(Duplicates, AreNoneWithAnotherRescale) {
  for (const std::string keyword : {"RescaleSlope", "RescaleIntercept"}) {
    clear();
    write({.slices = 3});
    write({.slices = 3, .edit = [&](unsigned, DicomBuilder& file) { file.set(keyword, "2"); }});
    const auto sorted = sort();
    EXPECT_THAT(sorted.stacks, IsEmpty()) << keyword;
    EXPECT_THAT(reasons(sorted), ElementsAre("ambiguous_positions")) << keyword;
  }
}

// Frames of instances that have several, at one position; the pixels of frames are their numbers.
Positions frames_at_one_position(unsigned instances, unsigned frames_each) {
  Positions positions;
  for (unsigned i = 0; i < instances; ++i) {
    auto instance = share<Instance>();
    auto file = share<File>();
    file->name = std::to_string(i);
    instance->file = file;
    instance->shared = std::make_shared<SharedHeader>();
    instance->pixel_data.number_of_frames = frames_each;
    for (unsigned number = 0; number < frames_each; ++number)
      positions.frames.push_back({.instance = instance, .number = number});
  }
  positions.mm = {0};
  positions.ends = {instances * frames_each};
  return positions;
}

TEST_F(Duplicates, AreNeverFramesOfOneInstance) {
  std::vector<RefusedInstance> refused;
  const auto equal = [](const Frame&, const Frame&) { return true; };
  EXPECT_THAT(drop_duplicates(frames_at_one_position(1, 3), equal, refused).frames, SizeIs(3));
  EXPECT_THAT(refused, IsEmpty());
}

TEST_F(Duplicates, AreFramesOfAnotherInstanceToo) {
  std::vector<RefusedInstance> refused;
  const auto by_number = [](const Frame& a, const Frame& b) { return a.number == b.number; };
  const auto kept = drop_duplicates(frames_at_one_position(2, 3), by_number, refused);
  ASSERT_THAT(kept.frames, SizeIs(3));
  for (const auto& frame : kept.frames) EXPECT_EQ(frame.instance->file->name, "0");
  EXPECT_THAT(refused, SizeIs(3));
}

// "byte for byte" was told of files that differ in where they lie or in what their numbers mean.
TEST_F(Duplicates, OfOneUidElsewhereOrRescaledAreAConflictWhateverTheirNames) {
  using Edit = std::function<void(DicomBuilder&)>;
  const Edit none = [](DicomBuilder&) {};
  const std::vector<std::pair<std::string, Edit>> edits{
      {"Position", [](DicomBuilder& f) { f.set("ImagePositionPatient", "0\\0\\9"); }},
      {"Orientation",
       [](DicomBuilder& f) { f.set("ImageOrientationPatient", "0\\1\\0\\0\\0\\1"); }},
      {"Pixel Spacing", [](DicomBuilder& f) { f.set("PixelSpacing", "2\\2"); }},
      {"rescale", [](DicomBuilder& f) { f.set("RescaleSlope", "2"); }},
      {"Instance Number", [](DicomBuilder& f) { f.set("InstanceNumber", "77"); }}};
  for (const auto& [what, edit] : edits) {
    std::vector<Vector3> positions;
    std::vector<double> slopes;
    for (const bool edited_first : {true, false}) {
      paths.clear();
      save("a.dcm", edited_first ? edit : none);
      save("b.dcm", edited_first ? none : edit);
      const auto sorted = sort();
      ASSERT_THAT(sorted.stacks, SizeIs(1)) << what;
      EXPECT_THAT(reasons(sorted), ElementsAre("duplicate_conflict")) << what;
      EXPECT_THAT(sorted.refused.front().detail, HasSubstr(what));
      positions.push_back(sorted.stacks.front().frames.front().position);
      slopes.push_back(sorted.stacks.front().frames.front().slope);
    }
    EXPECT_EQ(positions[0], positions[1]) << what;
    EXPECT_EQ(slopes[0], slopes[1]) << what;
  }
}

TEST_F(Duplicates, AreComparedByValueAndNotByHowTheyAreStored) {
  const std::vector<std::int32_t> values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 8000};
  const auto with_bits = [&](const char* stored, const char* high) {
    return [&values, stored, high](DicomBuilder& f) {
      f.set("PixelRepresentation", "0").set("BitsStored", stored).set("HighBit", high);
      f.pixels16(values);
    };
  };
  save("a.dcm", with_bits("16", "15"));
  save("b.dcm", with_bits("14", "13"));
  save("c.dcm", with_bits("16", "15"), transfer_syntax::rle);
  EXPECT_THAT(reasons(sort()), ElementsAre("duplicate_identical"));
}

}  // namespace
}  // namespace dcmflow
