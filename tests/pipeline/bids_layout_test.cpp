// --layout bids: studies as scanners send them become data sets that BIDS' validator accepts.

#include <gmock/gmock.h>

#include "tests/pipeline/study_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

const std::string example = DCMFLOW_SOURCE_DIR "/config/examples/bids.json";

class BidsLayout : public PipelineScene {
 protected:
  void SetUp() override {
    write_bytes(participants, "PatientID\tparticipant_id\tage\nP1\tsub-01\t43\nP2\tsub-02\t51\n");
  }
  ProgramRun place(std::vector<std::string> options = {}, const std::string& rules = example) {
    options.insert(options.begin(), {"--layout", "bids", "--rules", rules});
    return convert(options);
  }
  ProgramRun place_listed(std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--participants", participants});
    return place(options);
  }
  std::string rules_with(const std::string& selections) {
    std::string path = folder / "rules.json";
    write_bytes(path, R"({"selections": [)" + selections + "]}");
    return path;
  }

  const std::string participants = folder / "people.tsv";
};

TEST_F(BidsLayout, AProtocolBecomesADataSet) {
  Study study(input, "1.2.3", "P1");
  study.add_protocol();
  const auto run = place_listed();
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(
      images_in(output),
      ElementsAre(
          "sub-01/anat/sub-01_T1w.nii.gz", "sub-01/dwi/sub-01_dir-AP_dwi.nii.gz",
          "sub-01/fmap/sub-01_dir-AP_epi.nii.gz", "sub-01/fmap/sub-01_dir-PA_epi.nii.gz",
          "sub-01/fmap/sub-01_magnitude1.nii.gz", "sub-01/fmap/sub-01_magnitude2.nii.gz",
          "sub-01/fmap/sub-01_phasediff.nii.gz", "sub-01/func/sub-01_task-fmrinback_bold.nii.gz",
          "sub-01/func/sub-01_task-rest_bold.nii.gz", "sub-01/func/sub-01_task-rest_sbref.nii.gz"));
  EXPECT_THAT(paths_in(output), AllOf(Contains("sub-01/dwi/sub-01_dir-AP_dwi.bval"),
                                      Contains("sub-01/dwi/sub-01_dir-AP_dwi.bvec"),
                                      Contains("dataset_description.json")));
  EXPECT_EQ(bytes_of(output + "/participants.tsv"), "participant_id\tage\tsex\nsub-01\t43\tF\n");
  EXPECT_EQ(json("series-images.json")["1.2.3.2"], "sub-01/anat/sub-01_T1w.nii.gz");
  EXPECT_EQ(json("selected-images.json")["T1w"]["1.2.3.2"], "sub-01/anat/sub-01_T1w.nii.gz");
  expect_valid_json(output);
}

TEST_F(BidsLayout, FieldMapsSayWhatTheyAreFor) {
  Study study(input, "1.2.3", "P1");
  study.add_protocol();
  ASSERT_EQ(place_listed().exit_status, 0);
  const auto epi = json("sub-01/fmap/sub-01_dir-PA_epi.json");
  EXPECT_EQ(epi["B0FieldIdentifier"], "pepolar_1");
  EXPECT_THAT(epi["IntendedFor"], UnorderedElementsAre("func/sub-01_task-rest_sbref.nii.gz",
                                                       "func/sub-01_task-rest_bold.nii.gz",
                                                       "func/sub-01_task-fmrinback_bold.nii.gz",
                                                       "dwi/sub-01_dir-AP_dwi.nii.gz"));
  const auto phase = json("sub-01/fmap/sub-01_phasediff.json");
  EXPECT_EQ(phase["B0FieldIdentifier"], "phase_1");
  EXPECT_EQ(phase["EchoTime1"], 0.00492) << "of the magnitudes beside it";
  EXPECT_EQ(phase["EchoTime2"], 0.00738);
  const auto bold = json("sub-01/func/sub-01_task-rest_bold.json");
  EXPECT_EQ(bold["TaskName"], "rest");
  EXPECT_EQ(bold["RepetitionTime"], 2);
  EXPECT_THAT(bold["B0FieldSource"], UnorderedElementsAre("pepolar_1", "phase_1"));
}

TEST_F(BidsLayout, WhatNoSelectionKeepsIsTold) {
  Study study(input, "1.2.3", "P1");
  study.add_protocol();
  const auto run = place_listed();
  for (const std::string number : {"1", "11"}) {
    const auto name = number + "/1.2.3." + number + "_0001.dcm";
    EXPECT_EQ(disposition(name), "not_selected");
  }
  EXPECT_THAT(run.errors, HasSubstr("not_selected"));
}

// The warnings that are left are for people (events, authors, a README), and of what these headers
// do not say.
TEST_F(BidsLayout, TheValidatorAcceptsIt) {
  Study first(input + "/a", "1.2.3", "P1"), second(input + "/b", "1.2.4", "P2");
  first.add_protocol();
  second.add_protocol();
  ASSERT_EQ(place_listed().exit_status, 0);
  const auto validated =
      run_program({.command = {DCMFLOW_SOURCE_DIR "/tests/bids/run_validator.sh", output}});
  if (validated.exit_status == 77) GTEST_SKIP() << validated.output;
  ASSERT_EQ(validated.exit_status, 0) << validated.errors;
  const auto answer = Json::parse(validated.output, nullptr, false);
  ASSERT_TRUE(answer.contains("issues")) << validated.output << validated.errors;
  EXPECT_THAT(answer["issues"]["errors"], IsEmpty()) << answer["issues"]["errors"].dump(1);
  std::set<std::string> warnings;
  for (const auto& warning : answer["issues"]["warnings"]) warnings.insert(warning["key"]);
  EXPECT_EQ(warnings, (std::set<std::string>{"EVENTS_TSV_MISSING", "NO_AUTHORS",
                                             "README_FILE_MISSING", "SLICE_TIMING_NOT_DEFINED"}));
}

TEST_F(BidsLayout, ParticipantsAreDigestsUnlessTheyAreListed) {
  Study study(input, "1.2.3", "Doe, Jane 1970");
  study.add("t1_mprage", {});
  ASSERT_EQ(place().exit_status, 0);
  // printf 'Doe, Jane 1970\n' | sha256sum
  EXPECT_THAT(images_in(output), ElementsAre("sub-2b794c69425e/anat/sub-2b794c69425e_T1w.nii.gz"));
  const auto listed = place_listed();
  EXPECT_EQ(listed.exit_status, 0);
  EXPECT_THAT(listed.errors, AllOf(HasSubstr("participant_unlisted"), Not(HasSubstr("Jane"))));
  EXPECT_THAT(json("report.json")["problems"].dump(), HasSubstr("participant_unlisted"));
}

TEST_F(BidsLayout, SeveralStudiesOfOneAreSessions) {
  Study later(input + "/a", "1.2.3", "P1", "20240601"), earlier(input + "/b", "1.2.4", "P1");
  Study other(input + "/c", "1.2.5", "P2");
  later.add("t1_mprage", {});
  earlier.add("t1_mprage", {});
  other.add("t1_mprage", {});
  ASSERT_EQ(place_listed().exit_status, 0);
  EXPECT_EQ(json("series-images.json"),
            Json::parse(R"({"1.2.3.1": "sub-01/ses-02/anat/sub-01_ses-02_T1w.nii.gz",
                            "1.2.4.1": "sub-01/ses-01/anat/sub-01_ses-01_T1w.nii.gz",
                            "1.2.5.1": "sub-02/ses-01/anat/sub-02_ses-01_T1w.nii.gz"})"));
  write_bytes(participants,
              "PatientID\tStudyDate\tparticipant_id\tsession_id\n"
              "P1\t20240601\t01\tpost\nP1\t\t01\tpre\nP2\t\t02\tpre\n");
  ASSERT_EQ(place_listed().exit_status, 0);
  EXPECT_THAT(images_in(output), ElementsAre("sub-01/ses-post/anat/sub-01_ses-post_T1w.nii.gz",
                                             "sub-01/ses-pre/anat/sub-01_ses-pre_T1w.nii.gz",
                                             "sub-02/ses-pre/anat/sub-02_ses-pre_T1w.nii.gz"));
  EXPECT_FALSE(std::filesystem::exists(output + "/sub-01/ses-01")) << "no folder is left behind";
}

TEST_F(BidsLayout, RunsAreCountedByAcquisition) {
  Study study(input, "1.2.3", "P1");
  const auto late = study.add("t1_mprage", {{"AcquisitionTime", "120000"}});
  const auto early = study.add("t1_mprage", {{"AcquisitionTime", "090000"}});
  ASSERT_EQ(place_listed().exit_status, 0);
  EXPECT_EQ(json("series-images.json")[early], "sub-01/anat/sub-01_run-1_T1w.nii.gz");
  EXPECT_EQ(json("series-images.json")[late], "sub-01/anat/sub-01_run-2_T1w.nii.gz");
}

TEST_F(BidsLayout, EchoesAndPartsOfOneSeriesHaveEntities) {
  Study study(input, "1.2.3", "P1");
  std::vector<Attributes> volumes;
  for (const std::string echo : {"1", "2"})
    for (const auto& time : Study::times(2)) {
      volumes.push_back(time);
      volumes.back().insert(volumes.back().end(),
                            {{"EchoNumbers", echo}, {"EchoTime", echo + "2"}});
    }
  study.add("fmri_rest", {{"ScanningSequence", "EP"}}, volumes);
  study.add(
      "fmri_rest",
      {{"ScanningSequence", "EP"}, {"ImageType", "ORIGINAL\\PRIMARY\\P\\ND"}, {"EchoTime", "12"}},
      Study::times(2));
  ASSERT_EQ(place_listed().exit_status, 0);
  EXPECT_THAT(images_in(output),
              ElementsAre("sub-01/func/sub-01_task-rest_echo-1_bold.nii.gz",
                          "sub-01/func/sub-01_task-rest_echo-2_bold.nii.gz",
                          "sub-01/func/sub-01_task-rest_part-phase_bold.nii.gz"));
}

TEST_F(BidsLayout, ABoldHasSeveralVolumesAndAReferenceOne) {
  Study study(input, "1.2.3", "P1");
  const Attributes epi{{"ScanningSequence", "EP"}};
  const std::vector<Attributes> echoes{{{"EchoNumbers", "1"}, {"EchoTime", "12"}},
                                       {{"EchoNumbers", "2"}, {"EchoTime", "34"}}};
  study.add("fmri_rest_SBRef", epi, echoes);
  study.add("fmri_rest", epi, echoes);
  study.add("fmri_nback_SBRef", epi, Study::times(2));
  ASSERT_EQ(place_listed().exit_status, 0);
  EXPECT_THAT(images_in(output), ElementsAre("sub-01/func/sub-01_task-rest_echo-1_sbref.nii.gz",
                                             "sub-01/func/sub-01_task-rest_echo-2_sbref.nii.gz"));
}

TEST_F(BidsLayout, AnImageIsForTheFieldMapBeforeIt) {
  Study study(input, "1.2.3", "P1");
  const Attributes epi{{"ScanningSequence", "EP"}};
  study.add("se_epi_AP", epi);  // was broken off
  study.add("se_epi_AP", epi);
  study.add("se_epi_PA", epi);
  study.add("fmri_rest", epi, Study::times(2));
  study.add("se_epi_AP", epi);
  study.add("se_epi_PA", epi);
  study.add("fmri_rest", epi, Study::times(2));
  ASSERT_EQ(place_listed().exit_status, 0);
  const auto intended = [&](const std::string& name) {
    return json("sub-01/fmap/sub-01_" + name + "_epi.json")["IntendedFor"];
  };
  EXPECT_TRUE(intended("dir-AP_run-1").is_null());
  EXPECT_THAT(intended("dir-AP_run-2"), ElementsAre("func/sub-01_task-rest_run-1_bold.nii.gz"));
  EXPECT_THAT(intended("dir-PA_run-1"), ElementsAre("func/sub-01_task-rest_run-1_bold.nii.gz"));
  EXPECT_THAT(intended("dir-AP_run-3"), ElementsAre("func/sub-01_task-rest_run-2_bold.nii.gz"));
}

TEST_F(BidsLayout, WhatNoHeaderSaysComesFromTheRules) {
  Study study(input, "1.2.3", "P1");
  study.add("pcasl", {{"ScanningSequence", "EP"}}, Study::times(4));
  const auto rules = rules_with(R"({"name": "asl", "conditions": {"SeriesDescription": "asl"},
    "bids": {"datatype": "perf", "suffix": "asl", "volume_types": ["control", "label"],
             "sidecar": {"M0Type": "Absent", "EchoTime": 99, "BackgroundSuppression": false}}})");
  ASSERT_EQ(place({"--participants", participants}, rules).exit_status, 0);
  const auto sidecar = json("sub-01/perf/sub-01_asl.json");
  EXPECT_EQ(sidecar["M0Type"], "Absent");
  EXPECT_EQ(sidecar["EchoTime"], 0.003) << "what the header says stays";
  EXPECT_EQ(bytes_of(output + "/sub-01/perf/sub-01_aslcontext.tsv"),
            "volume_type\ncontrol\nlabel\ncontrol\nlabel\n");
}

TEST_F(BidsLayout, WhatIsMadeBesideTheDataSetIsIgnored) {
  Study study(input, "1.2.3", "P1");
  study.add_protocol();
  ASSERT_EQ(place().exit_status, 0);
  EXPECT_THAT(bytes_of(output + "/.bidsignore"),
              AllOf(Not(HasSubstr("labels")), Not(HasSubstr("prepared"))));
  ASSERT_EQ(place({"--labels", "--spacing", "2"}).exit_status, 0);
  EXPECT_THAT(bytes_of(output + "/.bidsignore"),
              AllOf(HasSubstr("\nprepared/\n"), HasSubstr("\nlabels/\nlabels.json\n")));
}

TEST_F(BidsLayout, WhatPeopleWentOnWithStays) {
  Study study(input, "1.2.3", "P1");
  study.add("t1_mprage", {});
  ASSERT_EQ(place_listed().exit_status, 0);
  write_bytes(output + "/participants.tsv", "participant_id\tgroup\nsub-01\tcontrol\n");
  write_bytes(output + "/sub-01/func/sub-01_task-rest_events.tsv", "onset\tduration\n");
  const auto again = place_listed();
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_EQ(bytes_of(output + "/participants.tsv"), "participant_id\tgroup\nsub-01\tcontrol\n");
  EXPECT_THAT(again.errors, HasSubstr("participants.tsv: it is not as dcmflow wrote it"));
  EXPECT_TRUE(std::filesystem::exists(output + "/sub-01/func/sub-01_task-rest_events.tsv"));
}

TEST_F(BidsLayout, SettingsAndRulesHaveToFit) {
  Study study(input, "1.2.3", "P1");
  study.add("t1_mprage", {});
  EXPECT_EQ(place({"--format", "mhd"}).exit_status, 2);
  EXPECT_EQ(place({"--images", "all"}).exit_status, 2);
  EXPECT_EQ(place({"--multi-volume", "split"}).exit_status, 2);
  EXPECT_EQ(place({"--name", "{SeriesNumber}"}).exit_status, 2);
  EXPECT_EQ(convert({"--participants", participants}).exit_status, 2);
  write_bytes(participants, "PatientID\tparticipant_id\nP1\tsub_01\n");
  EXPECT_THAT(place_listed().errors, HasSubstr("line 2: participant_id"));
  const auto without =
      place({}, rules_with(R"({"name": "T1w", "conditions": {"SeriesDescription": "t1"}})"));
  EXPECT_EQ(without.exit_status, 3);
  EXPECT_THAT(without.errors, HasSubstr("without: \"T1w\""));
  const auto wrong = place({}, rules_with(R"({"name": "b", "conditions": {"Modality": "MR"},
    "bids": {"datatype": "func", "suffix": "bolt"}})"));
  EXPECT_EQ(wrong.exit_status, 3);
  EXPECT_THAT(wrong.errors, HasSubstr("suffix to be one of bold cbv sbref"));
}

TEST_F(BidsLayout, AResumedRunMakesTheBytesOfAFreshOne) {
  Study study(input, "1.2.3", "P1");
  study.add_protocol();
  ASSERT_EQ(place_listed({"--resume"}).exit_status, 0);
  study.add("fmri_rest", {{"ScanningSequence", "EP"}}, Study::times(2));
  const auto resumed = place_listed({"--resume"});
  ASSERT_EQ(resumed.exit_status, 0) << resumed.errors;
  const auto expected = contents(output);
  std::filesystem::remove_all(output);
  ASSERT_EQ(place_listed().exit_status, 0);
  EXPECT_EQ(contents(output), expected);
  EXPECT_THAT(images_in(output), Contains("sub-01/func/sub-01_task-rest_run-2_bold.nii.gz"));
}

TEST_F(BidsLayout, ShardsMakeTheBytesOfOneProcess) {
  Study study(input, "1.2.3", "P1");
  study.add_protocol();
  ASSERT_EQ(place_listed().exit_status, 0);
  const auto expected = contents(output);
  const std::string work = folder / "work", merged = folder / "merged";
  ASSERT_EQ(run_dcmflow({"plan", input, work, "--shards", "3", "--layout", "bids", "--rules",
                         example, "--participants", participants})
                .exit_status,
            0);
  std::filesystem::remove(participants);  // the plan has a copy
  for (const std::string shard : {"0", "1", "2"})
    ASSERT_EQ(run_dcmflow({"shard", "run", work, "--shard", shard}).exit_status, 0);
  const auto run = run_dcmflow({"merge", work, merged});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_EQ(contents(merged), expected);
}

}  // namespace
}  // namespace dcmflow
