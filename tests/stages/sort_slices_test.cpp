#include "stages/sort_slices.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/stages/sorting/sorting_scene.h"

namespace dcmflow {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using SortSlices = SortingScene;

std::string ds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string position(double x, double y, double z) { return ds(x) + '\\' + ds(y) + '\\' + ds(z); }

TEST_F(SortSlices, OrdersShuffledFilesByPositionAlongTheNormal) {
  write({.slices = 8, .slice_spacing = 2.5, .origin = {-10, -20, 30}});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  const auto& stack = sorted.stacks.front();
  for (std::size_t k = 0; k < 8; ++k)
    EXPECT_NEAR(stack.frames[k].position[2], 30 + 2.5 * static_cast<double>(k), 1e-6);
  EXPECT_THAT(stack.grid.size, ElementsAre(12u, 10u, 8u));
  EXPECT_THAT(stack.grid.spacing,
              ElementsAre(DoubleNear(0.7, 1e-9), DoubleNear(0.8, 1e-9), DoubleNear(2.5, 1e-6)));
  EXPECT_THAT(stack.grid.origin, ElementsAre(-10, -20, 30));
  EXPECT_EQ(stack.verdict, Verdict::pass);
  EXPECT_LT(stack.max_corner_error_mm, 1e-6);
  EXPECT_EQ(stack.image_stem, "1.2.3.4");
  EXPECT_THAT(sorted.refused, SizeIs(0));
}

TEST_F(SortSlices, RunsSlicesAlongTheNormalForEveryOrientation) {
  struct Case {
    Vector3 row, column, normal;
  };
  const double c = std::cos(0.3), s = std::sin(0.3);
  for (const auto& axes :
       {Case{{1, 0, 0}, {0, 0, -1}, {0, 1, 0}}, Case{{0, 1, 0}, {0, 0, -1}, {-1, 0, 0}},
        Case{{-1, 0, 0}, {0, 1, 0}, {0, 0, -1}}, Case{{c, s, 0}, {-s, c, 0}, {0, 0, 1}},
        Case{{c, 0, s}, {0, 1, 0}, {-s, 0, c}}}) {
    paths.clear();
    write({.row = axes.row, .column = axes.column});
    const auto sorted = sort();
    ASSERT_THAT(sorted.stacks, SizeIs(1));
    const auto& normal = sorted.stacks.front().grid.direction[2];
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(normal[i], axes.normal[i], 1e-6);
    EXPECT_LT(sorted.stacks.front().max_corner_error_mm, 1e-4);
  }
}

TEST_F(SortSlices, DoesNotSplitByVendorWordsAcquisitionOrExposure) {
  write(
      {.slices = 6, .edit = [](unsigned k, DicomBuilder& file) {
         file.set("ImageType",
                  k % 2 ? "ORIGINAL\\PRIMARY\\M\\NORM\\DIS2D" : "ORIGINAL\\PRIMARY\\M\\ND");
         file.set("AcquisitionNumber", std::to_string(k)).set("Exposure", std::to_string(100 + k));
       }});
  EXPECT_THAT(sort().stacks, SizeIs(1));
}

TEST_F(SortSlices, ForgivesNoiseInOrientationAndPosition) {
  write({.slices = 6, .edit = [](unsigned k, DicomBuilder& file) {
           const double noise = (k % 2 ? 1 : -1) * 4e-4;
           file.set("ImageOrientationPatient", "1\\" + ds(noise) + "\\0\\" + ds(-noise) + "\\1\\0");
         }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  // Less than 0.01 mm at the corners.
  EXPECT_EQ(sorted.stacks.front().verdict, Verdict::pass);
  EXPECT_THAT(sorted.stacks.front().flags, testing::IsEmpty());
}

TEST_F(SortSlices, RefusesWhatItMayNotRepairWithTheNumbers) {
  const auto edit_position = [](double tilt, const std::set<unsigned>& gone_after, double stretch) {
    return [=](unsigned k, DicomBuilder& file) {
      double z = 30 + 2.5 * k;
      for (const auto after : gone_after)
        if (k > after) z += 2.5;
      if (k > 4) z += stretch * (k - 4);
      file.set("ImagePositionPatient", position(-10, -20 + tilt * z, z));
    };
  };
  struct Case {
    std::function<void(unsigned, DicomBuilder&)> edit;
    std::string reason;
  };
  for (const auto& c : {Case{edit_position(0.2, {}, 0), "gantry_tilt"},
                        Case{edit_position(-0.2, {}, 0), "gantry_tilt"},
                        Case{edit_position(0, {3}, 0), "missing_slices"},
                        Case{edit_position(0, {}, 1.1), "irregular_spacing"}}) {
    paths.clear();
    write({.slices = 10, .edit = c.edit});
    const auto sorted = sort({.on_tilt = OnTilt::reject,
                              .on_missing = OnMissing::reject,
                              .on_irregular = OnIrregular::reject});
    EXPECT_THAT(sorted.stacks, SizeIs(0)) << c.reason;
    ASSERT_THAT(sorted.refused, SizeIs(10));
    EXPECT_THAT(reasons(sorted), ElementsAre(c.reason));
    EXPECT_THAT(sorted.refused.front().detail, testing::ContainsRegex("[0-9].*[0-9]"));
  }
}

TEST_F(SortSlices, TakesEchoesApart) {
  write({.slices = 4, .edit = [](unsigned, DicomBuilder& file) { file.set("EchoTime", "10"); }});
  write({.slices = 4, .edit = [](unsigned, DicomBuilder& file) { file.set("EchoTime", "20"); }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(2));
  EXPECT_EQ(sorted.stacks[1].image_stem, "1.2.3.4_echo");
  EXPECT_THAT(sorted.refused, SizeIs(0));
}

TEST_F(SortSlices, KeepsOneOfEachDuplicateAndSaysWhich) {
  write({.slices = 5, .seed = 0});
  write_again({.slices = 5, .seed = 0, .edit = [](unsigned k, DicomBuilder& file) {
                 if (k == 1) file.set("SOPInstanceUID", "9.9");  // a re-sent slice
                 if (k == 2)
                   file.set("RescaleIntercept", "5")
                       .pixels16(std::vector<std::int32_t>(120, 3));  // the same UID, other pixels
               }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_THAT(sorted.stacks.front().frames, SizeIs(5));
  EXPECT_THAT(sorted.refused, SizeIs(5));
  EXPECT_THAT(reasons(sorted),
              ElementsAre("duplicate_conflict", "duplicate_identical", "duplicate_pixels"));
}

TEST_F(SortSlices, TakesTheSpacingOfASingleSliceFromItsThicknessAndFlagsIt) {
  write({.slices = 1, .edit = [](unsigned, DicomBuilder& file) {
           file.remove("SpacingBetweenSlices").set("SliceThickness", "4");
         }});
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_EQ(sorted.stacks.front().grid.spacing[2], 4);
  EXPECT_THAT(sorted.stacks.front().flags, ElementsAre("spacing_from_slice_thickness"));
}

TEST_F(SortSlices, RefusesEachKindOfUnusableInstanceByItsReason) {
  struct Case {
    std::string reason;
    std::function<void(DicomBuilder&)> edit;
  };
  const std::vector<Case> cases{
      {"no_geometry", [](DicomBuilder& f) { f.remove("ImagePositionPatient"); }},
      {"no_geometry",
       [](DicomBuilder& f) { f.set("ImageOrientationPatient", "0\\0\\0\\0\\0\\0"); }},
      {"no_pixel_spacing", [](DicomBuilder& f) { f.remove("PixelSpacing"); }},
      {"not_an_image",
       [](DicomBuilder& f) { f.remove("PixelData").remove("Rows").remove("Columns"); }},
      {"pixel_data_missing", [](DicomBuilder& f) { f.remove("PixelData"); }},
      {"mosaic_without_geometry",
       [](DicomBuilder& f) { f.set("ImageType", "ORIGINAL\\PRIMARY\\M\\MOSAIC"); }},
      {"no_geometry",
       [](DicomBuilder& f) { f.set("NumberOfFrames", "2").pixels(std::vector<std::uint8_t>(48)); }},
      {"colour_unsupported",
       [](DicomBuilder& f) {
         f.set("PhotometricInterpretation", "CMYK").set("SamplesPerPixel", "4");
       }},
      {"pixel_layout_unsupported",
       [](DicomBuilder& f) { f.set("BitsAllocated", "64").pixels(std::vector<std::uint8_t>(96)); }},
      {"image_size_invalid", [](DicomBuilder& f) { f.set("Rows", "0"); }},
      {"pixel_data_short",
       [](DicomBuilder& f) { f.set("Rows", "30").pixels(std::vector<std::uint8_t>(24)); }},
  };
  for (const auto& c : cases) {
    DicomBuilder file;
    c.edit(file);
    paths = {folder / "one.dcm"};
    file.save(paths.front());
    const auto sorted = sort();
    EXPECT_THAT(sorted.stacks, SizeIs(0)) << c.reason;
    EXPECT_THAT(reasons(sorted), ElementsAre(c.reason));
  }
}

TEST_F(SortSlices, MakesNoFramesThatTheFileHasNoBytesFor) {
  struct Case {
    std::uint64_t bytes;
    std::uint32_t frames;
    std::string reason;
  };
  for (const auto& c : {Case{64, 1'000, "pixel_data_short"},
                        Case{std::uint64_t{1} << 40, 0x7FFFFFFF, "image_size_invalid"}}) {
    auto header = std::make_shared<SharedHeader>();
    header->transfer_syntax_uid = transfer_syntax::rle;
    header->layout = {.rows = 1, .columns = 1, .bits_allocated = 8, .bits_stored = 8};
    auto instance = share<Instance>();
    instance->file = share<File>();
    instance->shared = std::move(header);
    instance->pixel_data = {
        .length = c.bytes, .number_of_frames = c.frames, .kind = PixelData::Kind::encapsulated};
    auto series = std::make_shared<Series>();
    series->instances.push_back(std::move(instance));
    EXPECT_THAT(reasons(sort_slices(series, Tolerances{}, same_decoded_pixels)),
                ElementsAre(c.reason));
  }
}

TEST_F(SortSlices, GivesTheSameStacksForAnyOrderOfFiles) {
  write({.slices = 6, .seed = 3});
  const auto first = sort();
  std::ranges::reverse(paths);
  const auto second = sort();
  ASSERT_THAT(second.stacks, SizeIs(1));
  for (std::size_t k = 0; k < 6; ++k)
    EXPECT_EQ(first.stacks[0].frames[k].instance->file->name,
              second.stacks[0].frames[k].instance->file->name);
}

}  // namespace
}  // namespace dcmflow
