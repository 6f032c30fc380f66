// Which way the phase was encoded, and how fast, as each maker says it.

#include "tests/support/scan_fixture.h"

namespace dcmflow {
namespace {

class PhaseEncoding : public ScanFixture {
 protected:
  // The tables of a GE scan: polarity flipped, and the order of the lines.
  static std::string ge_block(float version, bool flipped, std::uint16_t order,
                              bool is_echo_planar = true) {
    std::vector<std::uint8_t> block(2000, 0);
    const std::size_t header = 200;
    const auto put16 = [&](std::size_t at, std::size_t number) {
      block[at] = static_cast<std::uint8_t>(number);
      block[at + 1] = static_cast<std::uint8_t>(number >> 8);
    };
    put16(24, header);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &version, sizeof bits);
    put16(header, bits & 0xFFFF);
    put16(header + 2, bits >> 16);
    const bool is_later = version >= 25.002F;
    const auto begin = header + (is_later ? 0x4C : 0);
    put16(begin + 0x3A, is_echo_planar ? 0x0800 : 0);
    put16(begin + 0x30, flipped ? 4 : 0);
    put16(begin + (is_later ? 0x308 : 0x394), order);
    return hex(block);
  }

  static DicomBuilder ge_slice() {
    auto file = slice("GE MEDICAL SYSTEMS");
    file.set("AcquisitionMatrix", "3\\0\\0\\3")
        .set_private(0x0043, "GEMS_PARM_01", 0x2C, "SS", "500");
    return file;
  }
};

TEST_F(PhaseEncoding, OfSiemensIsPositiveTowardIncreasingRowsOrColumns) {
  for (const auto& [along, positive, expected] :
       {std::tuple{"COL", "1", "j"}, {"COL", "0", "j-"}, {"ROW", "1", "i"}, {"ROW", "0", "i-"}}) {
    auto file = slice("SIEMENS").set("InPlanePhaseEncodingDirection", along);
    set_csa_image(file, {{"PhaseEncodingDirectionPositive", {positive}}});
    const auto found = sidecar(file);
    EXPECT_EQ(found["PhaseEncodingDirection"], expected);
    EXPECT_FALSE(found.contains("PhaseEncodingAxis"));
    EXPECT_EQ(found["InPlanePhaseEncodingDirectionDICOM"], along);
  }
}

TEST_F(PhaseEncoding, OfAnImageThatIsTurnedRoundIsTheOtherWay) {
  auto file = slice("SIEMENS");
  set_csa_image(file, {{"PhaseEncodingDirectionPositive", {"1"}}});
  auto image = image_of({file});
  Stack stack = *image.stack;
  stack.frames.front().is_turned = true;
  image.stack = std::make_shared<const Stack>(stack);
  EXPECT_EQ(sidecar_of(image)["PhaseEncodingDirection"], "j-");
}

// (0021,xx1C) is another thing in the block of another creator of the same scanner.
TEST_F(PhaseEncoding, OfXaScannersStandsInTheBlockOfItsCreator) {
  auto file = slice("Siemens Healthineers");
  file.set_private(0x0021, "SIEMENS MR SDS 01", 0x1C, "DS", "1")
      .set_private(0x0021, "SIEMENS MR SDI 02", 0x1C, "IS", "0")
      .set_private(0x0021, "SIEMENS MR SDI 02", 0x53, "FD", "50");
  const auto found = sidecar(file);
  EXPECT_EQ(found["PhaseEncodingDirection"], "j-");
  EXPECT_EQ(found["BandwidthPerPixelPhaseEncode"], 50);
  EXPECT_EQ(found["EffectiveEchoSpacing"].dump(), "0.0066667");  // 1 / (50 Hz · 3 rows)
}

TEST_F(PhaseEncoding, OfEnhancedImagesStandsInTheFunctionalGroups) {
  auto file = slice("Siemens Healthineers");
  file.remove("InPlanePhaseEncodingDirection").set("NumberOfFrames", "1");
  file.set_in("SharedFunctionalGroupsSequence[0].MRFOVGeometrySequence", 0,
              "InPlanePhaseEncodingDirection", "COLUMN");
  const std::string own = "PerFrameFunctionalGroupsSequence[0].0021,11fe";
  file.set_in("PerFrameFunctionalGroupsSequence", 0, "0021,0011", "SIEMENS MR SDI 02");
  file.set_in(own, 0, "0021,0011", "SIEMENS MR SDI 02").set_in(own, 0, "0021,111c", "1");
  const auto found = sidecar(file);
  EXPECT_EQ(found["PhaseEncodingDirection"], "j");
  EXPECT_EQ(found["InPlanePhaseEncodingDirectionDICOM"], "COL");
}

TEST_F(PhaseEncoding, OfGeIsSaidByTheOrderOfTheLines) {
  for (const auto& [order, expected] : {std::pair{"LINEAR", "j-"}, {"REVERSE_LINEAR", "j"}}) {
    auto file = ge_slice();
    file.set("RectilinearPhaseEncodeReordering", order)
        .set_private(0x0043, "GEMS_PARM_01", 0x2A, "OB", ge_block(20, order[0] == 'L', 0));
    EXPECT_EQ(sidecar(file)["PhaseEncodingDirection"], expected);
  }
}

TEST_F(PhaseEncoding, OfGeIsFoundInTheTablesOfTheScan) {
  for (const float version : {20.0F, 25.002F, 28.0F})
    for (const auto& [flipped, order, expected] :
         {std::tuple{false, 0, "j"}, {true, 0, "j-"}, {false, 2, "j-"}, {true, 2, "j"}}) {
      auto file = ge_slice();
      file.set_private(0x0043, "GEMS_PARM_01", 0x2A, "OB",
                       ge_block(version, flipped, static_cast<std::uint16_t>(order)));
      EXPECT_EQ(sidecar(file)["PhaseEncodingDirection"], expected);
    }
}

TEST_F(PhaseEncoding, OfGeIsLeftOutWhereNothingTellsIt) {
  for (const auto& block :
       {ge_block(28, true, 2, false), ge_block(3, true, 2), std::string("00\\00")}) {
    auto file = ge_slice();
    file.set_private(0x0043, "GEMS_PARM_01", 0x2A, "OB", block);
    const auto found = sidecar(file);
    EXPECT_FALSE(found.contains("PhaseEncodingDirection"));
    EXPECT_EQ(found["PhaseEncodingAxis"], "j");
  }
}

TEST_F(PhaseEncoding, OfImagesWhosePolarityAlternatesIsLeftOut) {
  auto file = ge_slice().set("RectilinearPhaseEncodeReordering", "LINEAR");
  auto image = image_of({file});
  Stack stack = *image.stack;
  stack.flags.emplace_back("polarity_alternates");
  image.stack = std::make_shared<const Stack>(stack);
  EXPECT_EQ(sidecar_of(image)["PhaseEncodingAxis"], "j");
}

TEST_F(PhaseEncoding, OfUihIsSaidByAnAttribute) {
  for (const auto& [value, expected] : {std::pair{"0", "j"}, {"1", "j-"}}) {
    auto file = slice("UIH");
    file.set_private(0x0065, "Image Private Header", 0x58, "SS", value);
    EXPECT_EQ(sidecar(file)["PhaseEncodingDirection"], expected);
  }
}

// Which way, no header of these says.
TEST_F(PhaseEncoding, OfPhilipsAndCanonHasAnAxisAlone) {
  for (const std::string maker : {"Philips Medical Systems", "CANON_MEC", "TOSHIBA_MEC"}) {
    auto file = slice(maker).set("RectilinearPhaseEncodeReordering", "LINEAR");
    const auto found = sidecar(file);
    EXPECT_FALSE(found.contains("PhaseEncodingDirection")) << maker;
    EXPECT_EQ(found["PhaseEncodingAxis"], "j");
  }
}

TEST_F(PhaseEncoding, HasTheSpacingOfTheReconstructedLines) {
  auto file = slice("SIEMENS").set("Rows", "72").set("Columns", "72");
  file.set_private(0x0019, "SIEMENS MR HEADER", 0x28, "FD", "27.778");
  const auto found = sidecar(file);
  EXPECT_EQ(found["EffectiveEchoSpacing"].dump(), "0.0005");
  EXPECT_EQ(found["TotalReadoutTime"].dump(), "0.0355");
}

// Half of 64 lines are acquired, every 544 µs.
TEST_F(PhaseEncoding, OfGeHasTheSpacingOfTheAcquiredLines) {
  auto file =
      ge_slice().set("Rows", "64").set("Columns", "64").set("AcquisitionMatrix", "64\\0\\0\\64");
  file.set_private(0x0043, "GEMS_PARM_01", 0x2C, "SS", "544")
      .set_private(0x0043, "GEMS_PARM_01", 0x83, "DS", "0.5\\1");
  const auto found = sidecar(file);
  EXPECT_EQ(found["EffectiveEchoSpacing"].dump(), "0.000267683");
  EXPECT_EQ(found["TotalReadoutTime"].dump(), "0.016864");
  // A third of 100 lines: 34; under partial Fourier 36.
  file.set("AcquisitionMatrix", "100\\0\\0\\100").set("Rows", "100");
  file.set_private(0x0043, "GEMS_PARM_01", 0x83, "DS", "0.333333\\1");
  EXPECT_EQ(sidecar(file)["TotalReadoutTime"].dump(), "0.017952");
  file.set("ScanOptions", "EPI_GEMS\\PFF");
  EXPECT_EQ(sidecar(file)["TotalReadoutTime"].dump(), "0.01904");
  // Interpolated to twice as many: the spacing stays.
  file.set("Rows", "200");
  EXPECT_EQ(sidecar(file)["EffectiveEchoSpacing"].dump(), "0.000192323");
  EXPECT_EQ(sidecar(file)["TotalReadoutTime"].dump(), "0.0382723");
}

}  // namespace
}  // namespace dcmflow
