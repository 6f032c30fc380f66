#include "stages/dicomweb/study_listing.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(StudyListing, RowsHaveTheirUidsAndCounts) {
  const auto rows = read_listed_rows(
      R"([{"0020000D": {"vr": "UI", "Value": ["1.2"]}, "0020000E": {"vr": "UI", "Value": ["1.2.3 "]},
           "00201209": {"vr": "IS", "Value": [7]}},
          {"00080018": {"vr": "UI", "Value": ["1.2.4"]}, "00201209": {"vr": "IS", "Value": ["8"]},
           "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe"}]}},
          {"0020000D": {"vr": "UI"}, "0020000E": {"Value": []}, "00201209": {"Value": ["many"]}}])");
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].study, "1.2");
  EXPECT_EQ((*rows)[0].series, "1.2.3");
  EXPECT_EQ((*rows)[0].instances_of_series, 7U);
  EXPECT_EQ((*rows)[1].instance, "1.2.4");
  EXPECT_EQ((*rows)[1].instances_of_series, 8U);
  EXPECT_EQ((*rows)[2].study, "");
  EXPECT_EQ((*rows)[2].series, "");
  EXPECT_FALSE((*rows)[2].instances_of_series);
}

TEST(StudyListing, WhatIsNoListIsRefusedAndNotQuoted) {
  for (const auto* text :
       {"", "Doe^John", "{}", "[1]", "[[]]", "[{\"Doe\": \"John\"", "[{}] Doe"}) {
    const auto rows = read_listed_rows(text);
    ASSERT_FALSE(rows.ok()) << text;
    EXPECT_EQ(rows.problem().reason, Reason::answer_invalid);
    EXPECT_THAT(rows.problem().detail, Not(HasSubstr("Doe")));
  }
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all.append(i == 0 ? "" : ",").append(text);
  return all;
}

TEST(StudyListing, MoreThanAPageHasIsRefused) {
  const std::string long_row = R"({"a": [)" + repeated("0", 1500) + "]}";
  for (const auto& text :
       {'[' + repeated("0", 1'000'000) + ']', '[' + repeated("{}", 10'001) + ']',
        '[' + repeated(long_row, 400) + ']', R"([{"a": [)" + repeated("[]", 2'000) + "]}]",
        R"([{"0020000D": {"Value": [")" + std::string(129, '1') + "\"]}}]"}) {
    const auto rows = read_listed_rows(text);
    ASSERT_FALSE(rows.ok()) << text.substr(0, 50);
    EXPECT_EQ(rows.problem().reason, Reason::answer_invalid);
    EXPECT_THAT(rows.problem().detail,
                AnyOf(HasSubstr("more rows or values"), HasSubstr("a UID has 129 characters")));
  }
}

TEST(StudyListing, AServerMayIgnoreHowManyRowsWereAskedFor) {
  const std::string row = R"({"0020000D": {"vr": "UI", "Value": ["1.2"]}, "00100010":
      {"vr": "PN", "Value": [{"Alphabetic": "A, [\"{\\"}]}})";
  const auto rows = read_listed_rows('[' + repeated(row, 10'000) + ']');
  ASSERT_TRUE(rows.ok()) << rows.problem().detail;
  EXPECT_EQ(rows->size(), 10'000U);
}

TEST(StudyListing, UidsAreDigitsAndDots) {
  for (const auto* uid : {"1", "1.2.840.10008.1.2", "2.25.329800735698586629295641978511506172918"})
    EXPECT_TRUE(is_uid(uid)) << uid;
  for (const std::string& uid :
       {std::string(""), std::string("."), std::string(".1"), std::string("1."),
        std::string("1..2"), std::string("../1"), std::string("1/2"), std::string("1.2 "),
        std::string("1.2\0", 4), std::string("1.a"), std::string(129, '1')})
    EXPECT_FALSE(is_uid(uid)) << uid;
  EXPECT_THAT(uid_words("Doe^John"), Not(HasSubstr("Doe")));
}

TEST(StudyListing, HasTheInstancesOfEachSeries) {
  const auto listing =
      make_study_listing({{.series = "1.1", .instances_of_series = 2}, {.series = "1.2"}},
                         {{.series = "1.1", .instance = "1.1.1"},
                          {.series = "1.1", .instance = "1.1.2"},
                          {.series = "1.2", .instance = "1.2.1"}});
  EXPECT_THAT(listing.series, UnorderedElementsAre(Pair("1.1", ElementsAre("1.1.1", "1.1.2")),
                                                   Pair("1.2", ElementsAre("1.2.1"))));
  EXPECT_EQ(listing.instances(), 3U);
  EXPECT_THAT(listing.problems, IsEmpty());
}

TEST(StudyListing, CountsThatDisagreeAreAProblem) {
  for (const std::uint64_t count : {0, 1, 3}) {
    const auto listing = make_study_listing(
        {{.series = "1.1", .instances_of_series = count}},
        {{.series = "1.1", .instance = "1.1.1"}, {.series = "1.1", .instance = "1.1.2"}});
    ASSERT_EQ(listing.problems.size(), 1U);
    EXPECT_EQ(listing.problems[0].reason, Reason::instances_missing);
    EXPECT_THAT(listing.problems[0].detail, HasSubstr(std::to_string(count)));
    EXPECT_THAT(listing.problems[0].detail, HasSubstr("lists 2"));
  }
}

TEST(StudyListing, WhatHasNoUidIsAProblemAndLeftOut) {
  const auto listing =
      make_study_listing({{.series = "../x"}}, {{.series = "../x", .instance = "1"},
                                                {.series = "1.1", .instance = "a/b"},
                                                {.series = "1.1", .instance = "1.1.1"}});
  EXPECT_THAT(listing.series, ElementsAre(Pair("1.1", ElementsAre("1.1.1"))));
  ASSERT_EQ(listing.problems.size(), 3U);
  for (const auto& problem : listing.problems) EXPECT_EQ(problem.reason, Reason::invalid_uid);
}

}  // namespace
}  // namespace dcmflow
