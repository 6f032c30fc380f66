#include "stages/catalog/report_page.h"

#include <gmock/gmock.h>

#include <regex>

#include "stages/catalog/flag_words.h"
#include "stages/catalog/script_json.h"
#include "stages/catalog/slice_positions.h"
#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view attack = "</script><script>alert(1)</script><!-- & \xE2\x80\xA8";

class ReportPage : public CatalogFixture {
 protected:
  static SeriesSummary summary(const SeriesPtr& series, SeriesVerdict verdict,
                               std::vector<std::string> files) {
    SeriesSummary made{.series = series, .verdict = verdict};
    for (auto& file : files) made.images.push_back({.file = std::move(file)});
    return made;
  }

  // A CT with an image that has pictures, and an MR that was refused.
  void SetUp() override {
    const auto ct = series("1.2", "1.2.3",
                           {{"1.2.3.1",
                             {{"Modality", "CT"},
                              {"SeriesNumber", "3"},
                              {"SeriesDescription", std::string(attack)},
                              {"PatientName", "Secret^Name"},
                              {"PatientID", "SECRET1"}},
                             {}}});
    const auto mr = series("1.2", "1.2.4", {{"1.2.4.1", {{"Modality", "MR"}}, {}}});
    catalog.series = {ct, mr};
    catalog.images = {image(ct, "1.2.3")};
    catalog.overviews["1.2.3.mhd"] = std::make_shared<const Overview>(
        Overview{.pictures = {{"axial", {3, 2}, {"R", "L", "A", "P"}, "PNG"}},
                 .window = {-160, 240},
                 .range = {-1000, 3000},
                 .histogram = {7, 0, 2}});
    SelectionMatch match{.failed_key = "PatientName", .expected = "x", .seen = "Secret^Name"};
    catalog.candidates = {{candidate(ct, "1.2.3", match)}, {candidate(mr, "1.2.4", match)}};
    catalog.not_converted = {
        {Reason::missing_slices, "b.dcm", "gap"},
        {Reason::not_dicom, "note.txt", ""},
        {Reason::missing_slices, "a.dcm", std::string(attack)},
    };
    run.series = {summary(ct, SeriesVerdict::ok, {"1.2.3.mhd"}),
                  summary(mr, SeriesVerdict::refused, {})};
    run.series[1].left[Reason::missing_slices] = {2, "gap"};
    run.status = "complete_with_problems";
    for (const auto& problem : catalog.not_converted) ++run.files.left[problem.reason];
  }

  std::string page(bool no_patient = false) {
    const auto status = write_report_page(folder, catalog, run, {}, no_patient);
    EXPECT_TRUE(status.ok()) << status.problem().detail;
    return text("report.html");
  }
  nlohmann::ordered_json data(bool no_patient = false) {
    const auto html = page(no_patient);
    const std::string begin = R"(<script type="application/json" id="data">)";
    const auto at = html.find(begin) + begin.size();
    return nlohmann::ordered_json::parse(html.substr(at, html.find("</script>", at) - at));
  }

  Catalog catalog;
  RunSummary run;
};

TEST_F(ReportPage, SaysWhatBecameOfEachSeries) {
  const auto json = data();
  EXPECT_EQ(json["run"]["verdicts"]["ok"], 1);
  EXPECT_EQ(json["studies"].size(), 1U);
  EXPECT_EQ(json["studies"][0]["patient"], "Secret^Name");
  const auto& ct = json["series"][0];
  EXPECT_EQ(ct["number"], "3");
  EXPECT_EQ(ct["verdict"], "ok");
  const auto& image = ct["images"][0];
  EXPECT_EQ(image["file"], "1.2.3.mhd");
  EXPECT_EQ(image["corner_error_mm"], 1e-7);
  EXPECT_EQ(image["pictures"][0]["png"], "UE5H");
  EXPECT_EQ(image["histogram"]["counts"], (std::vector{7, 0, 2}));
  EXPECT_EQ(image["selections"][0]["seen"], "Secret^Name");
  const auto& mr = json["series"][1];
  EXPECT_EQ(mr["verdict"], "refused");
  EXPECT_EQ(mr["problems"][0]["reason"], "missing_slices");
  EXPECT_THAT(mr["problems"][0]["remedy"].get<std::string>(), HasSubstr("split"));
}

TEST_F(ReportPage, ListsFilesByReasonTheGravestFirst) {
  const auto left = data()["left"];
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0][0]["reason"], "missing_slices");
  EXPECT_EQ(left[0][0]["files"], 2);
  EXPECT_EQ(left[0][1][0][0], "a.dcm");
  EXPECT_EQ(left[0][1][1][0], "b.dcm");
  EXPECT_EQ(left[1][0]["reason"], "not_dicom");
}

TEST_F(ReportPage, TextOfTheInputEndsNoScript) {
  const auto html = page();
  const std::regex ends("</script", std::regex::icase);
  EXPECT_EQ(std::distance(std::sregex_iterator(html.begin(), html.end(), ends), {}), 2);
  EXPECT_EQ(data()["series"][0]["description"], std::string(attack)) << "it is not changed either";
  EXPECT_EQ(script_json("a<b>&\xE2\x80\xA9\xE2\x80"), "a\\u003cb\\u003e\\u0026\\u2029\xE2\x80");
}

TEST_F(ReportPage, NeedsNoOtherFileAndLetsNoOtherScriptRun) {
  const auto html = page();
  EXPECT_FALSE(std::regex_search(html, std::regex(R"((src|href)\s*=\s*["']?\s*(https?:|//))")));
  EXPECT_THAT(html, HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(html, Not(HasSubstr("unsafe-inline")));
  EXPECT_THAT(html, Not(HasSubstr("innerHTML")));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
}

TEST_F(ReportPage, HasNoPatientWhereNoneIsWanted) {
  const auto html = page(true);
  EXPECT_THAT(html, Not(HasSubstr("Secret")));
  EXPECT_THAT(html, Not(HasSubstr("SECRET1")));
  EXPECT_EQ(data(true)["run"]["no_patient"], true);
  EXPECT_FALSE(data(true)["series"][0]["images"][0]["selections"][0].contains("seen"));
}

TEST_F(ReportPage, TellsSliceBySliceWhatWasMade) {
  auto stack = *catalog.images[0].stack;
  stack.grid.size[2] = 3;
  stack.frames.assign(2, stack.frames[0]);
  stack.recipes = {{0, 0, 0, {}}, {0, 1, 0.5, {}}, {1, 1, 0, {}}};
  stack.filled_slices = {1};
  stack.flags = {"missing_filled", "new_flag"};
  catalog.images[0].stack = std::make_shared<const Stack>(stack);
  const auto image = data()["series"][0]["images"][0];
  EXPECT_EQ(image["made_slices"].dump(), "[[1,0,1,0.5,0,0]]");
  EXPECT_EQ(image["filled_slices"].dump(), "[1]");
  EXPECT_EQ(image["flags"][0][1], "missing slices are interpolated");
  EXPECT_EQ(image["flags"][1][1], "") << "a flag without words stands for itself";
}

TEST(FlagWords, EveryFlagOfTheStagesHasWords) {
  const std::regex flag(R"(flags\.emplace_back\("([a-z0-9_]+)\")");
  std::size_t seen = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(DCMFLOW_SOURCE_DIR) + "/stages")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    const std::string source{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator one(source.begin(), source.end(), flag), end; one != end; ++one) {
      EXPECT_NE(flag_words((*one)[1].str()), "") << (*one)[1];
      ++seen;
    }
  }
  EXPECT_GT(seen, 20U);
  EXPECT_EQ(flag_words("no_such_flag"), "");
}

Stack slices_at(const std::vector<double>& places) {
  Stack stack;
  stack.grid.direction = {Vector3{1, 0, 0}, {0, 0, -1}, {0, 1, 0}};
  for (const double place : places) stack.frames.push_back({.position = {5, place, 7}});
  return stack;
}

TEST(SlicePositions, AreShownWhereTheyAreOdd) {
  EXPECT_THAT(odd_positions(slices_at({0, 2, 4, 6})), IsEmpty());
  EXPECT_THAT(odd_positions(slices_at({0, 2.001, 4, 6})), IsEmpty()) << "rounding of a header";
  EXPECT_THAT(odd_positions(slices_at({10, 12, 14, 20, 22})), ElementsAre(0, 2, 4, 10, 12));
  EXPECT_THAT(odd_positions(slices_at({22, 14, 10, 12, 10})), ElementsAre(0, 2, 4, 12))
      << "in order, each once";
  EXPECT_THAT(odd_positions(slices_at({0, 3})), IsEmpty());
  auto unplaced = slices_at({0, 1, 5});
  unplaced.grid.is_placed = false;
  EXPECT_THAT(odd_positions(unplaced), IsEmpty());
}

}  // namespace
}  // namespace dcmflow
