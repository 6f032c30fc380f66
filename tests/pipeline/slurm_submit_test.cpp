// What `slurm submit` refuses before a job is submitted, told by an sbatch that only notes.

#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class SlurmSubmit : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(input);
    for (const auto* const name : {"sbatch", "scontrol"}) {
      const std::string path = programs + '/' + name;
      write_bytes(path, "#!/bin/sh\necho " + std::string(name) + " >>" + asked + "\necho 7\n");
      std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    }
  }
  ProgramRun submit(const std::vector<std::string>& options,
                    std::map<std::string, std::string> environment = {}) const {
    std::vector<std::string> words{"slurm", "submit", input, work, folder / "out", "--shards", "2"};
    words.insert(words.end(), options.begin(), options.end());
    environment["PATH"] = programs + ':' + std::getenv("PATH");
    return run_dcmflow(words, environment);
  }
  void expect_refused(const ProgramRun& run, int exit_code, const std::string& words) const {
    EXPECT_EQ(run.exit_status, exit_code) << run.errors;
    EXPECT_THAT(run.errors, HasSubstr(words));
    EXPECT_THAT(names_in(work), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(asked));
  }
  std::string file(const std::string& text) const {
    write_bytes(folder / "file.json", text);
    return folder / "file.json";
  }

  const TemporaryFolder folder;
  const std::string input = folder / "in";
  const std::string work = folder / "work";
  const std::string programs = folder / "programs";
  const std::string asked = folder / "asked";
};

TEST_F(SlurmSubmit, RefusesRulesThatAreWrong) {
  const auto rules = file(R"({"selections": []})");
  expect_refused(submit({"--rules", rules}), 3, rules);
  expect_refused(submit({}, {{"NVIDIA_CLARA_SELECTION_RULES_FILE", rules}}), 3, rules);
}

TEST_F(SlurmSubmit, RefusesAttributesThatAreWrong) {
  const auto attributes = file(R"({"Mine": "no tag"})");
  expect_refused(submit({"--attributes", attributes}), 2, attributes);
}

TEST_F(SlurmSubmit, RefusesNamesThatAreWrong) {
  expect_refused(submit({"--name", "{SerisNumber}"}), 2, "SeriesNumber");
  expect_refused(submit({"--layout", "{PatientID}", "--no-patient"}), 2, "--layout");
}

TEST_F(SlurmSubmit, RefusesWhatIsNoConversion) {
  expect_refused(submit({"--version"}), 2, "version");
}

TEST_F(SlurmSubmit, SubmitsWhatIsRight) {
  const auto rules = file(R"({"selections": [{"name": "a", "conditions": {"Modality": "CT"}}]})");
  const auto run = submit({"--rules", rules, "--name", "{SeriesNumber}"});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("submitted: plan 7 shards 7 merge 7"));
  EXPECT_TRUE(std::filesystem::exists(work + "/slurm/1/rules"));
}

TEST_F(SlurmSubmit, EachResumeIsASubmissionOfItsOwn) {
  const auto resume = [&](const std::string& queued) {
    write_bytes(programs + "/squeue", "#!/bin/sh\necho " + queued + "\n");
    std::filesystem::permissions(programs + "/squeue", std::filesystem::perms::owner_all);
    return run_dcmflow({"slurm", "resume", work}, {{"PATH", programs + ':' + std::getenv("PATH")}});
  };
  ASSERT_EQ(submit({}).exit_status, 0);
  const auto at_work = resume("7");
  EXPECT_NE(at_work.exit_status, 0);
  EXPECT_THAT(at_work.errors, HasSubstr("job 7 (plan) is queued or at work"));
  for (const std::string number : {"2", "3"}) {
    const auto run = resume("8");
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_THAT(run.output, HasSubstr("submitted: plan 7 shards 7 merge 7"));
    EXPECT_TRUE(std::filesystem::exists(work + "/slurm/" + number + "/jobs"));
  }
  EXPECT_THAT(names_in(work + "/slurm"), testing::SizeIs(3));
}

}  // namespace
}  // namespace dcmflow
