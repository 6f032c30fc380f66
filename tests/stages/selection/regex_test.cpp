#include "stages/selection/regex.h"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace dcmflow {
namespace {

using testing::HasSubstr;

RegexOutcome search(std::string_view pattern, std::string_view subject,
                    const RegexOptions& options = {}) {
  const auto regex = Regex::compile(pattern, options);
  EXPECT_TRUE(regex.ok());
  return regex ? regex->search(subject) : RegexOutcome::gave_up;
}

TEST(Regex, ReadsThePatternsThatRulesInTheWildUse) {
  using enum RegexOutcome;
  EXPECT_EQ(search("(?i)^MR", "mr"), match);
  EXPECT_EQ(search("(?i)^MR", "NMR"), no_match);
  EXPECT_EQ(search("(.*?)", ""), match);
  const std::string_view t1c = "^(?=.*T1c)(?!.*(ref|rfmt|[0-9]x[0-9])).*";
  EXPECT_EQ(search(t1c, "ax T1c post"), match);
  EXPECT_EQ(search(t1c, "ax T1c rfmt"), no_match);
  EXPECT_EQ(search(t1c, "ax T1c 3x3"), no_match);
  EXPECT_EQ(search("(?i)^(?!.*(cor|sag)).*$", "t2 SAG fs"), no_match);
  EXPECT_EQ(search("(?i)^(?!.*(cor|sag)).*$", "t2 tra fs"), match);
}

TEST(Regex, FoldsCaseInEveryScript) {
  using enum RegexOutcome;
  EXPECT_EQ(search("sch\xC3\x84"
                   "del",
                   "Sch\xC3\xA4"
                   "del",
                   {.ignore_case = true}),
            match);
  EXPECT_EQ(search("\xD0\x9C\xD0\xA0\xD0\xA2", "\xD0\xBC\xD1\x80\xD1\x82",
                   {.ignore_case = true, .literal = true, .whole = true}),
            match);
}

TEST(Regex, TakesNoCharacterAsSpecialInALiteral) {
  using enum RegexOutcome;
  const RegexOptions literal{.ignore_case = true, .literal = true, .whole = true};
  EXPECT_EQ(search("T1 (ax*", "t1 (AX*", literal), match);
  EXPECT_EQ(search("a.c", "abc", literal), no_match);
  EXPECT_EQ(search("abc", "abcd", literal), no_match);
}

TEST(Regex, BacktracksToMatchTheWholeSubject) {
  using enum RegexOutcome;
  EXPECT_EQ(search("a|ab", "ab", {.whole = true}), match);
  EXPECT_EQ(search("a|ab", "abc", {.whole = true}), no_match);
}

TEST(Regex, HonoursTheOtherFlags) {
  using enum RegexOutcome;
  EXPECT_EQ(search("^b", "a\nb"), no_match);
  EXPECT_EQ(search("^b", "a\nb", {.multi_line = true}), match);
  EXPECT_EQ(search("a.b", "a\nb"), no_match);
  EXPECT_EQ(search("a.b", "a\nb", {.dot_all = true}), match);
  EXPECT_EQ(search("a b # both", "ab", {.extended = true}), match);
}

TEST(Regex, SaysWhatIsWrongAndAtWhichCharacter) {
  const auto regex = Regex::compile("\xC3\xA4(b", {});
  ASSERT_FALSE(regex.ok());
  EXPECT_EQ(regex.problem().reason, Reason::bad_rules);
  EXPECT_THAT(regex.problem().detail, HasSubstr("missing closing parenthesis"));
  EXPECT_THAT(regex.problem().detail, HasSubstr("at character 3 of the pattern"));
}

TEST(Regex, GivesUpOnAPatternThatExplodes) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(search("^(a+)+$", std::string(64, 'a') + '!'), RegexOutcome::gave_up);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Regex, SurvivesAValueOf100000Characters) {
  const std::string value(100'000, 'a');
  EXPECT_EQ(search("(.*?)$", value), RegexOutcome::match);
  EXPECT_NE(search("^(a|b)*c", value), RegexOutcome::match);
  EXPECT_NE(search("(.*)*(.*)*x", value), RegexOutcome::match);
}

TEST(Regex, FindsTextAmongBytesThatAreNotUtf8) {
  EXPECT_EQ(search("T1", "\xFF\xFE T1 \x80"), RegexOutcome::match);
  EXPECT_EQ(search(".", "\xFF"), RegexOutcome::no_match);
  EXPECT_EQ(search("T1", std::string_view("\0T1", 3)), RegexOutcome::match);
}

}  // namespace
}  // namespace dcmflow
