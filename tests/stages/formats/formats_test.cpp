#include "stages/formats/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(ImageFormats, BeginWithMhdWhichIsTheDefault) {
  std::vector<std::string_view> names;
  for (const ImageFormat& format : image_formats()) names.push_back(format.name);
  EXPECT_THAT(
      names, testing::ElementsAre("mhd", "nii", "nii.gz", "mha", "nrrd", "nrrd-gzip", "hdr", "h5"));
}

TEST(ImageFormats, AreFoundByTheirExactNameOnly) {
  ASSERT_NE(find_image_format("nii.gz"), nullptr);
  EXPECT_EQ(find_image_format("nii.gz")->extension, ".nii.gz");
  for (const std::string_view wrong : {"", "MHD", "nii.g", "nii.gz ", ".nii", "nrrd.gz"}) {
    EXPECT_EQ(find_image_format(wrong), nullptr) << wrong;
  }
}

TEST(ImageFormats, MhdHasTwoFilesAndNiiOne) {
  const ImageFormat& mhd = *find_image_format("mhd");
  EXPECT_EQ(mhd.header_place, HeaderPlace::own_file);
  EXPECT_EQ(mhd.extension, ".mhd");
  EXPECT_EQ(mhd.voxel_extension, ".raw");
  for (const std::string_view name : {"nii", "nii.gz"}) {
    const ImageFormat& nii = *find_image_format(name);
    EXPECT_EQ(nii.header_place, HeaderPlace::before_voxels);
    EXPECT_EQ(nii.voxel_extension, nii.extension);
    EXPECT_EQ(nii.gzip, name == "nii.gz");
  }
}

TEST(ImageFormats, HoldShearWhereTheyHoldAnyAffine) {
  for (const ImageFormat& format : image_formats())
    EXPECT_EQ(format.holds_shear, !format.name.starts_with("mh") && format.name != "h5")
        << format.name;
}

TEST(ImageFormats, EachWritesItsOwnKindOfHeader) {
  const ImageHeader image{{{4, 3, 2}, {1, 1, 1}, {}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}};
  EXPECT_THAT(find_image_format("mhd")->header(image, "1.2.raw"),
              testing::StartsWith("ObjectType = Image\n"));
  EXPECT_EQ(find_image_format("nii")->header(image, "").size(), 352U);
  EXPECT_EQ(find_image_format("nii.gz")->header(image, ""),
            find_image_format("nii")->header(image, ""));
  EXPECT_THAT(find_image_format("mha")->header(image, "1.2.mha"),
              testing::EndsWith("\nElementDataFile = LOCAL\n"));
  EXPECT_THAT(find_image_format("nrrd")->header(image, ""),
              testing::AllOf(testing::StartsWith("NRRD0004\n"), testing::EndsWith("\n\n")));
}

TEST(VoxelTypes, HaveNamesAndSizes) {
  EXPECT_EQ(voxel_type_name(VoxelType::int16), "int16");
  EXPECT_EQ(voxel_type_name(VoxelType::uint16), "uint16");
  EXPECT_EQ(voxel_type_name(VoxelType::int32), "int32");
  EXPECT_EQ(voxel_type_name(VoxelType::float32), "float32");
  EXPECT_EQ(voxel_type_name(VoxelType::rgb24), "rgb24");
  EXPECT_EQ(voxel_bytes(VoxelType::int16), 2U);
  EXPECT_EQ(voxel_bytes(VoxelType::uint16), 2U);
  EXPECT_EQ(voxel_bytes(VoxelType::int32), 4U);
  EXPECT_EQ(voxel_bytes(VoxelType::float32), 4U);
  EXPECT_EQ(voxel_bytes(VoxelType::rgb24), 3U);
}

}  // namespace
}  // namespace dcmflow
