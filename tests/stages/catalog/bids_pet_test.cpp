// What BIDS requires of positron emission tomography.

#include "tests/support/scan_fixture.h"

namespace dcmflow {
namespace {

class BidsPet : public ScanFixture {
 protected:
  static constexpr const char* drug = "RadiopharmaceuticalInformationSequence";

  static DicomBuilder pet() {
    DicomBuilder file;
    file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.128")
        .set("Modality", "PT")
        .set("Units", "BQML");
    file.set("SeriesDate", "20200102").set("AcquisitionDate", "20200102");
    file.set("AcquisitionTime", "101500").set("DecayCorrection", "START");
    file.set_in(drug, 0, "Radiopharmaceutical", "FDG");
    file.set_in(drug, 0, "RadiopharmaceuticalStartTime", "091430");
    file.set_in(drug, 0, "RadionuclideTotalDose", "370000000");
    file.set_in(drug, 0, "RadionuclideHalfLife", "6586.2");
    return file.set_in("RadiopharmaceuticalInformationSequence[0].RadionuclideCodeSequence", 0,
                       "CodeMeaning", "^18^Fluorine");
  }
};

TEST_F(BidsPet, TellsOfTheDrug) {
  const auto found = sidecar(pet());
  EXPECT_EQ(found["TracerName"], "FDG");
  EXPECT_EQ(found["TracerRadionuclide"], "^18^Fluorine");
  EXPECT_EQ(found["InjectedRadioactivity"], 370000000);
  EXPECT_EQ(found["InjectedRadioactivityUnits"], "Bq");
  EXPECT_EQ(found["RadionuclideHalfLife"], 6586.2);
  EXPECT_EQ(found["InjectedMass"], "n/a");
  EXPECT_EQ(found["ModeOfAdministration"], "n/a");
  EXPECT_EQ(found["Units"], "Bq/mL");
}

// --suv refuses such doses, too.
TEST_F(BidsPet, SaysNoDoseOfAnotherUnit) {
  for (const auto* dose : {"370", "0", "999999", "200000000000"}) {
    const auto found = sidecar(pet().set_in(drug, 0, "RadionuclideTotalDose", dose));
    EXPECT_FALSE(found.contains("InjectedRadioactivity")) << dose;
    EXPECT_FALSE(found.contains("InjectedRadioactivityUnits")) << dose;
  }
  auto enhanced = pet().set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.130");
  EXPECT_EQ(
      sidecar(enhanced.set_in(drug, 0, "RadionuclideTotalDose", "370.5"))["InjectedRadioactivity"],
      370500000)
      << "MBq there";
}

TEST_F(BidsPet, CountsFromTheStartOfTheScan) {
  auto file = pet();
  auto found = sidecar(file);
  EXPECT_EQ(found["TimeZero"], "10:15:00");
  EXPECT_EQ(found["ScanStart"], 0);
  EXPECT_EQ(found["InjectionStart"], -3630);
  EXPECT_EQ(found["ImageDecayCorrected"], true);
  EXPECT_EQ(found["ImageDecayCorrectionTime"], 0);
  found = sidecar(file.set("DecayCorrection", "ADMIN"));
  EXPECT_EQ(found["ImageDecayCorrectionTime"], -3630);
  found = sidecar(file.set("DecayCorrection", "NONE"));
  EXPECT_EQ(found["ImageDecayCorrected"], false);
  EXPECT_FALSE(found.contains("ImageDecayCorrectionTime"));
}

TEST_F(BidsPet, TellsTheUnitsOfStandardizedUptakeValues) {
  auto image = image_of({pet().set("DecayCorrection", "NONE")});
  for (const auto& [kind, units] :
       {std::pair{Suv::bw, "g/mL"}, {Suv::lbm, "g/mL"}, {Suv::bsa, "cm2/mL"}}) {
    auto stack = *image.stack;
    stack.suv = {kind, {1e-4, 2e-4}};
    image.stack = std::make_shared<const Stack>(std::move(stack));
    const auto found = sidecar_of(image);
    EXPECT_EQ(found["Units"], units);
    // Over the dose that was left then: as if it were corrected to the injection.
    EXPECT_EQ(found["ImageDecayCorrected"], true);
    EXPECT_EQ(found["ImageDecayCorrectionTime"], -3630);
  }
}

TEST_F(BidsPet, CountsOverMidnight) {
  auto file = pet().set("AcquisitionTime", "001500");
  EXPECT_EQ(
      sidecar(file.set_in(drug, 0, "RadiopharmaceuticalStartTime", "233000"))["InjectionStart"],
      -2700);
  file.set_in(drug, 0, "RadiopharmaceuticalStartDateTime", "20200101230000");
  EXPECT_EQ(sidecar(file)["InjectionStart"], -4500);
}

// Beds of a whole body, each with its own time.
TEST_F(BidsPet, BeginsWithTheEarliestFrameAlsoOverMidnight) {
  auto before = pet().set("AcquisitionTime", "235500.5");
  before.set_in(drug, 0, "RadiopharmaceuticalStartTime", "225500");
  auto after = DicomBuilder(before).set("AcquisitionTime", "000500");
  for (const auto* date : {"20200103", ""}) {
    if (*date == '\0') before.set("AcquisitionDate", "");
    after.set("AcquisitionDate", date);
    const auto found = sidecar({after, before});
    EXPECT_EQ(found["AcquisitionTime"], "23:55:00.500000") << date;
    EXPECT_EQ(found["TimeZero"], "23:55:00") << date;
    EXPECT_EQ(found["ScanStart"], 0.5) << date;
    EXPECT_EQ(found["InjectionStart"], -3600) << date;
    EXPECT_EQ(found["ImageDecayCorrectionTime"], 0.5) << date;
  }
  before.set("AcquisitionDate", "20200102");
  after.set("AcquisitionDate", "20200103");
  before.set_in(drug, 0, "RadiopharmaceuticalStartDateTime", "20200102225500");
  after.set_in(drug, 0, "RadiopharmaceuticalStartDateTime", "20200102225500");
  EXPECT_EQ(sidecar({after, before})["InjectionStart"], -3600);
}

TEST_F(BidsPet, TellsOfTheReconstruction) {
  for (const auto& [method, labels, values] :
       {std::tuple{"OSEM2D 2i8s", R"(["iterations","subsets"])", "[2,8]"},
        {"OP-OSEM4i21s", R"(["iterations","subsets"])", "[4,21]"},
        {"OSEM 3i21s", R"(["iterations","subsets"])", "[3,21]"},
        {"OSEMi10s16", R"(["iterations","subsets"])", "[10,16]"},
        {"PSF+TOFi3s21", R"(["iterations","subsets"])", "[3,21]"},
        {"3D-OSEM i10s16", R"(["iterations","subsets"])", "[10,16]"},
        {"OSEM", R"(["none"])", ""}}) {
    const auto found = sidecar(pet().set("ReconstructionMethod", method));
    EXPECT_EQ(found["ReconMethodName"], method);
    EXPECT_EQ(found["ReconMethodParameterLabels"].dump(), labels);
    EXPECT_EQ(found.contains("ReconMethodParameterValues"), *values != '\0');
    if (*values != '\0') {
      EXPECT_EQ(found["ReconMethodParameterValues"].dump(), values);
    }
  }
  const auto filtered = sidecar(pet().set("ConvolutionKernel", "XYZ Gauss6.00"));
  EXPECT_EQ(filtered["ReconFilterType"], "Gauss");
  EXPECT_EQ(filtered["ReconFilterSize"], 6);
  const auto other = sidecar(pet().set("ConvolutionKernel", "Gaussian"));
  EXPECT_EQ(other["ReconFilterType"], "Gaussian");
  EXPECT_FALSE(other.contains("ReconFilterSize"));
}

TEST_F(BidsPet, IsNotWrittenOfOtherImages) {
  const auto found = sidecar(slice());
  for (const auto* key : {"TimeZero", "InjectedMass", "TracerName", "Units"})
    EXPECT_FALSE(found.contains(key)) << key;
}

}  // namespace
}  // namespace dcmflow
