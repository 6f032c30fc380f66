#include "stages/dicom/value_text.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

std::string number_of(std::vector<std::uint8_t> bytes, const char* code, bool big_endian = false) {
  return value_text(bytes, vr(code[0], code[1]), big_endian, {});
}

std::string text_of(std::string_view bytes, const char* code) {
  return number_of({bytes.begin(), bytes.end()}, code);
}

TEST(ValueText, WritesBinaryNumbersAsDecimals) {
  EXPECT_EQ(number_of({0x01, 0x02, 0xFF, 0xFF}, "US"), "513\\65535");
  EXPECT_EQ(number_of({0x01, 0x02, 0xFF, 0xFF}, "SS"), "513\\-1");
  EXPECT_EQ(number_of({0x02, 0x01}, "US", true), "513");
  EXPECT_EQ(number_of({0, 0, 0, 0, 0, 0, 0xF0, 0x3F}, "FD"), "1");
  EXPECT_EQ(number_of({0x28, 0x00, 0x10, 0x00}, "AT"), "(0028,0010)");
}

TEST(ValueText, MarksNumbersThatAreCutOff) {
  EXPECT_EQ(number_of({0x01, 0x02, 0x03}, "US"), unreadable_value);
  EXPECT_EQ(number_of({0x01, 0x02, 0x03, 0x04, 0x05, 0x06}, "FL"), unreadable_value);
  EXPECT_EQ(number_of({0x01, 0x02}, "AT"), unreadable_value);
  EXPECT_EQ(number_of({0x01}, "OW"), "");
  EXPECT_EQ(parse_decimal(unreadable_value), std::nullopt);
  EXPECT_TRUE(is_cut_off(12, vr('F', 'D')));
  EXPECT_FALSE(is_cut_off(12, vr('F', 'L')) || is_cut_off(3, vr('D', 'S')) ||
               is_cut_off(0, vr('U', 'S')));
}

TEST(ValueText, DropsThePaddingOfEachValue) {
  EXPECT_EQ(text_of(" 1.5 \\ 2\\3 ", "DS"), "1.5\\2\\3");
  EXPECT_EQ(text_of(std::string_view("1.2.3\0", 6), "UI"), "1.2.3");
  EXPECT_EQ(text_of("  two words ", "LO"), "two words");
  EXPECT_EQ(text_of("  indented \\ text ", "LT"), "  indented \\ text");
}

TEST(HasValue, AsksForAWholeValue) {
  EXPECT_TRUE(has_value("DECY\\ATTN", "ATTN"));
  EXPECT_TRUE(has_value("ATTN", "ATTN"));
  for (const auto* text : {"", "DECY", "ATTN2\\NATTN", "\\"}) EXPECT_FALSE(has_value(text, "ATTN"));
}

TEST(ParseDecimal, AcceptsDecimalStringsAndNothingElse) {
  EXPECT_EQ(parse_decimal("+1.50e1 "), 15);
  EXPECT_EQ(parse_decimal("7\\8"), 7);
  for (const auto* bad : {"", "1,5", "nan", "inf", "1.5mm", "--1", "1e999"})
    EXPECT_FALSE(parse_decimal(bad)) << bad;
}

TEST(ParseDecimals, AsksForTheExactCount) {
  EXPECT_THAT(*parse_decimals<2>("1\\2"), testing::ElementsAre(1, 2));
  EXPECT_FALSE(parse_decimals<2>("1"));
  EXPECT_FALSE(parse_decimals<2>("1\\2\\3"));
}

TEST(ParseInteger, AcceptsWholeNumbersOnly) {
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("3.0"), 3);
  EXPECT_FALSE(parse_integer("3.5"));
  EXPECT_FALSE(parse_integer("1e300"));
}

}  // namespace
}  // namespace dcmflow
