#include "stages/dicom/character_set.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

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

// The text, and what was noted of it.
std::pair<std::string, std::string> noted(std::string_view text, std::string_view character_set) {
  std::string note;
  auto utf8 = to_utf8(text, character_set, false, &note);
  return {utf8, note};
}

TEST(CharacterSet, SplitsValuesBeforeTheYenSignOfJapaneseRoman) {
  for (const char* set : {"ISO_IR 13", "ISO 2022 IR 13"})
    EXPECT_EQ(noted("\xD4\xCF\\\xC0\xDB", set), (std::pair<std::string, std::string>("ﾔﾏ\\ﾀﾛ", "")))
        << set;
}

TEST(CharacterSet, ReadsSetsByTheNamesThatTheyAreKnownBy) {
  struct Known {
    const char* name;
    const char* bytes;
    const char* text;
  };
  for (const auto& [name, bytes, text] : std::initializer_list<Known>{
           // Multi-byte sets.
           {"GB2312", "\xCD\xB7\xB2\xBF", "头部"},
           {"gbk", "\xCD\xB7\xB2\xBF", "头部"},
           {"ISO 2022 GBK", "\xCD\xB7\xB2\xBF", "头部"},
           {"ISO_IR GBK", "\xCD\xB7\xB2\xBF", "头部"},
           {"EUC-CN", "\xCD\xB7\xB2\xBF", "头部"},
           {"CP936", "\xCD\xB7\xB2\xBF", "头部"},
           {"gb18030", "\xCD\xB7\xB2\xBF", "头部"},
           {"GB-18030", "\xCD\xB7\xB2\xBF", "头部"},
           {"GB 18030", "\xCD\xB7\xB2\xBF", "头部"},
           {"GB_18030-2000", "\xCD\xB7\xB2\xBF", "头部"},
           {"ISO 2022 GB18030", "\xCD\xB7\xB2\xBF", "头部"},
           {"iso 2022 ir 58", "\xCD\xB7\xB2\xBF", "头部"},
           {"SHIFT_JIS", "\x93\xAA\x95\x94", "頭部"},
           {"Windows-31J", "\x93\xAA\x95\x94", "頭部"},
           {"windows-932", "\x93\xAA\x95\x94", "頭部"},
           {"x-sjis", "\x93\xAA\x95\x94", "頭部"},
           {"MS_Kanji", "\x93\xAA\x95\x94", "頭部"},
           {"EUC-JP", "\xC6\xAC\xC9\xF4", "頭部"},
           {"ISO-2022-JP", "\x1B$BF,It\x1B(B", "頭部"},
           {"KSC5601", "\xB5\xCE\xBA\xCE", "두부"},
           {"KS_C_5601-1987", "\xB5\xCE\xBA\xCE", "두부"},
           {"KS X 1001", "\xB5\xCE\xBA\xCE", "두부"},
           {"KS X 1001:1997", "\xB5\xCE\xBA\xCE", "두부"},
           {"euc-kr", "\xB5\xCE\xBA\xCE", "두부"},
           {"windows-949", "\xB5\xCE\xBA\xCE", "두부"},
           {"iso_ir 149", "\xB5\xCE\xBA\xCE", "두부"},
           {"BIG5", "\xC0\x59\xB3\xA1", "頭部"},
           {"Big5-HKSCS", "\xC0\x59\xB3\xA1", "頭部"},
           {"cp950", "\xC0\x59\xB3\xA1", "頭部"},
           {"UTF-8", "頭部", "頭部"},
           {"utf8", "頭部", "頭部"},
           {"ISO_IR UTF-8", "頭部", "頭部"},
           {"UNICODE", "頭部", "頭部"},
           {"iso-ir-192", "頭部", "頭部"},
           {"ISO_IR192", "頭部", "頭部"},
           {"ISO IR 192", "頭部", "頭部"},
           {"ISO 2022 IR 192", "頭部", "頭部"},
           {"\\ISO_IR 192", "頭部", "頭部"},
           // Of one byte.
           {"iso_ir 144", "\xB3\xDE\xDB\xDE\xD2\xD0", "Голова"},
           {"ISO_IR144", "\xB3\xDE\xDB\xDE\xD2\xD0", "Голова"},
           {"ISO IR 144", "\xB3\xDE\xDB\xDE\xD2\xD0", "Голова"},
           {"ISO_2022_IR_144", "\xB3\xDE\xDB\xDE\xD2\xD0", "Голова"},
           {"ISO 2022 144", "\xB3\xDE\xDB\xDE\xD2\xD0", "Голова"},
           {"IR 144", "\xB3\xDE\xDB\xDE\xD2\xD0", "Голова"},
           {"ISO-8859-5", "\xB3\xDE\xDB\xDE\xD2\xD0", "Голова"},
           {"8859-5", "\xB3\xDE\xDB\xDE\xD2\xD0", "Голова"},
           {"windows-1251", "\xC3\xEE\xEB\xEE\xE2\xE0", "Голова"},
           {"cp1251", "\xC3\xEE\xEB\xEE\xE2\xE0", "Голова"},
           {"WIN1251", "\xC3\xEE\xEB\xEE\xE2\xE0", "Голова"},
           {"ANSI 1251", "\xC3\xEE\xEB\xEE\xE2\xE0", "Голова"},
           {"KOI8-R", "\xE7\xCF\xCC\xCF\xD7\xC1", "Голова"},
           {"IBM866", "\x83\xAE\xAB\xAE\xA2\xA0", "Голова"},
           {"latin1", "K\xF6pf", "Köpf"},
           {"Latin-1", "K\xF6pf", "Köpf"},
           {"ISO_8859-1:1987", "K\xF6pf", "Köpf"},
           {"ISO IR 100", "K\xF6pf", "Köpf"},
           {"ISO_IR  100", "K\xF6pf", "Köpf"},
           {"ISO_IR-100", "K\xF6pf", "Köpf"},
           {"Windows-1252", "\x80", "€"},
           {"latin9", "\xA4", "€"},
           {"ISO_IR 179", "\xC0", "Ą"},
           {"tis-620", "\xCB\xD1\xC7", "หัว"},
           // The last letter waits for one to combine with.
           {"windows-1258", "\xD0\xE2\xCCu", "Đầu"},
           // A value that is not in force at the beginning, without its escape sequence.
           {"\\ISO 2022 IR 149", "\xB5\xCE\xBA\xCE", "두부"},
           // Larger sets under the names of smaller ones.
           {"ISO_IR 100", "5\x80", "5€"},
           {"ISO 2022 IR 149", "\x8C\x63", "똠"},
           {"ISO 2022 IR 58", "\x83\x40", "傽"},
           {"ISO_IR 13", "\x95\x5C", "表"},
       }) {
    const auto [read, note] = noted(bytes, name);
    EXPECT_EQ(read, text) << name;
    EXPECT_NE(note.find("SpecificCharacterSet '"), std::string::npos) << name << ": " << note;
  }
}

TEST(CharacterSet, ReadsDefinedTermsWithoutANote) {
  for (const char* name : {"ISO_IR 100", "ISO 2022 IR 100", "ISO 2022 IR 100\\ISO 2022 IR 87"})
    EXPECT_EQ(noted("K\xF6pf", name), (std::pair<std::string, std::string>("Köpf", ""))) << name;
  EXPECT_EQ(noted("\xCD\xB7", "GBK").second, "");
  EXPECT_EQ(noted("头", "ISO_IR 192").second, "");
}

// 5CH is a delimiter, but inside of a character of two bytes (PS3.5 6.1.2.5.3).
TEST(CharacterSet, KeepsTheSecondBytesOfCharactersFromBeingDelimiters) {
  EXPECT_EQ(noted("\x95\x5C\\a", "SHIFT_JIS").first, "表\\a");
  EXPECT_EQ(noted("\xA5\x5C\\a", "BIG5").first, "功\\a");
  EXPECT_EQ(noted("\x81\x5C\\a", "GBK").first, "乗\\a");
  EXPECT_EQ(noted("\x81\x5C\\a", "GB18030").first, "乗\\a");
  // JIS X 0208 in seven bits: 5CH is the first byte of a character.
  EXPECT_EQ(noted("\x1B$B\\l\x1B(B\\a", "\\ISO 2022 IR 87").first, "樓\\a");
}

TEST(CharacterSet, LooksAtAFewNamesOnly) {
  std::string names;
  for (int i = 0; i < 100'000; ++i) names += "none\\";
  EXPECT_EQ(noted("\xB5\xCE", names + "ISO 2022 IR 149").first, "\u00B5\u00CE");
}

TEST(CharacterSet, NotesWhatCannotBeReadAsDeclared) {
  EXPECT_EQ(noted("odd \xE9", "ISO_IR 999").second,
            "SpecificCharacterSet 'ISO_IR 999' is not known: read as Latin-1");
  EXPECT_EQ(noted("odd é", "").second, "no SpecificCharacterSet is declared: read as UTF-8");
  EXPECT_EQ(noted("\xFF\xFF", "GB18030").second,
            "the text does not fit SpecificCharacterSet 'GB18030': read as Latin-1");
  EXPECT_EQ(noted("plain", "ISO_IR 999").second, "");
  EXPECT_EQ(noted("Gr\xF6\xDF", "ISO_IR 100").second, "");
  EXPECT_EQ(noted("\xE9", std::string(99, 'x') + "\n").second.size(),
            std::string("SpecificCharacterSet '...' is not known: read as Latin-1").size() + 32);
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
