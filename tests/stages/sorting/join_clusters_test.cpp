// Slices that differ in how they are stored or what made them, and are one stack all the same.

#include <map>

#include "tests/stages/sorting/sorting_scene.h"

namespace dcmflow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::SizeIs;

using Values = std::map<std::string, std::string>;
const Values derived{{"ImageType", "DERIVED\\PRIMARY\\AXIAL"}};
const Values of_unsigned{{"PixelRepresentation", "0"}};
const Values elsewhere{{"FrameOfReferenceUID", "1.2.3.99"}};

class JoinClusters : public SortingScene {
 protected:
  // At so many millimetres along z, `shift` times as far along y.
  void write_part(const Values& values, const std::vector<double>& mm, double shift = 0) {
    write({.slices = static_cast<unsigned>(mm.size()), .edit = [&](unsigned k, DicomBuilder& file) {
             file.set("ImagePositionPatient",
                      "-10\\" + std::to_string(-20 + shift * mm[k]) + '\\' + std::to_string(mm[k]));
             for (const auto& [keyword, value] : values) file.set(keyword, value);
           }});
  }

  // How many slices each image has.
  std::vector<std::size_t> slices() const {
    std::vector<std::size_t> slices;
    for (const auto& stack : sort().stacks) slices.push_back(stack.frames.size());
    return slices;
  }
};

TEST_F(JoinClusters, CloseGapsOfWhichAFewStay) {
  write_part({}, {0, 1, 3, 4, 6, 7, 8});
  write_part(derived, {2});
  EXPECT_THAT(slices(), ElementsAre(8));
}

TEST_F(JoinClusters, StayApartWhereMoreThanAQuarterIsMissing) {
  write_part({}, {0, 1, 2, 6, 7});
  write_part(derived, {9});
  EXPECT_THAT(slices(), Not(Contains(6)));
}

TEST_F(JoinClusters, StayApartWhereEachIsAStackAndAGapIsBetween) {
  write_part({}, {0, 1, 2});
  write_part(derived, {4, 5, 6});
  EXPECT_THAT(slices(), ElementsAre(3, 3));
}

TEST_F(JoinClusters, GoOnWhereTheOthersEndWhateverLiesFarAway) {
  write_part({}, {0, 1, 2, 3});
  write_part(derived, {4});
  write_part(of_unsigned, {30});
  EXPECT_THAT(slices(), Contains(5));
}

TEST_F(JoinClusters, CloseGapsOneByOneWhateverLiesFarAway) {
  write_part({}, {0, 1, 3, 4, 6, 7});
  write_part(derived, {2});
  write_part(of_unsigned, {5});
  write_part({{"ImageType", "DERIVED\\PRIMARY\\AXIAL"}, {"PixelRepresentation", "0"}}, {30});
  EXPECT_THAT(slices(), Contains(8));
}

TEST_F(JoinClusters, LieInTheLineOfATiltedGantry) {
  write_part({}, {0, 1, 3, 4}, 0.3);
  write_part(derived, {2}, 0.3);
  EXPECT_THAT(slices(), ElementsAre(5));
  clear();
  write_part({}, {0, 1, 3, 4}, 0.3);
  write_part(derived, {2}, -3);
  EXPECT_THAT(slices(), Not(Contains(5)));
}

TEST_F(JoinClusters, HaveOnePixelSpacing) {
  for (const std::string spacing : {"0.75\\0.6", "0.9\\0.5"}) {
    clear();
    write_part({{"PixelSpacing", "0.75\\0.5"}}, {0, 1, 2});
    write_part({{"PixelSpacing", spacing}, {"ImageType", "DERIVED\\PRIMARY\\AXIAL"}}, {3, 4, 5});
    EXPECT_THAT(slices(), ElementsAre(3, 3)) << spacing;
  }
}

TEST_F(JoinClusters, OfTwoFramesOfReferenceAreOneOnlyForASingleSlice) {
  for (const auto& [here, there] :
       {std::pair(std::vector<double>{0, 1, 2, 3}, std::vector<double>{4, 5}),
        std::pair(std::vector<double>{0, 1}, std::vector<double>{2, 3})}) {
    clear();
    write_part({}, here);
    write_part(elsewhere, there);
    EXPECT_THAT(slices(), ElementsAre(here.size(), there.size()));
    for (const auto& stack : sort().stacks)
      EXPECT_THAT(stack.flags, Contains("frame_of_reference_varies"));
  }
  clear();
  write_part({}, {0, 1, 2, 3});
  write_part(elsewhere, {4});
  EXPECT_THAT(slices(), ElementsAre(5));
}

TEST_F(JoinClusters, OfTwoFramesOfReferenceAreNotToldOfWhereTheyDoNotGoOn) {
  for (const auto& there : {std::vector<double>{10, 11, 12}, std::vector<double>{0, 1, 2}}) {
    clear();
    write_part({}, {0, 1, 2, 3});
    write_part(elsewhere, there);
    const auto sorted = sort();
    ASSERT_THAT(sorted.stacks, SizeIs(2));
    for (const auto& stack : sorted.stacks)
      EXPECT_THAT(stack.flags, Not(Contains("frame_of_reference_varies"))) << there.front();
  }
}

TEST_F(JoinClusters, AreFoundBehindOneOfAnotherFrameOfReference) {
  write_part({}, {0, 1, 2, 3});
  write_part(elsewhere, {5, 6});
  write_part(derived, {4});
  EXPECT_THAT(slices(), ElementsAre(5, 2));
}

}  // namespace
}  // namespace dcmflow
