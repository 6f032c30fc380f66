#include "config/pull_call.h"

#include <gmock/gmock.h>

#include <map>

#include "config/option_variables.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Variables = std::map<std::string, std::string>;

std::optional<Result<PullCall>> find(const std::vector<std::string>& behind,
                                     const Variables& variables = {}) {
  std::vector<std::string> words{"pull"};
  words.insert(words.end(), behind.begin(), behind.end());
  return find_pull_call(words, [variables](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}
PullCall call_of(const std::vector<std::string>& behind, const Variables& variables = {}) {
  const auto found = find(behind, variables);
  EXPECT_TRUE(found && found->ok()) << (found ? found->problem().detail : "");
  return found && found->ok() ? **found : PullCall{};
}
std::string fault_of(const std::vector<std::string>& behind, const Variables& variables = {}) {
  const auto found = find(behind, variables);
  EXPECT_TRUE(found && !found->ok());
  if (!found || found->ok()) return "";
  EXPECT_EQ(found->problem().reason, Reason::bad_settings);
  return found->problem().detail;
}

TEST(PullCall, NeedsAServerAndAFolder) {
  const auto call = call_of({"https://host:8042/dicom-web/", "/data/dicom/"});
  EXPECT_EQ(call.url, "https://host:8042/dicom-web");
  EXPECT_EQ(call.folder, "/data/dicom");
  EXPECT_THAT(call.studies, IsEmpty());
  EXPECT_EQ(call.connections, 4U);
  EXPECT_EQ(call.stall_seconds, 60U);
  EXPECT_EQ(call.largest_bytes, std::uint64_t{8} << 30);
  EXPECT_TRUE(call_of({"http://h", "dicom"}).folder.ends_with("/dicom"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"http://h"}, {"http://h", "a", "b"}})
    EXPECT_THAT(fault_of(words), HasSubstr("needs URL FOLDER"));
}

TEST(PullCall, TakesItsOptions) {
  const auto call =
      call_of({"--study", "1.2", "http://h", "--study=1.3", "d", "--connections", "8",
               "--timeout=5", "--largest", "2M", "--ca", "ca.pem", "--partial", "--json"});
  EXPECT_THAT(call.studies, ElementsAre("1.2", "1.3"));
  EXPECT_EQ(call.connections, 8U);
  EXPECT_EQ(call.stall_seconds, 5U);
  EXPECT_EQ(call.largest_bytes, std::uint64_t{2} << 20);
  EXPECT_EQ(call.ca_file, "ca.pem");
  EXPECT_TRUE(call.partial);
  EXPECT_TRUE(call.json);
}

TEST(PullCall, RefusesOtherValues) {
  for (const std::vector<std::string>& options : {std::vector<std::string>{"--study", "../1"},
                                                  {"--study", ""},
                                                  {"--connections", "0"},
                                                  {"--connections", "65"},
                                                  {"--timeout", "x"},
                                                  {"--largest", "0"},
                                                  {"--largest", "big"},
                                                  {"--ca"},
                                                  {"--format", "nii"},
                                                  {"--study"}}) {
    std::vector<std::string> words{"http://h", "d"};
    words.insert(words.end(), options.begin(), options.end());
    EXPECT_THAT(fault_of(words), HasSubstr(options.front()));
  }
}

TEST(PullCall, RefusesUrlsOfOtherThingsThanAService) {
  for (const auto* url : {"host", "ftp://host", "file:///etc/passwd", "http://", "http:///x",
                          "http://h/?x=1", "http://h/#x", "http://h/a b", "http://h/\x7f"})
    EXPECT_THAT(fault_of({url, "d"}), HasSubstr("the URL ")) << url;
}

TEST(PullCall, TakesNoPasswordFromTheCommandLineAndTellsNone) {
  for (const auto* url : {"http://me:S3cret@host/dicom-web", "https://S3cret@host"}) {
    EXPECT_THAT(fault_of({url, "d"}), HasSubstr("DCMFLOW_PULL_PASSWORD"));
    EXPECT_THAT(fault_of({url, "d"}), Not(HasSubstr("S3cret")));
  }
}

TEST(PullCall, TakesUserPasswordAndTokenFromTheEnvironment) {
  const auto call = call_of({"http://h", "d"},
                            {{"DCMFLOW_PULL_USER", "me"}, {"DCMFLOW_PULL_PASSWORD", "S3cret"}});
  EXPECT_EQ(call.user, "me");
  EXPECT_EQ(call.password, "S3cret");
  EXPECT_EQ(call_of({"http://h", "d"}, {{"DCMFLOW_PULL_TOKEN", "t"}}).token, "t");
  EXPECT_THAT(
      fault_of({"http://h", "d"}, {{"DCMFLOW_PULL_TOKEN", "S3cret"}, {"DCMFLOW_PULL_USER", "me"}}),
      AllOf(HasSubstr("one of them"), Not(HasSubstr("S3cret"))));
  EXPECT_THAT(fault_of({"http://h", "d"}, {{"DCMFLOW_PULL_PASSWORD", "S3cret"}}),
              HasSubstr("without DCMFLOW_PULL_USER"));
}

TEST(PullCall, ItsVariablesAreNoneOfARun) {
  const std::vector<std::string> names{"DCMFLOW_PULL_USER", "DCMFLOW_PULL_PASSWORD",
                                       "DCMFLOW_PULL_TOKEN"};
  EXPECT_THAT(tell_unknown_variables(names), IsEmpty());
}

TEST(PullCall, IsNoneOfOtherVerbsAndOfHelp) {
  EXPECT_FALSE(find_pull_call({}, {}));
  EXPECT_FALSE(find_pull_call({"serve", "out"}, {}));
  EXPECT_FALSE(find_pull_call({"pull", "--help"}, {}));
}

}  // namespace
}  // namespace dcmflow
