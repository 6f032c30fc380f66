#include "config/folders.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <map>

namespace dcmflow {
namespace {

using testing::HasSubstr;

Environment variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

// Folders a, b, c to be named, and a root for the default places.
class Folders : public testing::Test {
 protected:
  Folders() {
    std::string pattern = (std::filesystem::temp_directory_path() / "folders_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    for (const char* name : {"/a", "/b", "/c"}) make(name);
  }
  ~Folders() override { std::filesystem::remove_all(root_); }

  void make(const std::string& name) const { std::filesystem::create_directories(root_ + name); }
  std::string at(const std::string& name) const { return root_ + name; }

  Result<Sourced<std::string>> input(std::map<std::string, std::string> values,
                                     const std::optional<std::string>& argument = {}) const {
    return find_input(argument, variables(std::move(values)), root_);
  }
  Result<Sourced<std::string>> output(std::map<std::string, std::string> values,
                                      const std::optional<std::string>& argument = {}) const {
    return find_output(argument, variables(std::move(values)), root_);
  }

 private:
  std::string root_;
};

void expect(const Result<Sourced<std::string>>& found, const std::string& value,
            const std::string& source) {
  ASSERT_TRUE(found.ok()) << found.problem().detail;
  EXPECT_EQ(found->value, value);
  EXPECT_EQ(found->source, source);
}

TEST_F(Folders, TheInputComesFromTheFirstOfArgumentVariablesAndPlaces) {
  make("/input");
  make("/var/holoscan/input");
  make("/var/monai/input");
  std::map<std::string, std::string> values{{"NVIDIA_CLARA_INPUT", at("/a")},
                                            {"NVIDIA_CLARA_INPUTPATHS", "in:" + at("/b")},
                                            {"HOLOSCAN_INPUT_PATH", at("/c")},
                                            {"MONAI_INPUTPATH", at("/a")}};
  expect(input(values, at("/b")), at("/b"), "argument");
  expect(input(values), at("/a"), "NVIDIA_CLARA_INPUT");
  values.erase("NVIDIA_CLARA_INPUT");
  expect(input(values), at("/b"), "NVIDIA_CLARA_INPUTPATHS");
  values.erase("NVIDIA_CLARA_INPUTPATHS");
  expect(input(values), at("/c"), "HOLOSCAN_INPUT_PATH");
  values.erase("HOLOSCAN_INPUT_PATH");
  expect(input(values), at("/a"), "MONAI_INPUTPATH");
  expect(input({}), at("/input"), "default");
  std::filesystem::remove(at("/input"));
  expect(input({}), at("/var/holoscan/input"), "default");
  std::filesystem::remove(at("/var/holoscan/input"));
  expect(input({}), at("/var/monai/input"), "default");
}

TEST_F(Folders, TheOutputComesFromTheFirstOfArgumentVariablesAndPlaces) {
  make("/output");
  make("/var/holoscan/output");
  make("/var/monai/output");
  std::map<std::string, std::string> values{{"NVIDIA_CLARA_OUTPUT", "/new"},
                                            {"NVIDIA_CLARA_OUTPUTPATHS", "out:" + at("/b")},
                                            {"HOLOSCAN_OUTPUT_PATH", at("/c")},
                                            {"MONAI_OUTPUTPATH", at("/a")}};
  expect(output(values, "/other"), "/other", "argument");
  expect(output(values), "/new", "NVIDIA_CLARA_OUTPUT");
  values.erase("NVIDIA_CLARA_OUTPUT");
  expect(output(values), at("/b"), "NVIDIA_CLARA_OUTPUTPATHS");
  values.erase("NVIDIA_CLARA_OUTPUTPATHS");
  expect(output(values), at("/c"), "HOLOSCAN_OUTPUT_PATH");
  values.erase("HOLOSCAN_OUTPUT_PATH");
  expect(output(values), at("/a"), "MONAI_OUTPUTPATH");
  expect(output({}), at("/output"), "default");
  std::filesystem::remove(at("/output"));
  expect(output({}), at("/var/holoscan/output"), "default");
  std::filesystem::remove(at("/var/holoscan/output"));
  expect(output({}), at("/var/monai/output"), "default");
}

TEST_F(Folders, AnEmptyVariableCountsAsUnset) {
  expect(input({{"NVIDIA_CLARA_INPUT", ""}, {"MONAI_INPUTPATH", at("/a")}}), at("/a"),
         "MONAI_INPUTPATH");
}

TEST_F(Folders, AMissingNamedInputIsNeverReplacedByAnother) {
  make("/input");
  const auto found = input({{"NVIDIA_CLARA_INPUT", "/no/such"}, {"MONAI_INPUTPATH", at("/a")}});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.problem().reason, Reason::no_input);
  EXPECT_EQ(found.problem().subject, "NVIDIA_CLARA_INPUT");
  EXPECT_THAT(found.problem().detail, HasSubstr("/no/such (No such file or directory)"));
  const auto argument = input({}, "/no/such");
  ASSERT_FALSE(argument.ok());
  EXPECT_EQ(argument.problem().subject, "argument");
}

TEST_F(Folders, WithoutAnyInputTheMessageNamesEveryPlace) {
  const auto found = input({});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.problem().reason, Reason::no_input);
  for (const char* place : {"/input", "/var/holoscan/input", "/var/monai/input"})
    EXPECT_THAT(found.problem().detail, HasSubstr(at(place)));
}

TEST_F(Folders, WithoutAnyOutputTheSettingsAreBad) {
  const auto found = output({});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.problem().reason, Reason::bad_settings);
  EXPECT_THAT(found.problem().detail, HasSubstr(at("/var/holoscan/output")));
}

TEST_F(Folders, ListsTakeTheFirstEntryThatExists) {
  const auto from = [&](const std::string& list) {
    return input({{"NVIDIA_CLARA_INPUTPATHS", list}});
  };
  expect(from("ct:/none;mr:" + at("/b") + ";pt:" + at("/c")), at("/b"), "NVIDIA_CLARA_INPUTPATHS");
  expect(from("ct:/none,mr:" + at("/c")), at("/c"), "NVIDIA_CLARA_INPUTPATHS");
  expect(from(at("/a")), at("/a"), "NVIDIA_CLARA_INPUTPATHS");
  expect(from(" ct : " + at("/a") + " ;"), at("/a"), "NVIDIA_CLARA_INPUTPATHS");
  EXPECT_EQ(from("ct:/none;mr:/neither").problem().reason, Reason::no_input);
  EXPECT_THAT(from("ct:/none;mr:/neither").problem().detail, HasSubstr("/neither"));
}

TEST_F(Folders, AColonInAPathWithoutANameIsPartOfThePath) {
  make("/12:30");
  expect(input({{"NVIDIA_CLARA_INPUTPATHS", at("/12:30")}}), at("/12:30"),
         "NVIDIA_CLARA_INPUTPATHS");
  expect(input({{"NVIDIA_CLARA_INPUTPATHS", "ct:" + at("/12:30")}}), at("/12:30"),
         "NVIDIA_CLARA_INPUTPATHS");
}

TEST_F(Folders, AListWithoutAPathSaysWhatAnEntryLooksLike) {
  const auto in = input({{"NVIDIA_CLARA_INPUTPATHS", "; ,ct:"}});
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(in.problem().reason, Reason::no_input);
  EXPECT_THAT(in.problem().detail, HasSubstr("name:/path"));
  EXPECT_EQ(output({{"NVIDIA_CLARA_OUTPUTPATHS", ";"}}).problem().reason, Reason::bad_settings);
}

TEST_F(Folders, AnOutputListWithoutAFolderThatExistsTakesItsFirstEntry) {
  expect(output({{"NVIDIA_CLARA_OUTPUTPATHS", "a:/new/one;b:/new/two"}}), "/new/one",
         "NVIDIA_CLARA_OUTPUTPATHS");
}

TEST_F(Folders, ARelativePathIsRelativeToTheWorkingFolder) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(at(""));
  expect(input({{"HOLOSCAN_INPUT_PATH", "a"}}), "a", "HOLOSCAN_INPUT_PATH");
  std::filesystem::current_path(before);
}

TEST_F(Folders, LogsAreNeverAnError) {
  const auto logs = [&](std::map<std::string, std::string> values,
                        const std::optional<std::string>& option = {}) {
    return find_logs(option, variables(std::move(values)), at(""));
  };
  EXPECT_EQ(logs({}).value, std::nullopt);
  EXPECT_EQ(logs({}).source, "none");
  EXPECT_EQ(logs({{"HOLOSCAN_LOGS_PATH", "/no/h"}}).value, "/no/h");
  EXPECT_EQ(logs({{"HOLOSCAN_LOGS_PATH", "/no/h"}, {"NVIDIA_CLARA_LOGS", "/no/c"}}).source,
            "NVIDIA_CLARA_LOGS");
  EXPECT_EQ(logs({{"NVIDIA_CLARA_LOGS", "/no/c"}}, "/no/o").source, "--logs");
  make("/logs");
  EXPECT_EQ(logs({}).value, at("/logs"));
  EXPECT_EQ(logs({}).source, "default");
}

TEST_F(Folders, OnePlaceUnderTwoNamesIsTheSamePlace) {
  std::filesystem::create_directory_symlink("a", at("/link"));
  EXPECT_TRUE(is_same_place(at("/a"), at("/b/../a/")));
  EXPECT_TRUE(is_same_place(at("/a"), at("/link")));
  EXPECT_FALSE(is_same_place(at("/a"), at("/b")));
  EXPECT_FALSE(is_same_place("/no/such", "/no/such"));
}

}  // namespace
}  // namespace dcmflow
