// The sidecars that --bids writes.

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>

#include "stages/catalog/gradient_tables.h"
#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Bids : public CatalogFixture {
 protected:
  static constexpr const char* stem = "1.2.3";

  // An image whose frames are the instances in order, `volumes` times the same slices.
  ImageFile image_of(const std::vector<InstanceCase>& cases, std::uint32_t volumes,
                     const std::vector<VolumeKey>& keys = {}) const {
    ImageFile made = image(series("1.2", stem, cases), stem);
    Stack stack = *made.stack;
    stack.volumes = volumes;
    stack.grid.size[2] = static_cast<std::uint32_t>(cases.size()) / volumes;
    stack.volume_keys = keys;
    made.stack = std::make_shared<const Stack>(stack);
    return made;
  }

  nlohmann::ordered_json sidecar(const ImageFile& image) {
    Catalog catalog;
    catalog.images = {image};
    const auto written = write_bids(folder, catalog);
    EXPECT_TRUE(written.ok()) << written.problem().detail;
    return json(std::string(stem) + ".json");
  }

  // Echo planar slices, each acquired at the time of day.
  static std::vector<InstanceCase> slices_at(const std::vector<std::string>& times,
                                             const Texts& shared) {
    std::vector<InstanceCase> cases;
    for (const auto& time : times)
      cases.push_back(
          {"1.2.3." + std::to_string(cases.size() + 1), shared, {{"AcquisitionTime", time}}});
    return cases;
  }
};

const Texts echo_planar{{"ScanningSequence", "EP\\GR"}, {"RepetitionTime", "2000"}};

TEST_F(Bids, GiveWhatTheScannerDidInTheUnitsOfBids) {
  const Texts texts{{"ImageType", "ORIGINAL\\PRIMARY\\M"},
                    {"Modality", "MR"},
                    {"Manufacturer", "SIEMENS"},
                    {"ScanningSequence", "EP\\GR"},
                    {"SequenceVariant", "SK"},
                    {"SliceThickness", "2.50"},
                    {"RepetitionTime", "2000"},
                    {"EchoTime", "3"},
                    {"EchoNumbers", "1"},
                    {"MagneticFieldStrength", "3.0"},
                    {"FlipAngle", "90"},
                    {"InPlanePhaseEncodingDirection", "COL"},
                    {"SeriesNumber", "7"}};
  EXPECT_EQ(sidecar(image_of({{"1.1", texts, {{"AcquisitionTime", "093015.5"}}}}, 1)).dump(),
            R"({"Modality":"MR","Manufacturer":"SIEMENS","MagneticFieldStrength":3,)"
            R"("ScanningSequence":["EP","GR"],"SequenceVariant":"SK",)"
            R"("ImageType":["ORIGINAL","PRIMARY","M"],"SeriesNumber":7,"SliceThickness":2.5,)"
            R"("EchoTime":0.003,"FlipAngle":90,"RepetitionTime":2,)"
            R"("AcquisitionTime":"09:30:15.500000",)"
            R"("InPlanePhaseEncodingDirectionDICOM":"COL","PhaseEncodingAxis":"j",)"
            R"("ConversionSoftware":"dcmflow","ConversionSoftwareVersion":")" DCMFLOW_VERSION
            "\"}");
}

TEST_F(Bids, SayNothingOfThePatient) {
  const Texts texts{{"PatientName", "DOE^JANE"},
                    {"PatientID", "ID-77"},
                    {"PatientBirthDate", "19010203"},
                    {"PatientSex", "F"},
                    {"PatientAge", "099Y"},
                    {"PatientWeight", "71.25"},
                    {"PatientSize", "1.72"},
                    {"PatientComments", "SECRET"},
                    {"ReferringPhysicianName", "WHO^DR"},
                    {"AccessionNumber", "ACC-9"},
                    {"StudyDate", "20200102"},
                    {"Modality", "CT"}};
  sidecar(image_of({{"1.1", texts, {{"ImageComments", "SECRET"}}}}, 1));
  for (const char* secret :
       {"DOE", "ID-77", "1901", "\"F\"", "099Y", "71.25", "1.72", "SECRET", "WHO", "ACC", "2020"})
    EXPECT_THAT(text("1.2.3.json"), Not(HasSubstr(secret)));
}

TEST_F(Bids, LeaveOutNumbersThatAreNone) {
  const Texts texts{{"EchoTime", "soon"}, {"FlipAngle", ""}, {"KVP", "120\\140"}};
  const auto found = sidecar(image_of({{"1.1", texts, {}}}, 1));
  EXPECT_THAT(keys(found), ElementsAre("KVP", "ConversionSoftware", "ConversionSoftwareVersion"));
  EXPECT_EQ(found["KVP"], 120);
}

TEST_F(Bids, NumberTheEchoesOfASeriesThatHasSeveral) {
  const auto echo = [&](const std::string& number, const std::string& name) {
    ImageFile made = image_of({{"1." + number, {{"EchoNumbers", number}}, {}}}, 1);
    Stack stack = *made.stack;
    stack.image_stem = name;
    made.stack = std::make_shared<const Stack>(stack);
    return made;
  };
  Catalog catalog;
  catalog.images = {echo("1", "1.2.3"), echo("2", "1.2.3_echo2")};
  ASSERT_TRUE(write_bids(folder, catalog).ok());
  EXPECT_EQ(json("1.2.3.json")["EchoNumber"], 1);
  EXPECT_EQ(json("1.2.3_echo2.json")["EchoNumber"], 2);
}

TEST_F(Bids, TellWhenEachSliceOfAVolumeWasAcquired) {
  const auto found = sidecar(image_of(
      slices_at({"120000.25", "120001.25", "120000.75", "120002.25", "120003.25", "120002.75"},
                echo_planar),
      2, {{"1", 0, {}}, {"2", 2, {}}}));
  EXPECT_EQ(found["SliceTiming"].dump(), "[0,1,0.5]");
  EXPECT_EQ(found["RepetitionTime"], 2);
  EXPECT_EQ(found["AcquisitionTime"], "12:00:00.250000");
}

TEST_F(Bids, TellNoSliceTimingWhereTheTimesAreNotOfOneRepetition) {
  const Texts spin_echo{{"ScanningSequence", "SE"}, {"RepetitionTime", "2000"}};
  const std::vector<std::string> times{"120000", "120001", "120000.5"};
  EXPECT_TRUE(sidecar(image_of(slices_at(times, echo_planar), 1)).contains("SliceTiming"));
  for (const auto& cases :
       {slices_at({"120000", "120000", "120000"}, echo_planar),
        slices_at({"120000", "120001", "120002"}, echo_planar),
        slices_at({"120000", "noon", "120001"}, echo_planar), slices_at(times, spin_echo)})
    EXPECT_FALSE(sidecar(image_of(cases, 1)).contains("SliceTiming"));
  ImageFile repaired = image_of(slices_at(times, echo_planar), 1);
  Stack stack = *repaired.stack;
  stack.recipes.resize(3);
  repaired.stack = std::make_shared<const Stack>(stack);
  EXPECT_FALSE(sidecar(repaired).contains("SliceTiming"));
}

// As in a cine scan, where each image takes many excitations.
TEST_F(Bids, TellTheTimeBetweenVolumesApartFromThatBetweenExcitations) {
  const Texts cine{{"RepetitionTime", "3"}};
  const auto found =
      sidecar(image_of({{"1.1", cine, {}}, {"1.2", cine, {}}}, 2, {{"1", 0, {}}, {"2", 0.04, {}}}));
  EXPECT_EQ(found["RepetitionTime"], 0.04);
  EXPECT_EQ(found["RepetitionTimeExcitation"], 0.003);
}

TEST_F(Bids, ListTheFramesOfDynamicPet) {
  const Texts pet{{"Modality", "PT"}, {"Units", "BQML"}};
  const auto frame = [&](const std::string& uid, const std::string& duration) {
    return InstanceCase{
        uid, {{"Modality", "PT"}, {"Units", "BQML"}, {"ActualFrameDuration", duration}}, {}};
  };
  const auto found = sidecar(
      image_of({frame("1.1", "30000"), frame("1.2", "60000")}, 2, {{"1", 0, {}}, {"2", 30, {}}}));
  EXPECT_EQ(found["Units"], "Bq/mL");
  EXPECT_EQ(found["FrameTimesStart"].dump(), "[0,30]");
  EXPECT_EQ(found["FrameDuration"].dump(), "[30,60]");
  EXPECT_EQ(sidecar(image_of({{"1.1", pet, {}}}, 1))["FrameTimesStart"].dump(), "[0]");
}

// Directions by FSL's convention, from those of a grid that is turned by 90° about z: rows run
// along +y, columns along -x.
TEST_F(Bids, GiveBValuesAndDirectionsAlongTheImageAxes) {
  ImageFile made = image_of({{"1.1", {}, {}}, {"1.2", {}, {}}, {"1.3", {}, {}}}, 3,
                            {{"0", {}, Diffusion{0, {}}},
                             {"1000", {}, Diffusion{1000, Vector3{0, 1, 0}}},
                             {"1000", {}, Diffusion{1000, Vector3{0.6, 0, 0.8}}}});
  Stack stack = *made.stack;
  stack.grid.direction = {{{0, 1, 0}, {-1, 0, 0}, {0, 0, 1}}};
  made.stack = std::make_shared<const Stack>(stack);
  sidecar(made);
  EXPECT_EQ(text("1.2.3.bval"), "0 1000 1000\n");
  EXPECT_EQ(text("1.2.3.bvec"), "0 -1 0\n0 0 -0.6\n0 0 0.8\n");
}

TEST_F(Bids, GiveDirectionsAlongTheNormalOfAShearedGrid) {
  Stack stack;
  stack.grid.direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0.6, 0.8}}};
  stack.grid.is_sheared = true;
  stack.volume_keys = {{"1000", {}, Diffusion{1000, Vector3{0, 0, 1}}}};
  EXPECT_EQ(bvec_text(stack), "0\n0\n1\n");
}

TEST_F(Bids, GiveNoGradientsUnlessEveryVolumeHasThemAndOneIsWeighted) {
  sidecar(image_of({{"1.1", {}, {}}, {"1.2", {}, {}}}, 2,
                   {{"1", 0, Diffusion{0, {}}}, {"2", 1, Diffusion{0, {}}}}));
  sidecar(image_of({{"1.1", {}, {}}, {"1.2", {}, {}}}, 2,
                   {{"1", {}, Diffusion{1000, Vector3{1, 0, 0}}}, {"2", {}, {}}}));
  sidecar(image_of({{"1.1", {}, {}}}, 1));
  EXPECT_FALSE(std::filesystem::exists(folder + "/1.2.3.bval"));
  EXPECT_FALSE(std::filesystem::exists(folder + "/1.2.3.bvec"));
}

TEST_F(Bids, AreNotWrittenWhereTheyAreKeptAndTellWhereAFileCannotBeRead) {
  Catalog catalog;
  catalog.images = {
      image_of({{"1.2.3.1", {{"Modality", "MR"}}, {}}}, 1)};  // of a file that is gone
  const auto kept = write_bids(folder, catalog, [](const Stack& stack) {
    EXPECT_THAT(sidecar_names(stack), ElementsAre("1.2.3.json"));
    return true;
  });
  ASSERT_TRUE(kept.ok());
  EXPECT_THAT(*kept, ElementsAre());
  EXPECT_FALSE(std::filesystem::exists(folder + "/1.2.3.json"));
  const auto written = write_bids(folder, catalog);
  ASSERT_TRUE(written.ok());
  EXPECT_THAT(*written, ElementsAre(stem));
  EXPECT_EQ(json("1.2.3.json")["Modality"], "MR");
}

TEST_F(Bids, FitTheSchema) {
  Catalog catalog = full_catalog();
  write_all(catalog);
  catalog.images.push_back(image_of(slices_at({"120000.25", "120001.25"}, echo_planar), 2,
                                    {{"1", 0, {}}, {"2", 9, {}}}));
  ASSERT_TRUE(write_bids(folder, catalog).ok());
  auto [status, words] = validate();
  EXPECT_EQ(words, "9 JSON files are valid\n");
  std::ofstream(folder + "/1.2.3.json") << R"({"PatientName": "DOE"})";
  std::tie(status, words) = validate();
  EXPECT_EQ(status, 1);
  EXPECT_THAT(words, HasSubstr("PatientName"));
}

}  // namespace
}  // namespace dcmflow
