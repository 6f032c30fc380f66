#include "config/command_line.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace dcmflow {
namespace {

using testing::HasSubstr;

Result<std::variant<CommandLine, ExitNow>> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "dcmflow");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

CommandLine parsed(std::vector<const char*> arguments) {
  const auto result = parse(std::move(arguments));
  if (!result.ok()) {
    ADD_FAILURE() << result.problem().detail;
    return {};
  }
  return std::get<CommandLine>(*result);
}

std::string refusal(std::vector<const char*> arguments) {
  const auto result = parse(std::move(arguments));
  if (result.ok()) return "accepted";
  EXPECT_EQ(result.problem().reason, Reason::bad_settings);
  return result.problem().detail;
}

TEST(CommandLine, WithoutArgumentsNothingIsGiven) {
  const CommandLine none = parsed({});
  EXPECT_EQ(none.input, std::nullopt);
  EXPECT_EQ(none.output, std::nullopt);
  EXPECT_EQ(none.format, std::nullopt);
  EXPECT_FALSE(none.strict);
}

TEST(CommandLine, EveryOptionReachesItsField) {
  const CommandLine all =
      parsed({"in",           "--format", "nii",         "--rules",      "r.json",
              "--attributes", "a.json",   "--threads=3", "out",          "--memory-budget",
              "2G",           "--images", "selected",    "--log-level",  "debug",
              "--logs",       "l",        "--strict",    "--no-patient", "--explain",
              "--report",     "--sha256", "all",         "--io-threads", "9",
              "--trace",      "t.json"});
  EXPECT_EQ(all.input, "in");
  EXPECT_EQ(all.output, "out");
  EXPECT_EQ(all.format, "nii");
  EXPECT_EQ(all.rules, "r.json");
  EXPECT_EQ(all.attributes, "a.json");
  EXPECT_EQ(all.threads, "3");
  EXPECT_EQ(all.io_threads, "9");
  EXPECT_EQ(all.trace, "t.json");
  EXPECT_EQ(all.memory_budget, "2G");
  EXPECT_EQ(all.images, "selected");
  EXPECT_EQ(all.sha256, "all");
  EXPECT_EQ(all.log_level, "debug");
  EXPECT_EQ(all.logs, "l");
  EXPECT_TRUE(all.strict);
  EXPECT_TRUE(all.no_patient);
  EXPECT_TRUE(all.explain);
  EXPECT_TRUE(all.report);
}

TEST(CommandLine, NamesThatLookLikeSomethingElseArePaths) {
  EXPECT_EQ(parsed({"[a,b]", "{c}"}).input, "[a,b]");
  EXPECT_EQ(parsed({"--", "-in", "--out"}).input, "-in");
  EXPECT_EQ(parsed({"--", "-in", "--out"}).output, "--out");
  EXPECT_EQ(parsed({"--threads", "-1"}).threads, "-1") << "refused later, with its name";
  EXPECT_EQ(parsed({"a b\n\"c\""}).input, "a b\n\"c\"");
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal({"--colour"}), HasSubstr("--colour"));
  EXPECT_THAT(refusal({"--colour"}), HasSubstr("dcmflow --help"));
}

TEST(CommandLine, RefusesAnOptionWithoutItsValueOrWithTwo) {
  EXPECT_THAT(refusal({"--format"}), HasSubstr("--format"));
  EXPECT_THAT(refusal({"--format", "nii", "--format", "mhd"}), HasSubstr("--format"));
  EXPECT_THAT(refusal({"--rules", ""}), HasSubstr("found an empty value"));
  EXPECT_THAT(refusal({""}), HasSubstr("INPUT: found an empty value"));
}

TEST(CommandLine, TheLastFolderIsTheOutputUnlessAnOptionNamesIt) {
  const auto several = parsed({"a", "--strict", "b", "--format", "nii", "c", "out"});
  EXPECT_EQ(several.input, "a");
  EXPECT_THAT(several.further_inputs, testing::ElementsAre("b", "c"));
  EXPECT_EQ(several.output, "out");
  const auto named = parsed({"a", "-o", "out", "b"});
  EXPECT_EQ(named.input, "a");
  EXPECT_THAT(named.further_inputs, testing::ElementsAre("b"));
  EXPECT_EQ(named.output, "out");
  EXPECT_THAT(parsed({"[a,b]", "[c]", "out"}).further_inputs, testing::ElementsAre("[c]"));
  EXPECT_EQ(parsed({"a"}).output, std::nullopt);
  EXPECT_EQ(parsed({"-o", "out"}).input, std::nullopt);
}

TEST(CommandLine, BesideAListOneFolderIsTheOutput) {
  const auto alone = parsed({"--files-from", "-", "out"});
  EXPECT_EQ(alone.files_from, "-");
  EXPECT_EQ(alone.input, std::nullopt);
  EXPECT_EQ(alone.output, "out");
  const auto beside = parsed({"in", "--files-from=list", "out"});
  EXPECT_EQ(beside.input, "in");
  EXPECT_EQ(beside.output, "out");
  EXPECT_EQ(parsed({"in", "--files-from", "list", "-o", "out"}).input, "in");
}

std::string folders_of(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "dcmflow");
  const auto folders = read_folder_arguments(static_cast<int>(arguments.size()), arguments.data());
  if (!folders) return "unsure";
  std::string text;
  for (const auto& input : folders->inputs) text += input + " ";
  return text + "| " + folders->output.value_or("none");
}

TEST(CommandLine, TellsTheFoldersOfAWrongOneWhereTheyAreSure) {
  EXPECT_EQ(folders_of({"in", "out", "--colour"}), "in | out");
  EXPECT_EQ(folders_of({"in", "out", "--colour", "red"}), "unsure") << "OUTPUT may be red";
  EXPECT_EQ(folders_of({"--format", "nonsense", "in", "--strict", "out"}), "in | out");
  EXPECT_EQ(folders_of({"--format=nonsense", "in", "out"}), "in | out");
  EXPECT_EQ(folders_of({"--colour", "--", "-in", "-out"}), "unsure");
  EXPECT_EQ(folders_of({"--", "-in", "-out"}), "-in | -out");
  EXPECT_EQ(folders_of({"--colour", "red", "in", "out"}), "unsure");
  EXPECT_EQ(folders_of({"in", "--colour", "out"}), "unsure");
  EXPECT_EQ(folders_of({"in", "out", "more"}), "in out | more");
  EXPECT_EQ(folders_of({"--files-from", "list", "out", "--colour"}), "| out");
  EXPECT_EQ(folders_of({"--colour"}), "| none");
  EXPECT_EQ(folders_of({"in", "out", "--dry-run", "--colour"}), "unsure");
  EXPECT_EQ(folders_of({"--", "in", "--dry-run"}), "in | --dry-run");
}

TEST(CommandLine, HelpIsTextWithExitCodeZeroAndShortLines) {
  for (const char* flag : {"--help", "-h"}) {
    const auto result = parse({flag});
    ASSERT_TRUE(result.ok());
    const auto& help = std::get<ExitNow>(*result);
    EXPECT_EQ(help.exit_code, 0);
    for (const char* text :
         {"Usage: dcmflow [run] [INPUT...] [OUTPUT] [options]", "dcmflow rules check FILE",
          "-f, --format NAME", "--memory-budget SIZE",
          "Image formats: mhd nii nii.gz mha nrrd nrrd-gzip hdr h5",
          "Exit codes:", "NVIDIA_CLARA_SELECTION_RULES_BASE64"})
      EXPECT_THAT(help.text, HasSubstr(text));
    std::istringstream lines(help.text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST(CommandLine, VersionIsTextWithExitCodeZero) {
  const auto result = parse({"--version"});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(std::get<ExitNow>(*result).text, "dcmflow " DCMFLOW_VERSION "\n");
  EXPECT_EQ(std::get<ExitNow>(*result).exit_code, 0);
}

}  // namespace
}  // namespace dcmflow
