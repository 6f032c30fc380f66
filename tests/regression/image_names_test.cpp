// Images of different series that would like one name.

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

class ImageNames : public PipelineScene {
 protected:
  // Every file is in an image that holds its series, and the bytes are those of each run.
  void expect_images(std::size_t files, const std::set<std::string>& names) {
    std::map<std::string, std::string> first;
    for (const std::string threads : {"1", "2", "8"}) {
      std::filesystem::remove_all(output);
      const ProgramRun run = convert({"--format", "nii", "--threads", threads});
      ASSERT_EQ(run.exit_status, 0) << run.errors;
      expect_accounted(files);
      EXPECT_EQ(json("report.json")["counts"]["converted"], files);
      const Json volumes = json("volumes.json");
      std::set<std::string> found;
      for (const auto& volume : volumes["volumes"]) {
        EXPECT_TRUE(found.insert(volume["file"]).second) << volume["file"];
        for (const auto& slice : volume["slices"])
          EXPECT_TRUE(slice["sop_instance_uid"].get<std::string>().starts_with(
              volume["series"].get<std::string>() + "."))
              << slice;
      }
      EXPECT_EQ(found, names);
      if (first.empty()) first = contents(output);
      EXPECT_EQ(contents(output), first);
    }
  }
};

TEST_F(ImageNames, OfASecondOrientationGiveWayToASeriesOfThatUid) {
  write_phantom_series({.series_uid = "1.2.3", .slices = 6}, input);
  write_phantom_series({.series_uid = "1.2.3",
                        .slices = 5,
                        .row = {0, 1, 0},
                        .column = {0, 0, 1},
                        .first_number = 100},
                       input);
  write_phantom_series({.series_uid = "1.2.3_orientation", .slices = 4}, input);
  expect_images(15, {"1.2.3.nii", "1.2.3_orientation.nii", "1.2.3_orientation_2.nii"});
}

TEST_F(ImageNames, OfASecondStudyGiveWayToASeriesOfThatUid) {
  write_phantom_series({.study_uid = "1.1", .series_uid = "1.2.3"}, input + "/a");
  write_phantom_series({.study_uid = "1.2", .series_uid = "1.2.3", .first_number = 100},
                       input + "/b");
  write_phantom_series({.study_uid = "1.2", .series_uid = "1.2.3_study2"}, input + "/c");
  expect_images(24, {"1.2.3.nii", "1.2.3_study2.nii", "1.2.3_study2_2.nii"});
  EXPECT_EQ(json("series-images.json").size(), 3U);
}

TEST_F(ImageNames, LeaveTheNamesOfTheJsonFilesToThem) {
  for (const std::string uid : {"report", "volumes", "dicom-metadata", "selected-images"})
    write_phantom_series({.series_uid = uid}, input);
  const ProgramRun run = convert({"--format", "nii", "--bids"});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  expect_accounted(32);
  EXPECT_EQ(json("volumes.json")["volumes"].size(), 4U);
  EXPECT_EQ(json("series-images.json")["report"], "report_2.nii");
  EXPECT_TRUE(json("report_2.json").contains("ConversionSoftware"));
  expect_valid_json(output);
}

}  // namespace
}  // namespace dcmflow
