// dcmflow verify: an untouched folder is all right, and whatever is changed in it is named.

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "stages/database/catalogue_schema.h"
#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class Verify : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, input);
    write_phantom_series({.modality = "MR",
                          .series_uid = "1.2.3.2",
                          .row = {0, 1, 0},
                          .column = {0, 0, -1},
                          .rescale_slope = 0.5},
                         input);
    write_bytes(input + "/note.txt", "hello");
  }
  ProgramRun verify(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"verify", output});
    return run_dcmflow(std::move(options));
  }
  void expect_difference(const std::string& file, const std::string& what) const {
    const ProgramRun run = verify();
    EXPECT_EQ(run.exit_status, 6) << run.output << run.errors;
    EXPECT_THAT(run.output, HasSubstr(file + ": "));
    EXPECT_THAT(run.output, HasSubstr(what));
  }
  // Changes one byte, and keeps the file's size.
  static void change_byte(const std::string& path, std::size_t at) {
    std::string bytes = bytes_of(path);
    ASSERT_LT(at, bytes.size());
    bytes[at] = static_cast<char>(~bytes[at]);
    write_bytes(path, bytes);
  }
  void replace_text(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = bytes_of(output + "/" + name);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << name << " has no " << from;
    write_bytes(output + "/" + name, text.replace(at, from.size(), to));
  }
};

TEST_F(Verify, FindsNothingInWhatWasWrittenInAnyFormat) {
  for (const std::string format : {"mhd", "mha", "nii", "nii.gz", "hdr", "nrrd", "nrrd-gzip"})
    for (const std::string catalogue : {"yes", "none"}) {
      ASSERT_EQ(convert({"--format", format, "--catalogue", catalogue}).exit_status, 0);
      const ProgramRun run = verify();
      EXPECT_EQ(run.exit_status, 0) << format << '\n' << run.output << run.errors;
      EXPECT_THAT(run.output, HasSubstr("2 images"));
      EXPECT_THAT(run.output, HasSubstr(": all as it was written\n"));
      EXPECT_EQ(run.output.find("without a catalogue") != std::string::npos, catalogue == "none");
    }
}

TEST_F(Verify, AnswersInJson) {
  ASSERT_EQ(convert({"--sha256", "all"}).exit_status, 0);
  change_byte(output + "/1.2.3.1.raw", 5);
  const ProgramRun run = verify({"--json"});
  EXPECT_EQ(run.exit_status, 6);
  const Json answer = Json::parse(run.output);
  EXPECT_EQ(answer["images"], 2);
  EXPECT_EQ(answer["files"], 4);
  EXPECT_EQ(answer["hashed"], 2);
  EXPECT_EQ(answer["catalogue"], true);
  ASSERT_EQ(answer["differences"].size(), 1U);
  EXPECT_EQ(answer["differences"][0]["file"], "1.2.3.1.raw");
  EXPECT_THAT(answer["differences"][0]["what"].get<std::string>(), HasSubstr("SHA-256"));
}

TEST_F(Verify, NamesFilesThatAreGoneShortOrOthers) {
  ASSERT_EQ(convert().exit_status, 0);
  const std::string raw = output + "/1.2.3.1.raw";
  const std::string bytes = bytes_of(raw);
  write_bytes(raw, bytes.substr(2));
  expect_difference("1.2.3.1.raw", "bytes, the catalogue says");
  expect_difference("1.2.3.1.raw", "bytes, its header says");
  std::filesystem::remove(raw);
  expect_difference("1.2.3.1.raw", "is not there");
  std::filesystem::create_directory(raw);
  expect_difference("1.2.3.1.raw", "no regular file");
}

TEST_F(Verify, ComparesTheHeaderWithTheGrid) {
  ASSERT_EQ(convert().exit_status, 0);
  const std::string header = bytes_of(output + "/1.2.3.1.mhd");
  const auto with = [&](const std::string& key, const std::string& value) {
    auto text = header;
    const auto at = text.find(key + " = ");
    ASSERT_NE(at, std::string::npos) << key;
    text.replace(at, text.find('\n', at) - at, key + " = " + value);
    write_bytes(output + "/1.2.3.1.mhd", text);
  };
  with("ElementSpacing", "0.7 0.8 2.6");
  expect_difference("1.2.3.1.mhd", "spacing");
  with("Offset", "-10 -20 31");
  expect_difference("1.2.3.1.mhd", "origin");
  with("TransformMatrix", "1 0 0 0 -1 0 0 0 1");
  expect_difference("1.2.3.1.mhd", "direction");
  with("DimSize", "12 10 9");
  expect_difference("1.2.3.1.mhd", "its header says size [12, 10, 9, 1]");
  with("ElementType", "MET_FLOAT");
  expect_difference("1.2.3.1.mhd", "float32");
  with("ElementDataFile", "other.raw");
  expect_difference("1.2.3.1.mhd", "other.raw");
  with("DimSize", "twelve");
  expect_difference("1.2.3.1.mhd", "twelve");
  write_bytes(output + "/1.2.3.1.mhd", "");
  expect_difference("1.2.3.1.mhd", "NDims");
}

TEST_F(Verify, ComparesBinaryHeadersToo) {
  ASSERT_EQ(convert({"--format", "nii", "--catalogue", "none"}).exit_status, 0);
  const std::string path = output + "/1.2.3.1.nii";
  const std::string bytes = bytes_of(path);
  constexpr std::size_t dim_1 = 42, pixdim_3 = 88, sform_x_offset = 292, type = 70;
  for (const auto& [at, what] :
       std::vector<std::pair<std::size_t, std::string>>{{dim_1, "its header says size ["},
                                                        {pixdim_3 + 2, "spacing"},
                                                        {sform_x_offset + 2, "origin"},
                                                        {type, "voxel type"}}) {
    write_bytes(path, bytes);
    change_byte(path, at);
    expect_difference("1.2.3.1.nii", what);
  }
}

TEST_F(Verify, HoldsTheJsonFilesAgainstEachOther) {
  const auto again = [&] { ASSERT_EQ(convert().exit_status, 0); };
  again();
  replace_text("series-images.json", "1.2.3.1.mhd", "1.2.3.7.mhd");
  expect_difference("series-images.json", "1.2.3.7.mhd is no main image");
  again();
  replace_text("selected-images.json", "1.2.3.2.mhd", "1.2.3.7.mhd");
  expect_difference("selected-images.json", "1.2.3.7.mhd is not in volumes.json");
  again();
  replace_text("report.json", "\"converted\": 16", "\"converted\": 15");
  expect_difference("report.json", "counts 15 files that are converted, and lists 16");
  again();
  replace_text("report.json", "\"discovered\": 17", "\"discovered\": 18");
  expect_difference("report.json", "the other counts add up to 17");
  again();
  replace_text("report.json", "\"exit_code\": 0", "\"exit_code\": 5");
  expect_difference("report.json", "the catalogue 0");
  again();
  std::filesystem::remove(output + "/selected-images.json");
  expect_difference("report.json", "selected-images.json is not there");
  again();
  std::filesystem::remove(output + "/volumes.json");
  expect_difference("volumes.json", "is not there");
  again();
  write_bytes(output + "/volumes.json", "{");
  expect_difference("volumes.json", "cannot be read");
}

TEST_F(Verify, WaitsForNobodyAndReadsRegularFilesAlone) {
  ASSERT_EQ(convert().exit_status, 0);
  for (const std::string name : {"report.json", "volumes.json", "series-images.json",
                                 "selected-images.json", ".dcmflow/catalogue.sqlite"}) {
    const auto path = output + '/' + name;
    std::filesystem::rename(path, folder / "whole");
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    expect_difference(name, "found a FIFO, expected a regular file");
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    expect_difference(name, "found a folder, expected a regular file");
    std::filesystem::remove(path);
    std::filesystem::rename(folder / "whole", path);
    EXPECT_EQ(verify().exit_status, 0) << name;
  }
  for (const std::string name : {"labels.json", "prepared"}) {
    const auto path = output + '/' + name + (name == "prepared" ? "/volumes.json" : "");
    std::filesystem::create_directories(path);
    expect_difference(name == "prepared" ? "prepared/volumes.json" : name, "found a folder");
    std::filesystem::remove_all(output + '/' + name);
  }
}

TEST_F(Verify, HoldsWhatNothingReadsBackAgainstWhatWasWritten) {
  const std::vector<std::string> options{"--report",     "--explain",           "--tables", "csv",
                                         "--dicom-json", "--workflow-metadata", "--bids"};
  ASSERT_EQ(convert(options).exit_status, 0);
  const auto expect_each_is_held = [&](const std::vector<std::string>& names) {
    for (const auto& name : names) {
      const auto bytes = bytes_of(output + '/' + name);
      write_bytes(output + '/' + name, bytes.substr(0, bytes.size() / 2));
      expect_difference(name, "bytes, the run wrote " + std::to_string(bytes.size()));
      std::filesystem::remove(output + '/' + name);
      expect_difference(name, "is not there");
      write_bytes(output + '/' + name, bytes);
    }
    EXPECT_EQ(verify().exit_status, 0) << verify().output;
  };
  expect_each_is_held({"dicom-metadata.json", "report.html", "selection-report.json",
                       "metadata.json", "series.csv", "instances.csv", "images.csv"});
  // What a run did not write again, and removed, is not missed.
  ASSERT_EQ(convert(options).exit_status, 0);
  ASSERT_EQ(convert().exit_status, 0);
  EXPECT_FALSE(std::filesystem::exists(output + "/report.html"));
  expect_each_is_held({"dicom-metadata.json"});
  // Nothing tells its size: that it is there is known all the same.
  std::filesystem::remove(output + "/.dcmflow/journal");
  EXPECT_EQ(verify().exit_status, 0) << verify().output;
  std::filesystem::remove(output + "/dicom-metadata.json");
  expect_difference("dicom-metadata.json", "is not there");
}

TEST_F(Verify, ComparesTheCatalogueWithTheGrid) {
  ASSERT_EQ(convert().exit_status, 0);
  auto catalogue = Database::open(catalogue_path(output), Database::Open::create);
  ASSERT_TRUE(catalogue) << catalogue.problem().detail;
  for (const std::string column : {"rows", "slice_spacing", "origin_y", "sha256"}) {
    const auto set = [&](const std::string& value) {
      const auto done = catalogue->execute("UPDATE images SET " + column + " = " + value +
                                           " WHERE name = '1.2.3.1.mhd'");
      EXPECT_TRUE(done) << done.problem().detail;
    };
    auto was =
        catalogue->prepare("SELECT quote(" + column + ") FROM images WHERE name = '1.2.3.1.mhd'");
    ASSERT_TRUE(was);
    ASSERT_TRUE(was->next().value());
    const auto before = was->text(0);
    ASSERT_FALSE(was->next().value());
    set("7777");
    expect_difference("1.2.3.1.mhd", "the catalogue");
    set(before);
    EXPECT_EQ(verify().exit_status, 0);
  }
}

TEST_F(Verify, TellsADamagedCatalogue) {
  ASSERT_EQ(convert().exit_status, 0);
  write_bytes(output + "/.dcmflow/catalogue.sqlite", std::string(20000, '\xFF'));
  expect_difference(".dcmflow/catalogue.sqlite", "not a database");
}

TEST_F(Verify, OfAFolderWithoutResultsIsWrongUsage) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"verify"}, {"verify", folder.path()}, {"verify", "/no/such/folder"}}) {
    const ProgramRun run = run_dcmflow(arguments);
    EXPECT_EQ(run.exit_status, 2);
    EXPECT_NE(run.errors, "");
  }
}

}  // namespace
}  // namespace dcmflow
