#include "stages/dicom/dictionary.h"

#include <gtest/gtest.h>

#include <string>

#include "stages/dicom/attributes.h"

namespace dcmflow {
namespace {

TEST(Dictionary, FindsAnAttributeByItsKeyword) {
  const auto entry = find_keyword("ProcedureCodeSequence");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->tag, 0x00081032U);
  EXPECT_EQ(entry->vr, "SQ");
  EXPECT_EQ(find_keyword("NominalScannedPixelSpacing")->vr, "DS");
}

TEST(Dictionary, FindsAnAttributeByItsTag) {
  const auto entry = find_tag(0x00180050);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->keyword, "SliceThickness");
  EXPECT_EQ(entry->vr, "DS");
}

TEST(Dictionary, KnowsRetiredAttributesUnderTheirKeywords) {
  const auto entry = find_keyword("OtherPatientIDs");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->tag, 0x00101000U);
  EXPECT_EQ(entry->keyword, "OtherPatientIDs");
  EXPECT_FALSE(find_keyword("RETIRED_OtherPatientIDs"));
}

TEST(Dictionary, GivesEveryVrInTwoLetters) {
  EXPECT_EQ(find_keyword("SmallestImagePixelValue")->vr, "US");  // US or SS
  EXPECT_EQ(find_keyword("PixelData")->vr, "OB");                // OB or OW
}

TEST(Dictionary, GivesTheFirstOfARepeatingGroupByKeywordAndTheAskedOneByTag) {
  EXPECT_EQ(find_keyword("OverlayRows")->tag, 0x60000010U);
  const auto second = find_tag(0x60020010);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->tag, 0x60020010U);
  EXPECT_EQ(second->vr, "US");
  EXPECT_EQ(second->keyword, "");
}

TEST(Dictionary, KnowsNoNameThatIsNotInTheStandard) {
  EXPECT_FALSE(find_keyword("modality"));
  EXPECT_FALSE(find_keyword(""));
  EXPECT_FALSE(find_keyword(std::string("Modality\0x", 10)));
  EXPECT_FALSE(find_keyword("IllegalGroupLength"));
  EXPECT_FALSE(find_tag(0x00091001));
  EXPECT_FALSE(find_tag(0x00191008, "NOBODY MEDICAL"));
}

TEST(Dictionary, NamesTheNearestKeyword) {
  EXPECT_EQ(nearest_keyword("ProcedureCodeSequense"), "ProcedureCodeSequence");
  EXPECT_EQ(nearest_keyword("seriesdescription"), "SeriesDescription");
  EXPECT_EQ(nearest_keyword("zzzzzzzzzzzz"), std::nullopt);
}

// Tag, keyword, VR and VM of every built-in attribute. "US or SS" is US here.
TEST(Dictionary, AgreesWithTheTableOfKeyAttributes) {
  for (const BuiltInAttribute& row : built_in_attributes) {
    if (is_note(row.tag)) continue;
    const auto entry = find_tag(row.tag);
    ASSERT_TRUE(entry) << row.keyword;
    EXPECT_EQ(entry->keyword, row.keyword);
    EXPECT_EQ(entry->vr, row.vr) << row.keyword;
    EXPECT_EQ(entry->several, row.several) << row.keyword;
  }
}

}  // namespace
}  // namespace dcmflow
