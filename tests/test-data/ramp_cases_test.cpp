#include "test-data/ramp_cases.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/temporary_folder.h"

namespace dcmflow::cases {
namespace {

using Files = std::map<std::string, std::string>;

Files files_of(const RampCase& row, std::uint64_t seed, Truth* truth = nullptr) {
  const TemporaryFolder folder;
  const Truth made = make_ramp_case(row, seed, folder.path());
  if (truth != nullptr) *truth = made;
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream stream(entry.path(), std::ios::binary);
    files[entry.path().filename().string()] = {std::istreambuf_iterator<char>(stream), {}};
  }
  return files;
}

TEST(RampCaseTable, HasMoreThanEightyCasesOfDifferentNames) {
  std::set<std::string_view> names;
  for (const RampCase& row : ramp_cases()) EXPECT_TRUE(names.insert(row.name).second) << row.name;
  EXPECT_GE(names.size(), 80U);
}

TEST(RampCaseTable, GivesTheSameBytesForTheSameSeedAndOthersForAnother) {
  for (const RampCase& row : ramp_cases()) {
    EXPECT_EQ(files_of(row, 5), files_of(row, 5)) << row.name;
    EXPECT_NE(files_of(row, 5), files_of(row, 6)) << row.name;
  }
}

TEST(RampCaseTable, FitsItsTypesWhateverTheSeed) {
  for (const RampCase& row : ramp_cases())
    for (std::uint64_t seed = 0; seed < 4; ++seed)
      EXPECT_NO_THROW(files_of(row, seed)) << row.name << ", seed " << seed;
}

TEST(RampCaseTable, ExpectsAnImageOrAReasonForEveryCase) {
  for (const RampCase& row : ramp_cases()) {
    Truth truth;
    const Files files = files_of(row, 1, &truth);
    EXPECT_TRUE(!truth.images.empty() || truth.refused.size() == files.size()) << row.name;
    for (const auto& [name, reason] : truth.refused) {
      EXPECT_TRUE(files.contains(name)) << row.name << ": " << name;
      EXPECT_NE(reason, "") << row.name;
    }
  }
}

TEST(RampCaseTruth, IsJson) {
  for (const RampCase& row : ramp_cases()) {
    Truth truth;
    files_of(row, 1, &truth);
    const auto json = nlohmann::json::parse(to_json(truth));
    EXPECT_EQ(json.at("name"), row.name);
    ASSERT_EQ(json.at("images").size(), truth.images.size()) << row.name;
    for (std::size_t i = 0; i < truth.images.size(); ++i) {
      EXPECT_EQ(json["images"][i]["size"], nlohmann::json(truth.images[i].size));
      EXPECT_EQ(json["images"][i]["steps"], nlohmann::json(truth.images[i].steps));
    }
  }
}

TEST(RampCaseTruth, KeepsTheGridOfSlicesThatAreMissing) {
  for (const RampCase& row : ramp_cases()) {
    if (row.name != "missing_two") continue;
    Truth truth;
    EXPECT_EQ(files_of(row, 1, &truth).size(), 7U);
    EXPECT_EQ(truth.images.at(0).size[2], 9U);
    ASSERT_EQ(truth.also_right.size(), 1U);
    EXPECT_EQ(truth.also_right[0].size(), 3U) << "the pieces between the gaps";
  }
}

}  // namespace
}  // namespace dcmflow::cases
