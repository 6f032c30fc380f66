#include "stages/assign_names.h"

#include <gmock/gmock.h>

#include <array>
#include <map>
#include <string>
#include <vector>

namespace dcmflow {
namespace {

using testing::ElementsAre;

// A series with a stack for each suffix, as sort_slices names them; "" is the main one.
SortedSeries series(const std::string& uid, const std::vector<std::string>& suffixes,
                    const std::string& study = "1", std::uint32_t patient = 0) {
  auto made = std::make_shared<Series>();
  made->study_instance_uid = study;
  made->series_instance_uid = uid;
  made->patient = patient;
  SortedSeries sorted;
  for (const auto& suffix : suffixes) {
    Stack stack;
    stack.series = made;
    stack.image_stem = uid + suffix;
    stack.is_main = sorted.stacks.empty();
    sorted.stacks.push_back(std::move(stack));
  }
  return sorted;
}

std::vector<std::string> names(std::vector<SortedSeries> run,
                               const std::vector<std::string_view>& taken = {}) {
  assign_names(run, taken);
  std::vector<std::string> all;
  for (const auto& sorted : run)
    for (const auto& stack : sorted.stacks) all.push_back(stack.image_stem);
  return all;
}

TEST(AssignNames, KeepsNamesThatNoOtherImageWants) {
  EXPECT_THAT(names({series("1.2", {"", "_echo", "_echo2"}), series("1.3", {""})}),
              ElementsAre("1.2", "1.2_echo", "1.2_echo2", "1.3"));
}

TEST(AssignNames, GivesAMainImageItsSeriesInstanceUidWhateverElseWantsIt) {
  EXPECT_THAT(names({series("1.2", {"", "_echo"}), series("1.2_echo", {""})}),
              ElementsAre("1.2", "1.2_echo_2", "1.2_echo"));
  EXPECT_THAT(names({series("1.2_echo", {""}), series("1.2", {"", "_echo"})}),
              ElementsAre("1.2_echo", "1.2", "1.2_echo_2"));
}

TEST(AssignNames, TellsStudiesWithOneSeriesInstanceUidApart) {
  EXPECT_THAT(names({series("1.2", {"", "_echo"}, "1"), series("1.2", {"", "_echo"}, "2"),
                     series("1.2_study2", {""}, "2"), series("1.2", {""}, "3")}),
              ElementsAre("1.2", "1.2_echo", "1.2_study2_2", "1.2_study2_2_echo", "1.2_study2",
                          "1.2_study3"));
}

TEST(AssignNames, TellsPatientsWithOneSeriesInstanceUidApart) {
  EXPECT_THAT(
      names({series("1.2", {""}, "1", 0), series("1.2", {"", "_echo"}, "1", 1),
             series("1.2", {""}, "1", 2), series("1.2", {""}, "2", 1)}),
      ElementsAre("1.2", "1.2_patient", "1.2_patient_echo", "1.2_patient2", "1.2_study2_patient"));
}

TEST(AssignNames, GivesASeriesWithoutImagesNoName) {
  EXPECT_THAT(names({series("1.2", {}), series("1.2", {""}), series("1.3", {})}),
              ElementsAre("1.2"));
}

TEST(AssignNames, TellsImagesOfOneSeriesApartThatSortSlicesGaveOneName) {
  EXPECT_THAT(names({series("1.2", {"", "_time2", "_time2"})}),
              ElementsAre("1.2", "1.2_time2", "1.2_time2_2"));
}

TEST(AssignNames, GivesNoNameThatIsTaken) {
  EXPECT_THAT(
      names({series("report", {""}), series("volumes", {"", "_echo"})}, {"report", "volumes_echo"}),
      ElementsAre("report_2", "volumes", "volumes_echo_2"));
}

}  // namespace
}  // namespace dcmflow
