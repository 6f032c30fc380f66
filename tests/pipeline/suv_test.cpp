// --suv through the whole program: PET files in, images of standardized uptake values out.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/shards_scene.h"
#include "tests/support/image_reader.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* pet = "1.2.3.7";
constexpr const char* ct = "1.2.3.8";

// FDG: 350 MBq at 09:12:30, scanned 62 min later, slopes of their own as GE has them.
void make_pet(unsigned slice, DicomBuilder& file) {
  constexpr const char* drug = "RadiopharmaceuticalInformationSequence";
  file.set("PatientWeight", "81.5").set("PatientSize", "1.78").set("PatientSex", "M");
  file.set("SeriesDate", "20230406").set("SeriesTime", "101430");
  file.set("AcquisitionDate", "20230406");
  file.set("AcquisitionTime", slice < 3 ? "101430.00" : "101730.00");
  file.set("Units", "BQML").set("DecayCorrection", "START").set("CorrectedImage", "ATTN\\DECY");
  file.set("RescaleSlope", decimal_string(1.25 + 0.5 * slice)).set("RescaleIntercept", "0");
  file.set_in(drug, 0, "RadiopharmaceuticalStartTime", "091230.00");
  file.set_in(drug, 0, "RadionuclideTotalDose", "350000000");
  file.set_in(drug, 0, "RadionuclideHalfLife", "6586.2");
}

void write_pet(const std::string& folder,
               const std::function<void(unsigned, DicomBuilder&)>& edit = {}) {
  write_phantom_series({.modality = "PT",
                        .series_uid = pet,
                        .slices = 6,
                        .edit =
                            [&](unsigned slice, DicomBuilder& file) {
                              make_pet(slice, file);
                              if (edit) edit(slice, file);
                            }},
                       folder);
}

class SuvImages : public PipelineScene {
 protected:
  void SetUp() override { write_phantom_series({.series_uid = ct, .slices = 4}, input + "/ct"); }

  Json volume(const std::string& series) const {
    const Json volumes = json("volumes.json");
    for (const auto& one : volumes.at("volumes"))
      if (one.at("series") == series) return one;
    return {};
  }
};

TEST_F(SuvImages, AreThoseThatPydicomReckons) {
  write_pet(input + "/pet");
  const auto oracle =
      run_program({.command = {"/usr/bin/python3",
                               DCMFLOW_SOURCE_DIR "/tests/support/suv_by_pydicom.py", input}});
  if (oracle.exit_status == 77) GTEST_SKIP() << "python3-pydicom is not installed";
  ASSERT_EQ(oracle.exit_status, 0) << oracle.errors;
  const auto expected = Json::parse(oracle.output);
  ASSERT_EQ(convert({"--format", "nii", "--suv", "bw"}).exit_status, 0);
  const auto image = read_image(output + "/1.2.3.7.nii");
  EXPECT_EQ(image.component_type, "float");
  const auto slices = volume(pet).at("slices");
  ASSERT_EQ(slices.size(), 6U);
  for (std::size_t k = 0; k < slices.size(); ++k) {
    const auto& values = expected.at(slices[k].at("sop_instance_uid").get<std::string>());
    const double first = values[0], last = values[1];
    EXPECT_NEAR(image.at(0, 0, k), first, std::abs(first) * 1e-6) << k;
    EXPECT_NEAR(image.at(image.size[0] - 1, image.size[1] - 1, k), last, std::abs(last) * 1e-6);
  }
}

TEST_F(SuvImages, AreToldOfInEveryFile) {
  write_pet(input + "/pet");
  ASSERT_EQ(convert({"--format", "nii", "--suv", "lbm", "--bids", "--report"}).exit_status, 0);
  const auto of_pet = volume(pet);
  EXPECT_EQ(of_pet.at("suv").at("type"), "LBMJAMES128");
  EXPECT_EQ(of_pet.at("suv").at("units"), "g/ml");
  const double factor = of_pet.at("suv").at("factors")[0];
  EXPECT_EQ(of_pet.at("suv").at("factors")[1], factor);
  EXPECT_EQ(of_pet.at("rescale_count"), 6);
  EXPECT_DOUBLE_EQ(of_pet.at("rescale")[0].at("slope"), 1.25 * factor);
  EXPECT_THAT(of_pet.at("flags"), Contains("suv_lbm"));
  EXPECT_EQ(json("1.2.3.7.json").at("Units"), "g/mL");
  EXPECT_EQ(json("report.json").at("settings").at("suv"), "lbm");
  EXPECT_FALSE(volume(ct).contains("suv"));
  EXPECT_THAT(bytes_of(output + "/dicom-metadata.json"), Not(HasSubstr("RadionuclideTotalDose")));
  expect_valid_json(output);
  expect_accounted(10);
}

TEST_F(SuvImages, AreAskedFor) {
  write_pet(input + "/pet");
  ASSERT_EQ(convert({"--format", "nii", "--suv", "bw"}).exit_status, 0);
  const auto ct_image = bytes_of(output + "/1.2.3.8.nii");
  ASSERT_EQ(convert({"--format", "nii", "--bids"}).exit_status, 0);
  EXPECT_EQ(bytes_of(output + "/1.2.3.8.nii"), ct_image);
  EXPECT_THAT(bytes_of(output + "/volumes.json"), Not(HasSubstr("suv")));
  EXPECT_EQ(json("1.2.3.7.json").at("Units"), "Bq/mL");
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"--suv", "bw", "--keep-stored"}, {"--suv", "bmi"}}) {
    const auto run = convert(wrong);
    EXPECT_EQ(run.exit_status, 2);
    EXPECT_THAT(run.errors, HasSubstr("--suv"));
  }
}

TEST_F(SuvImages, OfAHeaderThatLacksSomethingAreRefusedByName) {
  write_pet(input + "/pet", [](unsigned slice, DicomBuilder& file) {
    if (slice == 4) file.remove("PatientWeight");
  });
  const auto run = convert({"--suv", "bw", "--strict"});
  EXPECT_EQ(run.exit_status, 6);
  EXPECT_THAT(run.errors, HasSubstr("suv_unclear"));
  EXPECT_EQ(volume(pet), Json());
  EXPECT_EQ(volume(ct).at("series"), ct);
  const auto report = json("report.json");
  EXPECT_EQ(report.at("counts").at("suv_unclear"), 6);
  EXPECT_THAT(report.at("files").dump(),
              AllOf(HasSubstr("Patient's Weight (0010,1030)"), HasSubstr("suv_unclear")));
  expect_valid_json(output);
  expect_accounted(10);
}

TEST_F(SuvImages, OfAnEarlierRunAreTakenWhenTheyAreOfTheSameKind) {
  write_pet(input + "/pet");
  const auto resumed = [&](std::vector<std::string> options) {
    options.insert(options.end(), {"--format", "nii", "--resume"});
    const auto run = convert(options);
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    return volume(pet).at("value_range")[1].get<double>();
  };
  const auto of_header = resumed({});
  const auto bw = resumed({"--suv", "bw"});
  const double factor = volume(pet).at("suv").at("factors")[0];
  EXPECT_NEAR(bw, of_header * factor, bw * 1e-6);
  const auto lbm = resumed({"--suv", "lbm"});
  EXPECT_LT(lbm, bw);
  EXPECT_EQ(read_image(output + "/1.2.3.7.nii").component_type, "float");
  const auto made = std::filesystem::last_write_time(output + "/1.2.3.7.nii");
  std::filesystem::remove(output + "/1.2.3.8.nii");  // the other is to be made again
  EXPECT_EQ(resumed({"--suv", "lbm"}), lbm);
  EXPECT_EQ(std::filesystem::last_write_time(output + "/1.2.3.7.nii"), made);
  EXPECT_EQ(resumed({}), of_header);
  EXPECT_FALSE(volume(pet).contains("suv"));
}

class SuvShards : public Shards {};

TEST_F(SuvShards, MakeTheImagesOfOneProcess) {
  write_pet(input + "/pet");
  const std::vector<std::string> options{"--suv", "bsa"};
  for (const auto* part : {"0/2", "1/2"})
    ASSERT_EQ(run_dcmflow({"scan", input, work, "--part", part, "--suv", "bsa"}).exit_status, 0);
  const auto other = plan(2);
  EXPECT_EQ(other.exit_status, 2);
  EXPECT_THAT(other.errors, HasSubstr("--suv"));
  ASSERT_EQ(plan(2, options).exit_status, 0);
  run_all(2);
  expect_one_process(options);
  EXPECT_THAT(bytes_of(output + "/volumes.json"), HasSubstr("cm2/ml"));
}

}  // namespace
}  // namespace dcmflow
