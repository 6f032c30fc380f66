// Arterial spin labelling, as the standard's attributes and each maker's say it.

#include "tests/support/scan_fixture.h"

namespace dcmflow {
namespace {

using ArterialSpinLabeling = ScanFixture;

TEST_F(ArterialSpinLabeling, IsThatOfTheEnhancedAttributes) {
  auto file =
      slice("Siemens Healthineers").set("RepetitionTime", "4500").set("NumberOfFrames", "2");
  file.set("ArterialSpinLabelingContrast", "PSEUDOCONTINUOUS");
  const std::vector<std::string> contexts{"LABEL", "CONTROL"};
  for (unsigned i = 0; i < 2; ++i) {
    const auto frame = "PerFrameFunctionalGroupsSequence[" + std::to_string(i) + "].";
    file.set_in(frame + "MRArterialSpinLabelingSequence", 0, "ASLContext", contexts[i]);
    file.set_in(frame + "MRArterialSpinLabelingSequence[0].ASLSlabSequence", 0,
                "ASLPulseTrainDuration", "1800");
    file.set_in(frame + "MRModifierSequence", 0, "InversionTimes", "1700");
  }
  const auto found = sidecar({file}, 2);
  EXPECT_EQ(found["ArterialSpinLabelingType"], "PCASL");
  EXPECT_EQ(found["LabelingDuration"], 1.8);
  EXPECT_EQ(found["PostLabelingDelay"], 1.7);
  EXPECT_EQ(found["RepetitionTimePreparation"], 4.5);
  EXPECT_EQ(found["TotalAcquiredPairs"], 1);
  EXPECT_FALSE(found.contains("M0Type"));
}

TEST_F(ArterialSpinLabeling, OfGeIsSaidByItsAttributes) {
  auto file = slice("GE MEDICAL SYSTEMS").set("InversionTime", "2025");
  file.set_private(0x0043, "GEMS_PARM_01", 0xA3, "CS", "PSEUDOCONTINUOUS")
      .set_private(0x0043, "GEMS_PARM_01", 0xA5, "IS", "1450");
  const auto found = sidecar(file);
  EXPECT_EQ(found["ArterialSpinLabelingType"], "PCASL");
  EXPECT_EQ(found["LabelingDuration"], 1.45);
  EXPECT_EQ(found["PostLabelingDelay"], 2.025);
}

TEST_F(ArterialSpinLabeling, OfSiemensIsKnownByTheSequence) {
  auto pulsed = slice("SIEMENS");
  set_csa_image(pulsed, {{"EchoLinePosition", {"32"}}});
  auto continuous = pulsed;
  set_protocol(pulsed,
               "tSequenceFileName = \"%SiemensSeq%\\ep2d_pasl\"\nalTI[0] = 700000\n"
               "alTI[2] = 1800000");
  const auto found = sidecar(pulsed);
  EXPECT_EQ(found["ArterialSpinLabelingType"], "PASL");
  EXPECT_EQ(found["PostLabelingDelay"], 1.8);
  EXPECT_EQ(found["InversionTime"], 1.8);
  EXPECT_FALSE(found.contains("LabelingDuration"));
  set_protocol(continuous,
               "tSequenceFileName = \"%CustomerSeq%\\ep2d_pcasl_UI_PHC\"\n"
               "sWipMemBlock.adFree[2] = 1200000\nsWipMemBlock.adFree[3] = 80");
  const auto other = sidecar(continuous);
  EXPECT_EQ(other["ArterialSpinLabelingType"], "PCASL");
  EXPECT_EQ(other["PostLabelingDelay"], 1.2);
  EXPECT_EQ(other["LabelingDuration"], 1.472);
}

TEST_F(ArterialSpinLabeling, OfAnotherScanIsNotWritten) {
  const auto found = sidecar(slice("SIEMENS").set("InversionTime", "900"));
  for (const auto* key :
       {"ArterialSpinLabelingType", "PostLabelingDelay", "RepetitionTimePreparation"})
    EXPECT_FALSE(found.contains(key));
}

}  // namespace
}  // namespace dcmflow
