#include "stages/selection/scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>

namespace dcmflow {
namespace {

struct Reading {
  Scale scale;
  const char* text;
  double number;  // NaN: none
};

TEST(Scale, ReadsValuesByWhatTheirVrMeans) {
  constexpr double none = NAN;
  for (const auto& [scale, text, number] : std::initializer_list<Reading>{
           {Scale::decimal, "+1.5e1", 15},
           {Scale::decimal, "3 mm", none},
           {Scale::text, "7", 7},
           {Scale::date, "20200615", 20200615},
           {Scale::date, "2020.06.15", 20200615},
           {Scale::date, "2020", 20200101},
           {Scale::date, "today", none},
           {Scale::date, "202006151", none},
           {Scale::time, "083015.25", 83015.25},
           {Scale::time, "08:30:15", 83015},
           {Scale::time, "0830", 83000},
           {Scale::time, "8", none},
           {Scale::date_time, "20200615083015.5+0100", 20200615083015.5},
           {Scale::date_time, "202006", 20200601000000},
           {Scale::age, "045Y", 45},
           {Scale::age, "018M", 1.5},
           {Scale::age, "045", none},
           {Scale::age, "Y", none},
           {Scale::age, "", none},
       }) {
    const auto read = read_value(scale, text);
    EXPECT_EQ(read.has_value(), !std::isnan(number)) << text;
    if (read.has_value()) {
      EXPECT_DOUBLE_EQ(*read, number) << text;
    }
  }
  EXPECT_NEAR(*read_value(Scale::age, "010D"), 10 / 365.25, 1e-9);
}

TEST(Scale, CutsAValueToWhatItIsComparedWith) {
  EXPECT_EQ(cut_to(Scale::date, 2020, 20200615), 2020);
  EXPECT_EQ(cut_to(Scale::date, 202006, 20200615), 202006);
  EXPECT_EQ(cut_to(Scale::date, 20200101, 20200615), 20200615);
  EXPECT_EQ(cut_to(Scale::time, 8, 83015.25), 8);
  EXPECT_EQ(cut_to(Scale::time, 1030, 103015), 1030);
  EXPECT_EQ(cut_to(Scale::time, 83015, 83015.25), 83015);
  EXPECT_EQ(cut_to(Scale::time, 83015.5, 83015.25), 83015.25);
  EXPECT_EQ(cut_to(Scale::date_time, 20200615, 20200615083015.5), 20200615);
  EXPECT_EQ(cut_to(Scale::decimal, 3, 3.7), 3.7);
}

TEST(Scale, ReadsWhatARuleGivesAsText) {
  EXPECT_EQ(read_operand(Scale::date, "2020-06-15"), 20200615);
  EXPECT_EQ(read_operand(Scale::time, "08:30"), 830);
  EXPECT_EQ(read_operand(Scale::age, "18M"), 1.5);
  EXPECT_EQ(read_operand(Scale::age, "18"), 18);
  EXPECT_EQ(read_operand(Scale::date, "June"), std::nullopt);
}

}  // namespace
}  // namespace dcmflow
