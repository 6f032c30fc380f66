// What a person sees, and what a machine that calls itself a terminal does not.

#include <gmock/gmock.h>

#include <array>

#include "stages/base/terminal_text.h"
#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/run_on_terminal.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

const std::map<std::string, std::string> person{{"TERM", "xterm"}, {"LANG", "C.UTF-8"}};

class Terminal : public PipelineScene {
 protected:
  TerminalRun watch(std::vector<std::string> arguments,
                    std::map<std::string, std::string> environment = person,
                    unsigned short columns = 80) const {
    arguments.insert(arguments.begin(), DCMFLOW_PROGRAM);
    return run_on_terminal({.command = std::move(arguments),
                            .environment = std::move(environment),
                            .columns = columns});
  }
  std::map<std::string, std::string> stage() const {
    return {{"TERM", "xterm"},
            {"LANG", "C.UTF-8"},
            {"NVIDIA_CLARA_INPUT", input},
            {"NVIDIA_CLARA_OUTPUT", output}};
  }
  void write_series_with_a_gap(const std::string& description = "T2 TSE") const {
    write_phantom_series({.series_uid = "1.2.3.5", .series_description = description}, input);
    std::filesystem::remove(phantom_path({.series_uid = "1.2.3.5"}, 3));
  }
  std::string phantom_path(const PhantomSeries& series, std::size_t slice) const {
    return input + "/" + phantom_file_names(series)[slice];
  }
};

// Times differ, and the folders of a run do not.
std::string without_times(const std::string& text) {
  std::string lines;
  std::istringstream from(text);
  for (std::string line; std::getline(from, line);) {
    if (line.find(" done: ") != std::string::npos) line.resize(line.find(" seconds="));
    lines += line.substr(std::min(line.size(), std::size_t{28})) + '\n';
  }
  return lines;
}

TEST_F(Terminal, WithoutArgumentsItIsAStageOnATerminalToo) {
  write_series_with_a_gap();
  const auto seen = watch({}, stage());
  EXPECT_EQ(seen.exit_status, 0);
  const auto plain = run_dcmflow({}, stage());
  EXPECT_EQ(plain.output, "");
  EXPECT_EQ(without_times(seen.sent), without_times(plain.errors));
  EXPECT_THAT(seen.sent, AllOf(Not(HasSubstr("\x1B")), Not(HasSubstr("\r")),
                               Not(HasSubstr("T2 TSE")), ContainsRegex("^[^\n]* info input: ")));
  for (const std::string option : {"--color=always", "--verbose", "--json"}) {
    const auto asked = watch({option}, stage());
    EXPECT_THAT(asked.sent, AllOf(Not(HasSubstr("\x1B")), Not(HasSubstr("T2 TSE")))) << option;
  }
}

TEST_F(Terminal, APersonSeesATableWithinTheColumns) {
  write_series_with_a_gap("頭部 T2 TSE transversal with a long name \x1B[31mred");
  write_phantom_series({.series_uid = "1.2.3.6"}, input);
  for (const unsigned short columns : std::array<unsigned short, 4>{80, 100, 60, 44}) {
    const auto seen = watch({input, output}, person, columns);
    EXPECT_EQ(seen.exit_status, 0);
    const auto lines = screen_lines(seen.sent);
    for (const auto& line : lines) EXPECT_LE(terminal_width(line), columns) << line;
    EXPECT_THAT(lines, Contains(HasSubstr("repaired")));
    EXPECT_THAT(lines, Contains(HasSubstr("2 series: 1 converted, 1 repaired")));
    EXPECT_THAT(seen.sent, AllOf(Not(HasSubstr("input: ")), Not(HasSubstr("\x1B[31mred"))));
  }
}

TEST_F(Terminal, NothingIsRepairedInSilence) {
  write_series_with_a_gap();
  const auto words =
      "series 1.2.3.5: repaired: missing_filled: 1 of 8 slices were missing and are interpolated; "
      "--on-missing split";
  EXPECT_THAT(run_dcmflow({}, stage()).errors,
              AllOf(HasSubstr(std::string(" warning ") + words),
                    ContainsRegex("done: .* repaired=1 partial=0 refused=0 failed=0 ")));
  const auto problems = json("report.json")["problems"];
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0]["subject"], "1.2.3.5");
  EXPECT_EQ(problems[0]["reason"], "missing_filled");
  EXPECT_EQ(json("report.json")["reasons"]["missing_filled"]["severity"], "repaired");
  expect_valid_json(output);
}

TEST_F(Terminal, AdviceEndsWithTheReportThatIsThere) {
  write_series_with_a_gap();
  const auto last = "- " + output + "/report.json says of every file why";
  EXPECT_THAT(run_dcmflow({input, output}).output, HasSubstr(last));
  EXPECT_THAT(run_dcmflow({input, output, "--dry-run"}).output, Not(HasSubstr("says of every")));
}

TEST_F(Terminal, ColoursFollowNoColorAndColor) {
  write_series_with_a_gap();
  EXPECT_THAT(watch({input, output}).sent,
              AllOf(HasSubstr("\x1B[33mrepaired\x1B[0m"), HasSubstr("\x1B[33mwarning:\x1B[0m")));
  auto without = person;
  without["NO_COLOR"] = "1";
  EXPECT_THAT(watch({input, output}, without).sent, Not(ContainsRegex("\x1B\\[[0-9]*m")));
  EXPECT_THAT(watch({input, output, "--color", "always"}, without).sent,
              HasSubstr("\x1B[33mrepaired"));
  EXPECT_THAT(watch({input, output, "--color", "never"}).sent,
              Not(ContainsRegex("\x1B\\[[0-9]*m")));
  EXPECT_THAT(run_dcmflow({input, output, "--color", "always"}).output,
              HasSubstr("\x1B[33mrepaired"));
}

TEST_F(Terminal, ALiveLineTellsHowFarItIsAndIsGoneAtTheEnd) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "a sanitizer loads first";
  write_phantom_series({.slices = 30}, input);
  auto slow = person;
  slow.insert({{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
               {"BREAK_ON", "open"},
               {"BREAK_BY", "30"},
               {"BREAK_NAME", ".dcm"}});
  const auto seen = watch({input, output, "--threads", "1", "--io-threads", "1"}, slow);
  EXPECT_EQ(seen.exit_status, 0);
  EXPECT_THAT(seen.sent, ContainsRegex("\r\x1B\\[KReading headers  [0-9]+ files"));
  EXPECT_THAT(seen.sent, ContainsRegex("\r\x1B\\[KConverting  [0-9]+%  30 files  0/1 series  0/1"));
  EXPECT_THAT(screen_lines(seen.sent), Not(Contains(HasSubstr("Converting"))));
  auto dumb = slow;
  dumb["TERM"] = "dumb";
  EXPECT_THAT(watch({input, output, "--threads", "1", "--io-threads", "1"}, dumb).sent,
              Not(HasSubstr("\x1B")));
}

TEST_F(Terminal, DescriptionsAreToldToATerminalAndInJsonAlone) {
  write_series_with_a_gap();
  std::filesystem::create_directories(folder / "logs");
  EXPECT_THAT(watch({input, output, "-v", "--logs", folder / "logs"}).sent, HasSubstr("T2 TSE"));
  const auto piped = run_dcmflow({input, output, "--logs", folder / "logs"});
  EXPECT_THAT(piped.output, AllOf(HasSubstr("1.2.3.5.mhd"), Not(HasSubstr("T2 TSE"))));
  EXPECT_THAT(piped.errors, AllOf(Not(HasSubstr("T2 TSE")), Not(HasSubstr(" info input: "))));
  EXPECT_THAT(bytes_of(folder / "logs/dcmflow.log"),
              AllOf(Not(HasSubstr("T2 TSE")), HasSubstr(" info input: ")));
  const auto summary = run_dcmflow({input, output, "--json"}).output;
  write_bytes(folder / "json/summary.json", summary);
  expect_valid_json(folder / "json");
  const auto json = Json::parse(summary);
  EXPECT_EQ(json["series"][0]["SeriesDescription"], "T2 TSE");
  EXPECT_EQ(json["series"][0]["verdict"], "repaired");
}

TEST_F(Terminal, WhatIsPipedAwayIsNeitherColouredNorCut) {
  write_series_with_a_gap();
  const std::string file = folder / "summary.txt";
  const auto seen = run_on_terminal(
      {.command = {DCMFLOW_PROGRAM, input, output}, .environment = person, .output_file = file});
  EXPECT_THAT(bytes_of(file),
              AllOf(HasSubstr("1.2.3.5.mhd"), Not(HasSubstr("\x1B")), Not(HasSubstr("T2 TSE"))));
  EXPECT_THAT(seen.sent, Not(HasSubstr("1.2.3.5.mhd")));
}

TEST_F(Terminal, ProgressIsJsonWhereItIsAskedFor) {
  if (std::string(DCMFLOW_BREAK_FILES).empty()) GTEST_SKIP() << "a sanitizer loads first";
  write_phantom_series({.slices = 30}, input);
  const auto run =
      run_dcmflow({input, output, "--threads", "1", "--io-threads", "1", "--progress", "json"},
                  {{"LD_PRELOAD", DCMFLOW_BREAK_FILES},
                   {"BREAK_ON", "open"},
                   {"BREAK_BY", "50"},
                   {"BREAK_NAME", ".dcm"}});
  std::istringstream lines(run.errors);
  std::size_t told = 0;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("{")) {
      const auto progress = Json::parse(line)["progress"];
      EXPECT_EQ(progress["files"].is_number(), true);
      ++told;
    }
  EXPECT_GE(told, 1U) << run.errors;
  EXPECT_THAT(run.errors, Not(HasSubstr("\x1B")));
}

TEST_F(Terminal, ADryRunHasTheSameTable) {
  write_series_with_a_gap();
  const auto seen = watch({input, output, "--dry-run"});
  EXPECT_EQ(seen.exit_status, 0);
  EXPECT_THAT(seen.sent, AllOf(HasSubstr("T2 TSE"), HasSubstr("repaired")));
  EXPECT_FALSE(std::filesystem::exists(output));
}

TEST_F(Terminal, AMissingOutputIsNamed) {
  write_series_with_a_gap();
  const auto run = run_dcmflow({input});
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.errors, HasSubstr("OUTPUT is missing"));
  EXPECT_EQ(run_dcmflow({input, "-o", output, "-f", "NII"}).exit_status, 0);
  EXPECT_TRUE(std::filesystem::exists(output + "/1.2.3.5.nii"));
  EXPECT_EQ(run_dcmflow({input, output, "-o", output}).exit_status, 2);
}

}  // namespace
}  // namespace dcmflow
