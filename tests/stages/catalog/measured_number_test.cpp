#include "stages/catalog/measured_number.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(MeasuredNumber, HasTheDigitsOfItsText) {
  EXPECT_EQ(measured_digits("14.2"), 3);
  EXPECT_EQ(measured_digits("0.0142"), 3);
  EXPECT_EQ(measured_digits("2000.0"), 5);
  EXPECT_EQ(measured_digits("1.5e-3\\7"), 2);
  EXPECT_EQ(measured_digits("0"), 1);
  EXPECT_EQ(measured_digits("123.253736"), 9);
  EXPECT_EQ(measured_digits("178340011.596681"), 15);
}

TEST(MeasuredNumber, HasNotThoseThat32BitsAdd) {
  EXPECT_EQ(measured_digits("4.19999981"), 2);
  EXPECT_EQ(measured_digits("3.5999999046326"), 7);
  EXPECT_EQ(measured_digits("1.50000005960464"), 7);
  EXPECT_EQ(measured_digits("3130.87036132812"), 8);
}

TEST(MeasuredNumber, IsRoundedToSignificantDigits) {
  EXPECT_EQ(round_to(14.2 / 1000, 3), 0.0142);
  EXPECT_EQ(round_to(1 / (27.778 * 72), 5), 0.0005);
  EXPECT_EQ(round_to(-123456, 2), -120000);
  EXPECT_EQ(round_to(0, 3), 0);
}

}  // namespace
}  // namespace dcmflow
