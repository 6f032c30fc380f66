#include "stages/base/positioned_json.h"

#include <gmock/gmock.h>

#include <string>

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

JsonValue parse(std::string_view text) {
  auto value = parse_positioned_json(text, "rules.json", Reason::bad_rules);
  EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.problem().detail);
  return value ? std::move(*value) : JsonValue{};
}

std::string error_of(std::string_view text) {
  const auto value = parse_positioned_json(text, "rules.json", Reason::bad_rules);
  if (value) return "no error";
  EXPECT_EQ(value.problem().reason, Reason::bad_rules);
  EXPECT_EQ(value.problem().subject, "rules.json");
  return value.problem().detail;
}

TEST(PositionedJson, KnowsTheLineAndColumnOfEveryValue) {
  const JsonValue root =
      parse("\n {\"a\" : 12,\n\t\"b\":[ true,null , -1.5e3 ], \"c\": {\"d\":\"x\"}}");
  EXPECT_EQ(to_string(root.position), "line 2, column 2");
  EXPECT_EQ(to_string(root.members[0].position), "line 2, column 3");
  EXPECT_EQ(to_string(root.members[0].value.position), "line 2, column 9");
  const JsonValue& list = root.members[1].value;
  EXPECT_EQ(to_string(list.position), "line 3, column 6");
  EXPECT_EQ(to_string(list.items[0].position), "line 3, column 8");
  EXPECT_EQ(to_string(list.items[1].position), "line 3, column 13");
  EXPECT_EQ(to_string(list.items[2].position), "line 3, column 20");
  EXPECT_EQ(to_string(root.find("c")->find("d")->position), "line 3, column 40");
}

TEST(PositionedJson, FindsValuesBetweenOddOnes) {
  const JsonValue root =
      parse("{ \"a\": [1, \"]\\\"\", {\"b\": null},\n  [ ], -2.5e3 ],\n\"c\" :\ttrue }");
  EXPECT_EQ(to_string(root.position), "line 1, column 1");
  const JsonValue& list = *root.find("a");
  EXPECT_EQ(to_string(list.position), "line 1, column 8");
  EXPECT_EQ(to_string(list.items[1].position), "line 1, column 12");
  EXPECT_EQ(to_string(list.items[2].find("b")->position), "line 1, column 25");
  EXPECT_EQ(to_string(list.items[3].position), "line 2, column 3");
  EXPECT_EQ(to_string(list.items[4].position), "line 2, column 8");
  EXPECT_EQ(to_string(root.find("c")->position), "line 3, column 7");
}

TEST(PositionedJson, RefusesForTheReasonOfItsCaller) {
  for (const Reason reason : {Reason::bad_rules, Reason::bad_settings})
    for (const char* text : {"[", "[1e999]"}) {
      const auto value = parse_positioned_json(text, "my.json", reason);
      ASSERT_FALSE(value.ok()) << text;
      EXPECT_EQ(value.problem().reason, reason) << text;
      EXPECT_EQ(value.problem().subject, "my.json") << text;
    }
}

TEST(PositionedJson, CountsCharactersNotBytes) {
  const JsonValue root = parse("[\"\xC3\xA4\xC3\xB6\xC3\xBC\", 1]");
  EXPECT_EQ(to_string(root.items[1].position), "line 1, column 9");
}

TEST(PositionedJson, KeepsTheOrderOfMembersAndTheTextOfNumbers) {
  const std::string text = R"({"z": 1, "a": [0.10, "q\"uote"], "m": {"k": null}, "e": []})";
  EXPECT_EQ(to_text(parse(text)), text);
}

TEST(PositionedJson, KeepsTheLastOfRepeatedKeysAndSaysSo) {
  const JsonValue root = parse(R"({"a": 1, "b": 2, "a": 3})");
  ASSERT_EQ(root.members.size(), 2U);
  EXPECT_FALSE(root.members[0].repeated);
  EXPECT_TRUE(root.members[1].repeated);
  EXPECT_EQ(root.find("a")->number, 3);
}

TEST(PositionedJson, NamesTheBracketsThatAreMissingAtTheEnd) {
  const std::string error = error_of("{\n  \"selections\": [\n    {\"name\": \"A\"}\n  ]\n\n");
  EXPECT_THAT(error, StartsWith("line 4, column 4: unexpected end of input"));
  EXPECT_THAT(error, HasSubstr("missing \"}\" to close the \"{\" of line 1, column 1"));
  EXPECT_THAT(error_of("[{\"a\": [1"), HasSubstr("missing \"] } ]\""));
}

TEST(PositionedJson, PointsAtTheTokenThatIsWrong) {
  EXPECT_THAT(error_of("{\"a\": 1\n \"b\": 2}"), HasSubstr("line 2, column 2: syntax error"));
  EXPECT_THAT(error_of("{\"a\": 1,}"), HasSubstr("line 1, column 9"));
  EXPECT_THAT(error_of("{\"a\": nope}"), HasSubstr("line 1, column 7"));
  EXPECT_THAT(error_of("{}\n}"), HasSubstr("line 2, column 1"));
  EXPECT_THAT(error_of("[1e999]"), HasSubstr("line 1, column 2"));
  EXPECT_THAT(error_of("{\"a\": \"no end"), HasSubstr("line 1, column 7"));
  EXPECT_THAT(error_of("[\"\xFF\"]"), HasSubstr("line 1, column 2"));
}

TEST(PositionedJson, RefusesDeepNestingHugeObjectsAndZeroBytes) {
  EXPECT_THAT(error_of(std::string(1'000'000, '[')), HasSubstr("64 levels"));
  std::string object = "{";
  for (int i = 0; i < 10'001; ++i) object += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_THAT(error_of(object), HasSubstr("10,000 members"));
  EXPECT_THAT(error_of(std::string("{}\0{", 4)), HasSubstr("byte 2 is zero"));
}

TEST(PositionedJson, SkipsAByteOrderMark) {
  EXPECT_EQ(to_string(parse("\xEF\xBB\xBF[7]").items[0].position), "line 1, column 2");
}

}  // namespace
}  // namespace dcmflow
