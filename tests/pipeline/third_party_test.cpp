// Files that others made to trip readers: those of Debian's python3-pydicom.

#include "test_paths.h"
#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;

class ThirdParty : public PipelineScene {
 protected:
  void SetUp() override {
    if (!fs::is_directory(data)) GTEST_SKIP() << "python3-pydicom is not installed";
  }
  const std::string data = "/usr/lib/python3/dist-packages/pydicom/data";
};

std::vector<fs::path> files_below(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

TEST_F(ThirdParty, FilesAreAllAccountedFor) {
  for (const std::string format : {"mhd", "nii.gz"}) {
    const ProgramRun run = run_dcmflow({data, output, "--format", format, "--explain"});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    expect_accounted(files_below(data).size());
    expect_valid_json(output);
    const Json counts = json("report.json")["counts"];
    EXPECT_GE(counts["converted"], 20);
    EXPECT_FALSE(counts.contains("internal_error")) << counts;
    fs::remove_all(output);
  }
}

// Its data set starts with the private group 3F03, which the other byte order shows as a lower one.
TEST_F(ThirdParty, AFileThatStartsWithAPrivateGroupIsReadInItsByteOrder) {
  const ProgramRun run = run_dcmflow({data + "/test_files/priv_SQ.dcm", output});
  EXPECT_EQ(run.exit_status, 4) << run.errors;
  EXPECT_EQ(disposition("priv_SQ.dcm"), "no_series_uid") << detail("priv_SQ.dcm");
}

// Alone, a file is not helped by its neighbours, and a crash has a name.
TEST_F(ThirdParty, EveryDicomFileAloneEndsWithAKnownExitCode) {
  std::size_t converted = 0;
  for (const auto& path : files_below(data)) {
    if (path.string().find("/test_files/") == std::string::npos || path.extension() != ".dcm")
      continue;
    SCOPED_TRACE(path);
    const ProgramRun run = run_program(
        {.command = {DCMFLOW_PROGRAM, path, output, "--threads", "1"}, .timeout_seconds = 20});
    EXPECT_TRUE(run.exit_status == 0 || run.exit_status == 4) << run.signal << run.errors;
    // Of a DICOMDIR what it names is read, and what lies beside it is told of.
    const bool is_medium = path.filename().string().starts_with("DICOMDIR");
    expect_accounted(is_medium ? files_below(path.parent_path()).size() : 1);
    converted += !json("series-images.json").empty();
    for (const auto& name : names_in(output)) EXPECT_FALSE(name.starts_with(".")) << name;
    fs::remove_all(output);
  }
  EXPECT_GE(converted, 15U);
}

}  // namespace
}  // namespace dcmflow
