#include "config/slurm_call.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Action = SlurmCall::Action;

SlurmCall call_of(const std::vector<std::string>& arguments) {
  const auto found = find_slurm_call(arguments);
  EXPECT_TRUE(found && found->ok());
  return found && found->ok() ? **found : SlurmCall{};
}
std::string fault_of(const std::vector<std::string>& arguments) {
  const auto found = find_slurm_call(arguments);
  EXPECT_TRUE(found && !found->ok());
  return found && !found->ok() ? found->problem().detail : "";
}

TEST(SlurmCall, SubmitHasTheOptionsOfTheConversionAndThoseOfSbatch) {
  const auto call =
      call_of({"slurm", "submit", "/in", "/work", "/out", "--shards=8", "--format", "nii",
               "--parts", "5", "--parallel", "3", "--", "--mem=4G", "--parallel"});
  EXPECT_EQ(call.action, Action::submit);
  EXPECT_EQ(call.plan.input, "/in");
  EXPECT_EQ(call.work, "/work");
  EXPECT_EQ(call.output, "/out");
  EXPECT_EQ(call.plan.number, 8U);
  EXPECT_EQ(call.parts, 5U);
  EXPECT_EQ(call.parallel, 3U);
  EXPECT_THAT(call.plan.options, ElementsAre("--format", "nii"));
  EXPECT_THAT(call.sbatch_options, ElementsAre("--mem=4G", "--parallel"));
}

TEST(SlurmCall, FoldersAreThoseOfEveryNode) {
  const auto call = call_of({"slurm", "submit", "in", "work", "out", "--shards", "1"});
  EXPECT_TRUE(call.plan.input.starts_with('/') && call.plan.input.ends_with("/in"));
  EXPECT_TRUE(call.output.starts_with('/') && call.output.ends_with("/out"));
}

TEST(SlurmCall, OthersNeedTheWorkFolderAlone) {
  EXPECT_EQ(call_of({"slurm", "cancel", "/work"}).action, Action::cancel);
  const auto status = call_of({"slurm", "status", "/work", "--json", "--follow"});
  EXPECT_TRUE(status.json && status.follows);
  EXPECT_THAT(fault_of({"slurm", "status"}), HasSubstr("needs WORK"));
  EXPECT_THAT(fault_of({"slurm", "resume", "/work", "/out"}), HasSubstr("found '/out' too"));
  EXPECT_THAT(fault_of({"slurm", "cancel", "/work", "--json"}), HasSubstr("needs WORK"));
}

TEST(SlurmCall, SaysWhatIsMissing) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"slurm", "submit", "/in", "/work", "/out"},
           {"slurm", "submit", "/in", "/work", "--shards", "2"},
           {"slurm", "submit", "/in", "/work", "/out", "--shards", "0"},
           {"slurm", "submit", "/in", "/work", "--format", "nii", "--shards", "2"}})
    EXPECT_FALSE(fault_of(arguments).empty());
  EXPECT_THAT(fault_of({"slurm", "resume", "/work", "--parallel", "none"}),
              HasSubstr("expected a number from 1"));
  EXPECT_THAT(
      fault_of({"slurm", "submit", "/in", "/work", "/out", "--shards", "2", "--parts", "1001"}),
      HasSubstr("--parts: found '1001', expected a number from 1 to 1000"));
}

TEST(SlurmCall, NothingElseIsOne) {
  EXPECT_FALSE(find_slurm_call({"slurm"}));
  EXPECT_FALSE(find_slurm_call({"slurm", "folder"}));
  EXPECT_FALSE(find_slurm_call({"./slurm", "submit"}));
  EXPECT_FALSE(find_slurm_call({"slurm", "status", "--help"}));
}

}  // namespace
}  // namespace dcmflow
