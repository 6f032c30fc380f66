// Standardized uptake values against numbers that were reckoned by hand from QIBA's definition.

#include "tests/stages/pixels/suv_scene.h"

namespace dcmflow {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double per_gram = 4e-4;  // of pet_slice()
constexpr double exactly = 1e-12;
auto near(double factor) { return DoubleNear(factor, factor * 1e-9); }

class SuvOf : public SuvScene {};

TEST_F(SuvOf, ActivityIsBodyWeightByTheDoseThatIsLeft) {
  auto stack = stack_of({pet_slice().set("RescaleSlope", "2.5").set("RescaleIntercept", "-10")});
  ASSERT_TRUE(use(stack));
  EXPECT_NEAR(stack.frames[0].slope, 2.5 * per_gram, exactly);
  EXPECT_NEAR(stack.frames[0].intercept, -10 * per_gram, exactly);
  EXPECT_EQ(stack.first_type, VoxelType::float32);
  EXPECT_THAT(stack.flags, ElementsAre("suv_bw"));
  ASSERT_TRUE(stack.suv);
  EXPECT_EQ(stack.suv->kind, Suv::bw);
  EXPECT_THAT(stack.suv->factors, ElementsAre(near(per_gram), near(per_gram)));
  EXPECT_EQ(suv_type(Suv::bw), "BW");
  EXPECT_EQ(suv_units(Suv::bw), "g/ml");
}

// James: 1.07 · 74 − 148 · (74 / 185)² = 79.18 − 23.68 = 55.5 kg for a woman,
// 1.10 · 74 − 128 · (74 / 185)² = 81.4 − 20.48 = 60.92 kg for a man; each by 185e6 Bq.
TEST_F(SuvOf, LeanBodyMassIsByTheFormulaOfTheSex) {
  EXPECT_THAT(factor(pet_slice(), Suv::lbm), near(3e-4));
  EXPECT_THAT(factor(pet_slice().set("PatientSex", "M"), Suv::lbm), near(60920 / 185e6));
  EXPECT_EQ(suv_type(Suv::lbm), "LBMJAMES128");
}

// Du Bois: 74^0.425 = 6.229074 and 185^0.725 = 44.025014, so 0.007184 · 6.229074 · 44.025014 =
// 1.970105 m² = 19701.05 cm², by 185e6 Bq.
TEST_F(SuvOf, BodySurfaceIsThatOfDuBois) {
  EXPECT_NEAR(factor(pet_slice(), Suv::bsa), 19701.05 / 185e6, 1e-10);
  EXPECT_EQ(suv_units(Suv::bsa), "cm2/ml");
}

// Corrected to the injection, of which all 370 MBq are left: 74000 / 370e6. No time matters.
TEST_F(SuvOf, ActivityAtTheInjectionIsByTheWholeDose) {
  auto file = pet_slice().set("DecayCorrection", "ADMIN");
  for (const auto* keyword : {"SeriesTime", "AcquisitionTime", "AcquisitionDate"})
    file.remove(keyword);
  file.set_in(drug, 0, "RadionuclideHalfLife", "")
      .set_in(drug, 0, "RadiopharmaceuticalStartTime", "");
  EXPECT_THAT(factor(file), near(2e-4));
}

// Over a frame as long as the half-life the activity is (1 − 1/2) / ln 2 = 0.7213475 of that at its
// begin in the mean. The first begins at 185e6 Bq, the second at half of that.
TEST_F(SuvOf, ActivityWithoutDecayCorrectionIsOfTheTimeOfEachFrame) {
  auto file = pet_slice().set("DecayCorrection", "NONE").set("CorrectedImage", "ATTN\\SCAT");
  file.set("ActualFrameDuration", "6600000");
  auto later = file;
  later.set("AcquisitionTime", "124000").set("SOPInstanceUID", "1.2.3.4.6");
  const double mean = 0.5 / 0.69314718055994531;
  const double first = 74000 / (185e6 * mean);
  EXPECT_THAT(factors({file, later}), ElementsAre(near(first), near(2 * first)));
  // A millisecond has no decay to speak of.
  EXPECT_NEAR(factor(file.set("ActualFrameDuration", "1")), per_gram, 1e-10);
  auto stack = stack_of({file, later});
  ASSERT_TRUE(use(stack));
  EXPECT_THAT(stack.suv->factors, ElementsAre(DoubleNear(per_gram, 1e-10), near(2 * first)));
}

// A dynamic scan is corrected to its start as a whole.
TEST_F(SuvOf, DelayedFramesAreByOneFactor) {
  auto delayed = pet_slice().set("SOPInstanceUID", "1.2.3.4.6").set("AcquisitionTime", "120000");
  delayed.set("FrameReferenceTime", "4500000").set("ActualFrameDuration", "600000");
  EXPECT_THAT(factors({pet_slice(), delayed}), ElementsAre(near(per_gram), near(per_gram)));
}

TEST_F(SuvOf, EachFileIsByItsOwnSlope) {
  const auto other = pet_slice().set("SOPInstanceUID", "1.2.3.4.6").set("RescaleSlope", "3");
  EXPECT_THAT(factors({pet_slice(), other}), ElementsAre(near(per_gram), near(3 * per_gram)));
}

DicomBuilder counts() { return pet_slice().set("Units", "CNTS"); }
DicomBuilder with_philips(const char* suv, const char* activity) {
  auto file = counts();
  if (*suv) file.set_private(0x7053, "Philips PET Private Group", 0x00, "DS", suv);
  if (*activity) file.set_private(0x7053, "Philips PET Private Group", 0x09, "DS", activity);
  return file;
}

TEST_F(SuvOf, CountsIsByTheFactorsOfPhilips) {
  EXPECT_THAT(factor(with_philips("0.0005", "")), near(5e-4));
  EXPECT_THAT(factor(with_philips("0.0005", "2.5")), near(5e-4));
  // Of lean body mass: 55.5 of 74 kg.
  EXPECT_THAT(factor(with_philips("0.0005", ""), Suv::lbm), near(3.75e-4));
  for (const auto* none : {"", "0"})
    EXPECT_THAT(factor(with_philips(none, "2.5")), near(2.5 * per_gram));
}

TEST_F(SuvOf, SuvStaysWhatItIsOrIsTurnedIntoAnother) {
  const auto stored = [](const char* units, const char* type) {
    auto file = pet_slice().set("Units", units).set("SUVType", type);
    return file.set_in(drug, 0, "RadionuclideTotalDose", "");  // not needed
  };
  EXPECT_EQ(factor(stored("GML", "").remove("PatientWeight")), 1);
  EXPECT_EQ(factor(stored("GML", "BW")), 1);
  EXPECT_EQ(factor(stored("GML", "LBMJAMES128"), Suv::lbm), 1);
  EXPECT_EQ(factor(stored("CM2ML", ""), Suv::bsa), 1);
  EXPECT_THAT(factor(stored("GML", "LBMJAMES128")), near(74 / 55.5));
  EXPECT_THAT(factor(stored("GML", ""), Suv::lbm), near(0.75));
}

// Real world values, MBq, and the moment of the correction by itself (PS3.3 C.8.22).
DicomBuilder enhanced() {
  auto file = pet_slice().set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.130");
  for (const auto* keyword : {"Units", "CorrectedImage", "DecayCorrection", "SeriesTime"})
    file.remove(keyword);
  file.set("NumberOfFrames", "2").set("DecayCorrected", "YES").set("AttenuationCorrected", "YES");
  file.set("DecayCorrectionDateTime", "20200102105000");
  const std::string sequence = "RadiopharmaceuticalInformationSequence";
  file.set_in(sequence, 0, "RadionuclideTotalDose", "370");
  file.set_in(sequence, 0, "RadiopharmaceuticalStartDateTime", "20200102090000");
  for (const unsigned frame : {0U, 1U}) {
    const auto groups = "PerFrameFunctionalGroupsSequence[" + std::to_string(frame) + "].";
    file.set_in(groups + "FrameContentSequence", 0, "FrameAcquisitionDateTime",
                frame == 0 ? "20200102105000" : "20200102124000");
    file.set_in(groups + "FrameContentSequence", 0, "FrameAcquisitionDuration", "1");
    const auto mapping = groups + "RealWorldValueMappingSequence";
    file.set_in(mapping, 0, "RealWorldValueSlope", frame == 0 ? "2" : "3");
    file.set_in(mapping, 0, "RealWorldValueIntercept", "0");
    file.set_in(mapping + "[0].MeasurementUnitsCodeSequence", 0, "CodeValue", "Bq/ml");
  }
  return file;
}

TEST_F(SuvOf, EnhancedImagesIsOfWhatTheirFramesSay) {
  EXPECT_THAT(factors({enhanced()}), ElementsAre(near(2 * per_gram), near(3 * per_gram)));
  const auto now = factors({enhanced().set("DecayCorrected", "NO")});
  ASSERT_EQ(now.size(), 2U);
  EXPECT_NEAR(now[0], 2 * per_gram, 1e-9);
  EXPECT_NEAR(now[1], 3 * 2 * per_gram, 1e-9);
  auto is_suv = enhanced();
  for (const auto* frame : {"0", "1"})
    is_suv.set_in("PerFrameFunctionalGroupsSequence[" + std::string(frame) +
                      "].RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence",
                  0, "CodeValue", "g/ml{SUVbw}");
  EXPECT_THAT(factors({is_suv}), ElementsAre(2, 3));
  EXPECT_THAT(refusal({enhanced().set("AttenuationCorrected", "NO")}),
              HasSubstr("Attenuation Corrected (0018,9759)"));
  EXPECT_THAT(refusal({enhanced().remove("DecayCorrectionDateTime")}),
              HasSubstr("Decay Correction DateTime (0018,9701)"));
  // Becquerels where the standard wants a million of them.
  EXPECT_THAT(refusal({enhanced().set_in(drug, 0, "RadionuclideTotalDose", "370000000")}),
              HasSubstr("Radionuclide Total Dose (0018,1074)"));
}

TEST_F(SuvOf, OnlyPetIsAskedFor) {
  EXPECT_TRUE(is_pet(stack_of({pet_slice()})));
  EXPECT_FALSE(is_pet(stack_of({DicomBuilder()})));
  EXPECT_FALSE(is_pet(stack_of({pet_slice().set("Modality", "NM")})));
  EXPECT_FALSE(is_pet(
      stack_of({pet_slice().set("SamplesPerPixel", "3").set("PhotometricInterpretation", "RGB")})));
}

}  // namespace
}  // namespace dcmflow
