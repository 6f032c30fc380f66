#include "stages/prepare/resample_image.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <set>

#include "stages/base/sha256.h"
#include "stages/prepare/resample_plan.h"
#include "stages/prepare/target_grid.h"
#include "test-data/phantom.h"
#include "test_paths.h"
#include "tests/support/image_reader.h"
#include "tests/support/resample_recipe.h"
#include "tests/support/run_program.h"
#include "tests/support/sanitizers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/written_image.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

constexpr double background = -7777;

double ramp_of(const Vector3& position, std::uint32_t volume) {
  return ramp(position) + 10000.0 * volume;
}

class Resampling : public testing::Test {
 protected:
  // The ramp on a grid, as `name`.
  std::string source(const std::string& name, const Grid& grid, VoxelType type = VoxelType::float32,
                     std::uint32_t volumes = 1) {
    write_image_file(folder / name, {.grid = grid, .type = type, .volumes = volumes}, ramp_of);
    return folder / name;
  }
  ResampleJob job(const std::string& from, const Grid& grid, Interpolation interpolation,
                  const std::string& to = "made.nii") const {
    return {.sources = {{from, "", std::nullopt, interpolation, background}},
            .grid = grid,
            .to = folder / to};
  }
  ReadImage made(const ResampleJob& job) const {
    const auto done = resample_image(job);
    EXPECT_TRUE(done) << done.problem().detail;
    return read_image(job.to);
  }

  const TemporaryFolder folder;
};

// Where a voxel lies in a source: how deep within its centres, how far beyond them, and the nearest
// place that is within.
struct Place {
  double depth = 1e9, beyond = 0;
  Vector3 nearest{};
};

Place place_in(const Grid& source, const Vector3& at) {
  Place place;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double last = source.size[axis] - 1.0;
    place.depth = std::min({place.depth, at[axis], last - at[axis]});
    place.beyond = std::max({place.beyond, -at[axis], at[axis] - last});
    place.nearest[axis] = std::clamp(at[axis], 0.0, last);
  }
  return place;
}

// Every voxel is the ramp where it lies in the source, the source's edge in the outer half voxel,
// and the background where nothing is. For B-splines `margin` voxels at the edge are not looked at.
void expect_ramp(const ReadImage& image, const Grid& source, const Grid& target, double within,
                 double margin = -1) {
  ASSERT_EQ(image.voxels.size(), std::size_t{target.size[0]} * target.size[1] * target.size[2]);
  const auto map = index_map(target, source);
  std::size_t inside = 0, outside = 0;
  double worst = 0;
  for (std::size_t k = 0; k < target.size[2]; ++k)
    for (std::size_t j = 0; j < target.size[1]; ++j)
      for (std::size_t i = 0; i < target.size[0]; ++i) {
        const auto place = place_in(source, map({double(i), double(j), double(k)}));
        constexpr double nearly = 1e-6;
        if (place.beyond > 0.5 + nearly) {
          ++outside;
          ASSERT_EQ(image.at(i, j, k), background) << i << ' ' << j << ' ' << k;
        } else if (place.beyond < 0.5 - nearly && place.depth >= margin) {
          ++inside;
          worst = std::max(worst,
                           std::abs(image.at(i, j, k) - ramp(position_in(source, place.nearest))));
        }
      }
  EXPECT_GT(inside, 100u);
  EXPECT_LT(worst, within) << "of " << inside << " inside and " << outside << " outside";
}

// Around the middle of a grid, and at an angle to all of its axes.
Grid turned_grid(const Grid& around) {
  auto grid = oblique_grid({30, 31, 32});
  std::swap(grid.direction[0], grid.direction[2]);
  grid.direction[1] = grid.direction[1] * -1;
  const double a = 0.2;
  const auto first = grid.direction[0] * std::cos(a) + grid.direction[1] * std::sin(a);
  grid.direction[1] = grid.direction[1] * std::cos(a) - grid.direction[0] * std::sin(a);
  grid.direction[0] = first;
  grid.spacing = {1.7, 0.9, 0.8};
  const auto middle = [](const Grid& of) {
    return position_in(of, {of.size[0] / 2.0, of.size[1] / 2.0, of.size[2] / 2.0});
  };
  grid.origin = grid.origin + middle(around) - middle(grid);
  return grid;
}

std::vector<Grid> targets_of(const Grid& source) {
  return {*change_grid(source, {.spacing = Vector3{1.1, 1.1, 1.1}}),
          *change_grid(source, {.orient = "RAS", .spacing = Vector3{0.5, 0.9, 3.7}}),
          *change_grid(
              source,
              {.orient = "SLP", .spacing = Vector3{1.2, 1.2, 1.2}, .crop = VoxelCounts{20, 0, 25}}),
          *change_grid(source, {.spacing = Vector3{2, 2, 2}, .pad = VoxelCounts{40, 41, 60}}),
          turned_grid(source)};
}

TEST_F(Resampling, OfARampIsTheRamp) {
  const auto grid = oblique_grid({35, 33, 24});
  const auto from = source("ramp.nii", grid);
  // Of its range over the whole grid.
  double least = 1e9, greatest = -1e9;
  for (const double i : {0.0, 34.0})
    for (const double j : {0.0, 32.0})
      for (const double k : {0.0, 23.0}) {
        const double value = ramp(position_in(grid, {i, j, k}));
        least = std::min(least, value);
        greatest = std::max(greatest, value);
      }
  const double range = greatest - least;
  for (const auto& target : targets_of(grid)) {
    auto linear = job(from, target, Interpolation::linear);
    linear.sources[0].grid = grid;
    expect_ramp(made(linear), grid, target, 1e-3 * range);
    auto bspline = job(from, target, Interpolation::bspline);
    bspline.sources[0].grid = grid;
    expect_ramp(made(bspline), grid, target, 1e-3 * range, 3);
  }
}

// Large enough for several slabs and windows, and read by readers that are not ours.
TEST_F(Resampling, IsWhatItkMakesOfTheWholeVolume) {
  const auto grid = oblique_grid({90, 80, 120});
  const auto from = source("ramp.mhd", grid);
  const auto target = *change_grid(grid, {.spacing = Vector3{0.35, 0.4, 1.6}});
  ASSERT_LT(plan_resampling(grid, target, Interpolation::linear).slab_slices, target.size[2] / 2);
  ASSERT_TRUE(plan_resampling(grid, target, Interpolation::linear).streams);
  for (const auto interpolation :
       {Interpolation::linear, Interpolation::nearest, Interpolation::bspline}) {
    for (const auto& to : {target, turned_grid(grid)}) {
      const auto image = made(job(from, to, interpolation, "made.mha"));
      const auto expected = resample_recipe(from, to, interpolation, background);
      ASSERT_EQ(image.voxels.size(), expected.size());
      std::size_t different = 0;
      for (std::size_t i = 0; i < expected.size(); ++i)
        different += static_cast<float>(image.voxels[i]) != expected[i] ? 1 : 0;
      EXPECT_EQ(different, 0u) << interpolation_name(interpolation);
    }
  }
}

TEST_F(Resampling, OfAnOrientationAloneIsExactAndWhatItkMakes) {
  const auto grid = oblique_grid({17, 13, 11});
  const auto from = source("ramp.mhd", grid, VoxelType::int16);
  const auto target = *change_grid(grid, {.orient = "LPS"});
  const auto image = made(job(from, target, Interpolation::nearest, "made.nrrd"));
  EXPECT_EQ(image.component_type, "short");
  const auto expected = orient_recipe(from);
  EXPECT_EQ(image.size, expected.size);
  EXPECT_EQ(image.voxels, std::vector<double>(expected.voxels.begin(), expected.voxels.end()));
  for (const auto* orientation : {"RAS", "IPL", "ASR"}) {
    const auto turned = *change_grid(grid, {.orient = orientation});
    const auto there = made(job(from, turned, Interpolation::nearest, "there.mha"));
    const auto back = made(job(folder / "there.mha", grid, Interpolation::nearest, "back.mha"));
    EXPECT_EQ(back.voxels, read_image(from).voxels) << orientation;
    EXPECT_NE(there.voxels, back.voxels) << orientation;
  }
}

TEST_F(Resampling, TakesAndGivesEveryFormat) {
  const auto grid = oblique_grid({20, 21, 22});
  const auto target = *change_grid(grid, {.spacing = Vector3{1, 1, 1}});
  const auto expected =
      made(job(source("ramp.mha", grid), target, Interpolation::linear, "expected.mha"));
  for (const auto* extension : {".nii", ".nii.gz", ".mhd", ".mha", ".nrrd", ".hdr"}) {
    auto one = job(source("ramp" + std::string(extension), grid), target, Interpolation::linear,
                   "made" + std::string(extension));
    one.sources[0].grid = grid;  // NIfTI's header has seven digits
    EXPECT_EQ(made(one).voxels, expected.voxels) << extension;
  }
}

TEST_F(Resampling, KeepsTheTypeOfWhatItOnlyMoves) {
  const auto grid = oblique_grid({10, 11, 12});
  const auto padded = *change_grid(grid, {.pad = VoxelCounts{14, 14, 14}});
  for (const auto type :
       {VoxelType::int16, VoxelType::uint16, VoxelType::int32, VoxelType::float32}) {
    write_image_file(folder / "from.nii", {.grid = grid, .type = type},
                     [](const Vector3& at, std::uint32_t) { return std::abs(at[0]) * 100; });
    const auto done = resample_image(job(folder / "from.nii", padded, Interpolation::nearest));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->type, type);
    const auto image = read_image(folder / "made.nii");
    // Clamped to what the type holds.
    EXPECT_EQ(image.at(0, 0, 0), type == VoxelType::uint16 ? 0 : background);
    EXPECT_EQ(done->least, type == VoxelType::uint16 ? 0 : background);
    EXPECT_EQ(done->greatest, *std::ranges::max_element(image.voxels));
  }
}

TEST_F(Resampling, MakesEachVolumeByItself) {
  const auto grid = oblique_grid({20, 21, 60});
  const auto target = *change_grid(grid, {.spacing = Vector3{1, 1, 1}});
  for (const auto* name : {"four.nii", "four.nii.gz"}) {
    auto one = job(source(name, grid, VoxelType::float32, 3), target, Interpolation::linear);
    one.sources.push_back({source("two.mha", grid, VoxelType::float32, 2), "", grid,
                           Interpolation::linear, background});
    const auto image = made(one);
    ASSERT_EQ(image.volumes, 5u);
    const auto map = index_map(target, grid);
    for (std::size_t volume = 0; volume < 5; ++volume) {
      const auto at = position_in(target, {3, 4, 50});
      ASSERT_LT(map({3, 4, 50})[2], 59);
      EXPECT_NEAR(image.at(3, 4, 50, volume), ramp_of(at, static_cast<std::uint32_t>(volume % 3)),
                  0.1);
    }
  }
}

TEST_F(Resampling, KeepsTheVolumeOfASphere) {
  Grid grid = oblique_grid({80, 80, 80});
  grid.spacing = {1, 1, 1};
  const double radius = 30;
  const auto centre = position_in(grid, {39.3, 39.8, 39.1});
  write_image_file(
      folder / "sphere.nii", {.grid = grid, .type = VoxelType::int16},
      [&](const Vector3& at, std::uint32_t) { return norm(at - centre) <= radius ? 1.0 : 0.0; });
  const double expected = 4.0 / 3 * std::numbers::pi * radius * radius * radius;
  for (const double spacing : {0.7, 1.3, 1.7})
    for (const auto interpolation : {Interpolation::linear, Interpolation::bspline,
                                     Interpolation::nearest, Interpolation::label_gaussian}) {
      const auto target = *change_grid(grid, {.spacing = Vector3{spacing, spacing, spacing}});
      auto one = job(folder / "sphere.nii", target, interpolation);
      one.sources[0].background = 0;
      const auto image = made(one);
      double sum = 0;
      std::set<double> values;
      for (const double value : image.voxels) {
        sum += value;
        values.insert(value);
      }
      EXPECT_NEAR(sum * spacing * spacing * spacing / expected, 1, 0.005)
          << interpolation_name(interpolation) << ' ' << spacing;
      if (!makes_new_values(interpolation)) {
        EXPECT_EQ(values, (std::set<double>{0, 1}));
      }
    }
}

TEST_F(Resampling, IsTheSameForAnyNumberOfThreads) {
  const auto grid = oblique_grid({60, 50, 40});
  const auto from = source("ramp.nii.gz", grid);
  const auto target = *change_grid(grid, {.spacing = Vector3{0.5, 0.5, 0.5}});
  auto one = job(from, target, Interpolation::linear, "one.nii.gz");
  auto four = job(from, target, Interpolation::linear, "four.nii.gz");
  one.with_sha256 = four.with_sha256 = true;
  four.threads = 4;
  const auto first = resample_image(one), second = resample_image(four);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->sha256, second->sha256);
  std::ifstream file(one.to, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  Sha256 digest;
  digest.add(bytes.data(), bytes.size());
  EXPECT_EQ(first->sha256, hex(digest.finish()));
}

TEST_F(Resampling, ThatFailsLeavesNoFile) {
  const auto grid = oblique_grid({60, 50, 40});
  const auto from = source("ramp.nii.gz", grid);
  std::filesystem::resize_file(from, std::filesystem::file_size(from) / 2);
  const auto cut = resample_image(job(from, grid, Interpolation::linear, "made.mhd"));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.problem().reason, Reason::malformed);
  EXPECT_THAT(cut.problem().detail, HasSubstr("ramp.nii.gz"));
  write_image_file(folder / "colour.nii", {.grid = grid, .type = VoxelType::rgb24}, ramp_of);
  const auto colour = resample_image(job(folder / "colour.nii", grid, Interpolation::nearest));
  ASSERT_FALSE(colour);
  EXPECT_THAT(colour.problem().detail, HasSubstr("colour"));
  EXPECT_FALSE(resample_image(job(folder / "none.nii", grid, Interpolation::nearest)));
  const auto whole = source("whole.nii", grid);
  EXPECT_FALSE(resample_image(job(whole, grid, Interpolation::nearest, "whole.nii")));
  EXPECT_FALSE(resample_image(job(whole, grid, Interpolation::nearest, "no/folder.nii")));
  EXPECT_EQ(resample_image(job(whole, grid, Interpolation::nearest, "made.txt")).problem().reason,
            Reason::bad_settings);
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.insert(entry.path().filename().string());
  EXPECT_EQ(names, (std::set<std::string>{"colour.nii", "ramp.nii.gz", "whole.nii"}));
}

TEST_F(Resampling, EndsWhenItIsStopped) {
  const auto grid = oblique_grid({128, 128, 128});
  const auto from = source("ramp.nii", grid);
  const auto target = *change_grid(grid, {.spacing = Vector3{0.2, 0.2, 0.6}});
  const auto start = std::chrono::steady_clock::now();
  const auto is_late = [&] {
    return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(300);
  };
  const auto stopped = resample_image(job(from, target, Interpolation::label_gaussian), is_late);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.problem().reason, Reason::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

// Of a program, as a small one sees it: a child has what its parent had before it became another.
std::uint64_t peak_memory(const std::string& job) {
  const std::string measure =
      "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]).returncode; "
      "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); "
      "sys.exit(done)";
  const auto run = run_program({.command = {"python3", "-c", measure, DCMFLOW_PREPARE, job}});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  constexpr std::uint64_t kilobyte = 1024;
  return std::stoull(run.errors) * kilobyte;
}

// What is booked for it is what it takes, and no more than a window where it streams.
TEST_F(Resampling, TakesNoMoreMemoryThanItIsBookedFor) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer takes memory of its own";
  const auto grid = oblique_grid({200, 200, 400});
  const auto from = source("ramp.nii", grid, VoxelType::int16);
  const auto whole = std::uint64_t{200} * 200 * 400 * 2;
  const auto target = *change_grid(grid, {.spacing = Vector3{1.4, 1.4, 1.4}});
  for (const auto interpolation :
       {Interpolation::linear, Interpolation::bspline, Interpolation::nearest}) {
    const auto booked = resampling_bytes(grid, VoxelType::int16, target, interpolation);
    std::ofstream(folder / "job.json")
        << write_resample_job(job(from, target, interpolation, "made.nii.gz"));
    const auto taken = peak_memory(folder / "job.json");
    EXPECT_LT(taken, booked) << interpolation_name(interpolation);
    if (interpolation == Interpolation::bspline) {
      EXPECT_GT(taken, 4 * whole);
    } else {
      EXPECT_LT(booked, 3 * whole);
    }
  }
}

}  // namespace
}  // namespace dcmflow
