// Images under the names that people ask for, from several inputs, and by variables.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Naming : public PipelineScene {
 protected:
  static void write(const std::string& to, const std::string& uid, const std::string& description,
                    const std::string& number) {
    write_phantom_series(
        {.series_uid = uid,
         .series_description = description,
         .slices = 3,
         .edit = [=](unsigned, DicomBuilder& file) { file.set("SeriesNumber", number); }},
        to);
  }
};

TEST_F(Naming, ImagesHaveTheNamesOfTheirTemplate) {
  write(input, "1.2.3.1", "t1 mprage", "1");
  write(input, "1.2.3.2", "../flair", "12");
  const auto run = convert({"--format", "nii", "--name", "{SeriesNumber:03}_{SeriesDescription}"});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(image_names(output), ElementsAre("001_t1_mprage.nii", "012_.._flair.nii"));
  EXPECT_EQ(json("series-images.json")["1.2.3.1"], "001_t1_mprage.nii");
  EXPECT_EQ(json("report.json")["settings"]["name"], "{SeriesNumber:03}_{SeriesDescription}");
  EXPECT_THAT(run.errors, Not(HasSubstr("mprage"))) << "no description reaches a log";
  expect_valid_json(output);
  expect_only_whole_images();
}

TEST_F(Naming, ACollisionIsToldAndSolved) {
  write(input, "1.2.3.1", "T1", "2");
  write(input, "1.2.3.2", "t1", "1");
  const auto run = convert({"--format", "nii", "--name", "{SeriesDescription}"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(image_names(output), ElementsAre("T1_2.nii", "t1.nii"));
  EXPECT_THAT(run.errors, AllOf(HasSubstr("name_taken"), HasSubstr("series 1.2.3.1"),
                                HasSubstr("series 1.2.3.2")));
  EXPECT_THAT(json("report.json")["problems"].dump(), HasSubstr("name_taken"));
  expect_valid_json(output);
}

TEST_F(Naming, AWrongTemplateIsAWrongSetting) {
  write(input, "1.2.3.1", "t1", "1");
  const auto misspelt = convert({"--name", "{SerisNumber}"});
  EXPECT_EQ(misspelt.exit_status, 2);
  EXPECT_THAT(misspelt.errors, AllOf(HasSubstr("--name"), HasSubstr("SeriesNumber")));
  EXPECT_EQ(convert({"--name", "{PatientID}", "--no-patient"}).exit_status, 2);
  const auto variable = convert({}, {{"DCMFLOW_NAME", "{SerisNumber}"}});
  EXPECT_EQ(variable.exit_status, 2);
  EXPECT_THAT(variable.errors, HasSubstr("DCMFLOW_NAME: "));
}

// An image that cannot be written is told by the path of its file, which the system says.
TEST_F(Naming, ALogNeverSaysTheNameWhateverGoesWrong) {
  write(input, "1.2.3.1", "secret", "1");
  for (const auto* const extension : {".nii.gz", ".mhd", ".raw"})
    std::filesystem::create_directories(output + "/secret" + extension);
  const auto logs = folder.path() + "/logs";
  std::filesystem::create_directory(logs);
  for (const std::string format : {"nii.gz", "mhd"}) {
    const auto run = convert({"--format", format, "--name", "{SeriesDescription}", "--logs", logs,
                              "--log-level", "trace"});
    EXPECT_NE(run.exit_status, 0);
    EXPECT_THAT(run.errors, AllOf(HasSubstr("/1.2.3.1."), HasSubstr("output_not_writable")));
    EXPECT_THAT(run.errors, Not(HasSubstr("secret")));
  }
  EXPECT_THAT(bytes_of(logs + "/dcmflow.log"),
              AllOf(HasSubstr("/1.2.3.1."), Not(HasSubstr("secret"))));
}

TEST_F(Naming, AResumedRunKeepsNothingUnderAnotherName) {
  write(input, "1.2.3.1", "t1", "1");
  EXPECT_EQ(convert({"--format", "nii", "--name", "{SeriesDescription}"}).exit_status, 0);
  for (const std::string text : {"{SeriesNumber}", "{SeriesNumber}x"}) {
    EXPECT_EQ(convert({"--format", "nii", "--name", text, "--resume"}).exit_status, 0);
    EXPECT_THAT(image_names(output), ElementsAre(text == "{SeriesNumber}" ? "1.nii" : "1x.nii"));
  }
  EXPECT_EQ(convert({"--format", "nii", "--resume"}).exit_status, 0);
  EXPECT_THAT(image_names(output), ElementsAre("1.2.3.1.nii"));
}

TEST_F(Naming, SeveralInputsGiveOneOutput) {
  write(folder / "a", "1.2.3.1", "t1", "1");
  write(folder / "b", "1.2.3.2", "t2", "2");
  const auto run = run_program(
      {.command = {DCMFLOW_PROGRAM, "a", folder / "b", "out"}, .working_folder = folder.path()});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(image_names(output), testing::Contains("1.2.3.1.mhd"));
  EXPECT_THAT(image_names(output), testing::Contains("1.2.3.2.mhd"));
  std::set<std::string> folders;
  const auto report = json("report.json");
  for (const auto& row : report["files"])
    folders.insert(std::filesystem::path(row["name"].get<std::string>()).parent_path());
  EXPECT_THAT(folders, ElementsAre(folder / "b", "a"));
  expect_valid_json(output);
}

TEST_F(Naming, AContainerStageTakesItsOptionsFromVariables) {
  write(input, "1.2.3.1", "t1", "1");
  const auto run = run_program({.command = {DCMFLOW_PROGRAM},
                                .environment = {{"NVIDIA_CLARA_INPUT", input},
                                                {"NVIDIA_CLARA_OUTPUT", output},
                                                {"DCMFLOW_OUTPUT", folder / "other"},
                                                {"DCMFLOW_FORMAT", "NII"},
                                                {"DCMFLOW_BIDS", "yes"},
                                                {"DCMFLOW_ON_MISING", "split"}}});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_EQ(run.output, "");
  EXPECT_THAT(names_in(output), testing::IsSupersetOf({"1.2.3.1.nii", "1.2.3.1.json"}));
  EXPECT_THAT(run.errors, AllOf(HasSubstr("format: nii (DCMFLOW_FORMAT)"),
                                HasSubstr("did you mean DCMFLOW_ON_MISSING?")));
}

}  // namespace
}  // namespace dcmflow
