// When each slice was acquired, as each maker says it.

#include "stages/catalog/slice_timing.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "tests/support/scan_fixture.h"

namespace dcmflow {
namespace {

class SliceTiming : public ScanFixture {
 protected:
  static std::string timing_of(const nlohmann::ordered_json& sidecar) {
    return sidecar.contains("SliceTiming") ? sidecar["SliceTiming"].dump() : "none";
  }

  // A mosaic of four tiles whose times are in ms.
  static DicomBuilder mosaic(const std::string& times) {
    const MosaicPhantom phantom{.tiles = 4, .across = 2, .down = 2};
    auto file = mosaic_file(phantom);
    file.set("Manufacturer", "SIEMENS")
        .set("RepetitionTime", "2000")
        .set("MRAcquisitionType", "2D");
    set_csa_image(file, csa_image_elements(phantom));
    if (!times.empty()) file.set_private(0x0019, "SIEMENS MR HEADER", 0x29, "FD", times);
    return file;
  }

  static std::vector<DicomBuilder> slices_with(const std::vector<std::string>& values,
                                               const std::string& keyword, DicomBuilder file) {
    std::vector<DicomBuilder> files;
    for (const auto& value : values) {
      file.set(keyword, value).set("InstanceNumber", std::to_string(files.size() + 1));
      files.push_back(file);
    }
    return files;
  }

  // The protocol of a GE scan, as its scanner packs it.
  static DicomBuilder ge_slice(const std::string& protocol) {
    std::vector<std::uint8_t> zipped(protocol.size() + 200);
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(protocol.data()));
    stream.avail_in = static_cast<uInt>(protocol.size());
    stream.next_out = zipped.data();
    stream.avail_out = static_cast<uInt>(zipped.size());
    deflate(&stream, Z_FINISH);
    zipped.resize(stream.total_out);
    deflateEnd(&stream);
    std::vector<std::uint8_t> block;
    for (const unsigned shift : {0U, 8U, 16U, 24U})
      block.push_back(static_cast<std::uint8_t>(zipped.size() >> shift));
    block.insert(block.end(), zipped.begin(), zipped.end());
    auto file = slice("GE MEDICAL SYSTEMS");
    return file.set_private(0x0025, "GEMS_SERS_01", 0x1B, "OB", hex(block));
  }

  nlohmann::ordered_json ge_sidecar(const std::string& protocol, const std::string& software,
                                    std::size_t slices) {
    auto file = ge_slice("IOPT \"EPI, FMRI\"\nNOSLC \"" + std::to_string(slices) + "\"\n" +
                         protocol + "\n");
    file.set("SoftwareVersions", software);
    return sidecar(
        slices_with(std::vector<std::string>(slices, "120000"), "AcquisitionTime", file));
  }
};

TEST_F(SliceTiming, OfAMosaicCountsFromItsEarliestTile) {
  EXPECT_EQ(timing_of(sidecar(mosaic("500\\1000\\0\\1450"))), "[0.5,1,0,1.45]");
}

TEST_F(SliceTiming, OfAMosaicStandsInItsCsaHeaderInOlderReleases) {
  const MosaicPhantom phantom{.tiles = 4, .across = 2, .down = 2};
  auto elements = csa_image_elements(phantom);
  elements.push_back({"MosaicRefAcqTimes", {"10", "1010", "510", "1510"}});
  auto file = mosaic("");
  set_csa_image(file, elements);
  EXPECT_EQ(timing_of(sidecar(file)), "[0,1,0.5,1.5]");
}

// The first volume began before midnight, or with a reference scan.
TEST_F(SliceTiming, IsOfTheNextVolumeWhereTheFirstIsLongerThanARepetition) {
  EXPECT_EQ(timing_of(sidecar({mosaic("0\\86399860\\500\\1500"), mosaic("0\\1000\\500\\1500")}, 2)),
            "[0,1,0.5,1.5]");
  EXPECT_EQ(timing_of(sidecar(mosaic("0\\86399860\\500\\1500"))), "none");
  EXPECT_EQ(timing_of(sidecar(mosaic("0\\0\\0\\0"))), "none");
}

TEST_F(SliceTiming, IsNotOfThreeDimensionalScans) {
  EXPECT_EQ(timing_of(sidecar(mosaic("0\\1000\\500\\1500").set("MRAcquisitionType", "3D"))),
            "none");
}

TEST_F(SliceTiming, OfEnhancedXaImagesIsOfTheSecondVolume) {
  auto file = slice("Siemens Healthineers").set("NumberOfFrames", "4");
  const std::vector<std::string> times{"0", "9", "10.25", "11"};
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto frame = "PerFrameFunctionalGroupsSequence[" + std::to_string(i) + "].0021,11fe";
    file.set_in(frame, 0, "0021,0011", "SIEMENS MR SDI 02").set_in(frame, 0, "0021,1104", times[i]);
  }
  EXPECT_EQ(timing_of(sidecar({file}, 2)), "[0,0.75]");
}

TEST_F(SliceTiming, OfGeIsItsTriggerTimeOfTheSecondVolume) {
  EXPECT_EQ(
      timing_of(sidecar(
          slices_with({"3", "7", "2000", "3001"}, "TriggerTime", slice("GE MEDICAL SYSTEMS")), 2)),
      "[0,1.001]");
}

TEST_F(SliceTiming, OfGeIsItsTimerInSecondsOrTenThousandths) {
  for (const auto& times : {std::vector<std::string>{"0.5", "0", "1"}, {"5000", "0", "10000"}}) {
    std::vector<DicomBuilder> files;
    for (const auto& time : times)
      files.push_back(
          slice("GE MEDICAL SYSTEMS").set_private(0x0021, "GEMS_RELA_01", 0x5E, "DS", time));
    EXPECT_EQ(timing_of(sidecar(files)), "[0.5,0,1]");
  }
}

TEST_F(SliceTiming, OfGeFollowsFromItsProtocol) {
  EXPECT_EQ(timing_of(ge_sidecar("SLICEORDER \"0\"", "DV26.0_R01", 4)), "[0,0.5,1,1.5]");
  EXPECT_EQ(timing_of(ge_sidecar("SLICEORDER \"1\"", "DV26.0_R01", 4)), "[0,1,0.5,1.5]");
  EXPECT_EQ(timing_of(ge_sidecar("", "DV26.0_R01", 5)), "[0,1.2,0.4,1.6,0.8]");
  EXPECT_EQ(timing_of(ge_sidecar("IOPT \"DIFF\"", "DV26.0_R01", 4)), "[0,1,0.5,1.5]");
}

// More than there are are all of them, and then their times are the same.
TEST_F(SliceTiming, OfGeSurvivesANumberThatCannotBe) {
  EXPECT_EQ(timing_of(ge_sidecar("MBACCEL \"1e300\"", "DV26.0_R01", 4)), "none");
}

// Before DV27.0_R03 an even number of shots got one that excites nothing; since then the last and
// the third last change places.
TEST_F(SliceTiming, OfGeWithSlicesAtOnceDependsOnTheRelease) {
  EXPECT_EQ(timing_of(ge_sidecar("MBACCEL \"2\"", "27\\LX\\MR Software release:DV26.0_R05_1.a", 8)),
            "[0,1.2,0.4,1.6,0.8,0,1.2,0.4]");
  const auto newer = ge_sidecar("MBACCEL \"2\"", "28\\LX\\MR29.1_EA_2039.g", 8);
  EXPECT_EQ(timing_of(newer), "[0,1.5,0.5,1,0,1.5,0.5,1]");
  EXPECT_EQ(newer["MultibandAccelerationFactor"], 2);
}

TEST_F(SliceTiming, OfGeGoesByTheNumbersOfTheImages) {
  auto file =
      ge_slice("IOPT \"FMRI\"\nNOSLC \"3\"\nSLICEORDER \"0\"\n").set("RepetitionTime", "3000");
  auto files = slices_with({"1", "2", "3"}, "AcquisitionNumber", file);
  std::ranges::reverse(files);
  EXPECT_EQ(timing_of(sidecar(files)), "[2,1,0]");
  file.set_private(0x0019, "GEMS_ACQU_01", 0x9C, "LO", "epiRT")
      .set_private(0x0043, "GEMS_PARM_01", 0x7C, "FL", "1.5");
  const auto delayed = sidecar(slices_with({"1", "2", "3"}, "AcquisitionNumber", file));
  EXPECT_EQ(timing_of(delayed), "[0,1,2]");
  EXPECT_EQ(delayed["RepetitionTime"], 4.5);
}

TEST_F(SliceTiming, OfGeIsLeftOutWhereItsProtocolDoesNotSayIt) {
  for (const std::string protocol :
       {"IOPT \"DIFF, FMRI\"\nNOSLC \"3\"", "IOPT \"MPhVar\"\nNOSLC \"3\"",
        "IOPT \"FMRI\"\nNOSLC \"4\"", "IOPT \"EPI\"\nNOSLC \"3\""})
    EXPECT_EQ(timing_of(sidecar(
                  slices_with({"1", "2", "3"}, "AcquisitionNumber", ge_slice(protocol + "\n")))),
              "none")
        << protocol;
}

TEST_F(SliceTiming, IsNoneOfAClockOfWholeSeconds) {
  EXPECT_EQ(
      timing_of(sidecar(slices_with({"120000", "120001"}, "AcquisitionTime", slice("SIEMENS")))),
      "none");
  EXPECT_EQ(
      timing_of(sidecar(slices_with({"120000.5", "120001"}, "AcquisitionTime", slice("SIEMENS")))),
      "[0,0.5]");
}

TEST_F(SliceTiming, GoesOnOverMidnight) {
  const std::vector<std::string> times{"235959.25", "000000.25", "235959.75", "000000.75"};
  EXPECT_EQ(timing_of(sidecar(slices_with(times, "AcquisitionTime", slice("SIEMENS")))),
            "[0,1,0.5,1.5]");
  auto files = slices_with(times, "AcquisitionTime", slice("SIEMENS"));
  for (std::size_t i = 0; i < files.size(); ++i)
    files[i].set("AcquisitionDate", i % 2 == 0 ? "20191231" : "20200101");
  const auto found = sidecar(files);
  EXPECT_EQ(timing_of(found), "[0,1,0.5,1.5]");
  EXPECT_EQ(found["AcquisitionTime"], "23:59:59.250000");
}

// The first one can be of a reference scan.
TEST_F(SliceTiming, OfDatesAndTimesIsOfTheSecondVolume) {
  EXPECT_EQ(timing_of(sidecar(slices_with({"20200101120000.5", "20200101120001.5",
                                           "20200101120002.5", "20200101120003.25"},
                                          "AcquisitionDateTime", slice("SIEMENS")),
                              2)),
            "[0,0.75]");
}

// Neither Philips nor Canon records it.
TEST_F(SliceTiming, IsNoneOfTimesThatAreNotOfSlices) {
  for (const auto* maker : {"Philips Medical Systems", "CANON_MEC", "TOSHIBA"})
    for (const auto* keyword : {"AcquisitionTime", "TriggerTime"})
      EXPECT_EQ(timing_of(sidecar(
                    slices_with({"120000.1", "120000.2", "120000.3"}, keyword, slice(maker)))),
                "none")
          << maker << keyword;
}

TEST_F(SliceTiming, CountsTheSlicesThatAreExcitedAtOnce) {
  EXPECT_EQ(slices_at_once({0, 1, 0.5, 0, 1, 0.5}), 2U);
  EXPECT_EQ(slices_at_once({0, 1, 0.5}), 1U);
  EXPECT_EQ(slices_at_once({0, 1, 0, 1, 1}), 1U);
  EXPECT_EQ(slices_at_once({}), 1U);
  EXPECT_EQ(sidecar(mosaic("0\\1000\\0\\1000"))["MultibandAccelerationFactor"], 2);
}

// A Siemens scanner's clock has the reference scan before the first volume; its header holds.
TEST_F(SliceTiming, RepetitionTimeIsTheHeadersOnSiemensAndTheStepOnGe) {
  for (const auto& [maker, expected] : {std::pair{"SIEMENS", 2.0}, {"GE MEDICAL SYSTEMS", 4.0}}) {
    auto image = image_of({slice(maker), slice(maker)}, 2);
    Stack stack = *image.stack;
    stack.volume_keys = {{"1", 0, {}}, {"2", 4, {}}};
    image.stack = std::make_shared<const Stack>(stack);
    EXPECT_EQ(sidecar_of(image)["RepetitionTime"], expected);
  }
}

}  // namespace
}  // namespace dcmflow
