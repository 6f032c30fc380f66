#include <gmock/gmock.h>

#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class DicomMetadata : public CatalogFixture {};

TEST_F(DicomMetadata, PutsEachAttributeAtTheHighestLevelWhereItHasOneValue) {
  const Texts common{
      {"PatientName", "A^B"}, {"StudyDate", "20200101"}, {"Modality", "CT"}, {"KVP", "120"}};
  const auto studies =
      metadata({series("1.2", "1.2.3",
                       {{"1.1", common, {{"InstanceNumber", "1"}, {"ImageComments", "only here"}}},
                        {"1.3", common, {{"InstanceNumber", "2"}}}})});
  ASSERT_EQ(studies.size(), 1U);
  EXPECT_THAT(keys(studies[0]),
              ElementsAre("StudyInstanceUID", "StudyDate", "PatientName", "series"));
  const auto& found = studies[0]["series"][0];
  EXPECT_THAT(keys(found), ElementsAre("SeriesInstanceUID", "Modality", "KVP", "instances"));
  EXPECT_EQ(found["KVP"], 120);
  EXPECT_EQ(
      found["instances"].dump(),
      R"([{"SOPInstanceUID":"1.1","file":"1.1.dcm","InstanceNumber":1,"ImageComments":"only here"},)"
      R"({"SOPInstanceUID":"1.3","file":"1.3.dcm","InstanceNumber":2}])");
}

TEST_F(DicomMetadata, LosesNothingWhenStudyAttributesDifferInsideAStudy) {
  const auto studies = metadata(
      {series("1.2", "1.2.3",
              {{"1.1",
                {{"StudyDescription", "Head"}, {"PatientID", "P1"}, {"AccessionNumber", "7"}},
                {}},
               {"1.3", {{"StudyDescription", "Head"}, {"PatientID", "P2"}}, {}}}),
       series("1.2", "1.2.4", {{"1.4", {{"StudyDescription", "Neck"}, {"PatientID", "P1"}}, {}}})});
  const auto& study = studies.at(0);
  EXPECT_THAT(keys(study), ElementsAre("StudyInstanceUID", "series"));
  EXPECT_EQ(study["series"][0]["instances"][0]["AccessionNumber"], "7");
  EXPECT_FALSE(study["series"][0]["instances"][1].contains("AccessionNumber"));
  EXPECT_EQ(study["series"][0]["StudyDescription"], "Head");
  EXPECT_EQ(study["series"][0]["instances"][0]["PatientID"], "P1");
  EXPECT_EQ(study["series"][0]["instances"][1]["PatientID"], "P2");
  EXPECT_EQ(study["series"][1]["StudyDescription"], "Neck");
  EXPECT_EQ(study["series"][1]["PatientID"], "P1");
}

TEST_F(DicomMetadata, KeepsASeriesAttributeWithTheInstancesWhenSomeLackIt) {
  const auto studies =
      metadata({series("1.2", "1.2.3", {{"1.1", {{"KVP", "120"}}, {}}, {"1.3", {}, {}}})});
  EXPECT_FALSE(studies[0]["series"][0].contains("KVP"));
  EXPECT_EQ(studies[0]["series"][0]["instances"][0]["KVP"], 120);
  EXPECT_FALSE(studies[0]["series"][0]["instances"][1].contains("KVP"));
}

TEST_F(DicomMetadata, LeavesOutPatientKeysAndKeysThatOnlyRulesAskedFor) {
  table.add({0x00181008, "LO", AttributeLevel::series, true, "GantryID", {}, {}, false});
  const Texts texts{{"PatientName", "Secret^Name"},
                    {"PatientWeight", "70"},
                    {"StudyDate", "20200101"},
                    {"GantryID", "T1"}};
  metadata({series("1.2", "1.2.3",
                   {{"1.1", texts, {{"PatientID", "Secret1"}}},
                    {"1.3", texts, {{"PatientID", "Secret2"}}}})},
           true);
  EXPECT_THAT(text("dicom-metadata.json"), Not(HasSubstr("Secret")));
  EXPECT_THAT(text("dicom-metadata.json"), Not(HasSubstr("PatientWeight")));
  EXPECT_THAT(text("dicom-metadata.json"), Not(HasSubstr("GantryID")));
  EXPECT_THAT(text("dicom-metadata.json"), HasSubstr("StudyDate"));
}

TEST_F(DicomMetadata, WritesUserAttributesUnderTheirKeys) {
  table.add({0x0019000C,
             "IS",
             AttributeLevel::instance,
             false,
             "B_value",
             "SIEMENS MR HEADER",
             {},
             true});
  const auto studies = metadata({series(
      "1.2", "1.2.3", {{"1.1", {}, {{"B_value", "0"}}}, {"1.3", {}, {{"B_value", "1000"}}}})});
  EXPECT_EQ(studies[0]["series"][0]["instances"][1]["B_value"].dump(), "[1000]");
}

TEST_F(DicomMetadata, SortsStudiesAndSeriesWhateverTheOrderOfTheCatalog) {
  const auto a = series("1.2", "1.2.3", {{"1.1", {{"Modality", "CT"}}, {}}});
  const auto b = series("1.2", "1.2.4", {{"1.2", {{"Modality", "MR"}}, {}}});
  const auto c = series("1.1", "1.2.9", {{"1.3", {{"Modality", "PT"}}, {}}});
  metadata({a, b, c});
  const std::string first = text("dicom-metadata.json");
  metadata({b, c, a});
  EXPECT_EQ(text("dicom-metadata.json"), first);
  EXPECT_EQ(json("dicom-metadata.json")["studies"][0]["StudyInstanceUID"], "1.1");
}

TEST_F(DicomMetadata, SurvivesBytesThatAreNoUtf8) {
  const auto studies = metadata({series(
      "1.2", "1.2.3", {{"1.1", {{"SeriesDescription", "T\xE9te \xC3"}}, {}, "d\xFF/\n.dcm"}})});
  EXPECT_EQ(studies[0]["series"][0]["SeriesDescription"], "T\uFFFDte \uFFFD");
  EXPECT_EQ(studies[0]["series"][0]["instances"][0]["file"], R"(d\xFF/\x0A.dcm)");
}

}  // namespace
}  // namespace dcmflow
