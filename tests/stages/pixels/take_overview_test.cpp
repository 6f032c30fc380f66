#include "stages/pixels/take_overview.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>

#include "stages/base/png.h"
#include "stages/dicom/attributes.h"
#include "stages/pixels/display_window.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;

struct Header {
  std::string center, width, photometric = "MONOCHROME2";
  std::string_view sop_class;
};

Stack stack_of(std::array<std::uint32_t, 3> size, const Header& header = {},
               std::uint32_t volumes = 1) {
  auto shared = std::make_shared<SharedHeader>();
  shared->photometric_interpretation = header.photometric;
  shared->sop_class_uid = header.sop_class;
  if (!header.center.empty()) shared->values.add(attribute_index(0x00281050), header.center);
  if (!header.width.empty()) shared->values.add(attribute_index(0x00281051), header.width);
  auto instance = share<Instance>();
  instance->shared = shared;
  Stack stack;
  stack.frames.resize(std::size_t{size[2]} * volumes);
  for (Frame& frame : stack.frames) frame.instance = instance;
  stack.volumes = volumes;
  stack.grid = {size, {0.5, 0.5, 3}, {0, 0, 0}, {Vector3{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  return stack;
}

using Value = std::function<double(std::uint32_t i, std::uint32_t j, std::uint32_t k)>;

template <class Voxel>
Slab slab_of(const Stack& stack, VoxelType type, SlabRange range, const Value& value) {
  Slab slab{.range = range, .type = type};
  const auto& size = stack.grid.size;
  slab.bytes = Buffer(std::size_t{size[0]} * size[1] * range.slices * sizeof(Voxel));
  auto* out = slab.bytes.data();
  for (std::uint32_t k = 0; k < range.slices; ++k)
    for (std::uint32_t j = 0; j < size[1]; ++j)
      for (std::uint32_t i = 0; i < size[0]; ++i, out += sizeof(Voxel)) {
        const auto voxel = static_cast<Voxel>(value(i, j, range.first_slice + k));
        std::memcpy(out, &voxel, sizeof voxel);
      }
  return slab;
}

template <class Voxel>
Overview overview_of(const Stack& stack, VoxelType type, const Value& value,
                     std::uint32_t side = 192, std::uint32_t slab_slices = 1,
                     bool backwards = false) {
  TakeOverview pictures(std::make_shared<const Stack>(stack), side);
  std::vector<SlabRange> ranges;
  for (std::uint32_t k = 0; k < stack.written_slices(); k += slab_slices)
    ranges.push_back({k, std::min(slab_slices, stack.written_slices() - k)});
  if (backwards) std::ranges::reverse(ranges);
  for (const auto& range : ranges) pictures.add(slab_of<Voxel>(stack, type, range, value));
  return pictures.finish();
}

// What a picture holds is compared as a whole: the same pixels make the same file.
std::string png_of(std::uint32_t width, std::uint32_t height,
                   const std::function<double(std::uint32_t x, std::uint32_t y)>& value,
                   std::array<double, 2> window) {
  std::vector<std::uint8_t> pixels;
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x)
      pixels.push_back(GreyLevels(window).of(static_cast<float>(value(x, y))));
  return encode_png(width, height, 1, pixels);
}

double ramp(std::uint32_t i, std::uint32_t j, std::uint32_t k) {
  return 2.0 * i + 7.0 * j + 20.0 * k;
}

TEST(TakeOverview, ShowsTheThreePlanesThroughTheMiddle) {
  const auto stack = stack_of({6, 5, 4}, {"40", "90"});
  const auto overview = overview_of<std::int16_t>(stack, VoxelType::int16, ramp);
  ASSERT_EQ(overview.pictures.size(), 3U);
  EXPECT_THAT(overview.window, ElementsAre(-5, 85));
  EXPECT_TRUE(overview.window_of_header);
  const auto& [axial, coronal, sagittal] =
      std::tie(overview.pictures[0], overview.pictures[1], overview.pictures[2]);
  EXPECT_EQ(axial.png, png_of(
                           6, 5, [](auto x, auto y) { return ramp(x, y, 2); }, overview.window));
  EXPECT_EQ(coronal.png,
            png_of(
                6, 4, [](auto x, auto y) { return ramp(x, 2, 3 - y); }, overview.window))
      << "the last slice is at the top";
  EXPECT_EQ(sagittal.png,
            png_of(
                5, 4, [](auto x, auto y) { return ramp(3, x, 3 - y); }, overview.window));
  EXPECT_THAT(axial.size_mm, ElementsAre(3, 2.5));
  EXPECT_THAT(coronal.size_mm, ElementsAre(3, 12)) << "pixels are not square; the page is to know";
  EXPECT_THAT(sagittal.size_mm, ElementsAre(2.5, 12));
  EXPECT_THAT(coronal.letters, ElementsAre("R", "L", "S", "I"));
}

TEST(TakeOverview, TheOrderAndSizeOfSlabsChangeNothing) {
  const auto stack = stack_of({40, 30, 50});
  const auto wave = [](auto i, auto j, auto k) { return 100 * std::sin(i * 0.3 + j * k * 0.01); };
  const auto once = overview_of<float>(stack, VoxelType::float32, wave, 16);
  for (const std::uint32_t slices : {1U, 7U, 50U})
    EXPECT_EQ(overview_of<float>(stack, VoxelType::float32, wave, 16, slices, true), once);
}

TEST(TakeOverview, ALaterPassReplacesAnEarlierOne) {
  const auto stack = stack_of({8, 8, 3});
  TakeOverview pictures(std::make_shared<const Stack>(stack), 192);
  const auto other = [](auto i, auto, auto) { return 1000.0 - i; };
  for (std::uint32_t k = 0; k < 3; ++k)
    pictures.add(slab_of<std::int16_t>(stack, VoxelType::int16, {k, 1}, other));
  pictures.add({.range = {0, 3}, .type = VoxelType::int16});  // given up: it has no voxels
  for (std::uint32_t k = 0; k < 3; ++k)
    pictures.add(slab_of<float>(stack, VoxelType::float32, {k, 1}, ramp));
  EXPECT_EQ(pictures.finish(), overview_of<float>(stack, VoxelType::float32, ramp));
}

TEST(TakeOverview, NoPictureIsLargerThanItsSide) {
  const auto stack = stack_of({300, 20, 90});
  const auto overview = overview_of<std::uint16_t>(stack, VoxelType::uint16, ramp, 64);
  ASSERT_EQ(overview.pictures.size(), 3U);
  const auto every = [](std::uint32_t pixel, std::uint32_t size, std::uint32_t pixels) {
    return (2 * pixel + 1) * size / (2 * pixels);
  };
  EXPECT_EQ(overview.pictures[1].png,
            png_of(
                64, 64,
                [&](auto x, auto y) { return ramp(every(x, 300, 64), 10, every(63 - y, 90, 64)); },
                overview.window));
}

TEST(TakeOverview, ASingleSliceIsOnePictureAndLaterVolumesAreInTheHistogramAlone) {
  const auto one = overview_of<std::int16_t>(stack_of({6, 5, 1}), VoxelType::int16, ramp);
  ASSERT_EQ(one.pictures.size(), 1U);
  EXPECT_EQ(one.pictures[0].plane, "axial");
  const auto stack = stack_of({4, 4, 2}, {"5", "20"}, 3);
  const auto volume = [](auto, auto, auto k) { return k < 2 ? 3.0 : 9.0; };
  const auto several = overview_of<std::int16_t>(stack, VoxelType::int16, volume);
  EXPECT_EQ(several.pictures[0].png, png_of(
                                         4, 4, [](auto, auto) { return 3.0; }, several.window));
  EXPECT_THAT(several.histogram, ElementsAre(32, 0, 0, 0, 0, 0, 64));
  EXPECT_THAT(several.range, ElementsAre(3, 9));
}

TEST(TakeOverview, TheHistogramIsThatOfTheValues) {
  // A value of 0 to 95 in every voxel, evenly: two in each bin, which has about as many samples.
  const auto even = [](auto i, auto j, auto k) {
    return static_cast<double>((i * 37 + j * 61 + k * 13) % 96);
  };
  const auto overview = overview_of<std::int16_t>(stack_of({200, 200, 30}), VoxelType::int16, even);
  ASSERT_EQ(overview.histogram.size(), 48U);
  const auto samples = std::accumulate(overview.histogram.begin(), overview.histogram.end(), 0U);
  EXPECT_GT(samples, 8000U);
  EXPECT_LE(samples, 8192U);
  for (const auto count : overview.histogram)
    EXPECT_NEAR(count, samples / 48.0, 0.4 * samples / 48.0);
}

TEST(TakeOverview, WhatIsNoNumberIsBlackAndNotCounted) {
  const auto stack = stack_of({4, 4, 2});
  const auto overview = overview_of<float>(stack, VoxelType::float32, [](auto i, auto, auto) {
    return i == 0 ? std::nan("") : i == 1 ? -HUGE_VAL : static_cast<double>(i);
  });
  EXPECT_THAT(overview.range, ElementsAre(2, 3));
  EXPECT_THAT(overview.histogram, ElementsAre(8, 8)) << "half of the voxels are numbers";
}

TEST(TakeOverview, ColourStaysColour) {
  auto stack = stack_of({3, 2, 1});
  stack.first_type = VoxelType::rgb24;
  Slab slab{.range = {0, 1}, .type = VoxelType::rgb24};
  slab.bytes = Buffer(18);
  std::vector<std::uint8_t> pixels(18);
  for (std::size_t i = 0; i < 18; ++i)
    slab.bytes.data()[i] = pixels[i] = static_cast<std::uint8_t>(i * 13);
  TakeOverview pictures(std::make_shared<const Stack>(stack), 192);
  pictures.add(slab);
  EXPECT_EQ(pictures.finish().pictures.at(0).png, encode_png(3, 2, 3, pixels));
}

TEST(DisplayWindow, IsThatOfTheHeaderWhereItShowsSomething) {
  std::vector<float> values(1000);
  std::iota(values.begin(), values.end(), 0.F);
  const auto window = [&](const Header& header) {
    return choose_window(stack_of({4, 4, 2}, header), values);
  };
  EXPECT_THAT(window({"400", "200"}).range, ElementsAre(300, 500));
  EXPECT_TRUE(window({"400\\50", "200\\10"}).is_of_header) << "the first of several";
  for (const auto& bad :
       {Header{}, {"400", ""}, {"400", "0"}, {"400", "-5"}, {"x", "200"}, {"-5000", "100"}}) {
    EXPECT_FALSE(window(bad).is_of_header) << bad.center << ' ' << bad.width;
    EXPECT_THAT(window(bad).range, ElementsAre(9, 994)) << "all but few at both ends";
  }
  EXPECT_THAT(window({"400", "200", "MONOCHROME2", segmentation_storage}).range,
              ElementsAre(0, 999))
      << "labels are no greys";
  EXPECT_TRUE(shows_high_dark(stack_of({1, 1, 1}, {"", "", "MONOCHROME1"})));
}

TEST(PictureSide, AllPicturesOfARunStayBounded) {
  for (const std::size_t images : {1U, 200U, 201U, 1500U, 5000U, 8000U, 20000U}) {
    const std::size_t side = picture_side(images);
    EXPECT_GE(side, 28U);
    EXPECT_LT(images * side * side * 4, std::size_t{64} << 20) << "of noise, in Base64";
  }
  EXPECT_EQ(picture_side(20001), 0U);
}

}  // namespace
}  // namespace dcmflow
