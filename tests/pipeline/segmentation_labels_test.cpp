// Segmentations through the whole program, voxel by voxel.

#include <gmock/gmock.h>

#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"
#include "tests/support/labels.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SegmentationLabels : public PipelineScene {
 protected:
  // Frames have 7 × 5 cells, no whole number of bytes; oblique.
  SegmentationLabels() { write_phantom_series(image, input); }

  void segment(const DrawnSegmentation& drawn,
               std::string_view syntax = transfer_syntax::explicit_little) {
    drawn_segmentation(image, "1.2.3.7", drawn).save(input + "/seg.dcm", syntax);
  }
  void convert_labels(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"--labels", "--format", "nii"});
    const auto run = convert(options);
    ASSERT_EQ(run.exit_status, 0) << run.errors;
    expect_valid_json(output);
    expect_accounted(image.slices + 1);
  }
  // Each frame is what `value` says, of the slices that have one.
  DrawnSegmentation drawn(const std::vector<std::pair<unsigned, unsigned>>& frames) const {
    DrawnSegmentation all{.segments = 2, .frames = {}};
    for (const auto& [number, slice] : frames)
      all.frames.push_back(
          {number, slice, drawn_cells(image, slice, [number = number](auto i, auto j, auto k) {
             return bit(number, i, j, k);
           })});
    return all;
  }
  static unsigned bit(unsigned number, unsigned i, unsigned j, unsigned k) {
    return (i * 7 + j * 3 + k * 5 + number) % 11 % 2;
  }
  template <class Value>
  void expect_voxels(const std::string& name, Value&& value) const {
    const auto read = read_image(output + "/" + name);
    ASSERT_EQ(read.size, (std::array<std::size_t, 3>{image.columns, image.rows, image.slices}));
    for (unsigned k = 0; k < image.slices; ++k)
      for (unsigned j = 0; j < image.rows; ++j)
        for (unsigned i = 0; i < image.columns; ++i)
          ASSERT_EQ(read.at(i, j, k), value(i, j, k)) << name << ' ' << i << ' ' << j << ' ' << k;
  }

  const PhantomSeries image{
      .columns = 7, .rows = 5, .slices = 6, .row = {0.8, 0.6, 0}, .column = {-0.48, 0.64, 0.6}};
};

TEST_F(SegmentationLabels, AreExactByVoxelSparseAndAcrossByteBorders) {
  const std::set<std::pair<unsigned, unsigned>> there{{1, 4}, {2, 0}, {1, 1}, {2, 5}, {1, 2}};
  for (const auto syntax : {transfer_syntax::explicit_little, transfer_syntax::deflated}) {
    segment(drawn({{1, 4}, {2, 0}, {1, 1}, {2, 5}, {1, 2}}), syntax);
    convert_labels();
    for (const unsigned number : {1U, 2U})
      expect_voxels("labels/1.2.3.7_" + std::to_string(number) + ".nii",
                    [&](auto i, auto j, auto k) {
                      return there.contains({number, k}) ? number * bit(number, i, j, k) : 0;
                    });
    EXPECT_FALSE(std::filesystem::exists(output + "/1.2.3.7.nii"));
    const auto labels = json("labels.json").at("labels");
    EXPECT_EQ(labels[0].at("image"), "1.2.3.4.nii");
    EXPECT_EQ(labels[1].at("segments")[0].at("name"), "Segment 2");
    EXPECT_EQ(labels[1].at("segments")[0].at("type").at("meaning"), "Liver");
  }
}

TEST_F(SegmentationLabels, AreALabelMapsNumbers) {
  for (const unsigned bits : {8U, 16U}) {
    DrawnSegmentation map{.type = "LABELMAP", .bits = bits, .segments = 3, .frames = {}};
    const auto value = [](unsigned i, unsigned j, unsigned k) { return (i + j * 2 + k) % 4; };
    for (const unsigned slice : {3U, 0U, 5U})
      map.frames.push_back({0, slice, drawn_cells(image, slice, value)});
    const auto expected = [&](auto i, auto j, auto k) {
      return k == 0 || k == 3 || k == 5 ? value(i, j, k) : 0;
    };
    segment(map);
    convert_labels({"--label-style", "merged"});
    expect_voxels("labels/1.2.3.7.nii", expected);
    convert_labels();
    expect_voxels("labels/1.2.3.7_2.nii",
                  [&](auto i, auto j, auto k) { return expected(i, j, k) == 2 ? 2U : 0U; });
    map.segments = 2;  // 3 is no segment
    segment(map);
    convert_labels();
    EXPECT_EQ(disposition("seg.dcm"), "malformed");
    EXPECT_THAT(detail("seg.dcm"), HasSubstr("has the value 3"));
  }
}

TEST_F(SegmentationLabels, KeepFractions) {
  DrawnSegmentation fractions{.type = "FRACTIONAL", .bits = 8, .frames = {}};
  const auto value = [](unsigned i, unsigned j, unsigned k) { return (i * 40 + j + k) % 201; };
  for (unsigned slice = 0; slice < image.slices; ++slice)
    fractions.frames.push_back({1, slice, drawn_cells(image, slice, value)});
  segment(fractions);
  convert_labels();
  expect_voxels("labels/1.2.3.7_1.nii", [&](auto i, auto j, auto k) {
    return static_cast<float>(value(i, j, k)) / 200.0F;
  });
  const auto label = json("labels.json").at("labels")[0];
  EXPECT_EQ(label.at("kind"), "probability");
  EXPECT_EQ(label.at("voxel_type"), "float32");
  unsigned half = 0;
  for (unsigned k = 0; k < image.slices; ++k)
    for (const auto cell : drawn_cells(image, k, value)) half += cell >= 100 ? 1 : 0;
  EXPECT_EQ(label.at("segments")[0].at("voxels"), half);
  EXPECT_NEAR(label.at("segments")[0].at("volume_mm3").get<double>(), half * 0.7 * 0.8 * 2.5, 1e-6);
  convert_labels({"--label-style", "merged"});
  EXPECT_EQ(disposition("seg.dcm"), "labels_not_merged");
}

// Rows and columns of the frames run the other way, and they are a part of the slices.
TEST_F(SegmentationLabels, FollowFramesThatAreMirroredAndCutOut) {
  auto mirrored = image;
  mirrored.columns = 4;
  mirrored.rows = 3;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    mirrored.row[axis] = -image.row[axis];
    mirrored.column[axis] = -image.column[axis];
    mirrored.origin[axis] =
        phantom_place(image, 5, 3, 0)[axis];  // its first voxel is (5, 3) of the image
  }
  DrawnSegmentation all{.frames = {}};
  for (unsigned k = 0; k < image.slices; ++k)
    all.frames.push_back({1, k, drawn_cells(mirrored, k, [](auto i, auto j, auto s) {
                            return bit(1, 5 - i, 3 - j, s);
                          })});
  drawn_segmentation(mirrored, "1.2.3.7", all).save(input + "/seg.dcm");
  convert_labels();
  expect_voxels("labels/1.2.3.7_1.nii", [&](auto i, auto j, auto k) {
    return i >= 2 && i <= 5 && j >= 1 && j <= 3 ? bit(1, i, j, k) : 0;
  });
}

TEST_F(SegmentationLabels, AreFoundByTheFrameOfReferenceAlone) {
  auto all = drawn({{1, 0}, {1, 1}});
  all.has_references = false;
  segment(all);
  convert_labels();
  EXPECT_EQ(json("labels.json").at("labels")[0].at("image"), "1.2.3.4.nii");
}

TEST_F(SegmentationLabels, KeepTheirOwnGridWhereTheyLieOnNoImageAndTell) {
  auto finer = image;
  finer.column_spacing = 0.35;
  DrawnSegmentation all{.frames = {}};
  for (unsigned k = 1; k < 4; ++k)
    all.frames.push_back(
        {1, k, drawn_cells(finer, k, [](auto i, auto j, auto s) { return bit(1, i, j, s); })});
  drawn_segmentation(finer, "1.2.3.7", all).save(input + "/seg.dcm");
  convert_labels();
  const auto label = json("labels.json").at("labels")[0];
  EXPECT_TRUE(label.at("image").is_null());
  EXPECT_EQ(label.at("lies_on"), "own");
  EXPECT_EQ(label.at("dimensions").dump(), "[7,5,3]");
  EXPECT_NEAR(label.at("spacing")[0].get<double>(), 0.35, 1e-9);
  const auto read = read_image(output + "/labels/1.2.3.7_1.nii");
  EXPECT_EQ(read.at(2, 3, 0), bit(1, 2, 3, 1));
  EXPECT_THAT(json("report.json").at("problems").dump(), HasSubstr("labels_own_grid"));
}

TEST_F(SegmentationLabels, LieOnTheSlicesOfAnImageThatWasRefused) {
  // Without its third slice the image is refused; the labels are of it all the same.
  const auto names = phantom_file_names(image);
  std::filesystem::remove(input + "/" + names[2]);
  segment(drawn({{1, 4}, {1, 2}}));
  const auto run = convert({"--labels", "--format", "nii", "--on-missing", "reject"});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  expect_voxels("labels/1.2.3.7_1.nii",
                [&](auto i, auto j, auto k) { return k == 4 || k == 2 ? bit(1, i, j, k) : 0; });
  const auto label = json("labels.json").at("labels")[0];
  EXPECT_TRUE(label.at("image").is_null());
  EXPECT_EQ(label.at("lies_on"), "source");
}

TEST_F(SegmentationLabels, AreToldOfWhereTheirImageIsNotThere) {
  for (const auto& name : phantom_file_names(image)) std::filesystem::remove(input + "/" + name);
  segment(drawn({{1, 4}}));
  EXPECT_EQ(convert({"--labels", "--format", "nii"}).exit_status, 0);
  EXPECT_EQ(disposition("seg.dcm"), "labels_without_image");
  EXPECT_THAT(detail("seg.dcm"), HasSubstr("6 instances, 1 series, 1 Frames of Reference"));
  expect_valid_json(output);
  EXPECT_EQ(json("labels.json").at("labels").size(), 0U);
  EXPECT_EQ(convert({"--labels", "--strict"}).exit_status, 6);
}

TEST_F(SegmentationLabels, AreRefusedInAnotherFrameOfReference) {
  auto file = drawn_segmentation(image, "1.2.3.7", drawn({{1, 4}}));
  file.set("FrameOfReferenceUID", "1.2.3.10").save(input + "/seg.dcm");
  convert_labels();
  EXPECT_EQ(disposition("seg.dcm"), "labels_without_image");
  EXPECT_THAT(detail("seg.dcm"), HasSubstr("Frame of Reference 1.2.3.9"));
}

TEST_F(SegmentationLabels, AreRefusedWhereFramesContradict) {
  segment(drawn({{1, 4}, {1, 4}}));
  convert_labels();
  EXPECT_EQ(disposition("seg.dcm"), "ambiguous_positions");
  segment(drawn({{1, 4}, {3, 2}}));  // of two segments
  convert_labels();
  EXPECT_EQ(disposition("seg.dcm"), "malformed");
}

TEST_F(SegmentationLabels, OfACopyAreMadeOnceAndOfTwoThatDifferNever) {
  segment(drawn({{1, 4}}));
  std::filesystem::copy_file(input + "/seg.dcm", input + "/copy.dcm");
  ASSERT_EQ(convert({"--labels"}).exit_status, 0);
  EXPECT_EQ(disposition("copy.dcm"), "converted");
  EXPECT_EQ(disposition("seg.dcm"), "duplicate_identical");
  segment(drawn({{1, 3}}));
  ASSERT_EQ(convert({"--labels"}).exit_status, 0);
  EXPECT_EQ(disposition("copy.dcm"), "duplicate_conflict");
  EXPECT_EQ(disposition("seg.dcm"), "duplicate_conflict");
  // Another instance of the series has a name of its own.
  auto other = drawn_segmentation(image, "1.2.3.7", drawn({{1, 3}}));
  other.set("SOPInstanceUID", "1.2.3.7.2").save(input + "/seg.dcm");
  ASSERT_EQ(convert({"--labels", "--format", "nii"}).exit_status, 0);
  EXPECT_THAT(names_in(output + "/labels"), ElementsAre("1.2.3.7_1.nii", "1.2.3.7_2.nii",
                                                        "1.2.3.7_i2_1.nii", "1.2.3.7_i2_2.nii"));
}

TEST_F(SegmentationLabels, AreImagesAsBeforeWithoutTheOption) {
  segment(drawn({{1, 4}, {1, 3}, {1, 2}}));
  ASSERT_EQ(convert({"--format", "nii"}).exit_status, 0);
  EXPECT_TRUE(std::filesystem::exists(output + "/1.2.3.7.nii"));
  EXPECT_FALSE(std::filesystem::exists(output + "/labels"));
}

}  // namespace
}  // namespace dcmflow
