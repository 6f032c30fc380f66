#include "stages/catalog/summary_text.h"

#include <gmock/gmock.h>

#include <sstream>

#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Summary : public CatalogFixture {
 protected:
  SeriesPtr told(const std::string& study, const std::string& uid, const std::string& number,
                 const std::string& description, const std::string& modality = "MR") const {
    return series(study, uid,
                  {{uid + ".1",
                    {{"SeriesNumber", number},
                     {"SeriesDescription", description},
                     {"StudyDescription", "Head"},
                     {"Modality", modality}},
                    {}}});
  }
  SeriesSummary converted(const SeriesPtr& one, const std::string& stem,
                          std::vector<std::string> flags = {},
                          Verdict verdict = Verdict::pass) const {
    Stack stack;
    stack.series = one;
    stack.image_stem = stem;
    stack.grid.size = {256, 256, 176};
    stack.grid.spacing = {0.9765625, 0.9765625, 1.2};
    stack.verdict = verdict;
    stack.flags = std::move(flags);
    const std::vector<ImageEnd> images{{&stack, nullptr}};
    return summarize_series(one, images, conclude_series(*one, {}, {}, images), ".nii.gz");
  }
  SeriesSummary refused(const SeriesPtr& one, Reason reason, const std::string& detail) const {
    SeriesEnd end;
    for (const auto& instance : one->instances)
      end.not_converted.push_back({reason, instance->file->name, detail});
    return summarize_series(one, {}, end, ".nii.gz");
  }
  RunSummary run(std::vector<SeriesSummary> all) const {
    RunSummary made{.series = std::move(all),
                    .files = {1234, {{Reason::missing_slices, 20}, {Reason::not_dicom, 3}}},
                    .input = "/in",
                    .output = "/out",
                    .has_report = true,
                    .status = "complete",
                    .exit_code = 0,
                    .seconds = 3.14};
    sort_for_people(made.series);
    return made;
  }
  RunSummary usual() const {
    const std::string uid = "1.2.826.0.1.3680043.8.498.4503599627370496";
    return run({converted(told("1.9", "1.9.12", "12", "T2 FLAIR"), uid + "12"),
                converted(told("1.9", "1.9.2", "2", "T1 MPRAGE SAG ISO 1mm post contrast"),
                          uid + "2", {"missing_filled"}, Verdict::warn),
                refused(told("1.9", "1.9.3", "3", "Scout"), Reason::missing_slices,
                        "3 of 9 slices are missing")});
  }
};

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    longest = std::max(longest, terminal_width(line));
  return longest;
}

TEST_F(Summary, IsALineASeriesByTheirNumbersThenCountsThenAdvice) {
  EXPECT_EQ(summary_text(usual(), {.width = 80, .descriptions = true}),
            R"(Study 1.9, 3 series: Head
No Description        Mod Size        Spacing, mm     File or reason    Verdict
 2 T1 MPRAGE SAG ISO… MR  256x256x176 0.977x0.977x1.2 …273704962.nii.gz repaired
 3 Scout              MR                              missing_slices    refused
12 T2 FLAIR           MR  256x256x176 0.977x0.977x1.2 …737049612.nii.gz ok

3 series: 1 converted, 1 repaired, 1 refused
1,257 files: 1,234 in images, 20 refused, 3 skipped
2 images in /out, 3.14 s

What to do next
- 1 series, 20 files: missing_slices (slices are missing inside the stack);
  --on-missing split makes an image of each run of slices
- 1 series: missing_filled (slices that were missing are interpolated);
  --on-missing split makes an image of each run of slices instead
- /out/report.json says of every file why
)");
}

TEST_F(Summary, NamesNoReportThatCouldNotBeWritten) {
  auto run = usual();
  run.has_report = false;
  const auto text = summary_text(run, {.width = 80});
  EXPECT_NE(text.find("What to do next"), std::string::npos);
  EXPECT_EQ(text.find("report.json"), std::string::npos);
}

TEST_F(Summary, NeverExceedsTheColumns) {
  const std::string wide = "頭部撮影頭部撮影頭部撮影頭部撮影頭部撮影頭部撮影";
  auto all = usual();
  all.series.push_back(
      converted(told(std::string(64, '9'), "1.8", std::string(99, '7'), wide, std::string(99, 'M')),
                std::string(64, '8')));
  all.output = "/" + std::string(200, 'o');
  for (std::size_t width = least_width; width < 200; ++width)
    for (const bool descriptions : {false, true})
      EXPECT_LE(longest_line(summary_text(all, {.width = width, .descriptions = descriptions})),
                width)
          << width;
}

TEST_F(Summary, WithoutATerminalNothingIsCutAndNoDescriptionTold) {
  const auto text = summary_text(usual(), {});
  EXPECT_THAT(text, AllOf(HasSubstr("1.2.826.0.1.3680043.8.498.450359962737049612.nii.gz"),
                          Not(HasSubstr("MPRAGE")), Not(HasSubstr("Head"))));
}

TEST_F(Summary, CountsWhatBecameOfSeriesAndFiles) {
  EXPECT_THAT(summary_text(usual(), {}),
              AllOf(HasSubstr("3 series: 1 converted, 1 repaired, 1 refused\n"),
                    HasSubstr("1,257 files: 1,234 in images, 20 refused, 3 skipped\n"),
                    HasSubstr("2 images in /out, 3.14 s\n")));
}

TEST_F(Summary, SaysWhatToDoNext) {
  EXPECT_THAT(summary_text(usual(), {}),
              AllOf(HasSubstr("1 series, 20 files: missing_slices"),
                    HasSubstr("--on-missing split"), HasSubstr("1 series: missing_filled"),
                    HasSubstr("/out/report.json"), Not(HasSubstr("keep"))));
}

TEST_F(Summary, ADescriptionCanDoNothingToTheTerminal) {
  const auto all =
      run({converted(told("1.9", "1.9.1", "1\x1B[2J", "a\x1B]0;own\a\u202Eb\nc"), "1")});
  const auto text = summary_text(all, {.width = 120, .descriptions = true});
  for (const auto* const harmful : {"\x1B", "\a", "\u202E"})
    EXPECT_THAT(text, Not(HasSubstr(harmful)));
  EXPECT_THAT(text, HasSubstr("b c"));
  const auto json = summary_json(all);
  for (const auto* const harmful : {"\x1B", "\a", "\u202E"})
    EXPECT_THAT(json, Not(HasSubstr(harmful)));
  EXPECT_EQ(nlohmann::json::parse(json)["series"][0]["SeriesDescription"],
            "a\x1B]0;own\a\u202Eb\nc");
}

TEST_F(Summary, ColoursAreOnlyWhereTheyAreAskedFor) {
  EXPECT_THAT(summary_text(usual(), {.width = 80}), Not(HasSubstr("\x1B")));
  EXPECT_THAT(summary_text(usual(), {.width = 80, .colours = true}),
              AllOf(HasSubstr("\x1B[33mrepaired\x1B[0m"), HasSubstr("\x1B[31mrefused\x1B[0m")));
}

TEST_F(Summary, OfVeryManySeriesThoseWithAFaultAreListed) {
  std::vector<SeriesSummary> many;
  for (int i = 0; i < 300; ++i) {
    const auto uid = "1.9." + std::to_string(i);
    many.push_back(converted(told("1.9", uid, std::to_string(i), "d"), uid));
  }
  many.push_back(refused(told("1.9", "1.9.999", "999", "d"), Reason::no_geometry, ""));
  const auto all = run(std::move(many));
  EXPECT_THAT(summary_text(all, {}), AllOf(HasSubstr("The other 300 series have no fault"),
                                           HasSubstr("no_geometry"), Not(HasSubstr("1.9.7.nii"))));
  EXPECT_THAT(summary_text(all, {.all_series = true}),
              AllOf(Not(HasSubstr("The other")), HasSubstr("1.9.7.nii")));
}

TEST_F(Summary, JsonSaysTheSame) {
  const auto json = nlohmann::json::parse(summary_json(usual()));
  EXPECT_EQ(json["series_counts"]["repaired"], 1);
  EXPECT_EQ(json["file_counts"]["missing_slices"], 20);
  const auto& repaired = json["series"][0];
  EXPECT_EQ(repaired["SeriesNumber"], "2");
  EXPECT_EQ(repaired["verdict"], "repaired");
  EXPECT_EQ(repaired["images"][0]["size"], (std::vector<int>{256, 256, 176}));
  EXPECT_EQ(repaired["problems"][0]["reason"], "missing_filled");
  EXPECT_THAT(repaired["problems"][0]["remedy"].get<std::string>(), HasSubstr("split"));
}

TEST_F(Summary, AWarningNamesSeriesReasonAndRemedyAndNoDescription) {
  const auto all = usual();
  EXPECT_EQ(warning_of(all.series[0]),
            "series 1.9.2: repaired: missing_filled: 0 of 176 slices were missing and are "
            "interpolated; --on-missing split makes an image of each run of slices instead");
  EXPECT_EQ(warning_of(all.series[1]),
            "series 1.9.3: refused: 1 file: missing_slices (3 of 9 slices are missing); "
            "--on-missing split makes an image of each run of slices");
  EXPECT_EQ(warning_of(all.series[2]), "");
}

TEST_F(Summary, ASeriesThatLostAFileIsPartial) {
  const auto one = told("1.9", "1.9.1", "1", "d");
  Stack stack;
  stack.series = one;
  stack.image_stem = "1.9.1";
  SeriesEnd end;
  end.not_converted.push_back({Reason::decode_failed, "b.dcm", "broken"});
  end.not_converted.push_back({Reason::decode_failed, "a.dcm", "torn"});
  const auto summary = summarize_series(one, std::vector<ImageEnd>{{&stack, nullptr}}, end, ".nii");
  EXPECT_EQ(summary.verdict, SeriesVerdict::partial);
  EXPECT_EQ(summary.left.at(Reason::decode_failed).files, 2U);
  EXPECT_EQ(summary.left.at(Reason::decode_failed).detail, "torn");
}

TEST_F(Summary, WhatNoSelectionKeepsIsSkipped) {
  const auto one = refused(told("1.9", "1.9.1", "1", "d"), Reason::not_selected, "");
  EXPECT_EQ(one.verdict, SeriesVerdict::skipped);
  EXPECT_EQ(warning_of(one), "");
}

}  // namespace
}  // namespace dcmflow
