#include "stages/dicom/personal_attributes.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(PersonalAttributes, ArePersonsInstitutionsAndNumbersOfOrders) {
  for (const auto tag : {0x00080050U, 0x00080080U, 0x00080081U, 0x00081040U, 0x00200010U,
                         0x00100030U, 0x00120040U, 0x00402017U})
    EXPECT_TRUE(is_personal(tag, "LO")) << std::hex << tag;
  EXPECT_TRUE(is_personal(0x00700084, "PN")) << "whatever names a person";
  EXPECT_FALSE(is_personal(0x00080020, "DA"));
  EXPECT_FALSE(is_personal(0x0008103E, "LO"));
  EXPECT_FALSE(is_personal(0x0020000D, "UI"));
}

TEST(PersonalAttributes, ARowIsOneByItsLevelItsTagOrASequence) {
  AttributeRow row{.tag = 0x00180015, .vr = "CS"};
  EXPECT_FALSE(is_personal(row));
  row.path = {{0x00081049, 0}};
  EXPECT_TRUE(is_personal(row)) << "below Physicians of Record Identification Sequence";
  row.path = {};
  row.level = AttributeLevel::patient;
  EXPECT_TRUE(is_personal(row));
}

}  // namespace
}  // namespace dcmflow
