// No SUV is guessed: what is missing, in doubt or contradicts itself is named.

#include "tests/stages/pixels/suv_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SuvRefuses : public SuvScene {};

struct Case {
  const char* keyword;
  const char* text;  // "" takes it away
  const char* names;
  Suv kind = Suv::bw;
};

TEST_F(SuvRefuses, WhatIsMissingOrNoValue) {
  for (const Case& c : {Case{"Units", "", "Units (0054,1001)"},
                        Case{"Units", "PROPCPS", "Units (0054,1001)"},
                        Case{"CorrectedImage", "", "Corrected Image (0028,0051)"},
                        Case{"CorrectedImage", "DECY\\SCAT", "ATTN"},
                        Case{"CorrectedImage", "ATTN\\SCAT", "does not list DECY"},
                        Case{"DecayCorrection", "", "Decay Correction (0054,1102)"},
                        Case{"DecayCorrection", "END", "Decay Correction (0054,1102)"},
                        Case{"DecayCorrection", "NONE", "lists DECY"},
                        Case{"SeriesDate", "", "Series Date (0008,0021)"},
                        Case{"SeriesDate", "20201301", "Series Date (0008,0021)"},
                        Case{"SeriesTime", "", "Series Time (0008,0031)"},
                        Case{"SeriesTime", "10h50", "Series Time (0008,0031)"},
                        Case{"AcquisitionDate", "", "Acquisition Date (0008,0022)"},
                        Case{"AcquisitionTime", "", "Acquisition Time (0008,0032)"},
                        Case{"PatientWeight", "", "Patient's Weight (0010,1030)"},
                        Case{"PatientWeight", "0", "Patient's Weight (0010,1030)"},
                        Case{"PatientWeight", "-74", "Patient's Weight (0010,1030)"},
                        Case{"PatientWeight", "74000", "0.01 to 700 kg"},
                        Case{"PatientWeight", "heavy", "Patient's Weight (0010,1030)"},
                        Case{"PatientSize", "", "Patient's Size (0010,1020)", Suv::lbm},
                        Case{"PatientSize", "185", "0.2 to 3 m", Suv::bsa},
                        Case{"PatientSize", "0", "Patient's Size (0010,1020)", Suv::bsa},
                        Case{"PatientSex", "", "Patient's Sex (0010,0040)", Suv::lbm},
                        Case{"PatientSex", "O", "Patient's Sex (0010,0040)", Suv::lbm},
                        Case{"PatientWeight", "250", "no lean body mass", Suv::lbm},
                        Case{"RescaleSlope", "", "Rescale Slope (0028,1053)"},
                        Case{"RescaleSlope", "0", "Rescale Slope (0028,1053)"},
                        Case{"RescaleSlope", "1,5", "Rescale Slope (0028,1053)"},
                        Case{"RescaleIntercept", "none", "Rescale Intercept (0028,1052)"}}) {
    auto file = pet_slice().set(c.keyword, c.text);
    EXPECT_THAT(refusal({file}, c.kind), AllOf(HasSubstr(c.names), HasSubstr(".dcm")))
        << c.keyword << ' ' << c.text;
    // In one of several slices, too.
    file.set("SOPInstanceUID", "1.2.3.4.6");
    EXPECT_NE(refusal({pet_slice(), file}, c.kind), "") << c.keyword << ' ' << c.text;
  }
}

TEST_F(SuvRefuses, TwoPatientsInjectionsOrScansInOneSeries) {
  for (const auto& [keyword, text] : {std::pair{"PatientWeight", "75"},
                                      {"PatientSize", "1.5"},
                                      {"PatientSex", "M"},
                                      {"SeriesTime", "104000"}}) {
    auto other = pet_slice().set("SOPInstanceUID", "1.2.3.4.6").set(keyword, text);
    EXPECT_THAT(refusal({pet_slice(), other}), HasSubstr("differs from that of another slice"))
        << keyword;
  }
  auto other = pet_slice().set("SOPInstanceUID", "1.2.3.4.6");
  other.set_in(drug, 0, "RadionuclideTotalDose", "185000000");
  EXPECT_THAT(refusal({pet_slice(), other}), HasSubstr("differs from that of another slice"));
}

TEST_F(SuvRefuses, ADoseOrHalfLifeThatCannotBe) {
  for (const auto& [keyword, text] : {std::pair{"RadionuclideTotalDose", ""},
                                      {"RadionuclideTotalDose", "0"},
                                      {"RadionuclideTotalDose", "370"},     // MBq
                                      {"RadionuclideTotalDose", "370000"},  // kBq
                                      {"RadionuclideTotalDose", "1e20"},
                                      {"RadionuclideHalfLife", ""},
                                      {"RadionuclideHalfLife", "0"},
                                      {"RadionuclideHalfLife", "nan"}})
    EXPECT_THAT(refusal({pet_slice().set_in(drug, 0, keyword, text)}),
                HasSubstr(keyword == std::string_view("RadionuclideHalfLife")
                              ? "Radionuclide Half Life (0018,1075)"
                              : "Radionuclide Total Dose (0018,1074)"))
        << text;
  EXPECT_THAT(refusal({pet_slice().remove(drug)}), HasSubstr("Radionuclide Total Dose"));
}

// Of two drugs nobody knows which one a voxel shows.
TEST_F(SuvRefuses, TwoDrugs) {
  EXPECT_THAT(refusal({pet_slice().set_in(drug, 1, "RadionuclideTotalDose", "370000000")}),
              HasSubstr("expected one value"));
}

TEST_F(SuvRefuses, ValuesThatAreOfAnotherKind) {
  const auto typed = [](const char* units, const char* type) {
    return pet_slice().set("Units", units).set("SUVType", type);
  };
  for (const auto* type : {"LBM", "LBMJANMA", "IBW", "BSA"})
    EXPECT_THAT(refusal({typed("GML", type)}), HasSubstr("SUV Type (0054,1006)")) << type;
  EXPECT_THAT(refusal({typed("CM2ML", "BW")}), HasSubstr("SUV Type (0054,1006)"));
  EXPECT_THAT(refusal({pet_slice().set("Units", "CNTS")}), HasSubstr("(7053,1000)"));
  auto negative = pet_slice().set("Units", "CNTS");
  negative.set_private(0x7053, "Philips PET Private Group", 0x00, "DS", "-1");
  EXPECT_THAT(refusal({negative}), HasSubstr("(7053,1000)"));
  // The same element of somebody else.
  auto other = pet_slice().set("Units", "CNTS");
  other.set_private(0x7053, "SOMEBODY ELSE", 0x00, "DS", "0.5");
  EXPECT_THAT(refusal({other}), HasSubstr("(7053,1000)"));
  EXPECT_THAT(refusal({pet_slice().set_in("ModalityLUTSequence", 0, "LUTDescriptor", "1\\0\\16")}),
              HasSubstr("Modality LUT Sequence (0028,3000)"));
}

TEST_F(SuvRefuses, FramesWithoutADurationThatAreNotCorrected) {
  auto file = pet_slice().set("DecayCorrection", "NONE").set("CorrectedImage", "ATTN");
  for (const auto* duration : {"", "0", "-5"})
    EXPECT_THAT(refusal({file.set("ActualFrameDuration", duration)}),
                HasSubstr("Actual Frame Duration (0018,1242)"));
}

// What is the patient's stands in no message.
TEST_F(SuvRefuses, WithoutTellingOfThePatient) {
  EXPECT_THAT(refusal({pet_slice().set("PatientWeight", "74123")}), Not(HasSubstr("74123")));
  EXPECT_THAT(refusal({pet_slice().set("PatientSize", "18512")}, Suv::bsa),
              Not(HasSubstr("18512")));
  EXPECT_THAT(refusal({pet_slice().set_in(drug, 0, "RadionuclideTotalDose", "370")}),
              HasSubstr("'370'"));
}

}  // namespace
}  // namespace dcmflow
