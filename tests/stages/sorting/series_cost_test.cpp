// Series are weighed by what was measured, whatever their headers say.

#include "stages/sorting/series_cost.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>

namespace dcmflow {
namespace {

// Of 512 × 512 pixels of 16 bits.
Series series_of(const std::string& transfer_syntax, std::size_t files, std::uint32_t frames = 1) {
  auto shared = std::make_shared<SharedHeader>();
  shared->transfer_syntax_uid = transfer_syntax;
  shared->layout = {.rows = 512, .columns = 512, .bits_allocated = 16};
  Series series;
  for (std::size_t i = 0; i < files; ++i) {
    auto instance = share<Instance>();
    instance->shared = shared;
    instance->pixel_data.number_of_frames = frames;
    series.instances.push_back(instance);
  }
  return series;
}

std::uint64_t cost(const std::string& transfer_syntax, std::size_t files = 1) {
  return series_cost(series_of(transfer_syntax, files), false);
}

TEST(SeriesCost, GrowsWithFilesFramesDecodingAndCompression) {
  const std::string native = "1.2.840.10008.1.2.1", jpeg_ls = "1.2.840.10008.1.2.4.80",
                    jpeg_2000 = "1.2.840.10008.1.2.4.90";
  EXPECT_NEAR(static_cast<double>(cost(native, 3)), 3.0 * static_cast<double>(cost(native)), 3);
  EXPECT_LT(series_cost(series_of(native, 1, 3), false), cost(native, 3));
  EXPECT_GT(series_cost(series_of(native, 1, 3), false), cost(native, 2));
  EXPECT_GT(cost(jpeg_ls), 10 * cost(native));
  EXPECT_GT(cost(jpeg_2000), cost(jpeg_ls));
  EXPECT_GT(series_cost(series_of(native, 1), true), 5 * cost(native));
}

TEST(SeriesCost, IsANumberWhateverAHeaderSays) {
  auto shared = std::make_shared<SharedHeader>();
  shared->transfer_syntax_uid = "1.2.840.10008.1.2.4.90";
  shared->layout = {
      .rows = 65535, .columns = 65535, .samples_per_pixel = 65535, .bits_allocated = 65535};
  auto instance = share<Instance>();
  instance->shared = shared;
  instance->pixel_data.number_of_frames = std::numeric_limits<std::uint32_t>::max();
  Series series;
  series.instances = {instance, instance};
  EXPECT_EQ(series_cost(series, true), 1'000'000'000'000'000U);
  EXPECT_EQ(series_cost(Series{}, true), 0U);
}

}  // namespace
}  // namespace dcmflow
