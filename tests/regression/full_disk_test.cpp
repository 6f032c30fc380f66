// A disk on which not everything finds room: the report is there, and true.

#include <gmock/gmock.h>
#include <sys/mount.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class FullDisk : public PipelineScene {
 protected:
  void SetUp() override {
    for (unsigned i = 1; i <= 6; ++i)
      write_phantom_series({.series_uid = "1.2.3." + std::to_string(i), .columns = 64, .rows = 64},
                           input);
  }
  void TearDown() override { umount(output.c_str()); }

  bool has_disk(const std::string& size) {
    umount(output.c_str());
    std::filesystem::create_directories(output);
    return mount("tmpfs", output.c_str(), "tmpfs", 0, size.c_str()) == 0;
  }
  bool has_disk(std::size_t kilobytes) {
    return has_disk("size=" + std::to_string(kilobytes) + "k");
  }
};

TEST_F(FullDisk, HasRoomForTheReportThatTellsOfIt) {
  for (const std::string format : {"nii", "mhd"})
    for (const std::size_t kilobytes : {56U, 120U, 200U, 300U, 400U}) {
      if (!has_disk(kilobytes)) GTEST_SKIP() << "this user cannot mount a file system";
      SCOPED_TRACE(format + " " + std::to_string(kilobytes));
      const ProgramRun run = convert({"--format", format});
      EXPECT_EQ(run.exit_status, 5) << run.errors;
      EXPECT_THAT(run.errors, HasSubstr("space"));
      ASSERT_TRUE(std::filesystem::exists(output + "/report.json"));
      EXPECT_EQ(json("report.json")["exit_code"], 5);
      expect_accounted(48);
      std::set<std::string> told;
      const Json report = json("report.json");
      for (const auto& file : report["files"])
        for (const auto& image : file["images"]) told.insert(image);
      std::set<std::string> there;
      for (const auto& name : image_names(output))
        if (name.ends_with("." + format)) there.insert(name);
      EXPECT_EQ(there, told);
      for (const auto& name : names_in(output)) EXPECT_FALSE(name.starts_with(".")) << name;
    }
}

// One on which there is space, and no place for more files.
TEST_F(FullDisk, HasAFileForEachListOfItsImages) {
  std::size_t with_images = 0;
  for (unsigned files = 8; files <= 40; files += 2) {
    if (!has_disk("size=4m,nr_inodes=" + std::to_string(files)))
      GTEST_SKIP() << "this user cannot mount a file system";
    SCOPED_TRACE(files);
    const ProgramRun run = convert({"--format", "nii"});
    ASSERT_TRUE(run.exit_status == 0 || run.exit_status == 5) << run.errors;
    const auto images = image_names(output);
    if (images.empty()) continue;
    ++with_images;
    ASSERT_TRUE(std::filesystem::exists(output + "/report.json"));
    EXPECT_EQ(json("report.json")["exit_code"], *run.exit_status);
    expect_accounted(48);
    for (const std::string name : {"volumes.json", "series-images.json", "dicom-metadata.json"})
      ASSERT_TRUE(std::filesystem::exists(output + '/' + name)) << name << run.errors;
    expect_only_whole_images();
    if (run.exit_status == 5) {
      EXPECT_THAT(run.errors, HasSubstr("No space left"));
    }
  }
  EXPECT_GT(with_images, 4U);
}

}  // namespace
}  // namespace dcmflow
