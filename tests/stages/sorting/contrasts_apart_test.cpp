// Contrasts of which no position has two: whether the slices of each make a stack by themselves.

#include "tests/stages/sorting/sorting_scene.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct Contrast {
  std::string value;
  std::vector<double> mm;  // where its slices lie
};

class ContrastsApart : public SortingScene {
 protected:
  void write_contrasts(const std::string& keyword, const std::vector<Contrast>& contrasts) {
    for (const auto& contrast : contrasts)
      write({.modality = "MR",
             .slices = static_cast<unsigned>(contrast.mm.size()),
             .edit = [&](unsigned k, DicomBuilder& file) {
               file.set(keyword, contrast.value)
                   .set("ImagePositionPatient", "-10\\-20\\" + std::to_string(contrast.mm[k]));
             }});
  }

  // How many slices each image has.
  static std::vector<std::size_t> slices(const SortedSeries& sorted) {
    std::vector<std::size_t> slices;
    for (const auto& stack : sorted.stacks) slices.push_back(stack.frames.size());
    return slices;
  }
};

TEST_F(ContrastsApart, AreNoStacksWhereOneFillsTheGapsOfTheOther) {
  write_contrasts("EchoTime", {{"5", {0, 2, 4, 10, 12}}, {"50", {6, 8}}});
  const auto sorted = sort();
  EXPECT_THAT(sorted.stacks, IsEmpty());
  EXPECT_THAT(reasons(sorted), ElementsAre("mixed_contrasts"));
}

TEST_F(ContrastsApart, FillAGapWithinAQuarterOfASlice) {
  write_contrasts("EchoTime", {{"5", {0, 2, 4, 10, 12}}, {"50", {5.6, 7.6}}});
  EXPECT_THAT(reasons(sort()), ElementsAre("mixed_contrasts"));
}

TEST_F(ContrastsApart, AreStacksWhereTheOtherLiesBesideTheMissingSlices) {
  write_contrasts("EchoTime", {{"5", {0, 2, 4, 10, 12}}, {"50", {5, 7, 9}}});
  EXPECT_THAT(reasons(sort()), Not(Contains("mixed_contrasts")));
}

TEST_F(ContrastsApart, AreStacksWhereNothingLiesInAGap) {
  write_contrasts("EchoTime", {{"5", {0, 2, 4, 10, 12}}, {"50", {20, 22, 24}}});
  EXPECT_THAT(reasons(sort()), Not(Contains("mixed_contrasts")));
}

TEST_F(ContrastsApart, AreNoStacksWhereTheOtherLiesAmongUnevenSlices) {
  write_contrasts("EchoTime", {{"5", {0, 2, 5, 9}}, {"50", {3, 6, 12}}});
  EXPECT_THAT(reasons(sort()), ElementsAre("mixed_contrasts"));
}

TEST_F(ContrastsApart, AreStacksWhereUnevenSlicesLieByThemselves) {
  write_contrasts("EchoTime", {{"5", {0, 2, 5, 9}}, {"50", {20, 22, 24}}});
  const auto sorted = sort();
  EXPECT_THAT(slices(sorted), Contains(3));
  EXPECT_THAT(reasons(sorted), Not(Contains("mixed_contrasts")));
}

TEST_F(ContrastsApart, AreProvenByThreeSlicesAndNotByTwo) {
  write_contrasts("SequenceName", {{"fl3d", {0, 2, 4}}, {"tfl3d", {6, 8, 10}}});
  EXPECT_THAT(slices(sort()), ElementsAre(3, 3));
  clear();
  write_contrasts("SequenceName", {{"fl3d", {0, 2}}, {"tfl3d", {4, 6, 8, 10}}});
  EXPECT_THAT(slices(sort()), ElementsAre(6));
}

}  // namespace
}  // namespace dcmflow
