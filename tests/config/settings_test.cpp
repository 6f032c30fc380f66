#include "config/settings.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "stages/base/name_digest.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

// Runs in a folder of its own with the folders `in` and `out`, so that no rules lie in ./config.
class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "settings_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::current_path(folder_);
    std::filesystem::create_directory("in");
    std::filesystem::create_directory("out");
  }
  ~SettingsTest() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  void set(const std::string& name, const std::string& value) { variables_[name] = value; }

  Result<std::variant<Settings, ExitNow>> read(std::vector<const char*> arguments) const {
    arguments.insert(arguments.begin(), "dcmflow");
    return read_settings(static_cast<int>(arguments.size()), arguments.data(),
                         [this](const std::string& name) -> std::optional<std::string> {
                           const auto found = variables_.find(name);
                           if (found == variables_.end()) return std::nullopt;
                           return found->second;
                         });
  }
  Settings settings(std::vector<const char*> arguments) const {
    const auto result = read(std::move(arguments));
    if (!result.ok()) {
      ADD_FAILURE() << result.problem().subject << ": " << result.problem().detail;
      return {};
    }
    return std::get<Settings>(*result);
  }
  Problem problem(std::vector<const char*> arguments) const {
    const auto result = read(std::move(arguments));
    if (!result.ok()) return result.problem();
    ADD_FAILURE() << "accepted";
    return {};
  }

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
  std::string folder_;
  std::map<std::string, std::string> variables_;
};

TEST_F(SettingsTest, DefaultsAreThoseOfTheContract) {
  const Settings found = settings({"in", "out"});
  EXPECT_EQ(found.input.value, "in");
  EXPECT_EQ(found.output.value, "out");
  EXPECT_EQ(found.format.value, "mhd");
  EXPECT_EQ(found.format.source, "default");
  EXPECT_EQ(found.rules.value, "");
  EXPECT_EQ(found.rules.source, "none");
  EXPECT_EQ(found.attributes.value, std::nullopt);
  EXPECT_EQ(found.threads, available_cores());
  EXPECT_EQ(found.memory_budget, available_memory() / 4);
  EXPECT_EQ(found.images, ImagesToWrite::all);
  EXPECT_EQ(found.sha256, Sha256Of::compressed);
  EXPECT_EQ(found.log_level, "info");
  EXPECT_FALSE(found.strict || found.no_patient || found.explain);
}

TEST_F(SettingsTest, RunsWithoutArgumentsAsAContainerStage) {
  set("NVIDIA_CLARA_INPUT", "in");
  set("NVIDIA_CLARA_OUTPUT", "out");
  set("NVIDIA_CLARA_IMAGE_FORMAT", "nii.gz");
  set("NVIDIA_CLARA_SELECTION_RULES_BASE64", "e30");
  set("NVIDIA_CLARA_NOSYNCLOCK", "TRUE");
  set("DEBUG_VSCODE", "junk");
  set("CLARA_TRACE", "-1");
  const Settings found = settings({});
  EXPECT_EQ(found.input.source, "NVIDIA_CLARA_INPUT");
  EXPECT_EQ(found.output.source, "NVIDIA_CLARA_OUTPUT");
  EXPECT_EQ(found.format.value, "nii.gz");
  EXPECT_EQ(found.format.source, "NVIDIA_CLARA_IMAGE_FORMAT");
  EXPECT_EQ(found.rules.value, "{}");
}

TEST_F(SettingsTest, AWatchIsOfAFolder) {
  std::ofstream("file") << "x";
  EXPECT_THAT(problem({"file", "out", "--watch"}).detail, HasSubstr("expected a folder"));
  const Settings found = settings({"in", "out", "--watch", "--settle", "3"});
  EXPECT_TRUE(found.watch && found.resume);
  EXPECT_EQ(found.catalogue, WhetherCatalogue::yes);
  const auto lines = describe(found);
  EXPECT_THAT(lines, Contains("settle: 3.000 (--settle)"));
  EXPECT_THAT(lines, Contains("resume: yes (--watch)"));
}

// What a watch reads again.
TEST_F(SettingsTest, TheOptionOfTheRulesIsKept) {
  std::ofstream("rules.json") << "{}";
  EXPECT_EQ(settings({"in", "out", "--rules", "rules.json"}).rules_option, "rules.json");
  EXPECT_EQ(settings({"in", "out"}).rules_option, std::nullopt);
}

TEST_F(SettingsTest, AProgramWithoutANameIsOneWithoutArguments) {
  const char* const none[] = {nullptr};
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "NVIDIA_CLARA_INPUT") return "in";
    if (name == "NVIDIA_CLARA_OUTPUT") return "out";
    return std::nullopt;
  };
  const auto result = read_settings(0, none, environment);
  ASSERT_TRUE(result.ok()) << result.problem().detail;
  EXPECT_EQ(std::get<Settings>(*result).input.value, "in");
  EXPECT_EQ(read_output_folder(0, none, environment), "out");
}

TEST_F(SettingsTest, TheCommandLineComesBeforeTheEnvironment) {
  set("NVIDIA_CLARA_INPUT", "/no/such");
  set("NVIDIA_CLARA_IMAGE_FORMAT", "png");
  const Settings found =
      settings({"in", "out", "--format", "nii", "--threads", "5", "--memory-budget", "1M",
                "--images", "selected", "--sha256", "none", "--log-level", "off", "--strict"});
  EXPECT_EQ(found.input.source, "argument");
  EXPECT_EQ(found.format.value, "nii");
  EXPECT_EQ(found.format.source, "--format");
  EXPECT_EQ(found.threads, 5U);
  EXPECT_EQ(found.threads_source, "--threads");
  EXPECT_EQ(found.memory_budget, 1U << 20);
  EXPECT_EQ(found.images, ImagesToWrite::selected);
  EXPECT_EQ(found.sha256, Sha256Of::none);
  EXPECT_EQ(found.log_level, "off");
  EXPECT_TRUE(found.strict);
}

TEST_F(SettingsTest, AnUnknownFormatIsNeverMhd) {
  const Problem option = problem({"in", "out", "--format", "gif"});
  EXPECT_EQ(option.reason, Reason::bad_settings);
  EXPECT_EQ(option.subject, "--format");
  EXPECT_EQ(option.detail,
            "found 'gif', expected one of mhd, nii, nii.gz, mha, nrrd, nrrd-gzip, hdr, h5");
  set("NVIDIA_CLARA_IMAGE_FORMAT", "gif");
  const Problem variable = problem({"in", "out"});
  EXPECT_EQ(variable.reason, Reason::bad_settings);
  EXPECT_EQ(variable.subject, "NVIDIA_CLARA_IMAGE_FORMAT");
  EXPECT_THAT(variable.detail, HasSubstr("found 'gif'"));
}

TEST_F(SettingsTest, ThreadsAreAWholeNumberAboveZero) {
  for (const char* option : {"--threads", "--io-threads"})
    for (const char* value :
         {"0", "-1", "two", "2.5", "2x", " 2", "4097", "99999999999999999999"}) {
      const Problem found = problem({"in", "out", option, value});
      EXPECT_EQ(found.reason, Reason::bad_settings) << value;
      EXPECT_EQ(found.subject, option);
      EXPECT_EQ(found.detail,
                "found '" + std::string(value) + "', expected a whole number from 1 to 4096");
    }
}

TEST_F(SettingsTest, TheMemoryBudgetIsASizeAboveZero) {
  for (const char* value : {"0", "-1", "lots", "0K"}) {
    const Problem found = problem({"in", "out", "--memory-budget", value});
    EXPECT_EQ(found.reason, Reason::bad_settings) << value;
    EXPECT_EQ(found.subject, "--memory-budget");
    EXPECT_THAT(found.detail, HasSubstr("found '" + std::string(value) + "'"));
  }
}

TEST_F(SettingsTest, ChoicesListWhatTheyTake) {
  EXPECT_EQ(problem({"in", "out", "--images", "some"}).detail,
            "found 'some', expected one of all, selected");
  EXPECT_EQ(problem({"in", "out", "--sha256", "yes"}).detail,
            "found 'yes', expected one of compressed, all, none");
  EXPECT_EQ(problem({"in", "out", "--log-level", "loud"}).detail,
            "found 'loud', expected one of trace, debug, info, warning, error, off");
}

TEST_F(SettingsTest, TheOutputIsNeverTheInput) {
  std::filesystem::create_directory_symlink("in", "alias");
  const Problem found = problem({"in", "./alias/"});
  EXPECT_EQ(found.reason, Reason::bad_settings);
  EXPECT_THAT(found.detail, HasSubstr("expected another folder"));
  EXPECT_EQ(settings({"in", "in/out"}).output.value, "in/out") << "below it is fine";
}

TEST_F(SettingsTest, AMissingInputIsNoInputAndAMissingOutputIsMadeLater) {
  EXPECT_EQ(problem({"nothing", "out"}).reason, Reason::no_input);
  EXPECT_EQ(settings({"in", "new/folder"}).output.value, "new/folder");
}

// A word is a verb once: what stands behind it is a folder, whatever it is called.
TEST_F(SettingsTest, AFolderMayHaveTheNameOfAVerb) {
  std::filesystem::create_directory("run");
  std::ofstream("rules.json") << "{}";
  EXPECT_EQ(settings({"run", "run", "out"}).input.value, "run");
  EXPECT_EQ(settings({"run", "run", "out"}).output.value, "out");
  EXPECT_EQ(settings({"./run", "out"}).input.value, "./run");
  EXPECT_EQ(settings({"values", "run"}).input.value, "run");
  EXPECT_EQ(settings({"rules", "explain", "rules.json", "run"}).input.value, "run");
  const std::vector<const char*> wrong{"dcmflow", "run", "run", "out", "--format"};
  const auto output = read_output_folder(static_cast<int>(wrong.size()), wrong.data(),
                                         [](const std::string&) { return std::nullopt; });
  EXPECT_EQ(output, "out");
}

TEST_F(SettingsTest, TheRulesOfTheWorkingFolderAreTheDefault) {
  std::filesystem::create_directory("config");
  std::ofstream("config/selection-rules.json") << "null";
  EXPECT_EQ(settings({"in", "out"}).rules.value, "null");
  EXPECT_EQ(settings({"in", "out"}).rules.source, "./config/selection-rules.json");
}

TEST_F(SettingsTest, BadRulesAreToldBeforeAMissingInput) {
  EXPECT_EQ(problem({"nothing", "out", "--rules", "/no/such"}).reason, Reason::bad_rules);
}

TEST_F(SettingsTest, HelpAndVersionNeedNoInput) {
  const auto result = read({"--help"});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(std::get<ExitNow>(*result).exit_code, 0);
}

TEST_F(SettingsTest, TheFirstLogLinesTellValuesAndSourcesButNotTheRules) {
  set("NVIDIA_CLARA_SELECTION_RULES_BASE64", "eyJQYXRpZW50TmFtZSI6ICJEb2UifQ==");
  std::filesystem::create_directory("in\nner");
  const std::vector<std::string> lines =
      describe(settings({"in\nner", "out", "--threads", "2", "--strict"}));
  EXPECT_THAT(lines, Contains("input: in\\x0Aner (argument)"));
  EXPECT_THAT(lines, Contains("format: mhd (default)"));
  EXPECT_THAT(lines, Contains("rules: 22 bytes (NVIDIA_CLARA_SELECTION_RULES_BASE64)"));
  EXPECT_THAT(lines, Contains("threads: 2 (--threads)"));
  EXPECT_THAT(lines, Contains("strict: yes (--strict)"));
  EXPECT_THAT(lines, Contains("explain: no (default)"));
  EXPECT_THAT(lines, Each(Not(HasSubstr("Doe"))));
}

TEST_F(SettingsTest, AVariableOfAnOptionIsNamedAsTheSource) {
  set("DCMFLOW_ON_MISSING", "split");
  set("DCMFLOW_FORMAT", "NII");
  set("DCMFLOW_INPUT", "in");
  set("DCMFLOW_OUTPUT", "out");
  const auto lines = describe(settings({}));
  for (const auto* const line :
       {"on-missing: split (DCMFLOW_ON_MISSING)", "format: nii (DCMFLOW_FORMAT)",
        "input: in (DCMFLOW_INPUT)", "output: out (DCMFLOW_OUTPUT)"})
    EXPECT_THAT(lines, Contains(line));
  EXPECT_FALSE(settings({}).console.summary) << "a container stage all the same";
  EXPECT_EQ(settings({}).catalogue, WhetherCatalogue::none);
  set("DCMFLOW_ON_MISSING", "guess");
  EXPECT_EQ(problem({}).subject, "DCMFLOW_ON_MISSING");
  EXPECT_EQ(settings({"--on-missing", "keep"}).image_options.on_missing, OnMissing::keep);
}

TEST_F(SettingsTest, ArchivesAreUnpackedInTheOutputUnlessItIsNotWritten) {
  EXPECT_EQ(settings({"in", "out"}).spool_folder(), "out/.dcmflow");
  EXPECT_THAT(describe(settings({"in", "out"})), Contains("spool: output (default)"));
  EXPECT_EQ(settings({"in", "out", "--spool", "in"}).spool_folder(), "in");
  EXPECT_EQ(settings({"in", "out", "--dry-run"}).spool_folder(), "/tmp");
  set("TMPDIR", "elsewhere");
  EXPECT_EQ(settings({"list", "in"}).spool_folder(), "elsewhere");
  EXPECT_EQ(settings({"in", "out"}).spool_folder(), "out/.dcmflow");
  set("DCMFLOW_SPOOL", "nothing");
  EXPECT_EQ(problem({"in", "out"}).subject, "DCMFLOW_SPOOL");
}

TEST_F(SettingsTest, SeveralInputsComeBeforeTheOutput) {
  std::filesystem::create_directory("more");
  const auto found = settings({"in", "more", "out"});
  EXPECT_THAT(found.inputs().given, testing::ElementsAre("in", "more"));
  EXPECT_EQ(found.output.value, "out");
  EXPECT_EQ(problem({"in", "nothing", "out"}).reason, Reason::no_input);
  EXPECT_THAT(problem({"in", "out", "-o", "out"}).detail, HasSubstr("is the input"));
  EXPECT_EQ(problem({"in", "more", "out", "--resume"}).subject, "--resume");
  EXPECT_EQ(problem({"in", "more", "out", "--watch"}).subject, "--watch");
}

TEST_F(SettingsTest, AListStandsInPlaceOfInputOrBesideIt) {
  std::ofstream("list") << "b\na\n";
  const auto alone = settings({"--files-from", "list", "out"});
  EXPECT_THAT(alone.inputs().given, testing::IsEmpty());
  EXPECT_THAT(*alone.inputs().listed, testing::ElementsAre("a", "b"));
  EXPECT_EQ(alone.output.value, "out");
  EXPECT_EQ(alone.catalogue, WhetherCatalogue::yes) << "no container stage";
  EXPECT_THAT(describe(alone), Contains("input: list (2 paths) (--files-from)"));
  EXPECT_THAT(describe(alone), Contains("files-from: list (--files-from)"));
  const auto beside = settings({"in", "out", "--files-from=list"});
  EXPECT_THAT(beside.inputs().given, testing::ElementsAre("in"));
  EXPECT_EQ(beside.input_words(), "in, list (2 paths)");
  EXPECT_EQ(settings({"in", "-o", "out", "--files-from", "list"}).inputs().given.size(), 1U);
  set("NVIDIA_CLARA_INPUT", "in");
  EXPECT_THAT(settings({"--files-from", "list", "out"}).inputs().given, testing::IsEmpty());
  for (const auto* const option : {"--resume", "--watch"}) {
    const auto refused = problem({"--files-from", "list", "out", option});
    EXPECT_EQ(refused.reason, Reason::bad_settings);
    EXPECT_EQ(refused.subject, "--files-from");
    EXPECT_THAT(refused.detail, HasSubstr(option));
  }
  EXPECT_EQ(problem({"--files-from", "none", "out"}).reason, Reason::no_input);
}

TEST_F(SettingsTest, PathsOfTheInputAreDigestsWhereNothingPersonalIsWanted) {
  std::ofstream("list") << "a\n";
  const auto found = settings({"in", "out", "--files-from", "list", "--no-patient"});
  EXPECT_EQ(found.input_words(), name_digest("in") + ", " + name_digest("list") + " (1 path)");
  for (const auto& line : describe(found)) EXPECT_THAT(line, Not(HasSubstr(": in ")));
}

TEST(ProcessEnvironment, ReadsTheVariablesOfTheProcess) {
  const Environment environment = process_environment();
  EXPECT_EQ(environment("DCMFLOW_NO_SUCH_VARIABLE"), std::nullopt);
  const char* path = std::getenv("PATH");
  ASSERT_NE(path, nullptr);
  EXPECT_EQ(environment("PATH"), path);
}

}  // namespace
}  // namespace dcmflow
