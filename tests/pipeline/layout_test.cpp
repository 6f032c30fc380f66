// --layout TEMPLATE: images in folders that attributes name, for each way in which a run is made.

#include <gmock/gmock.h>

#include "tests/pipeline/study_scene.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const std::string by_patient = "{PatientID}/{StudyDate}/{SeriesNumber:03}_{SeriesDescription}";

class LayoutTest : public PipelineScene {
 protected:
  void SetUp() override {
    Study first(input + "/a", "1.2.3", "P1"), second(input + "/b", "1.2.4", "P2", "20240518");
    first.add("t1", {});
    first.add("dwi", {}, Study::directions());
    second.add("../flair", {});
  }
  ProgramRun place(const std::string& layout, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"--layout", layout});
    return convert(options);
  }
};

TEST_F(LayoutTest, FoldersAreMadeOfAttributes) {
  const auto run = place(by_patient, {"--format", "mhd", "--bids"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(paths_in(output),
              AllOf(Contains("P1/20240517/001_t1.mhd"), Contains("P1/20240517/001_t1.raw"),
                    Contains("P1/20240517/001_t1.json"), Contains("P1/20240517/002_dwi.bval"),
                    Contains("P2/20240518/001_.._flair.mhd")));
  EXPECT_THAT(bytes_of(output + "/P1/20240517/001_t1.mhd"),
              HasSubstr("ElementDataFile = 001_t1.raw\n"));
  EXPECT_EQ(json("series-images.json")["1.2.3.1"], "P1/20240517/001_t1.mhd");
  EXPECT_EQ(json("report.json")["settings"]["layout"], by_patient);
  EXPECT_THAT(json("report.json")["files"][0]["images"], ElementsAre("P1/20240517/001_t1.mhd"));
  expect_valid_json(output);
  const auto verified = run_dcmflow({"verify", output});
  EXPECT_EQ(verified.exit_status, 0) << verified.output;
}

TEST_F(LayoutTest, NoFolderReachesALog) {
  fs::create_directories(output + "/P1/20240517/001_t1.nii");
  const auto run = place(by_patient, {"--format", "nii", "--log-level", "trace"});
  EXPECT_NE(run.exit_status, 0);
  EXPECT_THAT(run.errors,
              AllOf(HasSubstr("1.2.3.1"), Not(HasSubstr("P1/")), Not(HasSubstr("/P1"))));
}

TEST_F(LayoutTest, OneNameForSeveralIsToldApart) {
  const auto run = place("{Modality}/image", {"--format", "nii.gz"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(images_in(output),
              ElementsAre("MR/image.nii.gz", "MR/image_2.nii.gz", "MR/image_3.nii.gz"));
  EXPECT_THAT(run.errors, AllOf(HasSubstr("name_taken"), HasSubstr("--layout gives it the name")));
}

TEST_F(LayoutTest, AFolderTakesNoNameOfAResult) {
  Study study(input + "/c", "1.2.5", "report.json");
  study.add("t1", {});
  ASSERT_EQ(place("{PatientID}/{SeriesNumber}", {"--format", "nii.gz"}).exit_status, 0);
  EXPECT_THAT(images_in(output), Contains("report.json_/1.nii.gz"));
  EXPECT_EQ(json("report.json")["status"], "complete");
}

TEST_F(LayoutTest, AnotherLayoutLeavesNothingOfTheOneBefore) {
  ASSERT_EQ(place(by_patient, {"--format", "nii.gz"}).exit_status, 0);
  write_bytes(output + "/P2/20240518/notes.txt", "of people");
  ASSERT_EQ(place("flat", {"--format", "nii.gz"}).exit_status, 0);
  EXPECT_THAT(images_in(output), ElementsAre("1.2.3.1.nii.gz", "1.2.3.2.nii.gz", "1.2.4.1.nii.gz"));
  EXPECT_FALSE(fs::exists(output + "/P1"));
  EXPECT_TRUE(fs::exists(output + "/P2/20240518/notes.txt"));
}

TEST_F(LayoutTest, NothingIsWrittenOrRemovedBehindALink) {
  const std::string outside = folder / "outside";
  ASSERT_EQ(place(by_patient, {"--format", "nii.gz"}).exit_status, 0);
  fs::rename(output + "/P1", outside);
  fs::create_directory_symlink(outside, output + "/P1");
  const auto before = contents(outside);
  const auto linked = place(by_patient, {"--format", "nii.gz"});
  EXPECT_EQ(linked.exit_status, 5);
  EXPECT_EQ(contents(outside), before);
  EXPECT_EQ(place("flat", {"--format", "nii.gz"}).exit_status, 0);
  EXPECT_EQ(contents(outside), before);
}

// At each rename and removal, over the results of another layout.
TEST_F(LayoutTest, AfterAKillTheNextRunIsAsAFirst) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "a sanitizer comes first";
  const std::vector<std::string> options{"--format", "mhd", "--threads", "1", "--bids"};
  ASSERT_EQ(place(by_patient, options).exit_status, 0);
  const auto expected = contents(output);
  std::size_t killed = 0;
  for (int nth = 1;; nth += 3, ++killed) {
    fs::remove_all(output);
    ASSERT_EQ(place("{Modality}/{SeriesDescription}", options).exit_status, 0);
    const auto run =
        convert({"--layout", by_patient, "--format", "mhd", "--threads", "1", "--bids"},
                {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                 {"BREAK_ON", "change"},
                 {"BREAK_NTH", std::to_string(nth)},
                 {"BREAK_BY", "kill"}});
    if (run.exit_status == 0) break;
    if (fs::exists(output + "/selected-images.json")) {
      const Json listed = json("series-images.json");
      for (const auto& file : listed)
        EXPECT_TRUE(fs::exists(output + "/" + file.get<std::string>())) << nth;
    }
    ASSERT_EQ(place(by_patient, options).exit_status, 0);
    EXPECT_EQ(contents(output), expected) << nth;
    EXPECT_FALSE(fs::exists(output + "/MR")) << nth;
  }
  EXPECT_GE(killed, 6U);
}

TEST_F(LayoutTest, AResumedRunKeepsItsImages) {
  const std::vector<std::string> options{"--format", "nii.gz", "--bids", "--resume"};
  ASSERT_EQ(place(by_patient, options).exit_status, 0);
  const auto image = output + "/P1/20240517/001_t1.nii.gz";
  const auto made = fs::last_write_time(image);
  const auto expected = contents(output);
  Study(input + "/c", "1.2.6", "P3").add("t2", {});
  ASSERT_EQ(place(by_patient, options).exit_status, 0);
  EXPECT_EQ(fs::last_write_time(image), made);
  fs::remove_all(input + "/c");
  ASSERT_EQ(place(by_patient, options).exit_status, 0);
  EXPECT_EQ(contents(output), expected);
  EXPECT_FALSE(fs::exists(output + "/P3"));
}

TEST_F(LayoutTest, AResumedRunMakesASidecarThatIsGone) {
  const std::vector<std::string> options{"--format", "nii.gz", "--bids", "--resume"};
  ASSERT_EQ(place(by_patient, options).exit_status, 0);
  const auto expected = contents(output);
  for (const std::string extension : {".json", ".bval", ".bvec"}) {
    ASSERT_TRUE(fs::remove(output + "/P1/20240517/002_dwi" + extension));
    ASSERT_EQ(place(by_patient, options).exit_status, 0);
    EXPECT_EQ(contents(output), expected) << extension;
  }
}

TEST_F(LayoutTest, ShardsMakeTheBytesOfOneProcess) {
  const std::vector<std::string> options{"--layout", by_patient, "--format", "mhd", "--bids"};
  ASSERT_EQ(convert(options).exit_status, 0);
  const std::string work = folder / "work", merged = folder / "merged";
  auto plan = options;
  plan.insert(plan.begin(), {"plan", input, work, "--shards", "2"});
  ASSERT_EQ(run_dcmflow(plan).exit_status, 0);
  for (const std::string shard : {"0", "1"})
    ASSERT_EQ(run_dcmflow({"shard", "run", work, "--shard", shard}).exit_status, 0);
  const auto run = run_dcmflow({"merge", work, merged});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_EQ(contents(merged), contents(output));
}

TEST_F(LayoutTest, AWrongTemplateIsAWrongSetting) {
  for (const std::string layout : {"/{PatientID}", "{PatientID}//x", "{PatientID}/", "{Wrong}/x"})
    EXPECT_EQ(place(layout).exit_status, 2) << layout;
  EXPECT_EQ(place("{PatientID}/x", {"--no-patient"}).exit_status, 2);
  EXPECT_EQ(place("{Modality}", {"--name", "x"}).exit_status, 2);
  EXPECT_THAT(place("BIDS").errors, HasSubstr("expected flat, bids, or a template"));
  EXPECT_THAT(convert({"--name", "{Modality}/x"}).errors, HasSubstr("--layout takes folders"));
}

}  // namespace
}  // namespace dcmflow
