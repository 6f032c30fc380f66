// The echoes of a series, and field maps between two of them.

#include "tests/support/scan_fixture.h"

namespace dcmflow {
namespace {

class Echoes : public ScanFixture {
 protected:
  static DicomBuilder siemens_echo(const std::string& time, const std::string& type) {
    auto file =
        slice("SIEMENS").set("EchoTime", time).set("ImageType", "ORIGINAL\\PRIMARY\\" + type);
    return set_protocol(file, "lContrasts = 2\nalTE[0] = 4920\nalTE[1] = 7380");
  }
};

TEST_F(Echoes, AreNumberedByTheProtocolWhereTheHeaderDoesNot) {
  Catalog catalog;
  catalog.images = {image_of({siemens_echo("4.92", "M")}, 1, "first"),
                    image_of({siemens_echo("7.38", "M")}, 1, "second")};
  ASSERT_TRUE(write_bids(folder, catalog).ok());
  EXPECT_EQ(json("first.json")["EchoNumber"], 1);
  EXPECT_EQ(json("second.json")["EchoNumber"], 2);
}

TEST_F(Echoes, OfOneAloneAreNotNumbered) {
  EXPECT_FALSE(
      sidecar(slice().set("EchoTime", "3").set("EchoNumbers", "1")).contains("EchoNumber"));
  EXPECT_EQ(sidecar(slice().set("EchoTime", "3").set("EchoNumbers", "2"))["EchoNumber"], 2);
}

TEST_F(Echoes, OfAPhaseDifferenceAreThoseOfTheProtocol) {
  const auto found = sidecar(siemens_echo("7.38", "P"));
  EXPECT_EQ(found["EchoTime1"].dump(), "0.00492");
  EXPECT_EQ(found["EchoTime2"].dump(), "0.00738");
  EXPECT_EQ(found["EchoNumber"], 2);
  EXPECT_FALSE(sidecar(siemens_echo("7.38", "M")).contains("EchoTime1"));
  EXPECT_FALSE(sidecar(siemens_echo("4.92", "P")).contains("EchoTime1"));
}

// A phase image for each of the two echoes is no difference of them.
TEST_F(Echoes, OfPhasesOfEachEchoAreNoPair) {
  Catalog catalog;
  catalog.images = {image_of({siemens_echo("4.92", "P")}, 1, "first"),
                    image_of({siemens_echo("7.38", "P")}, 1, "second")};
  ASSERT_TRUE(write_bids(folder, catalog).ok());
  EXPECT_FALSE(json("second.json").contains("EchoTime1"));
}

TEST_F(Echoes, OfAGeFieldMapFollowFromItsScale) {
  auto file = slice("GE MEDICAL SYSTEMS").set("EchoTime", "4.608");
  file.set_private(0x0019, "GEMS_ACQU_01", 0x9E, "LO", "B0map")
      .set_private(0x0019, "GEMS_ACQU_01", 0xE2, "DS", "-69.077667")
      .set_private(0x0043, "GEMS_PARM_01", 0x30, "SS", "0");
  const auto found = sidecar(file);
  EXPECT_EQ(found["EchoTime1"].dump(), "0.004608");
  EXPECT_EQ(found["EchoTime2"].dump(), "0.006912");
  EXPECT_EQ(found["Units"], "Hz");
  file.set_private(0x0043, "GEMS_PARM_01", 0x30, "SS", "2");
  EXPECT_FALSE(sidecar(file).contains("Units"));
}

TEST_F(Echoes, OfPhilipsHaveTheUnitsOfTheirFieldMap) {
  auto file = slice("Philips").set("ImageType", "ORIGINAL\\PRIMARY\\T1\\FIELD_MAP");
  EXPECT_EQ(sidecar(file)["Units"], "Hz");
  EXPECT_EQ(sidecar(slice().set("RescaleType", "rad/s"))["Units"], "rad/s");
  EXPECT_FALSE(sidecar(slice().set("RescaleType", "US")).contains("Units"));
}

}  // namespace
}  // namespace dcmflow
