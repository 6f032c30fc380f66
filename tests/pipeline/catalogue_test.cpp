// The catalogue of a whole run agrees with its JSON files, and answers what docs/catalogue.md asks.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class CatalogueFile : public PipelineScene {
 protected:
  // Two converted series, one without positions, a text, and one of which a slice is missing.
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, input + "/a");
    write_phantom_series({.modality = "MR", .series_uid = "1.2.3.2", .slices = 5}, input + "/b");
    write_phantom_series(
        {.series_uid = "1.2.3.3",
         .edit = [](unsigned, DicomBuilder& file) { file.remove("ImagePositionPatient"); }},
        input + "/c");
    write_bytes(input + "/note.txt", "hello");
  }
  Json ask(const std::string& sql) const {
    const ProgramRun run = run_dcmflow({"query", output, sql, "--json"});
    EXPECT_EQ(run.exit_status, 0) << sql << '\n' << run.errors;
    return Json::parse(run.output, nullptr, false);
  }
  bool has_catalogue() const {
    return std::filesystem::exists(output + "/.dcmflow/catalogue.sqlite");
  }
  std::size_t files_beside() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(output + "/.dcmflow"))
      count += entry.path().filename().string().starts_with("catalogue.sqlite");
    return count;
  }
};

TEST_F(CatalogueFile, AgreesWithTheReportAboutEveryFile) {
  ASSERT_EQ(convert().exit_status, 0);
  std::map<std::string, Json> rows;
  for (const auto& row :
       ask("SELECT path, size, modified_ns, inode, disposition, reason, detail FROM files"))
    rows[row["path"]] = row;
  const Json report = json("report.json");
  EXPECT_EQ(rows.size(), report["files"].size());
  for (const auto& file : report["files"]) {
    const std::string name = file["name"];
    ASSERT_TRUE(rows.contains(name)) << name;
    const Json& row = rows[name];
    EXPECT_EQ(row["size"], std::filesystem::file_size(input + "/" + name)) << name;
    EXPECT_GT(row["modified_ns"], 0);
    EXPECT_GT(row["inode"], 0);
    if (file["disposition"] == "converted") {
      EXPECT_EQ(row["disposition"], "converted") << name;
      EXPECT_TRUE(row["reason"].is_null());
    } else {
      EXPECT_EQ(row["reason"], file["disposition"]) << name;
      EXPECT_EQ(row["disposition"],
                report["reasons"][file["disposition"].get<std::string>()]["severity"]);
      EXPECT_EQ(row["detail"].is_null() ? "" : row["detail"], file["detail"]) << name;
    }
  }
  const Json runs = ask("SELECT exit_code, status, version, ended FROM runs");
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0]["exit_code"], 0);
  EXPECT_EQ(runs[0]["status"], report["status"]);
  EXPECT_EQ(runs[0]["version"], report["program"]["version"]);
  EXPECT_FALSE(runs[0]["ended"].is_null());
}

TEST_F(CatalogueFile, AgreesWithVolumesAboutEveryImageAndSlice) {
  for (const std::string format : {"mhd", "nii.gz"}) {
    ASSERT_EQ(convert({"--format", format}).exit_status, 0);
    const Json volumes = json("volumes.json");
    const Json images = ask("SELECT * FROM images ORDER BY id");
    ASSERT_EQ(images.size(), volumes["volumes"].size());
    for (std::size_t i = 0; i < images.size(); ++i) {
      const Json &image = images[i], &volume = volumes["volumes"][i];
      EXPECT_EQ(image["name"], volume["file"]);
      EXPECT_EQ(Json({image["columns"], image["rows"], image["slices"]}), volume["dimensions"]);
      EXPECT_EQ(Json({image["column_spacing"], image["row_spacing"], image["slice_spacing"]}),
                volume["spacing"]);
      EXPECT_EQ(Json({image["origin_x"], image["origin_y"], image["origin_z"]}), volume["origin"]);
      EXPECT_EQ(Json::parse(image["direction"].get<std::string>()), volume["direction"]);
      EXPECT_EQ(image["voxel_type"], volume["voxel_type"]);
      EXPECT_EQ(image["verdict"], volume["verdict"]);
      EXPECT_EQ(Json::parse(image["flags"].get<std::string>()), volume["flags"]);
      EXPECT_EQ(image["sha256"], volume["sha256"]);
      EXPECT_EQ(Json({image["least"], image["greatest"]}), volume["value_range"]);
      const auto id = std::to_string(image["id"].get<int>());
      Json names = Json::array();
      for (const auto& file : ask("SELECT name, size, modified_ns FROM image_files WHERE image = " +
                                  id + " ORDER BY number")) {
        names.push_back(file["name"]);
        const std::string path = output + "/" + file["name"].get<std::string>();
        EXPECT_EQ(file["size"], std::filesystem::file_size(path));
      }
      EXPECT_EQ(names, volume["files"]);
      const Json slices =
          ask("SELECT f.SOPInstanceUID AS sop_instance_uid, f.path AS file, l.frame FROM slices l "
              "JOIN files f ON f.id = l.file WHERE l.image = " +
              id + " ORDER BY l.number");
      EXPECT_EQ(slices, volume["slices"]);
    }
  }
}

TEST_F(CatalogueFile, AgreesWithTheMetadataAboutEveryAttribute) {
  ASSERT_EQ(convert().exit_status, 0);
  const Json metadata = json("dicom-metadata.json");
  std::map<std::string, Json> rows;
  for (const auto& row : ask("SELECT * FROM instance_attributes")) rows[row["file"]] = row;
  std::size_t instances = 0;
  const auto expect_in = [](const Json& level, const Json& row) {
    for (const auto& [key, value] : level.items()) {
      if (key == "series" || key == "instances") continue;
      if (value.is_array())
        EXPECT_EQ(Json::parse(row[key].get<std::string>()), value) << key;
      else
        EXPECT_EQ(row[key], value) << key;
    }
  };
  for (const auto& study : metadata["studies"])
    for (const auto& series : study["series"])
      for (const auto& instance : series["instances"]) {
        ++instances;
        const Json& row = rows[instance["file"]];
        for (const Json* level : {&study, &series, &instance}) expect_in(*level, row);
      }
  EXPECT_EQ(instances, rows.size());
}

TEST_F(CatalogueFile, HoldsTheSelectedImages) {
  write_bytes(folder / "rules.json",
              R"({"selections": [{"name": "mr", "conditions": {"Modality": "MR"}},
                                 {"name": "none", "conditions": {"Modality": "PT"}}]})");
  ASSERT_EQ(convert({"--rules", folder / "rules.json"}).exit_status, 0);
  Json selected = Json::object();
  for (const auto& row : ask("SELECT selection, key, image FROM selected"))
    selected[row["selection"]][row["key"]] = row["image"];
  EXPECT_EQ(selected, json("selected-images.json"));
}

TEST_F(CatalogueFile, IsTheDefaultWithArgumentsAndNotOfAContainerStage) {
  ASSERT_EQ(convert().exit_status, 0);
  EXPECT_TRUE(has_catalogue());
  EXPECT_EQ(files_beside(), 1U);
  ASSERT_EQ(convert({"--catalogue", "none"}).exit_status, 0);
  EXPECT_FALSE(has_catalogue());
  EXPECT_EQ(
      run_dcmflow({}, {{"NVIDIA_CLARA_INPUT", input}, {"NVIDIA_CLARA_OUTPUT", output}}).exit_status,
      0);
  EXPECT_FALSE(has_catalogue());
  const ProgramRun run = run_dcmflow({"query", output, "SELECT 1"});
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.errors, HasSubstr("--catalogue yes"));
}

TEST_F(CatalogueFile, IsTheSameForAnyThreads) {
  const auto told = [&](const std::string& threads) {
    EXPECT_EQ(convert({"--threads", threads}).exit_status, 0);
    std::string text;
    for (const auto* sql :
         {"SELECT * FROM studies", "SELECT id, study, SeriesInstanceUID, attributes FROM series",
          "SELECT id, path, disposition, reason, series, SOPInstanceUID, attributes FROM files",
          "SELECT id, series, name FROM images", "SELECT * FROM slices",
          "SELECT image, number, name, size FROM image_files", "SELECT * FROM selected_images"})
      text += ask(sql).dump();
    return text;
  };
  EXPECT_EQ(told("1"), told("8"));
}

TEST_F(CatalogueFile, AnswersTheQueriesOfItsDocument) {
  ASSERT_EQ(convert().exit_status, 0);
  const std::string document = bytes_of(DCMFLOW_SOURCE_DIR "/docs/catalogue.md");
  const std::string fence = "```sql\n";
  std::size_t queries = 0;
  for (std::size_t at = 0; (at = document.find(fence, at)) != std::string::npos;) {
    at += fence.size();
    const std::string sql = document.substr(at, document.find("```", at) - at);
    const ProgramRun run = run_dcmflow({"query", output, sql});
    EXPECT_EQ(run.exit_status, 0) << sql << run.errors;
    EXPECT_EQ(run.errors, "");
    // Names of columns, a rule and, of this archive, at least one row; nothing in it deserves a
    // look.
    const auto lines = std::ranges::count(run.output, '\n');
    EXPECT_GE(lines, sql.find("verdict <> 'pass'") == std::string::npos ? 3 : 2) << sql;
    ++queries;
  }
  EXPECT_EQ(queries, 10U);
}

TEST_F(CatalogueFile, IsOnlyReadByQueries) {
  ASSERT_EQ(convert().exit_status, 0);
  const auto path = output + "/.dcmflow/catalogue.sqlite";
  const auto before = bytes_of(path);
  for (const std::string sql : {"DELETE FROM files", "SELECT nonsense", "not SQL", ""}) {
    const ProgramRun run = run_dcmflow({"query", output, sql});
    EXPECT_EQ(run.exit_status, 2) << sql;
    EXPECT_NE(run.errors, "");
    EXPECT_EQ(run.output, "");
  }
  EXPECT_EQ(run_dcmflow({"query", output}).exit_status, 2);
  EXPECT_EQ(bytes_of(path), before);
  EXPECT_EQ(files_beside(), 1U);
}

}  // namespace
}  // namespace dcmflow
