// dcmflow list: what would come out of a folder, without making it.

#include <gmock/gmock.h>

#include <array>

#include "stages/base/terminal_text.h"
#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/run_on_terminal.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class List : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.study_uid = "1.9.2", .series_uid = "1.9.2.1", .patient_id = "P2"},
                         input);
    write_phantom_series({.modality = "MR",
                          .study_uid = "1.9.1",
                          .series_uid = "1.9.1.1",
                          .patient_name = "Doe\x1B[31m^Jane",
                          .series_description = "T2 \x1B]0;own\atra"},
                         input);
    // Of its eight slices the fourth is missing.
    const PhantomSeries gap{.study_uid = "1.9.3", .series_uid = "1.9.3.1", .patient_id = "P1"};
    std::filesystem::remove(write_phantom_series(gap, input).at(3));
    write_bytes(input + "/note.txt", "hello");
  }
  ProgramRun list(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"list", input});
    return run_dcmflow(std::move(options));
  }
  Json list_json(std::vector<std::string> options = {}) const {
    options.emplace_back("--json");
    return Json::parse(list(std::move(options)).output);
  }
};

TEST_F(List, TellsPatientsStudiesSeriesAndImages) {
  const ProgramRun run = list();
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_EQ(run.errors, "");
  EXPECT_THAT(run.output, ContainsRegex("Patient P2: Phantom\\^Ramp\nStudy 1\\.9\\.2,[^\n]* 1 "
                                        "series: Ramp study\n"));
  EXPECT_THAT(run.output, ContainsRegex("Ramp series +CT +12x10x8 +0\\.7x0\\.8x2\\.5 "
                                        "+1\\.9\\.2\\.1\\.mhd +ok\n"));
  EXPECT_THAT(run.output, HasSubstr("3 images would be made"));
  // Those of one patient stand together, whatever their studies are called.
  EXPECT_LT(run.output.find("1.9.3.1.mhd"), run.output.find("Patient P2"));
  EXPECT_LT(run.output.find("1.9.1.1.mhd"), run.output.find("1.9.3.1.mhd"));
}

TEST_F(List, WritesNothing) {
  const auto before = names_in(input);
  const auto parent = names_in(folder.path());
  EXPECT_EQ(list().exit_status, 0);
  EXPECT_EQ(names_in(input), before);
  EXPECT_EQ(names_in(folder.path()), parent);
}

TEST_F(List, SaysWhyAnImageWouldNotBeAndWhatToDo) {
  EXPECT_THAT(list().output, ContainsRegex("1\\.9\\.3\\.1\\.mhd +repaired\n   missing_filled: 1 of "
                                           "8 slices were missing"));
  const ProgramRun run = list({"--on-missing", "reject"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(run.output, ContainsRegex("12x10 +missing_slices +refused\n   7 files: "
                                        "missing_slices \\(.*\\)\n"));
  EXPECT_THAT(run.output, AllOf(HasSubstr("What to do next"), HasSubstr("--on-missing split")));
  EXPECT_EQ(list({"--on-missing", "reject", "--strict"}).exit_status, 6);
  const auto json = list_json({"--on-missing", "reject"});
  for (const auto& series : json["series"]) {
    if (series["SeriesInstanceUID"] != "1.9.3.1") continue;
    EXPECT_EQ(series["verdict"], "refused");
    EXPECT_EQ(series["problems"][0]["reason"], "missing_slices");
    EXPECT_THAT(series["problems"][0]["remedy"].get<std::string>(), HasSubstr("split"));
  }
}

TEST_F(List, IsWhatARunMakes) {
  std::set<std::string> listed;
  const auto json = list_json({"--format", "nii"});
  for (const auto& series : json["series"])
    for (const auto& image : series["images"]) listed.insert(image["file"]);
  ASSERT_EQ(convert({"--format", "nii", "--catalogue", "none"}).exit_status, 0);
  const auto made = image_names(output);
  EXPECT_EQ(listed, std::set<std::string>(made.begin(), made.end()));
}

TEST_F(List, JsonFitsItsSchemaAndHasThePatientsWhereTheyMayBeTold) {
  write_bytes(folder / "json/summary.json", list({"--json"}).output);
  expect_valid_json(folder / "json");
  const auto json = list_json();
  EXPECT_EQ(json["output"], nullptr);
  EXPECT_EQ(json["series"][0]["PatientID"], "P1");
  EXPECT_EQ(json["series"][0]["StudyDescription"], "Ramp study");
  EXPECT_FALSE(list_json({"--no-patient"})["series"][0].contains("PatientID"));
  EXPECT_THAT(list({"--no-patient"}).output,
              AllOf(Not(HasSubstr("Phantom^Ramp")), Not(HasSubstr("Patient")), HasSubstr("Study")));
}

TEST_F(List, NamesAndDescriptionsCanDoNothingToATerminal) {
  for (const auto& options : std::vector<std::vector<std::string>>{{}, {"--json"}})
    for (const auto* const harmful : {"\x1B", "\a"})
      EXPECT_THAT(list(options).output, Not(HasSubstr(harmful)));
  for (const unsigned short columns : std::array<unsigned short, 2>{80, 50}) {
    const auto seen =
        run_on_terminal({.command = {DCMFLOW_PROGRAM, "list", input, "--on-missing", "reject"},
                         .environment = {{"TERM", "xterm"}, {"LANG", "C.UTF-8"}},
                         .columns = columns});
    EXPECT_EQ(seen.exit_status, 0);
    EXPECT_THAT(seen.sent,
                AllOf(Not(HasSubstr("\x1B[31m^")), Not(HasSubstr("\x1B]")), Not(HasSubstr("\a"))));
    for (const auto& line : screen_lines(seen.sent)) EXPECT_LE(terminal_width(line), columns);
  }
}

TEST_F(List, ExitCodesAreThoseOfARun) {
  std::filesystem::create_directories(folder / "empty");
  EXPECT_EQ(run_dcmflow({"list", folder / "empty"}).exit_status, 4);
  EXPECT_EQ(run_dcmflow({"list", folder / "none"}).exit_status, 4);
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"list"}, {"list", input, output}, {"list", input, "--formt"}})
    EXPECT_EQ(run_dcmflow(words).exit_status, 2);
  EXPECT_EQ(list({"--rules", "/no/such/file"}).exit_status, 3);
  EXPECT_EQ(run_program({.command = {"bash", "-c",
                                     std::string(DCMFLOW_PROGRAM) + " list " + input +
                                         " --json >/dev/full"}})
                .exit_status,
            5);
}

}  // namespace
}  // namespace dcmflow
