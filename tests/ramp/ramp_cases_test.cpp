// Every rule of how series become images, as a small series of its own (test-data/ramp_cases.h),
// through the whole program. DCMFLOW_RAMP_SEED gives other numbers.

#include "test-data/ramp_cases.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/judge_ramp.h"

namespace dcmflow {
namespace {

using cases::RampCase;
using cases::Truth;

// The same on every day, so that a change alone makes a test fail; the environment gives others.
std::uint64_t second_seed() {
  const char* given = std::getenv("DCMFLOW_RAMP_SEED");
  return given == nullptr ? 2 : std::strtoull(given, nullptr, 10);
}

bool is_one_of(const std::string& word, const std::string& words) {
  return ("|" + words + "|").find("|" + word + "|") != std::string::npos;
}

class RampCases : public PipelineScene, public testing::WithParamInterface<RampCase> {
 protected:
  void expect_true_images(const Truth& truth, const std::string& format) {
    std::vector<ReadImage> images;
    for (const auto& name : image_names(output))
      if (name.ends_with("." + format)) images.push_back(read_image(output + "/" + name));
    EXPECT_THAT(faults_of(images, truth.images), testing::IsEmpty());
  }

  void expect_reasons(const Truth& truth) {
    for (const auto& [name, reasons] : truth.refused) {
      const std::string found = disposition(name);
      EXPECT_TRUE(is_one_of(found, reasons)) << name << ": " << found << ", expected " << reasons;
    }
    std::set<std::string> refused;
    for (const auto& row : truth.refused) refused.insert(row.name);
    const bool all_convert =
        !truth.images.empty() && truth.options.empty() && truth.images[0].verdict != "partial";
    if (!all_convert) return;
    for (const auto& name : names_in(input))
      if (!refused.contains(name)) {
        EXPECT_EQ(disposition(name), "converted") << name;
      }
  }

  void expect_verdicts_and_flags(const Truth& truth) {
    std::multiset<std::string> found, expected;
    const Json volumes = json("volumes.json");
    for (const auto& volume : volumes.at("volumes")) {
      found.insert(volume.at("verdict").get<std::string>());
      for (const auto& flag : truth.flags)
        EXPECT_THAT(volume.at("flags"), testing::Contains(flag)) << volume;
    }
    for (const auto& image : truth.images) {
      if (image.verdict.empty()) return;
      expected.insert(image.verdict);
    }
    EXPECT_EQ(found, expected);
  }

  // What is told of each volume's diffusion, in patient space; an axis has no sign.
  void expect_directions(const Truth& truth) {
    const auto& images = truth.images;
    if (images.empty() || images[0].directions.empty()) return;
    const Json volumes = json("volumes.json").at("volumes");
    for (const auto& told : volumes) {
      const auto image = read_image(output + "/" + told.at("file").get<std::string>());
      if (fault_of(image, images[0])) continue;
      const auto order = volumes_of(image, images[0]);
      for (std::size_t v = 0; v < order.size(); ++v) {
        const auto& wanted = images[0].directions[order[v]];
        const Json& key = told.at("volume_keys").at(v);
        EXPECT_EQ(key.at("b_value").get<double>() > 0, cases::dot(wanted, wanted) > 0) << key;
        if (key.at("direction").is_null()) continue;
        const auto found = key.at("direction").get<cases::Vector>();
        EXPECT_GT(std::abs(cases::dot(found, wanted)), 0.9999) << key;
      }
    }
  }

  void expect_truth(std::uint64_t seed, const std::string& format) {
    SCOPED_TRACE(format + ", seed " + std::to_string(seed));
    std::filesystem::remove_all(input);
    std::filesystem::remove_all(output);
    const Truth truth = cases::make_ramp_case(GetParam(), seed, input);
    auto options = truth.options;
    options.insert(options.begin(), {"--format", format});
    const ProgramRun run = convert(options);
    ASSERT_EQ(run.exit_status, 0) << run.errors;
    expect_true_images(truth, format);
    expect_reasons(truth);
    expect_verdicts_and_flags(truth);
    expect_directions(truth);
    expect_accounted(names_in(input).size());
    expect_only_whole_images();
  }
};

TEST_P(RampCases, ComeBackThroughTheirOwnAffine) {
  expect_truth(1, "nii");
  expect_truth(second_seed(), "mhd");
}

INSTANTIATE_TEST_SUITE_P(Every, RampCases, testing::ValuesIn(cases::ramp_cases()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace

namespace cases {
std::ostream& operator<<(std::ostream& stream, const RampCase& row) { return stream << row.rule; }
}  // namespace cases

}  // namespace dcmflow
