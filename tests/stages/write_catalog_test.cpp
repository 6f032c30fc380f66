#include "stages/write_catalog.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

namespace fs = std::filesystem;

class WriteCatalog : public CatalogFixture {};

TEST_F(WriteCatalog, ListsOnlyMainImagesInSeriesImages) {
  write_all(full_catalog());
  EXPECT_EQ(json("series-images.json").dump(), R"({"1.2.3":"1.2.3.mhd","1.2.4":"1.2.4.mhd"})");
}

TEST_F(WriteCatalog, ListsOnlySelectionsWithAnImage) {
  write_all(full_catalog());
  EXPECT_EQ(json("selected-images.json").dump(),
            R"({"CT":{"1.2.3":"1.2.3.mhd"},"all":{"1.2.4":"1.2.4.mhd","1.2.3":"1.2.3.mhd"}})");
}

TEST_F(WriteCatalog, ListsFurtherImagesOfASeriesUnderTheirNames) {
  const auto mr = series("1.2", "1.2.4", {{"1.1", {}, {}}});
  Catalog catalog;
  catalog.series = {mr};
  catalog.images = {image(mr, "1.2.4"), image(mr, "1.2.4_echo2", false),
                    image(mr, "1.2.4_echo3", false)};
  catalog.candidates = {{candidate(mr, "1.2.4", {}), candidate(mr, "1.2.4_echo2", {}),
                         candidate(mr, "1.2.4_echo3", {})}};
  catalog.selections = {{"main", {{0, 0}}, {}}, {"late", {{0, 1}, {0, 2}}, {}}};
  ASSERT_TRUE(write_selected_images(folder, catalog).ok());
  EXPECT_EQ(json("selected-images.json").dump(),
            R"({"main":{"1.2.4":"1.2.4.mhd"},)"
            R"("late":{"1.2.4":"1.2.4_echo2.mhd","1.2.4_echo3":"1.2.4_echo3.mhd"}})");
}

TEST_F(WriteCatalog, ListsBothImagesWhenTwoStudiesUseOneSeriesUid) {
  const auto first = series("1.1", "1.2.3", {{"1.1", {}, {}}});
  const auto second = series("1.2", "1.2.3", {{"1.2", {}, {}}});
  Catalog catalog;
  catalog.series = {first, second};
  catalog.images = {image(second, "1.2.3"), image(first, "1.2.3_study_1.1")};
  catalog.candidates = {{candidate(first, "1.2.3_study_1.1", {})},
                        {candidate(second, "1.2.3", {})}};
  catalog.selections = {{"x", {{0, 0}, {1, 0}}, {}}};
  ASSERT_TRUE(write_series_images(folder, catalog).ok());
  ASSERT_TRUE(write_selected_images(folder, catalog).ok());
  EXPECT_EQ(json("series-images.json").dump(),
            R"({"1.2.3_study_1.1":"1.2.3_study_1.1.mhd","1.2.3":"1.2.3.mhd"})");
  EXPECT_EQ(json("selected-images.json")["x"], json("series-images.json"));
  catalog.images[1] = image(first, "1.2.3");
  const auto status = write_series_images(folder, catalog);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.problem().reason, Reason::internal_error);
}

TEST_F(WriteCatalog, DescribesTheGridAndTheSlicesOfAVolume) {
  auto ct = series("1.2", "1.2.3", {{"1.1", {}, {}, "s/1.dcm"}, {"1.3", {}, {}, "s/2.dcm"}});
  Catalog catalog;
  catalog.images = {image(ct, "1.2.3")};
  ASSERT_TRUE(write_volumes(folder, catalog).ok());
  const auto volume = json("volumes.json")["volumes"][0];
  EXPECT_EQ(volume["dimensions"].dump(), "[4,3,2]");
  EXPECT_THAT(text("volumes.json"), HasSubstr("\"spacing\": [0.7, 0.8, 2.5],\n"));
  EXPECT_THAT(text("volumes.json"), HasSubstr("\"origin\": [-10, -20, 0.1],\n"));
  EXPECT_THAT(text("volumes.json"),
              HasSubstr("\"direction\": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],\n"));
  EXPECT_EQ(volume["rescale"].dump(), R"([{"slope":1,"intercept":-1024}])");
  EXPECT_EQ(volume["rescale_count"], 1);
  EXPECT_EQ(volume["voxel_type"], "int16");
  EXPECT_EQ(volume["verdict"], "pass");
  EXPECT_TRUE(volume["split_reason"].is_null());
  EXPECT_EQ(
      volume["slices"].dump(),
      R"([{"sop_instance_uid":"1.1","file":"s/1.dcm","frame":0},{"sop_instance_uid":"1.3","file":"s/2.dcm","frame":0}])");
}

TEST_F(WriteCatalog, ListsEightRescalesAndCountsTheRest) {
  std::vector<InstanceCase> cases;
  cases.reserve(20);
  for (int i = 0; i < 20; ++i) cases.push_back({"1." + std::to_string(i), {}, {}});
  auto pet = image(series("1.2", "1.2.3", cases), "1.2.3");
  Stack stack = *pet.stack;
  for (std::size_t i = 0; i < stack.frames.size(); ++i) {
    const auto pair = i / 2;
    stack.frames[i].slope = 20 - static_cast<double>(pair);
  }
  pet.stack = std::make_shared<const Stack>(stack);
  Catalog catalog;
  catalog.images = {pet};
  ASSERT_TRUE(write_volumes(folder, catalog).ok());
  const auto volume = json("volumes.json")["volumes"][0];
  EXPECT_EQ(volume["rescale"].size(), 8U);
  EXPECT_EQ(volume["rescale"][0]["slope"], 20);
  EXPECT_EQ(volume["rescale_count"], 10);
}

TEST_F(WriteCatalog, AccountsForEveryFileInTheReport) {
  const Catalog catalog = full_catalog();
  write_all(catalog);
  const auto report = json("report.json");
  std::uint64_t sum = 0;
  for (const auto& [name, count] : report["counts"].items())
    if (name != "discovered") sum += count.get<std::uint64_t>();
  EXPECT_EQ(report["counts"]["discovered"], report["files"].size());
  EXPECT_EQ(sum, report["files"].size());
  EXPECT_EQ(report["counts"].dump(),
            R"({"discovered":6,"converted":3,"not_dicom":1,"truncated":2})");
  EXPECT_THAT(keys(report["reasons"]), ElementsAre("not_dicom", "truncated", "missing_slices"));
  EXPECT_EQ(
      report["files"][0].dump(),
      R"({"name":"1.2.3.1.dcm","disposition":"converted","images":["1.2.3.mhd"],"detail":""})");
  // The frames of one file can be in several images.
  EXPECT_EQ(report["files"][2]["images"], (nlohmann::ordered_json{"1.2.4.mhd", "1.2.4_axial.mhd"}));
  EXPECT_EQ(
      report["files"][3].dump(),
      R"({"name":"a.txt","disposition":"not_dicom","images":[],"detail":"no DICM, expected it at byte 128"})");
  EXPECT_EQ(report["files"][5]["name"], "d.dcm");
  EXPECT_EQ(report["selections"][1]["unmet"], "0 series, required at least 1");
}

TEST_F(WriteCatalog, ChangesNothingButTheRunBetweenTwoRuns) {
  Catalog catalog = full_catalog();
  write_all(catalog);
  auto first = json("report.json");
  const std::string volumes = text("volumes.json");
  std::ranges::reverse(catalog.not_converted);
  std::ranges::reverse(catalog.images);
  catalog.run = {"complete", 0, 8, 9.5, 1 << 20, {}};
  write_all(catalog);
  auto second = json("report.json");
  EXPECT_NE(first.dump(), second.dump());
  first.erase("run");
  second.erase("run");
  EXPECT_EQ(first.dump(), second.dump());
  EXPECT_EQ(text("volumes.json"), volumes);
}

TEST_F(WriteCatalog, WritesJsonThatFitsTheSchemas) {
  write_all(full_catalog());
  const auto [status, words] = validate();
  EXPECT_EQ(status, 0) << words;
  EXPECT_EQ(words, "6 JSON files are valid\n");
}

TEST_F(WriteCatalog, WritesValidJsonForAnEmptyCatalog) {
  const Catalog empty;
  ASSERT_TRUE(write_dicom_metadata(folder, empty, table, false).ok());
  ASSERT_TRUE(write_series_images(folder, empty).ok());
  ASSERT_TRUE(write_volumes(folder, empty).ok());
  ASSERT_TRUE(write_report(folder, empty).ok());
  ASSERT_TRUE(write_selected_images(folder, empty).ok());
  ASSERT_TRUE(write_selection_report(folder, empty, {}, false).ok());
  const auto [status, words] = validate();
  EXPECT_EQ(status, 0) << words;
  EXPECT_EQ(text("series-images.json"), "{}\n");
}

TEST_F(WriteCatalog, IsFoundOutByTheSchemasWhenItIsWrong) {
  Catalog catalog = full_catalog();
  catalog.run.status = "finished";
  write_all(catalog);
  auto [status, words] = validate();
  EXPECT_EQ(status, 1);
  EXPECT_THAT(words, HasSubstr("report.json: $.status: 'finished' is not one of"));
  write_all(full_catalog());
  std::ofstream(folder + "/series-images.json") << R"({"1.2": "a.nii", "1.2": "b.nii"})";
  std::tie(status, words) = validate();
  EXPECT_EQ(status, 1);
  EXPECT_THAT(words, HasSubstr("repeated keys: 1.2"));
}

TEST_F(WriteCatalog, ReportsAFolderThatCannotBeWritten) {
  const std::string below_a_file = "/proc/self/status";
  const Catalog catalog = full_catalog();
  for (const auto& status :
       {write_dicom_metadata(below_a_file, catalog, table, false),
        write_series_images(below_a_file, catalog), write_volumes(below_a_file, catalog),
        write_report(below_a_file, catalog), write_selected_images(below_a_file, catalog),
        write_selection_report(below_a_file, catalog, {}, false)}) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.problem().reason, Reason::output_not_writable);
    EXPECT_THAT(status.problem().detail, HasSubstr("Not a directory"));
  }
}

TEST_F(WriteCatalog, LeavesNoFileWhenTheDiskIsFull) {
  std::vector<InstanceCase> cases;
  cases.reserve(10'000);
  for (int i = 0; i < 10'000; ++i) cases.push_back({"1." + std::to_string(i), {}, {}});
  Catalog catalog;
  catalog.series = {series("1.2", "1.2.3", cases)};
  catalog.images = {image(catalog.series[0], "1.2.3")};
  const pid_t child = fork();
  if (child == 0) {
    // A file size limit stands for the full disk: the kernel refuses the write in the same place.
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{300'000, 300'000};
    const bool limited = setrlimit(RLIMIT_FSIZE, &limit) == 0;
    const auto metadata_status = write_dicom_metadata(folder, catalog, table, false);
    const auto volumes_status = write_volumes(folder, catalog);
    const auto is_full = [](const Status& status) {
      return !status && status.problem().reason == Reason::disk_full;
    };
    _exit(limited && is_full(metadata_status) && is_full(volumes_status) ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(fs::is_empty(folder));
  EXPECT_TRUE(write_dicom_metadata(folder, catalog, table, false).ok());
}

}  // namespace
}  // namespace dcmflow
