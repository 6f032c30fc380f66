// Which images a selection delivers in the end: of those that were made, and the same whether the
// others were made, too.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class SelectedImages : public PipelineScene {
 protected:
  // A CT series 1.2.3.<number>, without losses but compressed, so that a slice can be damaged.
  std::vector<std::string> series(unsigned number, unsigned slices) {
    return write_phantom_series({.series_uid = "1.2.3." + std::to_string(number),
                                 .slices = slices,
                                 .seed = 0,
                                 .transfer_syntax = std::string(transfer_syntax::rle)},
                                input);
  }
  std::string rules(const std::string& more, const std::string& conditions) const {
    write_bytes(folder / "rules.json", R"({"selections": [{"name": "S", )" + more +
                                           R"("conditions": )" + conditions + "}]}");
    return folder / "rules.json";
  }
  // selected-images.json, the same under --images all and selected.
  std::string selected(const std::string& rules_file, int exit_status = 0) {
    std::string found;
    for (const std::string images : {"all", "selected"}) {
      std::filesystem::remove_all(output);
      const ProgramRun run = convert({"--rules", rules_file, "--images", images, "--explain"});
      EXPECT_EQ(run.exit_status, exit_status) << images << run.errors;
      log = run.errors;
      const std::string listed = bytes_of(output + "/selected-images.json");
      if (images == "all")
        found = listed;
      else
        EXPECT_EQ(listed, found);
      expect_valid_json(output);
      expect_only_whole_images();
    }
    return Json::parse(found).dump();
  }
  std::string log;
};

TEST_F(SelectedImages, AreThoseThatSkipAndLimitLeaveWhetherOthersAreMadeOrNot) {
  for (const unsigned number : {1, 2, 3}) series(number, 4);
  const std::string ct = R"({"Modality": "CT"})";
  EXPECT_EQ(selected(rules(R"("skip": 1, "limit": 1, "min": 3, "max": 3, )", ct)),
            R"({"S":{"1.2.3.2":"1.2.3.2.mhd"}})");
  EXPECT_THAT(log, HasSubstr("selection \"S\": 1 of 3 series (2 matched beyond skip and limit)"));
  EXPECT_EQ(image_names(output), (std::vector<std::string>{"1.2.3.2.mhd", "1.2.3.2.raw"}));
  EXPECT_EQ(selected(rules(R"("skip": -1, )", ct)), R"({"S":{"1.2.3.3":"1.2.3.3.mhd"}})");
  EXPECT_EQ(selected(rules(R"("max": 2, "limit": 1, )", ct), 7),
            R"({"S":{"1.2.3.1":"1.2.3.1.mhd"}})");
}

TEST_F(SelectedImages, TakeThePlaceOfOneThatCannotBeMade) {
  for (const auto& path : series(1, 4)) damage_frame(path);
  series(2, 4);
  for (const auto& path : series(3, 4)) damage_frame(path);
  series(4, 4);
  EXPECT_EQ(selected(rules(R"("order_by": "-SeriesInstanceUID", "skip": 1, "limit": 1, )",
                           R"({"Modality": "CT"})")),
            R"({"S":{"1.2.3.2":"1.2.3.2.mhd"}})");
  EXPECT_THAT(log, HasSubstr("selection \"S\": 1 of 4 series (1 matched and was refused: "
                             "decode_failed; 2 matched beyond skip and limit)"));
  EXPECT_EQ(json("report.json")["counts"]["not_selected"], 8);
  expect_accounted(16);
}

TEST_F(SelectedImages, AreTestedAgainWhereTheyWereMadeWithoutSomeOfTheirFiles) {
  damage_frame(series(1, 12).back());
  damage_frame(series(2, 12)[5]);
  series(3, 12);
  EXPECT_EQ(selected(rules("", R"({"SliceCount": [12, ">="]})")),
            R"({"S":{"1.2.3.2":"1.2.3.2.mhd","1.2.3.3":"1.2.3.3.mhd"}})");
  const Json images = json("selection-report.json")["series"][0]["images"];
  EXPECT_EQ(images[0]["facts"]["SliceCount"], 11);
  EXPECT_EQ(images[0]["selections"][0]["seen"], "11");
  EXPECT_EQ(selected(rules("", R"({"Flags": {"none": ["slice_unreadable"], "missing": "match"}})")),
            R"({"S":{"1.2.3.3":"1.2.3.3.mhd"}})");
}

// One Series Instance UID in two studies, and of the first an echo is selected: what stands under
// the UID is not said twice.
TEST_F(SelectedImages, OfTwoStudiesWithOneSeriesUidStandUnderNamesOfTheirOwn) {
  const auto pass = [&](const std::string& study, const std::string& echo_time, unsigned slices,
                        unsigned first_number) {
    PhantomSeries phantom{.modality = "MR",
                          .study_uid = study,
                          .series_uid = "1.2.9",
                          .slices = slices,
                          .first_number = first_number};
    phantom.edit = [=](unsigned slice, DicomBuilder& file) {
      file.set("EchoTime", echo_time).set("EchoNumbers", echo_time == "5" ? "1" : "2");
      file.set("SOPInstanceUID", study + "." + std::to_string(first_number + slice));
    };
    write_phantom_series(phantom, input + "/" + study + "_" + echo_time);
  };
  pass("1.2.3", "5", 6, 1);
  pass("1.2.3", "9", 5, 11);
  pass("1.2.4", "9", 6, 1);
  const auto file = rules("", R"({"EchoTime": 9})");
  ASSERT_EQ(convert({"--rules", file, "--images", "selected"}).exit_status, 0);
  EXPECT_EQ(json("series-images.json").dump(), R"({"1.2.9":"1.2.9_study2.mhd"})");
  EXPECT_EQ(json("selected-images.json").dump(),
            R"({"S":{"1.2.9_echo":"1.2.9_echo.mhd","1.2.9":"1.2.9_study2.mhd"}})");
  const ProgramRun all = convert({"--rules", file});
  EXPECT_EQ(json("selected-images.json").dump(),
            R"({"S":{"1.2.9":"1.2.9_echo.mhd","1.2.9_study2":"1.2.9_study2.mhd"}})");
  EXPECT_THAT(all.errors,
              HasSubstr("series 1.2.9: 2 series have this UID: 1.2.9 in study 1.2.3, 1.2.9_study2 "
                        "in study 1.2.4"));
}

}  // namespace
}  // namespace dcmflow
