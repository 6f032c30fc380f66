// The same bytes for any number of threads, any memory budget and any order of the directory.

#include "tests/pipeline/pipeline_scene.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;

class Determinism : public PipelineScene {
 protected:
  void SetUp() override {
    make_archive(input);
    // The same slice twice under another name, and once damaged.
    const auto slice = names_in(input + "/patient1/study1/series2").front();
    const auto bytes = bytes_of(input + "/patient1/study1/series2/" + slice);
    write_bytes(input + "/patient9/copy.dcm", bytes);
    write_bytes(input + "/patient9/cut.dcm", bytes.substr(0, 900));
  }

  std::map<std::string, std::string> outputs(const std::string& from,
                                             std::vector<std::string> options) {
    const std::string out = folder / ("out" + std::to_string(++runs_));
    options.insert(options.begin(), {from, out, "--explain", "--report"});
    const ProgramRun run = run_dcmflow(options);
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    auto found = contents(out);
    fs::remove_all(out);
    return found;
  }

  // Names first: a difference in a long text says little.
  static void expect_equal(const std::map<std::string, std::string>& one,
                           const std::map<std::string, std::string>& other) {
    for (const auto& [name, bytes] : one) {
      ASSERT_TRUE(other.contains(name)) << name;
      EXPECT_TRUE(bytes == other.at(name)) << name << " differs";
    }
    EXPECT_EQ(one.size(), other.size());
  }

 private:
  int runs_ = 0;
};

TEST_F(Determinism, ThreadsDoNotChangeAByte) {
  for (const std::string format : {"mhd", "nii", "nii.gz"}) {
    const auto alone = outputs(input, {"--format", format, "--threads", "1"});
    ASSERT_GT(alone.size(), 8U);
    for (int run = 0; run < 4; ++run)
      expect_equal(alone, outputs(input, {"--format", format, "--threads", "8"}));
  }
}

TEST_F(Determinism, TheMemoryBudgetDoesNotChangeAByte) {
  const auto plenty = outputs(input, {"--format", "nii.gz", "--threads", "8"});
  for (const std::string budget : {"1", "64K"})
    for (const std::string threads : {"1", "2", "8", "8", "8"})
      expect_equal(plenty, outputs(input, {"--format", "nii.gz", "--memory-budget", budget,
                                           "--threads", threads}));
}

// Enough series that what they say in the JSON files waits on the disk to be joined.
TEST_F(Determinism, ThreadsDoNotChangeAByteOfWhatWaitsOnTheDisk) {
  const std::string many = folder / "many";
  make_archive(many, {"--kind", "mr", "--series", "40", "--slices", "50", "--columns", "16",
                      "--rows", "16", "--header-elements", "0"});
  const auto alone = outputs(many, {"--format", "nii", "--threads", "1"});
  EXPECT_GT(alone.at("dicom-metadata.json").size(), std::size_t{256} << 10);
  EXPECT_GT(alone.at("volumes.json").size(), std::size_t{256} << 9);
  for (const std::string threads : {"2", "8"})
    expect_equal(alone, outputs(many, {"--format", "nii", "--threads", threads}));
}

// Copies the files in the order of a shuffle, so that the directory holds them in another order.
void copy_shuffled(const std::string& from, const std::string& to, std::uint64_t seed) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(from))
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), from));
  std::ranges::sort(files);
  for (std::size_t i = files.size(); i > 1; --i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    std::swap(files[i - 1], files[(seed >> 33U) % i]);
  }
  for (const auto& file : files) {
    fs::create_directories((to / file).parent_path());
    fs::copy_file(from / file, to / file);
  }
}

TEST_F(Determinism, TheOrderInWhichFilesWereMadeDoesNotChangeAByte) {
  const auto expected = outputs(input, {"--threads", "8"});
  for (const std::uint64_t seed : {1U, 2U}) {
    const std::string shuffled = folder / ("shuffled" + std::to_string(seed));
    copy_shuffled(input, shuffled, seed);
    expect_equal(expected, outputs(shuffled, {"--threads", "8"}));
  }
}

}  // namespace
}  // namespace dcmflow
