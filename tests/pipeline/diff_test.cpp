// dcmflow diff: two folders of one input are the same, and whatever is changed in one is named.

#include <gmock/gmock.h>

#include "stages/base/terminal_text.h"
#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/run_on_terminal.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> formats{"mhd", "mha", "nii", "nii.gz", "hdr", "nrrd", "nrrd-gzip"};

class Diff : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, input);
    write_phantom_series({.modality = "MR",
                          .series_uid = "1.2.3.2",
                          .row = {0, 1, 0},
                          .column = {0, 0, -1},
                          .rescale_slope = 0.5},
                         input);
  }
  void make(const std::string& to, std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {input, to});
    ASSERT_EQ(run_dcmflow(std::move(options)).exit_status, 0);
  }
  void make_both(const std::vector<std::string>& options = {}) const {
    make(a, options);
    make(b, options);
  }
  ProgramRun diff(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"diff", a, b});
    return run_dcmflow(std::move(options));
  }
  Json differences() const {
    const ProgramRun run = diff({"--json"});
    EXPECT_EQ(run.exit_status, 6) << run.errors;
    return Json::parse(run.output)["differences"];
  }
  // The one difference that there is.
  Json difference() const {
    const auto all = differences();
    EXPECT_EQ(all.size(), 1U) << all.dump(1);
    return all.empty() ? Json::object() : all[0];
  }
  void expect_none() const {
    const ProgramRun run = diff();
    EXPECT_EQ(run.exit_status, 0) << run.output << run.errors;
    EXPECT_THAT(run.output, HasSubstr("nothing differs"));
  }
  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = bytes_of(b + "/" + name);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << name << " has no " << from;
    write_bytes(b + "/" + name, text.replace(at, from.size(), to));
  }
  Json json_of(const std::string& name, const std::string& of = {}) const {
    return read_json((of.empty() ? b : of) + "/" + name);
  }
  void set_bytes(const std::string& name, std::size_t at, const std::string& bytes) const {
    std::string text = bytes_of(b + "/" + name);
    ASSERT_LE(at + bytes.size(), text.size());
    write_bytes(b + "/" + name, text.replace(at, bytes.size(), bytes));
  }
  const std::string a = folder / "a", b = folder / "b";
};

TEST_F(Diff, FindsNothingBetweenTwoRunsInAnyFormat) {
  for (const auto& format : formats) {
    make(a, {"--format", format, "--threads", "1"});
    make(b, {"--format", format, "--threads", "4"});
    expect_none();
  }
}

TEST_F(Diff, ComparesVoxelsByTheirValuesInAnyFormat) {
  for (const auto& format : formats) {
    make(a, {"--format", format, "--catalogue", "none"});
    std::filesystem::remove_all(b);
    std::filesystem::copy(a, b);
    // The same phantom, but for three voxels of one slice that are 7 more.
    const TemporaryFolder other;
    const auto value = [](const std::array<double, 3>& at) {
      const bool is_here = at[0] < -8.5 && at[1] < -19.9 && at[2] < 31;
      return ramp(at) + (is_here ? 7 : 0);
    };
    write_phantom_series({.series_uid = "1.2.3.1", .value = value}, other / "in");
    ASSERT_EQ(run_dcmflow({other / "in", other / "out", "--format", format}).exit_status, 0);
    for (const auto& name : image_names(other / "out"))
      std::filesystem::copy(other / "out" + "/" + name, b + "/" + name,
                            std::filesystem::copy_options::overwrite_existing);
    const auto found = difference();
    EXPECT_EQ(found["of"], "voxels") << format;
    EXPECT_EQ(found["voxels"], 3) << format;
    EXPECT_EQ(found["largest"], 7) << format;
    EXPECT_THAT(diff().output, HasSubstr("voxels: 3 differ, by up to 7\n"));
  }
}

TEST_F(Diff, TheSameImagesInOtherFormatsHaveTheSameGridAndVoxels) {
  make(a, {"--format", "mhd"});
  for (const std::string format : {"mha", "nii", "nii.gz", "hdr", "nrrd", "nrrd-gzip"}) {
    make(b, {"--format", format});
    std::size_t images = 0;
    for (const auto& one : differences()) {
      if (one["file"].get<std::string>().ends_with(".json")) continue;
      EXPECT_EQ(one["of"], "format") << format << one;
      ++images;
    }
    EXPECT_EQ(images, 2U) << format;
  }
}

TEST_F(Diff, OtherBytesOfOneContentAreNoDifference) {
  make_both({"--format", "nii.gz"});
  ASSERT_EQ(run_program({.command = {"bash", "-c",
                                     "cd " + b +
                                         " && gzip -dc 1.2.3.1.nii.gz | gzip -1 > x && "
                                         "mv x 1.2.3.1.nii.gz"}})
                .exit_status,
            0);
  ASSERT_NE(bytes_of(a + "/1.2.3.1.nii.gz"), bytes_of(b + "/1.2.3.1.nii.gz"));
  expect_none();
  EXPECT_THAT(diff().output, HasSubstr("1 image with other bytes of the same content"));
  EXPECT_EQ(Json::parse(diff({"--json"}).output)["rewritten"], 1);
}

TEST_F(Diff, TellsWhereAGridDiffersAndByHowMuch) {
  const auto expect_of = [&](const std::string& of, double largest) {
    const auto found = difference();
    EXPECT_EQ(found["of"], of);
    EXPECT_EQ(found["file"], "1.2.3.1.mhd");
    EXPECT_NEAR(found["largest"].get<double>(), largest, 1e-9);
  };
  const auto with = [&](const std::string& key, const std::string& value) {
    make_both();
    const auto text = bytes_of(b + "/1.2.3.1.mhd");
    const auto at = text.find(key + " = ");
    ASSERT_NE(at, std::string::npos) << key;
    replace("1.2.3.1.mhd", text.substr(at, text.find('\n', at) - at), key + " = " + value);
  };
  with("ElementSpacing", "0.7 0.8 2.75");
  expect_of("spacing", 0.25);
  with("Offset", "-10 -20 31.5");
  expect_of("origin", 1.5);
  with("TransformMatrix", "1 0 0 0 1 0 0 0 -1");
  expect_of("direction", 2);
  with("DimSize", "12 10 9");
  expect_of("size", 1);
  with("ElementDataFile", "../1.2.3.1.raw");
  EXPECT_EQ(difference()["of"], "voxels");
  with("NDims", "none");
  EXPECT_EQ(difference()["of"], "header");
}

TEST_F(Diff, TellsAnotherVoxelTypeAndImagesThatAreShort) {
  make_both();
  replace("1.2.3.1.mhd", "MET_SHORT", "MET_USHORT");
  EXPECT_EQ(difference()["of"], "type");
  make_both();
  const auto raw = bytes_of(b + "/1.2.3.1.raw");
  write_bytes(b + "/1.2.3.1.raw", raw.substr(1));
  EXPECT_THAT(difference()["b"].get<std::string>(), HasSubstr("ends before"));
  std::filesystem::remove(b + "/1.2.3.1.raw");
  EXPECT_EQ(difference()["of"], "voxels");
  ASSERT_EQ(run_program({.command = {"mkfifo", b + "/1.2.3.1.raw"}}).exit_status, 0);
  EXPECT_THAT(difference()["b"].get<std::string>(), HasSubstr("no regular file"));
}

TEST_F(Diff, NumbersThatAreNoneAreEqualAndFarFromAllOthers) {
  make_both({"--format", "nii"});
  constexpr std::size_t voxels = 352;
  const std::string nan("\x00\x00\xC0\x7F", 4), other_nan("\x01\x00\xC0\x7F", 4);
  set_bytes("1.2.3.2.nii", voxels, nan);
  const auto found = difference();
  EXPECT_EQ(found["voxels"], 1);
  EXPECT_TRUE(found["largest"].is_null());
  auto first = bytes_of(a + "/1.2.3.2.nii");
  write_bytes(a + "/1.2.3.2.nii", first.replace(voxels, 4, other_nan));
  expect_none();
}

TEST_F(Diff, TellsWhatIsInOneFolderOnly) {
  make_both();
  for (const auto* const name : {"/1.2.3.1.mhd", "/1.2.3.1.raw"}) std::filesystem::remove(b + name);
  auto found = difference();
  EXPECT_EQ(found["file"], "1.2.3.1.mhd");
  EXPECT_TRUE(found["b"].is_null());
  make_both();
  write_bytes(b + "/more/note.txt", "hello");
  found = difference();
  EXPECT_EQ(found["file"], "more/note.txt");
  EXPECT_TRUE(found["a"].is_null());
  EXPECT_THAT(diff().output, HasSubstr("more/note.txt\n  only in B\n"));
}

TEST_F(Diff, ComparesJsonByValueWithThePathOfWhatDiffers) {
  make_both();
  replace("dicom-metadata.json", "\"Modality\": \"CT\"", "\"Modality\": \"XX\"");
  auto found = difference();
  EXPECT_EQ(found["file"], "dicom-metadata.json");
  EXPECT_EQ(found["of"], "studies[1.2.3].series[1.2.3.1].Modality");
  EXPECT_EQ(found["a"], "\"CT\"");
  EXPECT_EQ(found["b"], "\"XX\"");
  make_both();
  replace("volumes.json", "\"spacing\": [0.7, 0.8, 2.5]", "\"spacing\": [0.70, 8e-1, 2.25]");
  found = difference();
  EXPECT_EQ(found["of"], "volumes[1.2.3.1.mhd].spacing[2]");
  make_both();
  replace("selected-images.json", "\"1.2.3.2.mhd\"", "\"1.2.3.9.mhd\"");
  EXPECT_EQ(difference()["of"], "[1.2.3.2][1.2.3.2]");
  make_both();
  replace("report.json", "\"status\": \"complete\"", "\"status\": \"failed\"");
  EXPECT_EQ(difference()["of"], "status");
  make_both();
  write_bytes(b + "/volumes.json", "{");
  EXPECT_EQ(difference()["of"], "content");
  write_bytes(b + "/volumes.json", std::string(200'000, '['));
  EXPECT_EQ(difference()["of"], "content");
}

TEST_F(Diff, ElementsOfListsAreToldByTheirNamesAndTheirOrderCounts) {
  make_both();
  auto volumes = json_of("volumes.json");
  std::swap(volumes["volumes"][0]["slices"][0], volumes["volumes"][0]["slices"][1]);
  write_bytes(b + "/volumes.json", volumes.dump());
  auto found = difference();
  EXPECT_EQ(found["of"], "volumes[1.2.3.1.mhd].slices");
  EXPECT_THAT(found["b"].get<std::string>(), HasSubstr("another order"));
  volumes = json_of("volumes.json", a);
  volumes["volumes"].erase(0);
  write_bytes(b + "/volumes.json", volumes.dump());
  found = difference();
  EXPECT_EQ(found["of"], "volumes[1.2.3.1.mhd]");
  EXPECT_TRUE(found["b"].is_null());
}

TEST_F(Diff, FitsATerminalAndCanDoNothingToIt) {
  make_both();
  auto metadata = json_of("dicom-metadata.json");
  for (int i = 0; i < 2000; ++i) metadata["k" + std::to_string(i)] = i;
  metadata["\x1B[31m" + std::string(200, 'k')] = "\x1B]0;own\a\u202E";
  write_bytes(b + "/dicom-metadata.json", metadata.dump());
  const auto seen = run_on_terminal({.command = {DCMFLOW_PROGRAM, "diff", a, b},
                                     .environment = {{"TERM", "xterm"}, {"LANG", "C.UTF-8"}}});
  EXPECT_EQ(seen.exit_status, 6);
  for (const auto* const harmful : {"\x1B", "\a", "\u202E"}) {
    EXPECT_THAT(seen.sent, Not(HasSubstr(harmful)));
    EXPECT_THAT(diff({"--json"}).output, Not(HasSubstr(harmful)));
  }
  for (const auto& line : screen_lines(seen.sent)) EXPECT_LE(terminal_width(line), 80U) << line;
  EXPECT_THAT(seen.sent, HasSubstr("and 1981 more"));
  const auto answer = Json::parse(diff({"--json"}).output);
  EXPECT_EQ(answer["differences"].size(), 1000U);
  EXPECT_EQ(answer["untold"]["dicom-metadata.json"], 1001);
}

TEST_F(Diff, JsonFitsItsSchema) {
  make(a);
  make(b, {"--format", "nii"});
  write_bytes(folder / "json/diff.json", diff({"--json"}).output);
  expect_valid_json(folder / "json");
}

TEST_F(Diff, OfFoldersWithoutResultsIsWrongUsage) {
  make(a);
  for (const auto& words : std::vector<std::vector<std::string>>{{"diff"},
                                                                 {"diff", a},
                                                                 {"diff", a, input},
                                                                 {"diff", "/no/such/folder", a},
                                                                 {"diff", a, a, "--jsn"}}) {
    const ProgramRun run = run_dcmflow(words);
    EXPECT_EQ(run.exit_status, 2);
    EXPECT_NE(run.errors, "");
  }
  EXPECT_EQ(run_program({.command = {"bash", "-c",
                                     std::string(DCMFLOW_PROGRAM) + " diff " + a + " " + a +
                                         " >/dev/full"}})
                .exit_status,
            5);
}

}  // namespace
}  // namespace dcmflow
