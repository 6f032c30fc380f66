#include "engine/volume_job.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "stages/sort_slices.h"
#include "tests/support/image_reader.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

// A stack of single-slice slabs: frames of more than slab_voxels.
class VolumeJobs : public testing::Test {
 protected:
  static constexpr unsigned columns = 1280, rows = 1024;

  // The stored value of every pixel of slice k is values[k].
  StackPtr stack_of(const std::vector<std::int32_t>& values, double slope = 1) {
    PhantomSeries series{.columns = columns,
                         .rows = rows,
                         .slices = static_cast<unsigned>(values.size()),
                         .rescale_slope = slope,
                         .seed = 0};
    series.edit = [&](unsigned k, DicomBuilder& file) {
      file.set("PixelRepresentation", "0")
          .pixels16(std::vector<std::int32_t>(columns * rows, values[k]));
    };
    auto sorted = sort_slices(series_of(write_phantom_series(series, folder / "in")), Tolerances{},
                              same_decoded_pixels);
    EXPECT_EQ(sorted.stacks.size(), 1u);
    return std::make_shared<const Stack>(std::move(sorted.stacks.front()));
  }

  // Runs all passes, the slabs of each in the given order; returns the number of passes.
  static int run(VolumeJob& job, bool backwards) {
    int passes = 0;
    for (auto pass = VolumeJob::Pass::again; pass == VolumeJob::Pass::again; ++passes) {
      auto ranges = job.ranges();
      if (backwards) std::ranges::reverse(ranges);
      for (const auto& range : ranges) {
        auto slab = job.assemble(range);
        if (!slab)
          job.fail(range, slab.problem());
        else if (auto written = job.write(*slab, nullptr); !written)
          job.fail(range, written.problem());
        pass = job.end_slab();
      }
    }
    return passes;
  }

  TemporaryFolder folder;
};

TEST_F(VolumeJobs, FlagIntegersThatNeitherIntNorFloatHoldsExactly) {
  struct Case {
    std::uint8_t last_byte;  // of 0xF0000000
    std::vector<std::string> flags;
  };
  for (const auto& c : {Case{0, {}}, Case{1, {"float32_inexact"}}}) {
    PhantomSeries series{.columns = 2, .rows = 2, .slices = 2, .seed = 0};
    series.edit = [&](unsigned, DicomBuilder& file) {
      std::vector<std::uint8_t> pixels(16);
      pixels[3] = 0xF0;
      pixels[0] = c.last_byte;
      file.set("PixelRepresentation", "0")
          .set("BitsAllocated", "32")
          .set("BitsStored", "32")
          .set("HighBit", "31")
          .pixels(pixels);
    };
    auto sorted = sort_slices(series_of(write_phantom_series(series, folder / "wide")),
                              Tolerances{}, same_decoded_pixels);
    ASSERT_EQ(sorted.stacks.size(), 1U);
    VolumeJob job(std::make_shared<const Stack>(std::move(sorted.stacks.front())),
                  *find_image_format("nii"), folder.path(), false);
    run(job, false);
    ASSERT_TRUE(job.result()) << job.result().problem().detail;
    EXPECT_EQ(job.result()->type, VoxelType::float32);
    EXPECT_EQ(job.result()->stack->flags, c.flags);
  }
}

TEST_F(VolumeJobs, WriteColourAsThreeBytesAVoxelInOnePass) {
  PhantomSeries series{.columns = 2, .rows = 1, .slices = 2, .seed = 0};
  series.edit = [](unsigned k, DicomBuilder& file) {
    const auto red = static_cast<std::uint8_t>(100 * k);
    file.set("PixelRepresentation", "0")
        .set("PhotometricInterpretation", "RGB")
        .set("SamplesPerPixel", "3")
        .set("PlanarConfiguration", "0")
        .set("BitsAllocated", "8")
        .set("BitsStored", "8")
        .set("HighBit", "7")
        .pixels(std::vector<std::uint8_t>{red, 1, 2, red, 3, 250});
  };
  auto sorted = sort_slices(series_of(write_phantom_series(series, folder / "colour")),
                            Tolerances{}, same_decoded_pixels);
  ASSERT_EQ(sorted.stacks.size(), 1U);
  VolumeJob job(std::make_shared<const Stack>(std::move(sorted.stacks.front())),
                *find_image_format("mhd"), folder.path(), false);
  EXPECT_EQ(run(job, true), 1);
  ASSERT_TRUE(job.result()) << job.result().problem().detail;
  EXPECT_EQ(job.result()->type, VoxelType::rgb24);
  EXPECT_EQ(job.result()->values.greatest, 250);
  std::ifstream raw(folder / "1.2.3.4.raw", std::ios::binary);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(raw), {}};
  EXPECT_THAT(bytes, testing::ElementsAre(0, 1, 2, 0, 3, 250, 100, 1, 2, 100, 3, 250));
}

// Around slices that a tilted gantry sheared there is air, unless the header says what is padding
// or something in the image is lower.
TEST_F(VolumeJobs, FillWhatNoSliceShowsWithTheRightBackground) {
  struct Case {
    double value, slope, intercept;
    const char* padding;
    bool keep_stored;
    double background;
    int passes;
  };
  for (const auto& c :
       {Case{100, 1, 0, "", false, -1024, 1}, Case{-2000, 1, 0, "", false, -2000, 2},
        Case{-2000, 1, 0, "-7", false, -7, 1}, Case{10, 1, 0, "65529", false, -7, 1},
        Case{100, 2, -1000, "", true, -12, 1}}) {
    PhantomSeries series{.columns = 4,
                         .rows = 6,
                         .slices = 5,
                         .rescale_slope = c.slope,
                         .rescale_intercept = c.intercept,
                         .seed = 0};
    series.value = [&](const auto&) { return c.value; };
    series.edit = [&](unsigned k, DicomBuilder& file) {
      file.set("ImagePositionPatient", "0\\" + std::to_string(k) + "\\" + std::to_string(2 * k));
      if (*c.padding) file.set("PixelPaddingValue", c.padding);
    };
    auto sorted = sort_slices(series_of(write_phantom_series(series, folder / "tilted")),
                              Tolerances{}, same_decoded_pixels, {.keep_stored = c.keep_stored});
    ASSERT_EQ(sorted.stacks.size(), 1U);
    VolumeJob job(std::make_shared<const Stack>(std::move(sorted.stacks.front())),
                  *find_image_format("nrrd"), folder.path(), false);
    EXPECT_EQ(run(job, false), c.passes) << c.value << ' ' << c.padding;
    ASSERT_TRUE(job.result()) << job.result().problem().detail;
    const auto image = read_image(folder / "1.2.3.4.nrrd");
    ASSERT_EQ(image.size[1], 11U);
    const double voxel = c.keep_stored ? (c.value - c.intercept) / c.slope : c.value;
    EXPECT_EQ(image.at(1, 0, 0), voxel);
    EXPECT_EQ(image.at(1, 10, 0), c.background) << c.value << ' ' << c.padding;
  }
}

TEST_F(VolumeJobs, ChooseTheTypeOfTheWholeVolumeWhateverTheOrderOfSlabs) {
  struct Case {
    std::vector<std::int32_t> values;
    double slope;
    VoxelType type;
  };
  for (const auto& c :
       {Case{{1, 2, 3}, 1, VoxelType::int16}, Case{{1, 2, 40000}, 1, VoxelType::uint16},
        Case{{40000, 2, 3}, 1, VoxelType::uint16}, Case{{1, 40000, 65535}, 2, VoxelType::int32},
        Case{{2, 4, 5}, 0.5, VoxelType::float32}, Case{{2, 4, 6}, 0.5, VoxelType::int16}}) {
    const auto stack = stack_of(c.values, c.slope);
    std::vector<std::string> digests;
    for (const bool backwards : {false, true}) {
      VolumeJob job(stack, *find_image_format("nii"), folder.path(), true);
      EXPECT_EQ(job.ranges().size(), c.values.size());
      EXPECT_LE(run(job, backwards), 4);
      ASSERT_TRUE(job.result()) << job.result().problem().detail;
      EXPECT_EQ(job.result()->type, c.type);
      EXPECT_EQ(job.result()->values.greatest, c.slope * *std::ranges::max_element(c.values));
      digests.push_back(job.result()->sha256);
    }
    EXPECT_EQ(digests[0], digests[1]);
    const auto image = read_image(folder / "1.2.3.4.nii");
    for (std::size_t k = 0; k < c.values.size(); ++k)
      EXPECT_EQ(image.at(7, 5, k), c.slope * c.values[k]);
  }
}

TEST_F(VolumeJobs, TellTheFirstBrokenSliceAndLeaveNoFile) {
  const auto stack = stack_of({1, 2, 3, 4});
  for (const auto k : {1, 3})
    std::filesystem::resize_file(stack->frames[static_cast<std::size_t>(k)].instance->file->path(),
                                 5000);
  for (const bool backwards : {false, true}) {
    VolumeJob job(stack, *find_image_format("nii.gz"), folder.path(), true);
    run(job, backwards);
    ASSERT_FALSE(job.result());
    EXPECT_EQ(job.result().problem().reason, Reason::changed_during_run);
    EXPECT_EQ(job.result().problem().subject, stack->frames[1].instance->file->name);
  }
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    left.push_back(entry.path().filename().string());
  EXPECT_THAT(left, testing::ElementsAre("in"));
}

// Values that need a second pass, so that pictures of the first are replaced.
TEST_F(VolumeJobs, TakePicturesThatDependOnNoOrder) {
  const auto stack = stack_of({5, 40000, 9, 60000, 3});
  std::vector<OverviewPtr> overviews;
  for (const bool backwards : {false, true}) {
    VolumeJob job(stack, *find_image_format("nii"), folder.path(), false);
    job.take_pictures(64);
    run(job, backwards);
    ASSERT_TRUE(job.result()) << job.result().problem().detail;
    ASSERT_TRUE(job.overview());
    overviews.push_back(job.overview());
  }
  EXPECT_EQ(*overviews[0], *overviews[1]);
  EXPECT_EQ(overviews[0]->pictures.size(), 3U);
  VolumeJob without(stack, *find_image_format("nii"), folder.path(), false);
  run(without, false);
  EXPECT_FALSE(without.overview());
}

}  // namespace
}  // namespace dcmflow
