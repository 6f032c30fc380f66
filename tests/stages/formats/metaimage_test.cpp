#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "stages/formats/formats.h"

namespace dcmflow {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

ImageHeader axial() {
  return {{{4, 3, 2}, {0.5, 0.75, 2.5}, {-100, -80.25, 12}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
          VoxelType::int16};
}

std::string header_with_directions(const std::array<Vector3, 3>& direction) {
  ImageHeader image = axial();
  image.grid.direction = direction;
  return metaimage_header(image, "1.2.3.raw");
}

TEST(MetaImageHeader, IsWhatItkWritesForAnAxialVolume) {
  EXPECT_EQ(metaimage_header(axial(), "1.2.3.raw"),
            "ObjectType = Image\n"
            "NDims = 3\n"
            "BinaryData = True\n"
            "BinaryDataByteOrderMSB = False\n"
            "CompressedData = False\n"
            "TransformMatrix = 1 0 0 0 1 0 0 0 1\n"
            "Offset = -100 -80.25 12\n"
            "CenterOfRotation = 0 0 0\n"
            "AnatomicalOrientation = RAI\n"
            "ElementSpacing = 0.5 0.75 2.5\n"
            "DimSize = 4 3 2\n"
            "ElementType = MET_SHORT\n"
            "ElementDataFile = 1.2.3.raw\n");
}

TEST(MetaImageHeader, NamesEveryVoxelType) {
  const std::array<std::pair<VoxelType, const char*>, 5> names{
      {{VoxelType::int16, "= MET_SHORT\n"},
       {VoxelType::uint16, "= MET_USHORT\n"},
       {VoxelType::int32, "= MET_INT\n"},
       {VoxelType::float32, "= MET_FLOAT\n"},
       {VoxelType::rgb24, "= MET_UCHAR\n"}}};
  for (const auto& [type, name] : names) {
    ImageHeader image = axial();
    image.type = type;
    EXPECT_THAT(metaimage_header(image, "a.raw"), HasSubstr(name));
  }
}

TEST(MetaImageHeader, WritesTheDirectionOfEachIndexAxisOneAfterAnother) {
  EXPECT_THAT(header_with_directions({{{0, 1, 0}, {0, 0, -1}, {-1, 0, 0}}}),
              HasSubstr("TransformMatrix = 0 1 0 0 0 -1 -1 0 0\n"));
}

TEST(MetaImageHeader, NamesTheSideEachAxisComesFrom) {
  // The letters are those that ITK 5.2 writes for the same directions.
  EXPECT_THAT(header_with_directions({{{1, 0, 0}, {0, 0, -1}, {0, 1, 0}}}),
              HasSubstr("Orientation = RSA\n"));
  EXPECT_THAT(header_with_directions({{{0, 1, 0}, {0, 0, -1}, {-1, 0, 0}}}),
              HasSubstr("Orientation = ASL\n"));
  EXPECT_THAT(header_with_directions({{{-1, 0, 0}, {0, -1, 0}, {0, 0, 1}}}),
              HasSubstr("Orientation = LPI\n"));
}

TEST(MetaImageHeader, NamesThreeDifferentAxesForAnObliqueGrid) {
  // Rows and columns both run mostly to the left; the nearest orientation has only one axis that
  // does.
  const double r = std::sqrt(1.0 / 3);
  const double s = std::sqrt(1.0 / 6);
  const double t = std::sqrt(0.5);
  EXPECT_THAT(header_with_directions({{{2 * s, s, s}, {r, -r, -r}, {0, t, -t}}}),
              HasSubstr("Orientation = RPS\n"));
}

TEST(MetaImageHeader, WritesTheShortestNumbersThatReadBackTheSame) {
  ImageHeader image = axial();
  image.grid.spacing = {0.1, 1.0 / 3, 0.48828125};
  image.grid.origin = {-0.0, 1e-17, -249.51171875};
  const std::string text = metaimage_header(image, "a.raw");
  EXPECT_THAT(text, HasSubstr("ElementSpacing = 0.1 0.3333333333333333 0.48828125\n"));
  EXPECT_THAT(text, HasSubstr("Offset = 0 1e-17 -249.51171875\n"));
  EXPECT_EQ(std::strtod("0.3333333333333333", nullptr), 1.0 / 3);
}

TEST(MetaImageHeader, HasAFourthDimensionForSeveralVolumes) {
  ImageHeader image = axial();
  image.volumes = 6;
  image.time_step = 2.2;
  EXPECT_EQ(metaimage_header(image, "1.2.3.raw"),
            "ObjectType = Image\n"
            "NDims = 4\n"
            "BinaryData = True\n"
            "BinaryDataByteOrderMSB = False\n"
            "CompressedData = False\n"
            "TransformMatrix = 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1\n"
            "Offset = -100 -80.25 12 0\n"
            "CenterOfRotation = 0 0 0 0\n"
            "ElementSpacing = 0.5 0.75 2.5 2.2\n"
            "DimSize = 4 3 2 6\n"
            "ElementType = MET_SHORT\n"
            "ElementDataFile = 1.2.3.raw\n");
}

TEST(MetaImageHeader, HasThreeChannelsForColour) {
  ImageHeader image = axial();
  image.type = VoxelType::rgb24;
  EXPECT_THAT(metaimage_header(image, "a.raw"),
              HasSubstr("\nElementNumberOfChannels = 3\nElementType = MET_UCHAR\n"));
  EXPECT_THAT(metaimage_header(axial(), "a.raw"), testing::Not(HasSubstr("Channels")));
}

TEST(MetaImageHeader, TellsTheRescaleOfStoredVoxels) {
  ImageHeader image = axial();
  image.scale = {0.1, -1024};
  EXPECT_THAT(metaimage_header(image, "a.raw"),
              HasSubstr("\nElementToIntensityFunctionSlope = 0.1\n"
                        "ElementToIntensityFunctionOffset = -1024\nElementType"));
  EXPECT_THAT(metaimage_header(axial(), "a.raw"), testing::Not(HasSubstr("Intensity")));
}

TEST(MetaImageHeader, HasAnIdentityAndNoOrientationWhereThereIsNoPlace) {
  ImageHeader image = axial();
  image.grid.is_placed = false;
  const std::string text = metaimage_header(image, "a.raw");
  EXPECT_THAT(text, HasSubstr("TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\n"
                              "CenterOfRotation = 0 0 0\nElementSpacing = 0.5 0.75 2.5\n"));
}

TEST(MetaImageHeader, EndsWithTheBareNameOfTheVoxelFile) {
  EXPECT_THAT(metaimage_header(axial(), "1.2.840.raw"),
              EndsWith("\nElementDataFile = 1.2.840.raw\n"));
}

}  // namespace
}  // namespace dcmflow
