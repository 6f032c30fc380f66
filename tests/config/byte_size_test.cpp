#include "config/byte_size.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(ParseBytes, UnitsArePowersOf1024InAnyCase) {
  EXPECT_EQ(parse_bytes("0"), 0U);
  EXPECT_EQ(parse_bytes("1048576"), 1048576U);
  EXPECT_EQ(parse_bytes("100B"), 100U);
  EXPECT_EQ(parse_bytes("3k"), 3U << 10);
  EXPECT_EQ(parse_bytes("256M"), 256U << 20);
  EXPECT_EQ(parse_bytes("256MB"), 256U << 20);
  EXPECT_EQ(parse_bytes("2gib"), std::uint64_t{2} << 30);
  EXPECT_EQ(parse_bytes("2 GiB"), std::uint64_t{2} << 30);
  EXPECT_EQ(parse_bytes("1T"), std::uint64_t{1} << 40);
}

TEST(ParseBytes, FractionsNeedAUnit) {
  EXPECT_EQ(parse_bytes("1.5GiB"), 1610612736U);
  EXPECT_EQ(parse_bytes("0.5K"), 512U);
  EXPECT_EQ(parse_bytes("1.5"), std::nullopt);
}

TEST(ParseBytes, RefusesWhatIsNoSize) {
  for (const char* text : {"", " ", "M", "-1", "+1", "-1M", "1X", "1MM", "1iB", "1Gi", "inf", "nan",
                           "0x10", "1e3", "1.5.5M", "1,5G", ".5G", "256M "})
    EXPECT_EQ(parse_bytes(text), std::nullopt) << '"' << text << '"';
}

TEST(ParseBytes, RefusesWhatDoesNotFitIn64Bits) {
  EXPECT_EQ(parse_bytes("18446744073709551615"), 18446744073709551615U);
  EXPECT_EQ(parse_bytes("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parse_bytes("16777215T"), std::uint64_t{16777215} << 40);
  EXPECT_EQ(parse_bytes("16777216T"), std::nullopt);
  EXPECT_EQ(parse_bytes("16777216.5T"), std::nullopt);
}

}  // namespace
}  // namespace dcmflow
