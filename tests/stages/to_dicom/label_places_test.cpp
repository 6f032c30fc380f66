#include "stages/to_dicom/label_places.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SegmentMeta meta_of(std::initializer_list<std::uint16_t> numbers) {
  SegmentMeta meta;
  for (const auto number : numbers) meta.segments.push_back({.number = number, .name = "x"});
  return meta;
}

TEST(LabelPlaces, CountsVoxelsAndNamesSlices) {
  const std::vector<std::uint16_t> voxels{0, 1,     1, 0,  //
                                          0, 0,     0, 0,  //
                                          1, 65535, 0, 0};
  const auto places = find_labels(voxels, 4);
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places.at(1).voxels, 3U);
  EXPECT_THAT(places.at(1).slices, ElementsAre(0, 2));
  EXPECT_EQ(places.at(65535).voxels, 1U);
  EXPECT_THAT(places.at(65535).slices, ElementsAre(2));
}

TEST(LabelPlaces, EachNeedsAName) {
  const std::vector<std::uint16_t> voxels{1, 5, 7};
  const auto places = find_labels(voxels, 1);
  EXPECT_TRUE(check_labels(places, meta_of({1, 3, 5, 7})));
  const auto checked = check_labels(places, meta_of({1, 3}));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.problem().reason, Reason::labels_unusable);
  EXPECT_THAT(checked.problem().detail,
              HasSubstr("hold 1, 5, 7, META names 1, 3; expected a name for 5, 7"));
}

TEST(LabelPlaces, NoneIsRefused) {
  const std::vector<std::uint16_t> voxels(9);
  EXPECT_FALSE(check_labels(find_labels(voxels, 3), meta_of({1})));
}

}  // namespace
}  // namespace dcmflow
