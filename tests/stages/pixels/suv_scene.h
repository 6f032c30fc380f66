#pragma once
// Stacks of built PET files under --suv.

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "stages/pixels/suv.h"
#include "tests/support/instances.h"
#include "tests/support/pet_scene.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {

class SuvScene : public testing::Test {
 protected:
  static constexpr const char* drug = "RadiopharmaceuticalInformationSequence";

  // A stack of all frames of the files but those of the first `others`, which are of its series.
  Stack stack_of(const std::vector<DicomBuilder>& files, std::size_t others = 0) {
    auto series = std::make_shared<Series>();
    Stack stack;
    for (std::size_t i = 0; i < files.size(); ++i) {
      series->instances.push_back(
          decode_for_suv(files[i], folder / (std::to_string(made_++) + ".dcm")));
      const auto& instance = series->instances.back();
      for (std::uint32_t n = 0; i >= others && n < instance->pixel_data.number_of_frames; ++n)
        stack.frames.push_back(make_frame(instance, n));
    }
    stack.series = series;
    return stack;
  }

  static Status use(Stack& stack, Suv kind = Suv::bw) {
    SuvTimes times(*stack.series);
    return use_suv(stack, kind, times);
  }

  // The slopes of the frames, whose header says 1.
  std::vector<double> factors(const std::vector<DicomBuilder>& files, Suv kind = Suv::bw,
                              std::size_t others = 0) {
    auto stack = stack_of(files, others);
    const auto status = use(stack, kind);
    if (!status) {
      ADD_FAILURE() << status.problem().detail;
      return {};
    }
    std::vector<double> found;
    for (const auto& frame : stack.frames) found.push_back(frame.slope);
    return found;
  }
  double factor(const DicomBuilder& file, Suv kind = Suv::bw) {
    const auto found = factors({file}, kind);
    return found.empty() ? 0 : found.front();
  }

  // Why there is no SUV; empty: there is.
  std::string refusal(const std::vector<DicomBuilder>& files, Suv kind = Suv::bw,
                      std::size_t others = 0) {
    auto stack = stack_of(files, others);
    const auto status = use(stack, kind);
    if (status) return {};
    EXPECT_EQ(status.problem().reason, Reason::suv_unclear);
    EXPECT_EQ(status.problem().subject, "");
    return status.problem().detail;
  }

  TemporaryFolder folder;

 private:
  int made_ = 0;
};

}  // namespace dcmflow
