#include "stages/base/terminal_text.h"

#include <gtest/gtest.h>

#include <sstream>

namespace dcmflow {
namespace {

std::string shown(std::string_view text) { return terminal_text(text, Charset::utf8); }

TEST(TerminalText, KeepsWhatPeopleWrite) {
  EXPECT_EQ(shown("T1 MPRAGE (sag) + Gd"), "T1 MPRAGE (sag) + Gd");
  EXPECT_EQ(shown("Schädel α 頭部 מוח"), "Schädel α 頭部 מוח");
}

TEST(TerminalText, NeverSendsAControlToTheTerminal) {
  EXPECT_EQ(shown("red\x1B[31m"), "red\uFFFD[31m");
  EXPECT_EQ(shown("title\x1B]0;own\a"), "title\uFFFD]0;own\uFFFD");
  EXPECT_EQ(shown("csi\xC2\x9B"
                  "2J"),
            "csi\uFFFD2J");
  EXPECT_EQ(shown(std::string_view("nul\0del\x7F", 8)), "nul\uFFFDdel\uFFFD");
}

TEST(TerminalText, IsOneLine) {
  EXPECT_EQ(shown("  a\r\n b\t\tc  "), "a b c");
  EXPECT_EQ(shown("a\xE2\x80\xA8"
                  "b"),
            "a\uFFFDb");
}

TEST(TerminalText, NothingTurnsTheDirectionOrIsUnseen) {
  for (const std::string_view unseen :
       {"\u202E", "\u2066", "\u200F", "\u200B", "\uFEFF", "\u00AD", "\u2060", "\U000E0041"})
    EXPECT_EQ(shown("a" + std::string(unseen) + "b"), "a\uFFFDb");
}

TEST(TerminalText, BytesThatAreNoTextAreOneReplacementEach) {
  EXPECT_EQ(shown("a\xFF\xC3z"), "a\uFFFD\uFFFDz");
  EXPECT_EQ(shown("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
}

TEST(TerminalText, AccentsDoNotPileUp) {
  EXPECT_EQ(shown("a\u0301\u0302\u0303\u0304"
                  "b"),
            "a\u0301\u0302"
            "b");
  EXPECT_EQ(shown("\u0301"
                  "b"),
            "b");
}

TEST(TerminalText, IsAsciiWhereTheTerminalShowsNothingElse) {
  EXPECT_EQ(terminal_text("Schädel 頭\x1B", Charset::ascii), "Sch?del ??");
}

TEST(TerminalText, JsonMeansTheSameWithoutThem) {
  EXPECT_EQ(harmless_json("{\"a\": \"\xC2\x9B\u202Eä\U000E0041\"}\n"),
            "{\"a\": \"\\u009b\\u202eä\\udb40\\udc41\"}\n");
}

TEST(TerminalWidth, CountsColumns) {
  EXPECT_EQ(terminal_width("abc"), 3U);
  EXPECT_EQ(terminal_width("頭部"), 4U);
  EXPECT_EQ(terminal_width("ae\u0301"), 2U);
  EXPECT_EQ(terminal_width("\U0001F600"), 2U);
}

TEST(TerminalWidth, WhatIsTooLongIsCutAtTheAskedEnd) {
  EXPECT_EQ(cut_end("abcdef", 6, Charset::utf8), "abcdef");
  EXPECT_EQ(cut_end("abcdef", 4, Charset::utf8), "abc…");
  EXPECT_EQ(cut_start("abcdef", 4, Charset::utf8), "…def");
  EXPECT_EQ(cut_start("abcdef", 4, Charset::ascii), "~def");
  EXPECT_EQ(cut_end("abcdef", 0, Charset::utf8), "");
}

TEST(TerminalWidth, AWideCharacterIsNeverHalved) {
  for (std::size_t columns = 0; columns < 9; ++columns) {
    EXPECT_LE(terminal_width(cut_end("頭部撮影", columns, Charset::utf8)), columns);
    EXPECT_LE(terminal_width(cut_start("頭部撮影", columns, Charset::utf8)), columns);
  }
  EXPECT_EQ(cut_end("頭部撮影", 6, Charset::utf8), "頭部…");
}

TEST(TerminalWidth, PaddingFillsTheColumns) {
  EXPECT_EQ(pad_right("頭", 4), "頭  ");
  EXPECT_EQ(pad_left("12", 4), "  12");
  EXPECT_EQ(pad_left("12345", 4), "12345");
}

TEST(Wrap, BreaksAtSpacesAndInsideLongWords) {
  EXPECT_EQ(wrap("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(wrap("a 1234567890123 b", 8, 2), "a 123456\n  789012\n  3 b");
  EXPECT_EQ(wrap("", 8, 2), "");
}

TEST(Wrap, NoLineIsLongerThanAsked) {
  const std::string text =
      "series 1.2.826.0.1.3680043.8.498.12345678901234567890123456789012345678901234567 "
      "頭部撮影頭部撮影頭部撮影頭部撮影頭部撮影 repaired: two of 22 slices";
  for (std::size_t columns = 10; columns < 90; ++columns) {
    std::istringstream lines(wrap(text, columns, 4));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(terminal_width(line), columns) << line;
  }
}

}  // namespace
}  // namespace dcmflow
