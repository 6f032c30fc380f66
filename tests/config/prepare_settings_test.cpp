#include "config/prepare_settings.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "config/prepare_values.h"
#include "test_paths.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class PrepareSettings : public testing::Test {
 protected:
  // Of the command line, behind INPUT and OUTPUT.
  Result<std::variant<Settings, ExitNow>> read(std::vector<std::string> options) const {
    std::vector<const char*> words{"dcmflow", input.c_str(), output.c_str()};
    for (const auto& option : options) words.push_back(option.c_str());
    return read_settings(static_cast<int>(words.size()), words.data(),
                         [](const std::string&) { return std::nullopt; });
  }
  PrepareOptions options(std::vector<std::string> words) const {
    const auto settings = read(std::move(words));
    if (!settings) {
      ADD_FAILURE() << settings.problem().subject << ": " << settings.problem().detail;
      return {};
    }
    return std::get<Settings>(*settings).prepare.value();
  }
  std::string fault(std::vector<std::string> words) const {
    const auto settings = read(std::move(words));
    return settings ? "none" : settings.problem().subject + ": " + settings.problem().detail;
  }

  const TemporaryFolder folder;
  const std::string input = folder.path(), output = folder / "out";
};

TEST_F(PrepareSettings, AreNoneUnlessAskedFor) {
  const auto settings = read({});
  ASSERT_TRUE(settings);
  EXPECT_FALSE(std::get<Settings>(*settings).prepare);
  EXPECT_TRUE(prepare_words(std::get<Settings>(*settings)).empty());
}

TEST_F(PrepareSettings, AreReadFromOptions) {
  const auto found = options({"--orient", "RAS", "--spacing", "1,1,2.5", "--align-to", "T1",
                              "--interpolation", "bspline", "--label-interpolation",
                              "label-gaussian", "--crop", "256,256,0", "--pad", "64"});
  EXPECT_EQ(found.changes.orient, "RAS");
  EXPECT_EQ(found.changes.spacing, (Vector3{1, 1, 2.5}));
  EXPECT_EQ(found.align_to, "T1");
  EXPECT_EQ(found.interpolation, Interpolation::bspline);
  EXPECT_EQ(found.label_interpolation, Interpolation::label_gaussian);
  EXPECT_EQ(found.changes.crop, (VoxelCounts{256, 256, 0}));
  EXPECT_EQ(found.changes.pad, (VoxelCounts{64, 64, 64}));
  EXPECT_EQ(found.arrange, Arrangement::none);
  EXPECT_EQ(options({"--arrange", "channels"}).arrange, Arrangement::channels);
}

TEST_F(PrepareSettings, OfTheFileAreOverruledByOptions) {
  std::ofstream(folder / "p.json")
      << R"({"orient": "LPS", "spacing": 2, "crop": [10, 0, 20], "interpolation": "nearest",
             "label_interpolation": "label-gaussian", "align_to": "x", "arrange": "monai"})";
  const auto found = options({"--prepare", folder / "p.json", "--spacing", "0.5"});
  EXPECT_EQ(found.changes.orient, "LPS");
  EXPECT_EQ(found.changes.spacing, (Vector3{0.5, 0.5, 0.5}));
  EXPECT_EQ(found.changes.crop, (VoxelCounts{10, 0, 20}));
  EXPECT_EQ(found.interpolation, Interpolation::nearest);
  EXPECT_EQ(found.label_interpolation, Interpolation::label_gaussian);
  EXPECT_EQ(found.align_to, "x");
  EXPECT_EQ(found.arrange, Arrangement::monai);
}

TEST_F(PrepareSettings, ThatAreWrongAreToldWithWhatWasExpected) {
  EXPECT_THAT(fault({"--orient", "ras"}), AllOf(HasSubstr("--orient"), HasSubstr("'ras'")));
  for (const auto* spacing : {"0", "-1", "1,1", "1,1,1,1", "1,x,1", "nan", "1,,1", "1e9", "1,1,1,"})
    EXPECT_THAT(fault({"--spacing", spacing}), HasSubstr("distances in mm")) << spacing;
  for (const auto* size : {"0", "1.5", "-3", "2,2", "1000000"})
    EXPECT_THAT(fault({"--crop", size}), HasSubstr("numbers of voxels")) << size;
  EXPECT_THAT(fault({"--spacing", "1", "--interpolation", "cubic"}),
              HasSubstr("one of linear, bspline, nearest"));
  EXPECT_THAT(fault({"--spacing", "1", "--label-interpolation", "linear"}),
              HasSubstr("one of nearest, label-gaussian"));
  EXPECT_THAT(fault({"--arrange", "none,monai"}), HasSubstr("one of none, nnunet, monai"));
  EXPECT_THAT(fault({"--orient", "RAS", "--interpolation", "linear"}), HasSubstr("--spacing"));
  EXPECT_THAT(fault({"--orient", "RAS", "--keep-stored"}), HasSubstr("--keep-stored"));
  EXPECT_THAT(fault({"--orient", "RAS", "--watch"}), HasSubstr("--watch"));
  EXPECT_THAT(fault({"--orient", "RAS", "--format", "h5"}), HasSubstr("h5"));
  EXPECT_THAT(fault({"--prepare", folder / "none.json"}), HasSubstr("none.json"));
}

TEST_F(PrepareSettings, OfAFileAreCheckedMemberByMember) {
  const auto fault_of = [](const std::string& text) {
    const auto read = parse_prepare_file(text, "p.json");
    return read ? "none" : read.problem().subject + ", " + read.problem().detail;
  };
  EXPECT_EQ(fault_of("{}"), "none");
  EXPECT_EQ(fault_of(R"({"spacing": [1, 1, 0], "crop": 12})"), "none");
  EXPECT_THAT(
      fault_of("{\n  \"orientation\": \"RAS\"}"),
      AllOf(HasSubstr("p.json, line 2, column"), HasSubstr("'orientation'"), HasSubstr("orient,")));
  EXPECT_THAT(fault_of(R"({"orient": "RAX"})"), HasSubstr("'RAX'"));
  EXPECT_THAT(fault_of(R"({"orient": 1})"), HasSubstr("a number, expected a string"));
  EXPECT_THAT(fault_of(R"({"spacing": [1, 1]})"), HasSubstr("2 items"));
  EXPECT_THAT(fault_of(R"({"spacing": [1, "1", 1]})"), HasSubstr("expected numbers"));
  EXPECT_THAT(fault_of(R"({"spacing": 0})"), HasSubstr("distances in mm"));
  EXPECT_THAT(fault_of(R"({"pad": 1.5})"), HasSubstr("numbers of voxels"));
  EXPECT_THAT(fault_of(R"({"interpolation": "label-gaussian"})"), HasSubstr("one of linear"));
  EXPECT_THAT(fault_of(R"({"crop": 1, "crop": 2})"), HasSubstr("more than once"));
  EXPECT_THAT(fault_of("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(fault_of("{"), HasSubstr("line 1"));
}

TEST_F(PrepareSettings, OfAFileAgreeWithTheSchema) {
  std::filesystem::create_directory(folder / "schema");
  for (const auto* text :
       {"{}", R"({"spacing": [1, 1, 0], "crop": 12, "pad": [1, 2, 3], "align_to": "x"})",
        R"({"orient": "SPL", "interpolation": "bspline", "label_interpolation": "nearest",
            "arrange": "none"})",
        R"({"orient": "RAR"})", R"({"spacing": 0})", R"({"spacing": [1, 1]})",
        R"({"crop": [0, 0, 0]})", R"({"pad": 1.5})", R"({"label_interpolation": "linear"})",
        R"({"orientation": "RAS"})", R"({"align_to": ""})", R"([])"}) {
    std::ofstream(folder / "schema/prepare.json") << text;
    const auto run =
        run_program({.command = {"python3", DCMFLOW_SOURCE_DIR "/tests/support/validate_json.py",
                                 folder / "schema"}});
    EXPECT_EQ(run.exit_status == 0, parse_prepare_file(text, "p.json").ok()) << text << run.output;
  }
}

}  // namespace
}  // namespace dcmflow
