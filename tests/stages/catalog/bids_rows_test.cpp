// The keys of the table, from the attributes of each maker.

#include "tests/support/scan_fixture.h"

namespace dcmflow {
namespace {

using BidsRows = ScanFixture;

TEST_F(BidsRows, GiveTheAccelerationThatEachMakerSays) {
  auto enhanced = slice("CANON_MEC");
  enhanced.set("NumberOfFrames", "1")
      .set_in("PerFrameFunctionalGroupsSequence[0].MRModifierSequence", 0,
              "ParallelReductionFactorInPlane", "2");
  auto philips = slice("Philips Medical Systems");
  philips.set_in("2005,140f", 0, "ParallelReductionFactorInPlane", "2.3");
  auto protocol = slice("SIEMENS");
  set_protocol(protocol, "sPat.lAccelFactPE = 0x2");
  auto shown = slice("SIEMENS").set_private(0x0051, "SIEMENS MR HEADER", 0x11, "LO", "p3");
  auto ge =
      slice("GE MEDICAL SYSTEMS").set_private(0x0043, "GEMS_PARM_01", 0x83, "DS", "0.333333\\1");
  auto uih = slice("UIH").set_private(0x0065, "Image Private Header", 0x0D, "SH", "F:2.50");
  for (const auto& [file, expected] : {std::pair{enhanced, 2.0},
                                       {philips, 2.3},
                                       {protocol, 2.0},
                                       {shown, 3.0},
                                       {ge, 3.0},
                                       {uih, 2.5}})
    EXPECT_EQ(sidecar(file)["ParallelReductionFactorInPlane"], expected);
}

TEST_F(BidsRows, LeaveOutAFactorOfOne) {
  auto file = slice("SIEMENS");
  set_protocol(file, "sPat.lAccelFactPE = 1\nsSliceAcceleration.lMultiBandFactor = 1");
  const auto found = sidecar(file);
  EXPECT_FALSE(found.contains("ParallelReductionFactorInPlane"));
  EXPECT_FALSE(found.contains("MultibandAccelerationFactor"));
  EXPECT_FALSE(found.contains("ParallelAcquisitionTechnique"));
}

TEST_F(BidsRows, GiveHowManySlicesAreExcitedAtOnce) {
  auto protocol = slice("SIEMENS");
  set_protocol(protocol, "sSliceAcceleration.lMultiBandFactor = 4");
  auto shown = slice("SIEMENS").set_private(0x0051, "SIEMENS MR HEADER", 0x11, "LO", "p2s4");
  auto xa = slice("Siemens").set_private(0x0021, "SIEMENS MR SDS 01", 0x09, "LO", "p2s4");
  auto ge = slice("GE").set_private(0x0043, "GEMS_PARM_01", 0xB6, "LO", "4\\2\\19");
  for (const auto& file : {protocol, shown, xa, ge})
    EXPECT_EQ(sidecar(file)["MultibandAccelerationFactor"], 4);
  EXPECT_EQ(sidecar(shown)["ParallelReductionFactorInPlane"], 2);
}

TEST_F(BidsRows, GiveThePartOfKSpaceOfKnownCodesAlone) {
  for (const auto& [code, expected] :
       {std::pair{"1", "0.5"}, {"2", "0.625"}, {"4", "0.75"}, {"0x8", "0.875"}, {"0x10", "1"}}) {
    auto file = slice("SIEMENS");
    set_protocol(file, "sKSpace.ucPhasePartialFourier = " + std::string(code));
    EXPECT_EQ(sidecar(file)["PartialFourier"], std::stod(expected));
  }
  auto file = slice("SIEMENS");
  set_protocol(file, "sKSpace.ucPhasePartialFourier = 0x20 # ' '");
  EXPECT_FALSE(sidecar(file).contains("PartialFourier"));
}

TEST_F(BidsRows, GiveTheSequenceOfEnhancedImages) {
  auto file = slice();
  file.remove("ScanningSequence")
      .set("EchoPlanarPulseSequence", "YES")
      .set("EchoPulseSequence", "SPIN");
  EXPECT_EQ(sidecar(file)["ScanningSequence"].dump(), R"(["EP","SE"])");
  file.set_private(0x0021, "SIEMENS MR SDS 01", 0x5A, "CS", "EP");
  EXPECT_EQ(sidecar(file)["ScanningSequence"], "EP");
}

TEST_F(BidsRows, GiveTheCoilOfTheProtocolOrOfTheFunctionalGroups) {
  auto siemens = slice("SIEMENS");
  set_protocol(siemens,
               "sCoilSelectMeas.aRxCoilSelectData[0].asList[0].sCoilElementID.tCoilID = "
               "\"\"Head_32\"\"");
  EXPECT_EQ(sidecar(siemens)["ReceiveCoilName"], "Head_32");
  auto enhanced = slice()
                      .set("NumberOfFrames", "1")
                      .set_in("SharedFunctionalGroupsSequence[0].MRReceiveCoilSequence", 0,
                              "ReceiveCoilName", "Knee");
  enhanced.set_in("PerFrameFunctionalGroupsSequence[0].MREchoSequence", 0, "EffectiveEchoTime",
                  "3");
  EXPECT_EQ(sidecar(enhanced)["ReceiveCoilName"], "Knee");
}

TEST_F(BidsRows, HaveTheDigitsThatWereMeasured) {
  auto file = slice("UIH").set("EchoTime", "14.2").set("SpacingBetweenSlices", "4.19999981");
  file.set("ImagingFrequency", "128176060.0").set("PixelBandwidth", "3130.87036132812");
  file.set("SliceThickness", "1.50000005960464");
  const auto found = sidecar(file);
  EXPECT_EQ(found["EchoTime"].dump(), "0.0142");
  EXPECT_EQ(found["SpacingBetweenSlices"].dump(), "4.2");
  EXPECT_EQ(found["SliceThickness"].dump(), "1.5");
  EXPECT_EQ(found["PixelBandwidth"].dump(), "3130.8704");
  EXPECT_EQ(found["ImagingFrequency"].dump(), "128.17606");
  EXPECT_EQ(sidecar(slice().set("ImagingFrequency", "123.253736"))["ImagingFrequency"].dump(),
            "123.253736");
}

TEST_F(BidsRows, LeaveOutTimesOfZero) {
  const auto found = sidecar(slice().set("InversionTime", "0").set("EchoTime", "0"));
  EXPECT_FALSE(found.contains("InversionTime"));
  EXPECT_FALSE(found.contains("EchoTime"));
}

TEST_F(BidsRows, SayWhetherGradientsAreCorrectedAndSpinsSpoiled) {
  auto file = slice("SIEMENS").set("ImageType", "ORIGINAL\\PRIMARY\\M\\DIS2D");
  file.set("SequenceVariant", "SK\\SP").set("MagnetizationTransfer", "NONE");
  const auto found = sidecar(file);
  EXPECT_EQ(found["NonlinearGradientCorrection"], true);
  EXPECT_EQ(found["SpoilingState"], true);
  EXPECT_EQ(found["MTState"], false);
  const auto plain = sidecar(slice());
  for (const auto* key : {"NonlinearGradientCorrection", "SpoilingState", "MTState"})
    EXPECT_FALSE(plain.contains(key));
}

// What the header of the catalogue says holds; what only the file says is left out.
TEST_F(BidsRows, AreThoseOfTheCatalogueWhereTheFileIsGone) {
  auto file = slice("SIEMENS").set_private(0x0051, "SIEMENS MR HEADER", 0x11, "LO", "p3");
  const auto image = image_of({file});
  std::filesystem::remove(image.stack->frames.front().instance->file->path());
  const auto found = sidecar_of(image);
  EXPECT_EQ(found["Manufacturer"], "SIEMENS");
  EXPECT_FALSE(found.contains("ParallelReductionFactorInPlane"));
}

// An anonymiser left the elements and took their creators away.
TEST_F(BidsRows, FindHeadersWhoseCreatorIsMissing) {
  auto file = slice("SIEMENS");
  set_protocol(file, "sPat.lAccelFactPE = 2");
  file.remove("0029,0010");
  EXPECT_EQ(sidecar(file)["ParallelReductionFactorInPlane"], 2);
}

}  // namespace
}  // namespace dcmflow
