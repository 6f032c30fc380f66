// Frames of dose grids and of reconstructed nuclear medicine, which have no functional groups.

#include <gmock/gmock.h>

#include "stages/dicom/attributes.h"
#include "stages/pixels/read_frame.h"
#include "stages/sort_slices.h"
#include "tests/support/instances.h"
#include "tests/support/multi_frame.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::NotNull;
using testing::SizeIs;

class FrameVectors : public testing::Test {
 protected:
  InstancePtr decode(const DicomBuilder& file) {
    path = folder / "file.dcm";
    return decode_built(file, path);
  }

  SortedSeries sort() const {
    return sort_slices(series_of({path}), Tolerances{}, same_decoded_pixels);
  }

  static std::vector<Vector3> positions(const InstancePtr& instance) {
    std::vector<Vector3> found;
    for (std::uint32_t i = 0; i < instance->pixel_data.number_of_frames; ++i)
      found.push_back(make_frame(instance, i).position);
    return found;
  }

  TemporaryFolder folder;
  std::string path;
};

class DoseGrid : public FrameVectors {
 protected:
  static DicomBuilder dose(const std::string& orientation, const std::string& offsets) {
    auto file = plain_multi_frame({.series = {.slices = 3}});
    file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.481.2").set("Modality", "RTDOSE");
    file.set("PixelSpacing", "0.8\\0.7").set("DoseGridScaling", "0.00125");
    file.set("ImagePositionPatient", "1\\2\\3").set("ImageOrientationPatient", orientation);
    file.set("GridFrameOffsetVector", offsets);
    return file;
  }
};

TEST_F(DoseGrid, CountsOffsetsAlongTheNormal) {
  const auto instance = decode(dose("1\\0\\0\\0\\1\\0", "0\\2.5\\5"));
  EXPECT_THAT(positions(instance),
              ElementsAre(Vector3{1, 2, 3}, Vector3{1, 2, 5.5}, Vector3{1, 2, 8}));
  EXPECT_DOUBLE_EQ(make_frame(instance, 2).slope, 0.00125);
  ASSERT_THAT(sort().stacks, SizeIs(1));
  EXPECT_DOUBLE_EQ(sort().stacks.front().grid.spacing[2], 2.5);
}

TEST_F(DoseGrid, FollowsANormalThatPointsTowardsTheFeetOrAside) {
  EXPECT_THAT(positions(decode(dose("1\\0\\0\\0\\-1\\0", "0\\2.5\\5"))),
              ElementsAre(Vector3{1, 2, 3}, Vector3{1, 2, 0.5}, Vector3{1, 2, -2}));
  EXPECT_THAT(positions(decode(dose("0\\1\\0\\0\\0\\1", "0\\2.5\\5"))),
              ElementsAre(Vector3{1, 2, 3}, Vector3{3.5, 2, 3}, Vector3{6, 2, 3}));
}

TEST_F(DoseGrid, TakesCoordinatesOfAxialPlanes) {
  EXPECT_THAT(positions(decode(dose("1\\0\\0\\0\\1\\0", "3\\5.5\\8"))),
              ElementsAre(Vector3{1, 2, 3}, Vector3{1, 2, 5.5}, Vector3{1, 2, 8}));
  EXPECT_THAT(positions(decode(dose("1\\0\\0\\0\\-1\\0", "3\\0.5\\-2"))),
              ElementsAre(Vector3{1, 2, 3}, Vector3{1, 2, 0.5}, Vector3{1, 2, -2}));
}

TEST_F(DoseGrid, IsNotGuessedWhereTheOffsetsFitNothing) {
  struct Case {
    const char* orientation;
    const char* offsets;
    const char* said;
    Reason reason;
  };
  for (const auto& c :
       {Case{"1\\0\\0\\0\\1\\0", "7\\9.5\\12", "begins with 7", Reason::no_geometry},
        Case{"0\\1\\0\\0\\0\\1", "3\\5.5\\8", "begins with 3", Reason::no_geometry},
        Case{"1\\0\\0\\0\\1\\0", "0\\2.5", "2 numbers", Reason::malformed},
        Case{"1\\0\\0\\0\\1\\0", "", "0 numbers", Reason::no_geometry}}) {
    const auto instance = decode(dose(c.orientation, c.offsets));
    ASSERT_THAT(instance->defect(), NotNull()) << c.said;
    EXPECT_EQ(instance->defect()->reason, c.reason) << c.said;
    EXPECT_THAT(instance->defect()->detail, HasSubstr(c.said));
    EXPECT_THAT(sort().stacks, SizeIs(0)) << c.said;
  }
}

TEST_F(DoseGrid, OfOnePlaneNeedsNoOffsetsButItsScaling) {
  auto file = dose("1\\0\\0\\0\\1\\0", "");
  file.set("NumberOfFrames", "1");
  EXPECT_DOUBLE_EQ(make_frame(decode(file), 0).slope, 0.00125);
  file.remove("DoseGridScaling");
  ASSERT_THAT(decode(file)->defect(), NotNull());
  EXPECT_THAT(decode(file)->defect()->detail, HasSubstr("Dose Grid Scaling"));
}

class SliceVector : public FrameVectors {
 protected:
  static DicomBuilder tomography(unsigned frames, const std::string& slices) {
    auto file = plain_multi_frame({.series = {}, .order = std::vector<unsigned>(frames, 0)});
    file.set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.20").set("Modality", "NM");
    file.set("ImageType", "ORIGINAL\\PRIMARY\\RECON TOMO\\EMISSION");
    file.set("PixelSpacing", "4\\4").set("SpacingBetweenSlices", "4");
    file.set_in("DetectorInformationSequence", 0, "ImagePositionPatient", "-100\\-100\\50");
    file.set_in("DetectorInformationSequence", 0, "ImageOrientationPatient", "1\\0\\0\\0\\1\\0");
    return file.set("SliceVector", slices);
  }
};

TEST_F(SliceVector, PutsFramesOnTheNormalOfTheDetectorInItsOwnOrder) {
  const auto instance = decode(tomography(3, "3\\1\\2"));
  EXPECT_THAT(positions(instance), ElementsAre(Vector3{-100, -100, 58}, Vector3{-100, -100, 50},
                                               Vector3{-100, -100, 54}));
  const auto sorted = sort();
  ASSERT_THAT(sorted.stacks, SizeIs(1));
  EXPECT_DOUBLE_EQ(sorted.stacks.front().grid.spacing[2], 4);
}

// PS3.3 C.8.4.15: the sign of the spacing is the direction in which slices are stacked.
TEST_F(SliceVector, GoesAgainstTheNormalWhenTheSpacingIsNegative) {
  const auto instance = decode(tomography(2, "1\\2").set("SpacingBetweenSlices", "-4"));
  EXPECT_THAT(positions(instance), ElementsAre(Vector3{-100, -100, 50}, Vector3{-100, -100, 46}));
}

TEST_F(SliceVector, TellsTimeSlotsAndEnergyWindowsApart) {
  auto file = tomography(4, "1\\2\\1\\2");
  const auto keys = [&](AttributeIndex attribute) {
    const auto instance = decode(file);
    std::vector<std::string> found;
    for (std::uint32_t i = 0; i < 4; ++i)
      found.emplace_back(make_frame(instance, i).find(attribute).value_or("-"));
    return found;
  };
  file.set("TimeSlotVector", "1\\1\\2\\2");
  EXPECT_THAT(keys(attribute_index(0x00200100)), ElementsAre("1", "1", "2", "2"));
  EXPECT_THAT(keys(attribute_index(0x00209056)), ElementsAre("-", "-", "-", "-"));
  file.remove("TimeSlotVector").set("EnergyWindowVector", "1\\1\\2\\2");
  EXPECT_THAT(keys(attribute_index(0x00209056)), ElementsAre("1", "1", "2", "2"));
  EXPECT_THAT(sort().stacks, SizeIs(2));
}

TEST_F(SliceVector, IsRefusedWhenItSaysTooLittle) {
  struct Case {
    std::function<void(DicomBuilder&)> edit;
    const char* said;
    Reason reason;
  };
  for (const auto& c :
       {Case{[](DicomBuilder& f) { f.set("SliceVector", "1\\2"); }, "2 numbers", Reason::malformed},
        Case{[](DicomBuilder& f) { f.set("SliceVector", "0\\1\\2"); }, "from 0", Reason::malformed},
        Case{[](DicomBuilder& f) { f.remove("SpacingBetweenSlices"); }, "no Spacing Between Slices",
             Reason::no_geometry},
        Case{[](DicomBuilder& f) { f.set("DetectorVector", "1\\1\\2"); }, "detector 2 of 1",
             Reason::no_geometry}}) {
    auto file = tomography(3, "1\\2\\3");
    c.edit(file);
    const auto instance = decode(file);
    ASSERT_THAT(instance->defect(), NotNull()) << c.said;
    EXPECT_EQ(instance->defect()->reason, c.reason) << c.said;
    EXPECT_THAT(instance->defect()->detail, HasSubstr(c.said));
  }
}

// Projections have detectors and angles, but no slices.
TEST_F(SliceVector, IsWhatProjectionsLackSoTheyLieNowhere) {
  decode(tomography(3, "1\\2\\3").remove("SliceVector"));
  const auto sorted = sort();
  EXPECT_THAT(sorted.stacks, SizeIs(0));
  ASSERT_THAT(sorted.refused, SizeIs(1));
  EXPECT_EQ(sorted.refused.front().reason, Reason::no_geometry);
}

}  // namespace
}  // namespace dcmflow
