// Contrasts of which no position has two: whether the slices of each make a stack by themselves.

#include <functional>

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
  void write_contrasts(
      const std::string& keyword, const std::vector<Contrast>& contrasts,
      const std::function<void(unsigned contrast, unsigned slice, DicomBuilder&)>& edit = {}) {
    for (unsigned c = 0; c < contrasts.size(); ++c)
      write({.modality = "MR",
             .slices = static_cast<unsigned>(contrasts[c].mm.size()),
             .edit = [&](unsigned k, DicomBuilder& file) {
               file.set(keyword, contrasts[c].value)
                   .set("ImagePositionPatient", "-10\\-20\\" + std::to_string(contrasts[c].mm[k]));
               if (edit) edit(c, k, file);
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

TEST_F(ContrastsApart, OfEachSliceAreImagesWhereNothingIsMeasured) {
  const auto of_each_slice = [&](const std::string& keyword) {
    clear();
    write_contrasts(keyword, {{"10", {0}}, {"20", {2}}, {"30", {4}}, {"40", {6}}, {"50", {8}}});
    return slices(sort());
  };
  EXPECT_THAT(of_each_slice("RepetitionTime"), ElementsAre(5));
  for (const std::string keyword : {"FlipAngle", "EchoTime", "InversionTime"})
    EXPECT_THAT(of_each_slice(keyword), ElementsAre(1, 1, 1, 1, 1)) << keyword;
}

TEST_F(ContrastsApart, AreProvenByThreeSlicesAndNotByTwo) {
  write_contrasts("SequenceName", {{"fl3d", {0, 2, 4}}, {"tfl3d", {6, 8, 10}}});
  EXPECT_THAT(slices(sort()), ElementsAre(3, 3));
  clear();
  write_contrasts("SequenceName", {{"fl3d", {0, 2}}, {"tfl3d", {4, 6, 8, 10}}});
  EXPECT_THAT(slices(sort()), ElementsAre(6));
}

TEST_F(ContrastsApart, AreToldByAllAttributesTogether) {
  write_contrasts("SequenceName",
                  {{"fl3d", {0, 2, 4}}, {"fl3d", {6, 8, 10}}, {"tfl3d", {12, 14, 16}}},
                  [](unsigned contrast, unsigned, DicomBuilder& file) {
                    file.set("EchoNumbers", contrast == 0 ? "1" : "2");
                  });
  EXPECT_THAT(slices(sort()), ElementsAre(3, 3, 3));
}

TEST_F(ContrastsApart, AreFoundBesideWhatDiffersInEachSlice) {
  write_contrasts("SequenceName", {{"fl3d", {0, 2, 4}}, {"tfl3d", {6, 8, 10}}},
                  [](unsigned contrast, unsigned k, DicomBuilder& file) {
                    file.set("EchoNumbers", std::to_string(3 * contrast + k));
                  });
  EXPECT_THAT(slices(sort()), ElementsAre(3, 3));
}

TEST_F(ContrastsApart, OnGridsThatInterleaveEvenlyAreToldApartByAcquisitionsAndNotByTimes) {
  const auto write_grids = [&](const std::string& keyword) {
    clear();
    write_contrasts(keyword, {{"1", {0, 2, 4}}, {"2", {1, 3, 5}}});
  };
  write_grids("AcquisitionNumber");
  EXPECT_THAT(slices(sort()), ElementsAre(3, 3));
  write_grids("TriggerTime");
  EXPECT_THAT(slices(sort()), ElementsAre(6));
  clear();
  write_contrasts("AcquisitionNumber", {{"1", {0, 2, 4}}, {"2", {1, 3, 5}}},
                  [](unsigned contrast, unsigned, DicomBuilder& file) {
                    file.set("TriggerTime", std::to_string(100 * contrast));
                  });
  EXPECT_THAT(slices(sort()), ElementsAre(3, 3));
}

TEST_F(ContrastsApart, OnGridsThatInterleaveAreToldApartByWords) {
  for (const std::string keyword :
       {"SeriesDescription", "ProtocolName", "SeriesNumber", "SeriesTime", "ImageComments"}) {
    clear();
    write_contrasts(keyword, {{"100000", {0, 2, 4}}, {"110000", {1, 3, 5}}});
    EXPECT_THAT(slices(sort()), ElementsAre(3, 3)) << keyword;
    clear();
    write_contrasts(keyword, {{"100000", {0, 1, 2}}, {"110000", {3, 4, 5}}});
    EXPECT_THAT(slices(sort()), ElementsAre(6)) << keyword;
  }
}

TEST_F(ContrastsApart, OnGridsThatInterleaveAreToldApartByTimesThatNoExcitationShares) {
  write_contrasts("AcquisitionTime", {{"120000", {0, 2, 4}}, {"120010", {1, 3, 5}}},
                  [](unsigned, unsigned, DicomBuilder& file) { file.set("Modality", "CT"); });
  EXPECT_THAT(slices(sort()), ElementsAre(3, 3));
}

TEST_F(ContrastsApart, OnThreeGridsHaveThreeNames) {
  write_contrasts("AcquisitionNumber",
                  {{"1", {0, 2, 4}}, {"2", {0.7, 2.7, 4.7}}, {"3", {1, 3, 5}}});
  const auto names = stems(sort());
  EXPECT_THAT(names, testing::SizeIs(3));
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
}

}  // namespace
}  // namespace dcmflow
