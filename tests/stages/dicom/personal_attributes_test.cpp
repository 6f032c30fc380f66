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

// Of the same kind in the standard's profile (PS3.15 table E.1-1), also retired ones.
TEST(PersonalAttributes, AreOrdersAdmissionsAndVisitsWhoeverNumberedThem) {
  for (const auto tag :
       {0x00320012U, 0x00380004U, 0x00380011U, 0x00380061U, 0x00380300U, 0x00380400U, 0x00380500U,
        0x00384000U, 0x00400011U, 0x00400243U, 0x0040050AU, 0x00400512U, 0x00400551U, 0x00401006U,
        0x00402006U, 0x00402007U, 0x00402011U, 0x00404034U, 0x0040A353U, 0x00880910U, 0x04000115U,
        0x04000564U, 0x21000070U, 0x40080040U, 0x40080042U, 0x40080200U, 0x40080202U})
    EXPECT_TRUE(is_personal(tag, "LO")) << std::hex << tag;
  // Dates, comments of steps and names of devices stay.
  for (const auto tag : {0x00380020U, 0x00400244U, 0x00400280U, 0x00081010U, 0x00204000U})
    EXPECT_FALSE(is_personal(tag, "LO")) << std::hex << tag;
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
