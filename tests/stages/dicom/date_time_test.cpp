#include "stages/dicom/date_time.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

constexpr std::int64_t second = 1'000'000;

TEST(DatesAndTimes, ReadTimesOfDayToTheMicrosecond) {
  EXPECT_EQ(parse_time_of_day("101112.5"), (10 * 3600 + 11 * 60 + 12) * second + 500'000);
  EXPECT_EQ(parse_time_of_day("101112.000001 "), (10 * 3600 + 11 * 60 + 12) * second + 1);
  EXPECT_EQ(parse_time_of_day("1011"), (10 * 3600 + 11 * 60) * second);
  EXPECT_EQ(parse_time_of_day("10"), 10 * 3600 * second);
  EXPECT_EQ(parse_time_of_day("10:11:12"), (10 * 3600 + 11 * 60 + 12) * second);
  EXPECT_EQ(parse_time_of_day("000000"), 0);
}

TEST(DatesAndTimes, ReadNothingThatIsNoTimeOfDay) {
  for (const auto* text : {"", "1", "10111", "240000", "106000", "101161", "1011.5", "ab", "10-11",
                           "101112.5x", "101112.1234567890"})
    EXPECT_FALSE(parse_time_of_day(text)) << text;
}

TEST(DatesAndTimes, GoOnAfterMidnightWhereThatBringsThemTogether) {
  constexpr std::int64_t hour = std::int64_t{3600} * 1'000'000;
  std::vector<std::int64_t> over{23 * hour, 1 * hour, 0};
  go_on_after_midnight(over);
  EXPECT_EQ(over, (std::vector<std::int64_t>{23 * hour, 25 * hour, 24 * hour}));
  for (const std::vector<std::int64_t>& stay :
       {std::vector{1 * hour, 2 * hour}, {0, 13 * hour, 6 * hour}, {}}) {
    auto times = stay;
    go_on_after_midnight(times);
    EXPECT_EQ(times, stay);
  }
}

TEST(DatesAndTimes, CountDaysOverLeapYears) {
  const auto day = 86'400 * second;
  EXPECT_EQ(parse_date("19700102"), day);
  EXPECT_EQ(*parse_date("20240301") - *parse_date("20240228"), 2 * day);
  EXPECT_EQ(*parse_date("2023.03.01") - *parse_date("20230228"), day);
  for (const auto* text : {"", "20230229", "2023", "20231301", "2023010a"})
    EXPECT_FALSE(parse_date(text)) << text;
}

TEST(DatesAndTimes, ReadDatesWithAsMuchOfATimeAsIsKnown) {
  EXPECT_EQ(parse_date_time("19700101000001.25"), 1'250'000);
  EXPECT_EQ(parse_date_time("19700101000001.25+0130"), 1'250'000);
  EXPECT_EQ(parse_date_time("19700101"), 0);
  EXPECT_EQ(parse_date_time("1970010101"), 3600 * second);
  for (const auto* text : {"", "1970", "197001", "19700101x", "1970010125"})
    EXPECT_FALSE(parse_date_time(text)) << text;
}

}  // namespace
}  // namespace dcmflow
