// --tables: series, instances and images for those without SQLite, the same as the JSON files say.

#include <gmock/gmock.h>

#include <sstream>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

// RFC 4180: rows by name of column.
std::vector<std::map<std::string, std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
      rows.back().back() += text[++i];
    else if (c == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && c == ',')
      rows.back().emplace_back();
    else if (!is_quoted && c == '\r' && text[i + 1] == '\n' && ++i)
      rows.push_back({""});
    else
      rows.back().back() += c;
  }
  rows.pop_back();
  std::vector<std::map<std::string, std::string>> table;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].size(), rows[0].size());
    auto& row = table.emplace_back();
    for (std::size_t k = 0; k < std::min(rows[0].size(), rows[i].size()); ++k)
      row[rows[0][k]] = rows[i][k];
  }
  return table;
}

class Tables : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series(
        {.series_uid = "1.2.3.1", .series_description = "say \"T1\", then\r\nstop", .slices = 3},
        input);
    write_phantom_series(
        {.modality = "MR",
         .series_uid = "1.2.3.2",
         .slices = 2,
         .edit = [](unsigned, DicomBuilder& file) { file.remove("ImagePositionPatient"); }},
        input);
  }
};

TEST_F(Tables, InCsvQuoteWhatNeedsIt) {
  ASSERT_EQ(convert({"--tables", "csv", "--catalogue", "none"}).exit_status, 0);
  const auto series = read_csv(bytes_of(output + "/series.csv"));
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].at("SeriesInstanceUID"), "1.2.3.1");
  EXPECT_THAT(series[0].at("SeriesDescription"), HasSubstr("say \"T1\", then"));
  EXPECT_EQ(series[0].at("Modality"), "CT");
  EXPECT_EQ(series[0].at("converted"), "3");
  EXPECT_EQ(series[0].at("main_image"), "1.2.3.1.mhd");
  EXPECT_EQ(series[1].at("converted"), "0");
  EXPECT_EQ(series[1].at("main_image"), "");
  const auto instances = read_csv(bytes_of(output + "/instances.csv"));
  ASSERT_EQ(instances.size(), 5U);
  EXPECT_EQ(instances[0].at("Modality"), "CT");
  EXPECT_EQ(instances[0].at("disposition"), "converted");
  EXPECT_EQ(Json::parse(instances[0].at("ImagePositionPatient")).size(), 3U);
  EXPECT_EQ(instances[4].at("reason"), "no_geometry");
  EXPECT_EQ(instances[4].at("ImagePositionPatient"), "");
  const auto images = read_csv(bytes_of(output + "/images.csv"));
  ASSERT_EQ(images.size(), 1U);
  EXPECT_EQ(images[0].at("slices"), "3");
  EXPECT_EQ(images[0].at("slice_spacing"), "2.5");
}

TEST_F(Tables, InNdjsonAgreeWithTheMetadata) {
  ASSERT_EQ(convert({"--tables", "ndjson"}).exit_status, 0);
  std::map<std::string, Json> rows;
  std::istringstream lines(bytes_of(output + "/instances.ndjson"));
  for (std::string line; std::getline(lines, line);) {
    const Json row = Json::parse(line);
    rows[row["file"]] = row;
  }
  const Json metadata = json("dicom-metadata.json");
  std::size_t instances = 0;
  for (const auto& study : metadata["studies"])
    for (const auto& one : study["series"])
      for (const auto& instance : one["instances"]) {
        ++instances;
        for (const Json* level : {&study, &one, &instance})
          for (const auto& [key, value] : level->items())
            if (key != "series" && key != "instances") {
              EXPECT_EQ(rows[instance["file"]][key], value) << key;
            }
      }
  EXPECT_EQ(instances, rows.size());
}

TEST_F(Tables, AreTheSameForAnyThreadsAndGoWithTheNextRun) {
  ASSERT_EQ(convert({"--tables", "csv", "--threads", "1"}).exit_status, 0);
  const auto one = contents(output);
  ASSERT_EQ(convert({"--tables", "csv", "--threads", "8"}).exit_status, 0);
  EXPECT_EQ(contents(output), one);
  ASSERT_EQ(convert().exit_status, 0);
  EXPECT_FALSE(std::filesystem::exists(output + "/series.csv"));
}

TEST_F(Tables, LeaveThePatientOutWhereThatIsAskedFor) {
  ASSERT_EQ(convert({"--tables", "csv", "--no-patient"}).exit_status, 0);
  for (const std::string name : {"series.csv", "instances.csv", "images.csv"})
    EXPECT_EQ(bytes_of(output + "/" + name).find("Phantom^Ramp"), std::string::npos) << name;
}

}  // namespace
}  // namespace dcmflow
