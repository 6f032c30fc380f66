#include "stages/prepare/resample_job.h"

#include <gmock/gmock.h>

#include "tests/support/written_image.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

ResampleJob some_job() {
  return {.sources = {{"/a b/\"x\"\\.nii", "nii", oblique_grid({3, 4, 5}), Interpolation::bspline,
                       -1024.5},
                      {"/y.mhd", "", std::nullopt, Interpolation::label_gaussian, 0}},
          .grid = oblique_grid({6, 7, 8}),
          .to = "/out/.part",
          .format = "mhd",
          .voxels = "/out/.part2",
          .voxel_name = "z.raw",
          .type = VoxelType::int32,
          .time_step = 1.0 / 3,
          .threads = 7,
          .with_sha256 = true};
}

void expect_same_grid(const Grid& found, const Grid& expected) {
  EXPECT_EQ(found.size, expected.size);
  EXPECT_EQ(found.spacing, expected.spacing);
  EXPECT_EQ(found.origin, expected.origin);
  EXPECT_EQ(found.direction, expected.direction);
}

TEST(ResampleJob, IsReadAsItWasWritten) {
  const auto job = some_job();
  const auto read = read_resample_job(write_resample_job(job));
  ASSERT_TRUE(read) << read.problem().detail;
  ASSERT_EQ(read->sources.size(), 2u);
  EXPECT_EQ(read->sources[0].path, job.sources[0].path);
  EXPECT_EQ(read->sources[0].format, "nii");
  EXPECT_EQ(read->sources[0].background, -1024.5);
  EXPECT_EQ(read->sources[0].interpolation, Interpolation::bspline);
  expect_same_grid(*read->sources[0].grid, *job.sources[0].grid);
  EXPECT_EQ(read->sources[1].interpolation, Interpolation::label_gaussian);
  EXPECT_FALSE(read->sources[1].grid);
  expect_same_grid(read->grid, job.grid);
  EXPECT_EQ(read->to, job.to);
  EXPECT_EQ(read->format, "mhd");
  EXPECT_EQ(read->voxels, job.voxels);
  EXPECT_EQ(read->voxel_name, job.voxel_name);
  EXPECT_EQ(read->type, VoxelType::int32);
  EXPECT_EQ(read->time_step, job.time_step);
  EXPECT_EQ(read->threads, 7u);
  EXPECT_TRUE(read->with_sha256);
}

TEST(ResampleJob, OfOneSourceIsOneObject) {
  const auto read = read_resample_job(
      R"({"from": "a.nii", "to": "b.nii.gz", "interpolation": "nearest", "background": 0, "threads": 2,
          "grid": {"size": [4, 5, 6], "spacing": [1, 2, 3.5], "origin": [-1, 0, 1],
                   "direction": [0, 1, 0, 0, 0, 1, 1, 0, 0]}})");
  ASSERT_TRUE(read) << read.problem().detail;
  EXPECT_EQ(read->sources.at(0).path, "a.nii");
  EXPECT_EQ(read->grid.direction[0], (Vector3{0, 1, 0}));
  EXPECT_EQ(read->grid.spacing, (Vector3{1, 2, 3.5}));
  EXPECT_FALSE(read->type);
}

TEST(ResampleJob, ThatIsWrongIsToldOf) {
  const auto fault_of = [](const std::string& what, const std::string& instead) {
    auto text = write_resample_job(some_job());
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), instead);
    const auto read = read_resample_job(text);
    return read ? "it was read: " + text : read.problem().detail;
  };
  EXPECT_THAT(fault_of("\"size\": [3, 4, 5]", "\"size\": [3, 4]"), HasSubstr("expected 3 numbers"));
  EXPECT_THAT(fault_of("[6, 7, 8]", "[6, 7, 8.5]"), HasSubstr("no number of voxels"));
  EXPECT_THAT(fault_of("[6, 7, 8]", "[6, 7, 0]"), HasSubstr("no number of voxels"));
  EXPECT_THAT(fault_of("[6, 7, 8]", "[6, 7, 5000000000]"), HasSubstr("no number of voxels"));
  EXPECT_THAT(fault_of("[0.7,", "[-0.7,"), HasSubstr("no distance"));
  EXPECT_THAT(fault_of("\"direction\": [", "\"direction\": [0, 0, 0, 0, 0, 0, 0, 0, 0], \"d\": ["),
              HasSubstr("right angles"));
  EXPECT_THAT(fault_of("bspline", "spline"), HasSubstr("'interpolation'"));
  EXPECT_THAT(fault_of("int32", "rgb24"), HasSubstr("'type'"));
  EXPECT_THAT(fault_of("\"to\"", "\"two\""), HasSubstr("'to' is missing"));
  EXPECT_THAT(fault_of("-1024.5", "\"none\""), HasSubstr("expected a number"));
  EXPECT_THAT(fault_of("\"threads\": 7", "\"threads\": 0"), HasSubstr("'threads'"));
  EXPECT_THAT(fault_of("}", ""), HasSubstr("line 1"));
  EXPECT_FALSE(read_resample_job("[]"));
  EXPECT_FALSE(read_resample_job(R"({"sources": []})"));
}

TEST(Resampled, IsReadAsItWasWritten) {
  const auto read = read_resampled(write_resampled({VoxelType::uint16, 0, 65535, "ab12"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type, VoxelType::uint16);
  EXPECT_EQ(read->greatest, 65535);
  EXPECT_EQ(read->sha256, "ab12");
  EXPECT_FALSE(read_resampled(""));
}

}  // namespace
}  // namespace dcmflow
