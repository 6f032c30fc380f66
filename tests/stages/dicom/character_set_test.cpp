#include "stages/dicom/character_set.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(CharacterSet, ConvertsTheSetsOfTheStandard) {
  EXPECT_EQ(to_utf8("Gr\xF6\xDF"
                    "e",
                    "ISO_IR 100", true),
            "Größe");
  EXPECT_EQ(to_utf8("\xA3\xF3"
                    "d\xBC",
                    "ISO_IR 101", true),
            "Łódź");
  EXPECT_EQ(to_utf8("\xCD\xF5^\xD0\xA1\xB6\xAB", "GB18030", true), "王^小东");
  EXPECT_EQ(to_utf8("Łódź", "ISO_IR 192", false), "Łódź");
}

TEST(CharacterSet, FollowsCodeExtensionsOfJapaneseNames) {
  // PS3.5 H.3.1, example 1: Yamada^Tarou=山田^太郎.
  EXPECT_EQ(to_utf8("Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B", "\\ISO 2022 IR 87", true),
            "Yamada^Tarou=山田^太郎");
  // Example 2, with half-width katakana in the first component group.
  EXPECT_EQ(to_utf8("\xD4\xCF\xC0\xDE^\xC0\xDB\xB3=\x1B$B;3ED\x1B(J^\x1B$BB@O:\x1B(J",
                    "ISO 2022 IR 13\\ISO 2022 IR 87", true),
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎");
}

TEST(CharacterSet, FollowsCodeExtensionsOfKoreanChineseAndEuropeanNames) {
  // PS3.5 I.2 and K.2: the escape is repeated behind each delimiter, which ends it.
  EXPECT_EQ(
      to_utf8("Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7", "\\ISO 2022 IR 149", true),
      "Hong^Gildong=洪^吉洞");
  EXPECT_EQ(
      to_utf8("Zhang^XiaoDong=\x1B$)A\xD5\xC5^\x1B$)A\xD0\xA1\xB6\xAB", "\\ISO 2022 IR 58", true),
      "Zhang^XiaoDong=张^小东");
  EXPECT_EQ(to_utf8("Buc^J\xE9r\xF4me=\x1B-F\xC4\xE9", "ISO 2022 IR 100\\ISO 2022 IR 126", true),
            "Buc^Jérôme=Δι");
}

TEST(CharacterSet, KeepsTextThatDeclaresNothingOrSomethingUnknown) {
  EXPECT_EQ(to_utf8("J\xE9r\xF4me", "", false), "Jérôme");
  EXPECT_EQ(to_utf8("Jérôme", "", false), "Jérôme");
  EXPECT_EQ(to_utf8("odd \xE9", "ISO_IR 999", false), "odd é");
}

TEST(CharacterSet, ReplacesBytesThatAreNoUtf8WhereUtf8IsDeclared) {
  const auto text = to_utf8("bad\xFF\xFEutf8", "ISO_IR 192", false);
  EXPECT_EQ(text, "bad\xEF\xBF\xBD\xEF\xBF\xBDutf8");
  EXPECT_TRUE(is_utf8(text));
}

TEST(CharacterSet, KnowsUtf8FromWhatOnlyLooksLikeIt) {
  EXPECT_TRUE(is_utf8("漢字 😀"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // a surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(is_utf8("\xE6\xBC"));          // cut off
}

}  // namespace
}  // namespace dcmflow
