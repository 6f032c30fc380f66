// How much memory a run takes. Not under sanitizers, which take several times as much.

#include <algorithm>
#include <vector>

#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/sanitizers.h"

namespace dcmflow {
namespace {

class MemoryBounds : public PipelineScene {
 protected:
  void SetUp() override {
    if (is_sanitized) GTEST_SKIP() << "a sanitizer takes memory of its own";
  }

  std::uint64_t peak(const std::string& from, const std::string& format,
                     const std::vector<std::string>& more = {}) {
    std::vector<std::string> options{from, output, "--format", format, "--threads", "2"};
    options.insert(options.end(), more.begin(), more.end());
    const ProgramRun run = run_dcmflow(options);
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    // Not the peak that the system tells of a child: it is never less than its parent's.
    const auto bytes = json("report.json")["run"]["peak_memory_bytes"].get<std::uint64_t>();
    EXPECT_GT(bytes, std::uint64_t{4} << 20);
    std::filesystem::remove_all(output);
    return bytes;
  }

  static constexpr std::uint64_t most = std::uint64_t{150} << 20;
};

TEST_F(MemoryBounds, HoldForAnArchiveOfAnySizeInEveryFormat) {
  make_archive(input, {"--kind", "ct", "--series", "8", "--slices", "70"});  // 294 MB
  for (const auto* format : {"nii", "mhd", "nii.gz"}) EXPECT_LE(peak(input, format), most);
}

TEST_F(MemoryBounds, HoldForOneVolumeLargerThanTheBudget) {
  make_archive(input, {"--kind", "ct", "--series", "1", "--slices", "400"});  // 210 MB
  for (const auto* format : {"nii", "nii.gz"})
    EXPECT_LE(peak(input, format, {"--memory-budget", "16M"}), std::uint64_t{64} << 20);
}

TEST_F(MemoryBounds, GrowByAtMost550BytesAFile) {
  const auto tiny = [&](const std::string& name, const std::string& series) {
    make_archive(folder / name, {"--kind", "mr", "--series", series, "--slices", "100", "--columns",
                                 "16", "--rows", "16", "--header-elements", "0"});
    // A busy machine looks like slow storage, whose threads take memory of their own; and how much
    // is in flight at once depends on what else runs: the least of several.
    const std::vector<std::string> more{"--io-threads", "2"};
    std::uint64_t least = peak(folder / name, "nii", more);
    for (int again = 0; again < 4; ++again)
      least = std::min(least, peak(folder / name, "nii", more));
    return least;
  };
  const auto few = tiny("few", "20");
  const auto many = tiny("many", "220");
  EXPECT_GT(many, few);
  // And what SQLite keeps of pages, and of the rows that it sorts for the indexes, whatever the
  // size.
  constexpr std::uint64_t of_the_catalogue = 8 << 20;
  EXPECT_LE(many - std::min(few, many), 550U * 20'000 + of_the_catalogue);
}

// It keeps little of a series, and nothing of a file.
TEST_F(MemoryBounds, OfAPlanAreThoseOfWhatItSortsAtATime) {
  const auto peak_of_plan = [&](const std::string& name, const std::string& series) {
    make_archive(folder / name, {"--kind", "mr", "--series", series, "--slices", "300", "--columns",
                                 "8", "--rows", "8", "--header-elements", "0", "--headers-only"});
    const std::string work = folder / ("work of " + name);
    EXPECT_EQ(run_dcmflow({"scan", folder / name, work, "--part", "0/1"}).exit_status, 0);
    const auto run = run_dcmflow({"plan", folder / name, work, "--shards", "4", "--threads", "2",
                                  "--io-threads", "2", "--memory-budget", "8M"});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    const std::string told = "peak_memory_mb=";
    const auto at = run.errors.rfind(told);
    EXPECT_NE(at, std::string::npos) << run.errors;
    return std::stoul(run.errors.substr(at + told.size())) << 20;
  };
  const auto few = peak_of_plan("few", "100");
  const auto many = peak_of_plan("many", "300");
  // Names are sorted in so much, and all headers would take twice as much.
  constexpr std::uint64_t of_the_sorter = 16 << 20;
  EXPECT_LE(many - std::min(few, many), of_the_sorter);
}

// It keeps next to nothing of a series: eight bytes, and what SQLite has of pages. How much is in
// flight at once, and how much of the program itself is in memory, depends on what else runs: what
// always grows is between the most of a few series and the least of many.
TEST_F(MemoryBounds, OfAMergeAreThoseOfSomeStudies) {
  const std::vector<std::string> few_threads{"--threads", "2", "--io-threads", "2"};
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.end(), few_threads.begin(), few_threads.end());
    const auto ended = run_dcmflow(words);
    EXPECT_EQ(ended.exit_status, 0) << ended.errors;
  };
  const auto peaks_of_merge = [&](const std::string& name, const std::string& series,
                                  const std::string& studies) {
    make_archive(folder / name,
                 {"--kind", "mr", "--series", series, "--studies", studies, "--slices", "4",
                  "--columns", "8", "--rows", "8", "--header-elements", "0", "--headers-only"});
    const std::string work = folder / ("work of " + name);
    run({"plan", folder / name, work, "--shards", "2"});
    for (const std::string shard : {"0", "1"}) run({"shard", "run", work, "--shard", shard});
    std::vector<std::uint64_t> peaks;
    for (int again = 0; again < 3; ++again) {
      run({"merge", work, output, "--memory-budget", "2M"});
      peaks.push_back(json("report.json")["run"]["peak_memory_bytes"].get<std::uint64_t>());
      std::filesystem::remove_all(output);
    }
    return peaks;
  };
  const auto most_of_few = std::ranges::max(peaks_of_merge("few", "400", "80"));
  const auto least_of_many = std::ranges::min(peaks_of_merge("many", "3600", "720"));
  constexpr std::uint64_t a_series = 1 << 10, of_buffers = 2 << 20;
  EXPECT_LE(least_of_many, most_of_few + a_series * 3200 + of_buffers);
}

}  // namespace
}  // namespace dcmflow
