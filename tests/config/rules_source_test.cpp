#include "config/rules_source.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace dcmflow {
namespace {

using testing::HasSubstr;

constexpr const char* base64 = "NVIDIA_CLARA_SELECTION_RULES_BASE64";
constexpr const char* file = "NVIDIA_CLARA_SELECTION_RULES_FILE";

Environment variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

class RulesSource : public testing::Test {
 protected:
  RulesSource() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rules_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directory(folder_ + "/config");
  }
  ~RulesSource() override { std::filesystem::remove_all(folder_); }

  std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + '/' + name) << text;
    return folder_ + '/' + name;
  }
  Result<Sourced<std::string>> read(std::map<std::string, std::string> values,
                                    const std::optional<std::string>& option = {}) const {
    return read_rules(option, variables(std::move(values)), folder_);
  }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

void expect_bad(const Result<Sourced<std::string>>& rules, const std::string& subject) {
  ASSERT_FALSE(rules.ok()) << "found '" << rules->value << "' from " << rules->source;
  EXPECT_EQ(rules.problem().reason, Reason::bad_rules);
  EXPECT_EQ(rules.problem().subject, subject);
}

TEST_F(RulesSource, TheOrderIsOptionBase64FileAndTheDefaultFile) {
  const std::string option = put("option.json", "option");
  std::map<std::string, std::string> values{{base64, "YmFzZTY0"},
                                            {file, put("named.json", "named")}};
  put("config/selection-rules.json", "standard");
  EXPECT_EQ(read(values, option)->value, "option");
  EXPECT_EQ(read(values, option)->source, "--rules " + option);
  EXPECT_EQ(read(values)->value, "base64");
  EXPECT_EQ(read(values)->source, base64);
  values[base64] = "";
  EXPECT_EQ(read(values)->value, "named") << "set but empty counts as unset";
  EXPECT_EQ(read(values)->source, std::string(file) + ' ' + values[file]);
  values.erase(file);
  EXPECT_EQ(read(values)->value, "standard");
  EXPECT_EQ(read(values)->source, folder() + "/config/selection-rules.json");
}

TEST_F(RulesSource, WithoutAnySourceThereAreNoRules) {
  EXPECT_EQ(read({})->value, "");
  EXPECT_EQ(read({})->source, "none");
  std::filesystem::remove(folder() + "/config");
  EXPECT_EQ(read({})->source, "none");
}

TEST_F(RulesSource, UndecodableBase64IsNeverReplacedByAnotherSource) {
  put("config/selection-rules.json", "{}");
  const auto rules = read({{base64, "{\"not\":1}"}, {file, put("named.json", "{}")}});
  expect_bad(rules, base64);
  EXPECT_THAT(rules.problem().detail, HasSubstr("found 9 characters that are not Base64"));
}

TEST_F(RulesSource, AMissingNamedFileIsNeverReplacedByAnotherSource) {
  put("config/selection-rules.json", "{}");
  const auto rules = read({{file, "/no/such.json"}});
  expect_bad(rules, std::string(file) + " /no/such.json");
  EXPECT_THAT(rules.problem().detail, HasSubstr("No such file or directory"));
  expect_bad(read({{base64, "e30="}}, "/no/such.json"), "--rules /no/such.json");
}

TEST_F(RulesSource, AFolderIsNoRulesFile) {
  const auto rules = read({}, folder());
  expect_bad(rules, "--rules " + folder());
  EXPECT_THAT(rules.problem().detail, HasSubstr("Is a directory"));
}

TEST_F(RulesSource, ADefaultFileThatCannotBeReadIsAnError) {
  std::filesystem::create_directory(folder() + "/config/selection-rules.json");
  expect_bad(read({}), folder() + "/config/selection-rules.json");
}

TEST_F(RulesSource, AByteOrderMarkIsTakenOff) {
  EXPECT_EQ(read({}, put("bom.json", "\xEF\xBB\xBF{}"))->value, "{}");
  EXPECT_EQ(read({{base64, "77u/e30="}})->value, "{}");
}

TEST_F(RulesSource, AnEmptyFileIsRulesThatSelectAll) {
  const std::string empty = put("empty.json", "");
  EXPECT_EQ(read({}, empty)->value, "");
  EXPECT_EQ(read({}, empty)->source, "--rules " + empty);
}

TEST_F(RulesSource, AFileWithoutEndIsRefused) {
  const auto rules = read({}, "/dev/zero");
  expect_bad(rules, "--rules /dev/zero");
  EXPECT_THAT(rules.problem().detail, HasSubstr("more than 16777216 bytes"));
}

}  // namespace
}  // namespace dcmflow
