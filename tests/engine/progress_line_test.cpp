#include "engine/progress_line.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "test_paths.h"

namespace dcmflow {
namespace {

const ProgressCounts half_way{.phase = "make_images",
                              .unit = "slices",
                              .done = 500,
                              .total = 1000,
                              .bytes = 200'000'000,
                              .seconds = 75,
                              .files = 12345,
                              .series = 11,
                              .series_done = 3,
                              .images = 14,
                              .images_done = 4};

TEST(LiveWords, TellPhaseFilesSeriesImagesRateShareAndTimeLeft) {
  EXPECT_EQ(live_words(half_way, 80),
            "Converting  50%  12,345 files  3/11 series  4/14 images  3 MB/s  1:15 left");
}

TEST(LiveWords, LeaveOutWhatSaysLeastUntilTheyFit) {
  EXPECT_EQ(live_words(half_way, 60),
            "Converting  50%  3/11 series  4/14 images  3 MB/s  1:15 left");
  EXPECT_EQ(live_words(half_way, 30), "Converting  50%  1:15 left");
  for (std::size_t columns = 0; columns < 90; ++columns)
    EXPECT_LE(live_words(half_way, columns).size(), columns);
}

TEST(LiveWords, HaveWordsForEachPhaseOfTheEngine) {
  const std::regex phase(R"(RunPhase phase\(\w+, "(\w+)\")");
  std::size_t phases = 0;
  for (const auto& source :
       std::filesystem::directory_iterator(std::string(DCMFLOW_SOURCE_DIR) + "/engine")) {
    if (!source.is_regular_file()) continue;
    std::ifstream file(source.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator one(text.begin(), text.end(), phase), end; one != end; ++one) {
      const std::string name = (*one)[1];
      EXPECT_NE(live_words({.phase = name.c_str()}, 80), name);
      ++phases;
    }
  }
  EXPECT_GE(phases, 6U);
}

TEST(LiveWords, SayNothingThatIsNotKnown) {
  EXPECT_EQ(live_words({.phase = "read_headers", .unit = "headers", .done = 7, .files = 7}, 80),
            "Reading headers  7 files");
  EXPECT_EQ(live_words({.phase = "new_phase"}, 80), "new_phase");
}

TEST(LiveWords, NeverMoreThanAll) {
  auto twice = half_way;
  twice.done = 1700;
  EXPECT_EQ(live_words(twice, 15), "Converting");
  EXPECT_EQ(live_words(twice, 16), "Converting  100%");
}

TEST(LiveWords, NoEstimateBeforeThereIsOne) {
  auto early = half_way;
  early.seconds = 0.5;
  EXPECT_EQ(live_words(early, 80).find("left"), std::string::npos);
  early.seconds = 60;
  early.done = 1;
  EXPECT_EQ(live_words(early, 80).find("left"), std::string::npos);
}

TEST(LogWords, AreWhatTheyWere) {
  EXPECT_EQ(log_words(half_way, 2.67),
            "progress phase=make_images slices=500/1000 files=12345 series=3/11 mb=200 "
            "mb_per_s=2.7");
}

TEST(JsonWords, AreOneLine) {
  const auto text = json_words(half_way);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto progress = nlohmann::json::parse(text)["progress"];
  EXPECT_EQ(progress["phase"], "make_images");
  EXPECT_EQ(progress["images_done"], 4);
  EXPECT_EQ(progress["fraction"], 0.5);
  EXPECT_EQ(progress["seconds_left"], 75.0);
}

}  // namespace
}  // namespace dcmflow
