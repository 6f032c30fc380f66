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

TEST_F(BidsPet, TellsOfTheReconstruction) {
  for (const auto& [method, labels, values] :
       {std::tuple{"OSEM2D 2i8s", R"(["iterations","subsets"])", "[2,8]"},
        {"OP-OSEM4i21s", R"(["iterations","subsets"])", "[4,21]"},
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
  EXPECT_EQ(filtered["ReconFilterType"], "XYZ Gauss6.00");
  EXPECT_EQ(filtered["ReconFilterSize"], 6);
}

TEST_F(BidsPet, IsNotWrittenOfOtherImages) {
  const auto found = sidecar(slice());
  for (const auto* key : {"TimeZero", "InjectedMass", "TracerName", "Units"})
    EXPECT_FALSE(found.contains(key)) << key;
}

}  // namespace
}  // namespace dcmflow
