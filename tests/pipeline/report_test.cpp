// report.html of whole runs; what it does in a browser is tested in tests/report/.

#include <gmock/gmock.h>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

class Report : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1"}, input + "/a");
    write_phantom_series({.modality = "MR", .series_uid = "1.2.3.2", .slices = 5}, input + "/b");
    write_bytes(input + "/note.txt", "hello");
  }
  std::string page(const std::string& out, std::vector<std::string> options) const {
    options.insert(options.begin(), {input, folder / out});
    const ProgramRun run = run_dcmflow(options);
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    return std::filesystem::exists(folder / out + "/report.html")
               ? bytes_of(folder / out + "/report.html")
               : "";
  }
  static Json data(const std::string& html) {
    const std::string begin = R"(<script type="application/json" id="data">)";
    const auto at = html.find(begin) + begin.size();
    return Json::parse(html.substr(at, html.find("</script>", at) - at));
  }
};

TEST_F(Report, IsWrittenWhereItIsAskedFor) {
  EXPECT_EQ(page("without", {}), "");
  const auto json = data(page("with", {"--report"}));
  ASSERT_EQ(json["series"].size(), 2U);
  for (const auto& series : json["series"]) {
    EXPECT_EQ(series["images"][0]["pictures"].size(), 3U);
    EXPECT_FALSE(series["images"][0]["histogram"]["counts"].empty());
  }
  EXPECT_EQ(json["left"][0][1][0][0], "note.txt");
  EXPECT_EQ(json["studies"][0]["patient"], "Phantom^Ramp");
  EXPECT_THAT(page("nobody", {"--report", "--no-patient"}), Not(HasSubstr("Phantom^Ramp")));
}

// Pictures of images that are not made again come from the catalogue.
TEST_F(Report, IsThatOfAFreshRunWhenImagesAreKept) {
  page("kept", {"--report", "--resume"});
  write_phantom_series({.series_uid = "1.2.3.3", .slices = 4}, input + "/c");
  const auto kept = page("kept", {"--report", "--resume"});
  EXPECT_TRUE(kept == page("fresh", {"--report"}));
  page("later", {"--resume"});
  write_phantom_series({.series_uid = "1.2.3.5", .slices = 4}, input + "/d");
  const auto later = data(page("later", {"--report", "--resume"}));
  EXPECT_FALSE(later["series"][0]["images"][0].contains("pictures"))
      << "the run that made it took none";
  EXPECT_EQ(later["series"][3]["images"][0]["pictures"].size(), 3U);
}

}  // namespace
}  // namespace dcmflow
