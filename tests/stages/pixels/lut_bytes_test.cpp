#include "stages/pixels/lut_bytes.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::uint8_t> bytes_of(const std::vector<std::uint16_t>& words) {
  std::vector<std::uint8_t> bytes;
  for (const auto word : words) {
    bytes.push_back(static_cast<std::uint8_t>(word));
    bytes.push_back(static_cast<std::uint8_t>(word >> 8));
  }
  return bytes;
}

std::vector<std::uint16_t> expanded(const std::vector<std::uint16_t>& words, std::uint32_t entries,
                                    unsigned bits = 16) {
  return segmented_lut_entries(bytes_of(words), false, {.entries = entries, .bits = bits});
}

TEST(LutBytes, ReadADescriptorOf65536EntriesAndANegativeFirstValue) {
  const auto bytes = bytes_of({0, 0xFFFE, 8});
  const auto of_signed = lut_descriptor(bytes, false, true);
  ASSERT_TRUE(of_signed);
  EXPECT_EQ(of_signed->entries, 65536U);
  EXPECT_EQ(of_signed->first, -2);
  EXPECT_EQ(of_signed->bits, 8U);
  EXPECT_EQ(lut_descriptor(bytes, false, false)->first, 0xFFFE);
  EXPECT_FALSE(lut_descriptor(std::span(bytes).first(5), false, false));
}

TEST(LutBytes, TakeEightBitEntriesFromBytesOrFromWordsByTheLengthOfTheData) {
  const LutDescriptor three{.entries = 3, .bits = 8};
  const std::vector<std::uint8_t> bytes{1, 2, 3, 0};
  EXPECT_THAT(lut_entries(bytes, false, true, three), ElementsAre(1, 2, 3));
  EXPECT_THAT(lut_entries(bytes, true, true, three), ElementsAre(2, 1, 0));
  EXPECT_THAT(lut_entries(bytes, true, false, three), ElementsAre(1, 2, 3));
  EXPECT_THAT(lut_entries(bytes_of({7, 8, 9}), false, true, three), ElementsAre(7, 8, 9));
  EXPECT_THAT(lut_entries(std::span(bytes).first(2), false, true, three), SizeIs(2));
}

TEST(LutBytes, ExpandRampsDownAndUpFromTheLastEntry) {
  EXPECT_THAT(expanded({0, 1, 10, 1, 4, 2, 1, 2, 65535}, 7),
              ElementsAre(10, 8, 6, 4, 2, 32769, 65535));
}

TEST(LutBytes, ExpandSegmentsOfBytes) {
  // 00 02 05 06 | 01 02 08 | 02 01 00 00 00 00, two bytes in a word
  EXPECT_THAT(expanded({0x0200, 0x0605, 0x0201, 0x0208, 0x0001, 0x0000, 0x0000}, 6, 8),
              ElementsAre(5, 6, 7, 8, 5, 6));
}

TEST(LutBytes, StopAtWhatIsNoSegment) {
  EXPECT_THAT(expanded({0, 2, 5}, 4), IsEmpty());                      // values that are not there
  EXPECT_THAT(expanded({1, 2, 5}, 4), IsEmpty());                      // a ramp from nothing
  EXPECT_THAT(expanded({0, 1, 5, 3, 1, 1}, 4), ElementsAre(5));        // no such code
  EXPECT_THAT(expanded({0, 1, 5, 2, 1, 99, 0}, 4), ElementsAre(5));    // a copy from beyond
  EXPECT_THAT(expanded({0, 1, 5, 2, 1, 6, 0}, 4), ElementsAre(5));     // a copy of a copy
  EXPECT_THAT(expanded({0, 1, 5, 0, 0, 0, 1, 6}, 4), ElementsAre(5));  // an empty segment
}

TEST(LutBytes, NeverGrowBeyondTheEntriesOfTheDescriptor) {
  const auto entries = expanded({0, 1, 5, 1, 65535, 5, 1, 65535, 5, 2, 65535, 0, 0}, 1000);
  EXPECT_THAT(entries, SizeIs(1000));
  EXPECT_THAT(entries, Each(5));
}

}  // namespace
}  // namespace dcmflow
