#include "stages/base/base64.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace dcmflow {
namespace {

TEST(Base64, DecodesTheVectorsOfRfc4648) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
}

TEST(Base64, DecodesBothAlphabets) {
  EXPECT_EQ(decode_base64("+/+/"), "\xFB\xFF\xBF");
  EXPECT_EQ(decode_base64("-_-_"), "\xFB\xFF\xBF");
}

TEST(Base64, AcceptsMissingPaddingAndWhiteSpaceAnywhere) {
  EXPECT_EQ(decode_base64("Zg"), "f");
  EXPECT_EQ(decode_base64("Zg="), "f");
  EXPECT_EQ(decode_base64(" Zm\r\n9v\tYg = =\n"), "foob");
}

TEST(Base64, DecodesEveryByteValue) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (unsigned value = 0; value < 256; ++value) {
    const std::string text{digits[value >> 2], digits[(value & 3) << 4]};
    EXPECT_EQ(decode_base64(text), std::string(1, static_cast<char>(value))) << text;
  }
}

// RFC 4648, section 10.
TEST(Base64, EncodesWhatItDecodes) {
  const std::array<std::pair<std::string, std::string>, 7> pairs{{{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : pairs) EXPECT_EQ(encode_base64(bytes), text);
  std::string all;
  for (int value = 255; value >= 0; --value) all += static_cast<char>(value);
  EXPECT_EQ(decode_base64(encode_base64(all)), all);
}

TEST(Base64, RefusesWhatIsNotBase64) {
  EXPECT_EQ(decode_base64("Zm9%"), std::nullopt);
  EXPECT_EQ(decode_base64("{\"selections\": []}"), std::nullopt) << "the rules themselves";
  EXPECT_EQ(decode_base64("Z"), std::nullopt) << "six bits are no byte";
  EXPECT_EQ(decode_base64("Zm9vY"), std::nullopt) << "six bits are no byte";
  EXPECT_EQ(decode_base64("Zh=="), std::nullopt) << "bits left over: cut text";
  EXPECT_EQ(decode_base64("Zm9="), std::nullopt) << "bits left over: cut text";
  EXPECT_EQ(decode_base64("Zg==Zg=="), std::nullopt) << "text after the padding";
  EXPECT_EQ(decode_base64("Zm9v="), std::nullopt) << "padding that pads nothing";
  EXPECT_EQ(decode_base64("Zg==="), std::nullopt) << "too much padding";
  EXPECT_EQ(decode_base64(std::string_view("Zm9v\0", 5)), std::nullopt);
}

}  // namespace
}  // namespace dcmflow
