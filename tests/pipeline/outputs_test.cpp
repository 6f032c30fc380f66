// The files of the output folder, against the committed sample and its expected JSON.

#include <sstream>

#include "test-data/phantom.h"
#include "test_paths.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

class Outputs : public PipelineScene {
 protected:
  const std::string sample = DCMFLOW_SOURCE_DIR "/test-data/dcm";
  const std::string expected = DCMFLOW_SOURCE_DIR "/test-data/expected";
};

// Renew them with: dcmflow test-data/dcm OUT --format nii --sha256 all; report.json without its
// "run".
TEST_F(Outputs, OfTheSampleAreTheExpectedOnes) {
  ASSERT_EQ(run_dcmflow({sample, output, "--format", "nii", "--sha256", "all"}).exit_status, 0);
  for (const std::string name : {"dicom-metadata.json", "series-images.json",
                                 "selected-images.json", "volumes.json", "report.json"}) {
    Json found = json(name);
    Json wanted = read_json(expected + "/" + name);
    ASSERT_FALSE(wanted.is_discarded()) << expected << "/" << name;
    ASSERT_FALSE(wanted.contains("run"));
    found.erase("run");
    EXPECT_EQ(Json::diff(wanted, found).dump(1), "[]") << name;
    EXPECT_EQ(wanted.dump(), found.dump()) << name << ": the order of the keys";
    if (name != "report.json") {
      EXPECT_EQ(bytes_of(expected + "/" + name), bytes_of(output + "/" + name));
    }
  }
  expect_valid_json(output);
}

TEST_F(Outputs, AreImagesAndJsonOnly) {
  const std::map<std::string, std::vector<std::string>> images{
      {"mhd", {"2.25.7000.1.1.mhd", "2.25.7000.1.1.raw", "2.25.7000.2.1.mhd", "2.25.7000.2.1.raw"}},
      {"nii", {"2.25.7000.1.1.nii", "2.25.7000.2.1.nii"}},
      {"mha", {"2.25.7000.1.1.mha", "2.25.7000.2.1.mha"}},
      {"nrrd-gzip", {"2.25.7000.1.1.nrrd", "2.25.7000.2.1.nrrd"}},
      {"hdr", {"2.25.7000.1.1.hdr", "2.25.7000.1.1.img", "2.25.7000.2.1.hdr", "2.25.7000.2.1.img"}},
      {"nii.gz", {"2.25.7000.1.1.nii.gz", "2.25.7000.2.1.nii.gz"}}};
  for (const auto& [format, wanted] : images) {
    const std::string out = output + format;
    ASSERT_EQ(run_dcmflow({sample, out, "--format", format}).exit_status, 0);
    EXPECT_EQ(image_names(out), wanted);
    EXPECT_EQ(names_in(out).size(), wanted.size() + 5);
  }
}

TEST_F(Outputs, HaveASidecarBesideEachImageWhereBidsAsksForIt) {
  ASSERT_EQ(run_dcmflow({sample, output, "--format", "nii", "--bids"}).exit_status, 0);
  EXPECT_EQ(json("2.25.7000.1.1.json")["ConversionSoftware"], "dcmflow");
  EXPECT_EQ(json("2.25.7000.2.1.json")["Modality"], "MR");
  EXPECT_EQ(names_in(output).size(), 2 + 2 + 5u);
  for (const auto* name : {"2.25.7000.1.1.json", "2.25.7000.2.1.json"})
    EXPECT_EQ(bytes_of(output + "/" + name).find("PHANTOM"), std::string::npos) << name;
  expect_valid_json(output);
}

TEST_F(Outputs, HaveTheDicomJsonModelOfEachStudyWhereItIsAskedFor) {
  const auto eight = output + "_eight", nobody = output + "_nobody";
  ASSERT_EQ(run_dcmflow({sample, output, "--dicom-json", "--threads", "1"}).exit_status, 0);
  ASSERT_EQ(run_dcmflow({sample, eight, "--dicom-json", "--threads", "8"}).exit_status, 0);
  ASSERT_EQ(run_dcmflow({sample, nobody, "--dicom-json", "--no-patient"}).exit_status, 0);
  expect_valid_json(output);
  const Json metadata = json("dicom-metadata.json");
  for (const auto& study : metadata.at("studies")) {
    const std::string name = study.at("StudyInstanceUID").get<std::string>() + ".dicom.json";
    const Json instances = json(name);
    std::vector<std::string> wanted, found;
    for (const auto& series : study.at("series"))
      for (const auto& one : series.at("instances")) wanted.push_back(one.at("SOPInstanceUID"));
    for (const auto& one : instances) {
      found.push_back(one.at("00080018").at("Value").at(0));
      EXPECT_FALSE(one.contains("7FE00010"));
      EXPECT_TRUE(one.at("00100010").at("Value").at(0).contains("Alphabetic"));
    }
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(bytes_of(eight + "/" + name), bytes_of(output + "/" + name));
    for (const auto& one : read_json(nobody + "/" + name))
      for (const auto& [tag, attribute] : one.items()) EXPECT_FALSE(tag.starts_with("0010")) << tag;
  }
  ASSERT_EQ(run_dcmflow({sample, output}).exit_status, 0);
  for (const auto& name : names_in(output)) EXPECT_FALSE(name.ends_with(".dicom.json")) << name;
}

TEST_F(Outputs, HaveFactsToRouteByWhereTheyAreAskedFor) {
  ASSERT_EQ(run_dcmflow({sample, output, "--format", "nii", "--workflow-metadata"}).exit_status, 0);
  EXPECT_EQ(json("metadata.json")["modalities"], "CT,MR,RTSTRUCT");
  EXPECT_EQ(json("metadata.json")["images"], "2");
  EXPECT_EQ(json("metadata.json")["series"], "3");
  EXPECT_EQ(json("metadata.json")["converted_series"], "2");
  EXPECT_EQ(json("metadata.json")["format"], "nii");
  EXPECT_EQ(json("metadata.json")["exit_code"], "0");
  EXPECT_EQ(bytes_of(output + "/metadata.json").find("PHANTOM"), std::string::npos);
  expect_valid_json(output);
  std::filesystem::create_directory(input);
  ASSERT_EQ(run_dcmflow({input, output, "--workflow-metadata"}).exit_status, 4);
  EXPECT_EQ(json("metadata.json")["exception"], "failed");
}

TEST_F(Outputs, RouteNothingWhereAnotherJsonFileIsMissing) {
  for (const std::string name : {"dicom-metadata.json", "report.json", "selected-images.json"}) {
    const std::string out = output + name;
    std::filesystem::create_directories(out + "/" + name + "/in the way");
    EXPECT_EQ(run_dcmflow({sample, out, "--workflow-metadata"}).exit_status, 5);
    EXPECT_EQ(read_json(out + "/metadata.json")["exception"], "failed") << name;
  }
}

TEST_F(Outputs, HaveAPlainMetaImageHeader) {
  ASSERT_EQ(run_dcmflow({sample, output}).exit_status, 0);
  std::istringstream header(bytes_of(output + "/2.25.7000.2.1.mhd"));
  std::vector<std::string> keys;
  std::string line;
  while (std::getline(header, line)) {
    const auto equals = line.find(" = ");
    ASSERT_NE(equals, std::string::npos) << line;
    EXPECT_EQ(line.find_first_of("\r\t"), std::string::npos) << line;
    keys.push_back(line.substr(0, equals));
    EXPECT_EQ(keys.back().find(' '), std::string::npos) << line;
    if (keys.back() == "ElementDataFile") {
      EXPECT_EQ(line.substr(equals + 3), "2.25.7000.2.1.raw");
    }
  }
  ASSERT_FALSE(keys.empty());
  EXPECT_EQ(keys.back(), "ElementDataFile");
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size());
}

bool holds_key(const Json& value, const std::string& key) {
  if (value.is_object() && value.contains(key)) return true;
  for (const auto& item : value)
    if (item.is_structured() && holds_key(item, key)) return true;
  return false;
}

TEST_F(Outputs, CarryTheirSha256WhereItIsAskedFor) {
  const auto sha256_of = [](const std::string& path) -> Json {
    return run_program({.command = {"sha256sum", path}}).output.substr(0, 64);
  };
  struct Case {
    std::string format, sha256, voxel_file;  // which is empty where there is to be none
  };
  for (const auto& c :
       {Case{"nii.gz", "", "2.25.7000.2.1.nii.gz"}, Case{"nii.gz", "none", ""}, Case{"nii", "", ""},
        Case{"nii", "all", "2.25.7000.2.1.nii"}, Case{"mhd", "all", "2.25.7000.2.1.raw"}}) {
    std::vector<std::string> options{sample, output, "--format", c.format};
    if (!c.sha256.empty()) options.insert(options.end(), {"--sha256", c.sha256});
    ASSERT_EQ(run_dcmflow(options).exit_status, 0);
    const Json sha256 = c.voxel_file.empty() ? Json() : sha256_of(output + "/" + c.voxel_file);
    EXPECT_EQ(json("volumes.json")["volumes"][1]["sha256"], sha256) << c.format << c.sha256;
    expect_valid_json(output);
    std::filesystem::remove_all(output);
  }
}

TEST_F(Outputs, HoldNoPatientWhenAskedForNone) {
  ASSERT_EQ(run_dcmflow({sample, output}).exit_status, 0);
  EXPECT_TRUE(holds_key(json("dicom-metadata.json"), "PatientName"));
  ASSERT_EQ(run_dcmflow({sample, output, "--no-patient"}).exit_status, 0);
  const Json metadata = json("dicom-metadata.json");
  for (const auto* key : {"PatientName", "PatientID", "PatientBirthDate", "PatientSex"})
    EXPECT_FALSE(holds_key(metadata, key)) << key;
  EXPECT_TRUE(holds_key(metadata, "StudyDate"));
  for (const auto& name : names_in(output))
    EXPECT_EQ(bytes_of(output + "/" + name).find("PHANTOM-1"), std::string::npos) << name;
  expect_valid_json(output);
}

TEST_F(Outputs, HoldTheAttributesThatAFileAsksFor) {
  PhantomSeries series;
  series.edit = [](unsigned, DicomBuilder& file) {
    file.set_private(0x0019, "SIEMENS MR HEADER", 0x0c, "IS", "1000");
    file.set_in("ProcedureCodeSequence", 0, "CodeValue", "ABC");
    file.set("WindowCenterWidthExplanation", "wide");
  };
  write_phantom_series(series, input);
  write_bytes(folder / "attributes.json", R"json({"attributes": [
    {"keyword": "WindowCenterWidthExplanation", "level": "series"},
    {"path": "ProcedureCodeSequence[0].CodeValue", "keyword": "Procedure", "level": "study"},
    {"tag": "(0019,\"SIEMENS MR HEADER\",0c)", "keyword": "B_value", "vr": "IS", "level": "series"}
  ]})json");
  ASSERT_EQ(convert({"--attributes", folder / "attributes.json"}).exit_status, 0);
  const Json study = json("dicom-metadata.json")["studies"][0];
  EXPECT_EQ(study["Procedure"], "ABC");
  EXPECT_EQ(study["series"][0]["B_value"].dump(), "[1000]");
  EXPECT_EQ(study["series"][0]["WindowCenterWidthExplanation"], Json::array({"wide"}));
  expect_valid_json(output);
}

// Files of others are not ours to delete; those of the same name are replaced whole.
TEST_F(Outputs, ReplaceThoseOfAnEarlierRun) {
  ASSERT_EQ(run_dcmflow({sample, output, "--format", "nii"}).exit_status, 0);
  const auto first = contents(output);
  write_bytes(output + "/2.25.7000.1.1.nii", std::string(1 << 20, 'x'));
  ASSERT_EQ(run_dcmflow({sample, output, "--format", "nii"}).exit_status, 0);
  EXPECT_EQ(contents(output), first);
}

// "Complete" must not be what an earlier run left behind.
TEST_F(Outputs, OfAFailedRunHoldNoSelectedImagesOfAnEarlierOne) {
  write_phantom_series({}, input);
  ASSERT_EQ(convert().exit_status, 0);
  std::filesystem::remove_all(input);
  write_bytes(input + "/notes.txt", "no DICOM");
  ASSERT_EQ(convert().exit_status, 4);
  EXPECT_FALSE(std::filesystem::exists(output + "/selected-images.json"));
  EXPECT_EQ(json("report.json")["exit_code"], 4);
}

}  // namespace
}  // namespace dcmflow
