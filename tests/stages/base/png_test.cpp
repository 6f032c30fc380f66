#include "stages/base/png.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include <cstdlib>
#include <vector>

namespace dcmflow {
namespace {

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
  return number;
}

// The data of a chunk, whose CRC is what it should be.
std::string chunk(const std::string& png, const std::string& type) {
  const auto at = png.find(type);
  EXPECT_NE(at, std::string::npos) << type;
  const auto size = big_endian(png, at - 4);
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(png.data() + at), size + 4);
  EXPECT_EQ(crc, big_endian(png, at + 4 + size)) << type;
  return png.substr(at + 4, size);
}

// By the words of ISO/IEC 15948, 9.2, without what encode_png() shares.
std::vector<std::uint8_t> decode(const std::string& png, std::size_t samples) {
  const auto header = chunk(png, "IHDR");
  const std::size_t width = big_endian(header, 0) * samples, height = big_endian(header, 4);
  EXPECT_EQ(header[8], 8);
  EXPECT_EQ(header[9], samples == 1 ? 0 : 2);
  const auto data = chunk(png, "IDAT");
  std::vector<std::uint8_t> rows((width + 1) * height);
  uLongf size = rows.size();
  EXPECT_EQ(
      uncompress(rows.data(), &size, reinterpret_cast<const Bytef*>(data.data()), data.size()),
      Z_OK);
  EXPECT_EQ(size, rows.size());
  std::vector<std::uint8_t> pixels(width * height);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      EXPECT_EQ(rows[y * (width + 1)], 2);
      const int above = y > 0 ? pixels[(y - 1) * width + x] : 0;
      pixels[y * width + x] = static_cast<std::uint8_t>(rows[y * (width + 1) + 1 + x] + above);
    }
  return pixels;
}

TEST(Png, HoldsThePixels) {
  std::uint32_t state = 1;
  for (const std::size_t samples : {1U, 3U})
    for (const auto& [width, height] : {std::pair{1U, 1U}, {1U, 9U}, {7U, 1U}, {31U, 17U}}) {
      std::vector<std::uint8_t> pixels(width * height * samples);
      for (auto& pixel : pixels)
        pixel = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
      const auto png = encode_png(width, height, static_cast<std::uint32_t>(samples), pixels);
      EXPECT_TRUE(png.starts_with("\x89PNG\r\n\x1A\n"));
      EXPECT_EQ(chunk(png, "IEND"), "");
      EXPECT_EQ(decode(png, samples), pixels) << width << " by " << height;
    }
}

TEST(Png, IsSmallWherePixelsAreAlike) {
  EXPECT_LT(encode_png(192, 192, 1, std::vector<std::uint8_t>(192 * 192, 77)).size(), 600U);
}

}  // namespace
}  // namespace dcmflow
