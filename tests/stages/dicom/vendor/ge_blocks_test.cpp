// GE's blocks are read within their bounds, whatever they hold.

#include "stages/dicom/vendor/ge_blocks.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace dcmflow {
namespace {

// The header at byte 40, of an echo planar scan that is not flipped.
std::vector<std::uint8_t> block_of(float version) {
  std::vector<std::uint8_t> block(40 + 916 + 0x4C + 2, 0);
  block[24] = 40;
  std::memcpy(&block[40], &version, sizeof version);
  block[40 + 0x4C + 0x3B] = 0x08;
  block[40 + 0x3B] = 0x08;
  return block;
}

TEST(GeBlocks, TellThePolarityOfKnownReleases) {
  for (const float version : {5.0F, 24.0F, 25.002F, 40.0F})
    EXPECT_EQ(ge_polarity_is_positive(block_of(version)), true) << version;
  for (const float version : {0.0F, 4.9F, 41.0F, -1.0F, std::numeric_limits<float>::quiet_NaN()})
    EXPECT_EQ(ge_polarity_is_positive(block_of(version)), std::nullopt) << version;
}

TEST(GeBlocks, TellNothingWhenTheyAreCut) {
  const auto whole = block_of(28);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<long>(size));
    EXPECT_EQ(ge_polarity_is_positive(cut), std::nullopt);
  }
  auto beyond = whole;
  beyond[24] = beyond[25] = 0xFF;
  EXPECT_EQ(ge_polarity_is_positive(beyond), std::nullopt);
}

TEST(GeBlocks, HaveValuesByTheirKeys) {
  constexpr std::string_view text =
      "NOSLC \"32\"\nset SLICEORDER \"1\"\nIOPT \"EPI, \"Asset\"\"\nODD 5\n";
  EXPECT_EQ(ge_protocol_value(text, "NOSLC"), "32");
  EXPECT_EQ(ge_protocol_value(text, "SLICEORDER"), "1");
  EXPECT_EQ(ge_protocol_value(text, "IOPT"), "EPI, \"Asset\"");
  EXPECT_EQ(ge_protocol_value(text, "ODD"), std::nullopt);
  EXPECT_EQ(ge_protocol_value(text, "NOS"), std::nullopt);
}

TEST(GeBlocks, HaveNoTextWhenTheyAreNoGzip) {
  EXPECT_EQ(ge_protocol_text(std::vector<std::uint8_t>{}), "");
  EXPECT_EQ(ge_protocol_text(std::vector<std::uint8_t>{4, 0, 0, 0}), "");
  EXPECT_EQ(ge_protocol_text(std::vector<std::uint8_t>{4, 0, 0, 0, 1, 2, 3, 4}), "");
  EXPECT_EQ(ge_protocol_text(std::vector<std::uint8_t>{9, 0, 0, 0, 0x1F, 0x8B, 8, 0, 0}), "");
}

}  // namespace
}  // namespace dcmflow
