#include "stages/catalog/attribute_json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

// One attribute as JSON text.
std::string written(const std::string& vr, const std::string& text, Values values = Values::one) {
  const TemporaryFolder folder;
  auto json = JsonWriter::create(folder.path(), "attribute.txt");
  write_attribute(*json, vr, text, values);
  EXPECT_TRUE(json->commit().ok());
  std::ifstream file(folder / "attribute.txt", std::ios::binary);
  std::string line;
  std::getline(file, line);
  return line;
}

TEST(WriteAttribute, MakesAnArrayOfWhatMayHaveSeveralValues) {
  EXPECT_EQ(written("CS", "ORIGINAL", Values::several), R"(["ORIGINAL"])");
  EXPECT_EQ(written("DS", "40", Values::several), "[40]");
  EXPECT_EQ(written("DS", "40\\80", Values::several), "[40, 80]");
  EXPECT_EQ(written("CS", " ", Values::several), "[]");
  EXPECT_EQ(written("CS", "A\\", Values::several), R"(["A", null])");
  EXPECT_EQ(written("LO", "a\\b", Values::as_they_are), R"(["a", "b"])");
  EXPECT_EQ(written("DS", "40", Values::as_they_are), "40");
}

TEST(WriteAttribute, KeepsOneTypeWhereMoreValuesStandThanMay) {
  EXPECT_EQ(written("LO", "a\\b"), R"("a\\b")");
  EXPECT_EQ(written("DS", "1\\2"), R"("1\\2")");
  EXPECT_EQ(written("LO", "a\\"), R"("a\\")");
}

TEST(WriteAttribute, MakesNumbersOfNumericVrs) {
  EXPECT_EQ(written("DS", "0.70"), "0.7");
  EXPECT_EQ(written("DS", " +1.5E2 "), "150");
  EXPECT_EQ(written("DS", "-0"), "-0");
  EXPECT_EQ(written("DS", ".5"), "0.5");
  EXPECT_EQ(written("IS", "007"), "7");
  EXPECT_EQ(written("IS", "+12 "), "12");
  EXPECT_EQ(written("US", "65535"), "65535");
  EXPECT_EQ(written("UV", "18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(written("SV", "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(written("LO", "12"), "\"12\"");
}

TEST(WriteAttribute, MakesArraysOfSeveralValues) {
  constexpr auto several = Values::several;
  EXPECT_EQ(written("DS", "1\\0.5\\-3", several), "[1, 0.5, -3]");
  EXPECT_EQ(written("CS", "ORIGINAL\\PRIMARY ", several), R"(["ORIGINAL", "PRIMARY"])");
  EXPECT_EQ(written("IS", "1\\\\3\\", several), "[1, null, 3, null]");
  EXPECT_EQ(written("LT", "a\\b"), R"("a\\b")");
}

TEST(WriteAttribute, MakesNullOfAnEmptyValue) {
  for (const char* vr : {"DS", "LO", "LT", "UI"}) {
    EXPECT_EQ(written(vr, ""), "null");
    EXPECT_EQ(written(vr, "  "), "null");
  }
}

TEST(WriteAttribute, KeepsTextWhoseNumberADoubleWouldLose) {
  EXPECT_EQ(written("DS", "0.12345678901234567890"), "\"0.12345678901234567890\"");
  EXPECT_EQ(written("DS", "9007199254740993"), "\"9007199254740993\"");
  EXPECT_EQ(written("DS", "0.70710678118654752"), "\"0.70710678118654752\"");
  EXPECT_EQ(written("DS", "1e400"), "\"1e400\"");
  EXPECT_EQ(written("DS", "1e-400"), "\"1e-400\"");
  EXPECT_EQ(written("DS", "1.23456789e-320"), "\"1.23456789e-320\"");
  // These survive: trailing zeros are no digits, and 17 digits that a double gives back are its
  // own.
  EXPECT_EQ(written("DS", "1.00000000000000000000"), "1");
  EXPECT_EQ(written("DS", "0.10000000000000001"), "0.1");
  EXPECT_EQ(written("DS", "9007199254740992"), "9007199254740992");
  EXPECT_EQ(written("FD", "0.3333333333333333"), "0.3333333333333333");
}

TEST(WriteAttribute, KeepsTextThatIsNoNumber) {
  for (const char* text : {"1,5", "NaN", "inf", "-Infinity", "0x10", "1e", "1.2.3", "--1", "+-1",
                           "e5", ".", "-", "1 2"})
    EXPECT_EQ(written("DS", text), '"' + std::string(text) + '"');
  EXPECT_EQ(written("IS", "1.0"), "\"1.0\"");
  EXPECT_EQ(written("IS", "99999999999999999999"), "\"99999999999999999999\"");
}

TEST(WriteAttribute, KeepsAPersonNameAsOneText) {
  EXPECT_EQ(written("PN", "Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E"),
            "\"Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E\"");
}

}  // namespace
}  // namespace dcmflow
