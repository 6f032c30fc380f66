// Structure sets through the whole program: volumes against those of solids.

#include "tests/support/labels.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/image_reader.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr double pi = std::numbers::pi;

// A cube of 64 mm, at 1 mm.
PhantomSeries cube() {
  return {.columns = 64,
          .rows = 64,
          .slices = 64,
          .column_spacing = 1,
          .row_spacing = 1,
          .slice_spacing = 1,
          .origin = {-31.5, -31.5, -31.5}};
}

// Circles on planes `step` mm apart.
DrawnStructure sphere(const std::string& number, const Vector3& centre, double radius,
                      double first_z, double step) {
  DrawnStructure structure{number, "sphere", {}};
  for (double z = first_z; z < centre[2] + radius; z += step)
    if (const double squared = radius * radius - (z - centre[2]) * (z - centre[2]); squared > 0)
      structure.contours.push_back(circle({centre[0], centre[1], z}, std::sqrt(squared)));
  return structure;
}

class Labels : public PipelineScene {
 protected:
  Labels() { write_phantom_series(cube(), input); }

  void structures(const std::vector<DrawnStructure>& drawn) {
    drawn_structure_set(cube(), "1.2.3.8", drawn).save(input + "/rs.dcm");
  }
  void expect_labels(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"--labels", "--format", "nii"});
    const auto run = convert(options);
    ASSERT_EQ(run.exit_status, 0) << run.errors;
    expect_valid_json(output);
    expect_accounted(65);
  }
  // Of the label image at a place of labels.json, its first segment.
  Json segment(std::size_t label = 0) {
    return json("labels.json").at("labels").at(label).at("segments").at(0);
  }
  double volume(std::size_t label = 0) { return segment(label).at("volume_mm3"); }
  std::string problems() { return json("report.json").at("problems").dump(); }
};

TEST_F(Labels, KeepTheVolumeOfASphereABoxAndATorus) {
  const std::vector<Vector3> box{{-10, -8, 0}, {9.5, -8, 0}, {9.5, 12, 0}, {-10, 12, 0}};
  DrawnStructure boxes{"2", "box", {}}, torus{"3", "torus", {}};
  for (double z = -9.5; z < 10; ++z) {
    boxes.contours.push_back({box});
    for (auto& point : boxes.contours.back().points) point[2] = z;
  }
  // Around z, of radius 18 and 7: a ring in each plane, a hole by the even-odd rule.
  for (double z = -6.5; z < 7; ++z) {
    const double half = std::sqrt(49 - z * z);
    torus.contours.push_back(circle({0, 0, z}, 18 + half));
    torus.contours.push_back(circle({0, 0, z}, 18 - half));
  }
  structures({sphere("1", {1.3, -0.6, 2.2}, 25, -31.5, 1), boxes, torus});
  expect_labels();
  const double of_sphere = 4.0 / 3 * pi * 25 * 25 * 25;
  EXPECT_NEAR(volume(0), of_sphere, 0.01 * of_sphere);
  EXPECT_NEAR(volume(1), 19.5 * 20 * 20, 0.05 * 19.5 * 20 * 20);  // 19 or 20 columns of centres
  const double of_torus = 2 * pi * pi * 18 * 49;
  EXPECT_NEAR(volume(2), of_torus, 0.01 * of_torus);
  const auto image = read_image(output + "/labels/1.2.3.8_3.nii");
  EXPECT_EQ(image.at(31, 31, 31), 0);
  EXPECT_EQ(image.at(31 + 18, 31, 31), 3);
  EXPECT_EQ(problems(), "[]");
}

TEST_F(Labels, LieOnTheGridOfTheirImage) {
  structures({sphere("1", {0, 0, 0}, 20, -31.5, 1)});
  expect_labels();
  const auto labels = json("labels.json").at("labels");
  ASSERT_EQ(labels.size(), 1U);
  EXPECT_EQ(labels[0].at("file"), "labels/1.2.3.8_1.nii");
  EXPECT_EQ(labels[0].at("image"), "1.2.3.4.nii");
  EXPECT_EQ(labels[0].at("lies_on"), "image");
  const auto image = read_image(output + "/1.2.3.4.nii");
  const auto label = read_image(output + "/labels/1.2.3.8_1.nii");
  EXPECT_EQ(label.size, image.size);
  EXPECT_EQ(label.origin, image.origin);
  EXPECT_EQ(label.component_type, "short");
  EXPECT_EQ(file("rs.dcm").at("images").dump(), "[\"labels/1.2.3.8_1.nii\"]");
  EXPECT_THAT(names_in(output), ElementsAre("1.2.3.4.nii", "dicom-metadata.json", "labels",
                                            "labels.json", "report.json", "selected-images.json",
                                            "series-images.json", "volumes.json"));
}

TEST_F(Labels, KeepTheVolumeOfContoursOnEveryThirdSliceAndTell) {
  structures({sphere("1", {0, 0, 0}, 25, -30.5, 3)});
  expect_labels();
  const double expected = 4.0 / 3 * pi * 25 * 25 * 25;
  EXPECT_NEAR(volume(), expected, 0.02 * expected);
  EXPECT_THAT(problems(), AllOf(HasSubstr("contours_approximated"),
                                HasSubstr("slices between coarse planes of contours")));
}

TEST_F(Labels, KeepTheVolumeOfContoursBetweenSlicesAndTell) {
  structures({sphere("1", {0, 0, 0}, 20, -31.2, 1)});
  expect_labels();
  const double expected = 4.0 / 3 * pi * 20 * 20 * 20;
  EXPECT_NEAR(volume(), expected, 0.01 * expected);
  EXPECT_THAT(problems(), HasSubstr("planes of contours between slices"));
}

// Planes that are turned by 20° about x, as of a tilted gantry.
TEST_F(Labels, KeepTheVolumeOfContoursObliqueToTheSlicesAndTell) {
  auto turned = sphere("1", {0, 0, 0}, 22, -31.5, 1);
  const double c = std::cos(pi / 9), s = std::sin(pi / 9);
  for (auto& contour : turned.contours)
    for (auto& [x, y, z] : contour.points) {
      const double along = c * y - s * z;
      z = s * y + c * z;
      y = along;
    }
  structures({turned});
  expect_labels();
  const double expected = 4.0 / 3 * pi * 22 * 22 * 22;
  EXPECT_NEAR(volume(), expected, 0.01 * expected);
  EXPECT_THAT(problems(), HasSubstr("contours oblique to the slices"));
}

TEST_F(Labels, TellWhatEnclosesNothingAndLeaveOutOnlyThat) {
  auto bent = circle({0, 0, 0}, 10);
  for (auto& point : bent.points) point[2] += point[0] * point[0] / 10;
  structures({{"1", "good", {circle({0, 0, 0.5}, 10), {{{0, 0, 0.5}}, "POINT"}}},
              {"2", "points", {{{{0, 0, 0}}, "POINT"}}},
              {"3", "bent", {bent}},
              {"4", "far", {circle({0, 0, 0.5}, 5), circle({0, 0, 900.5}, 5)}}});
  expect_labels();
  EXPECT_EQ(json("labels.json").at("labels").size(), 2U);
  EXPECT_THAT(problems(), AllOf(HasSubstr("structure 2: no closed contour"),
                                HasSubstr("contours_oblique"), HasSubstr("structure 3"),
                                HasSubstr("1 plane of contours above or below all slices"),
                                HasSubstr("structure 1: 1 point, which enclose nothing")));
  EXPECT_EQ(disposition("rs.dcm"), "converted");
}

TEST_F(Labels, NeverMakePathsOfNames) {
  structures(
      {{"1", "../../evil", {circle({0, 0, 0.5}, 10)}}, {"2", "a/b", {circle({0, 0, 1.5}, 10)}}});
  expect_labels();
  EXPECT_THAT(names_in(output + "/labels"), ElementsAre("1.2.3.8_1.nii", "1.2.3.8_2.nii"));
  EXPECT_EQ(segment(0).at("name"), "../../evil");
}

TEST_F(Labels, AreMergedWhereNoneShareVoxelsAndRefusedWhereSomeDo) {
  structures({sphere("1", {-12, 0, 0}, 10, -31.5, 1), sphere("5", {12, 0, 0}, 10, -31.5, 1)});
  expect_labels({"--label-style", "merged"});
  const auto image = read_image(output + "/labels/1.2.3.8.nii");
  EXPECT_EQ(image.at(20, 31, 31), 1);
  EXPECT_EQ(image.at(43, 31, 31), 5);
  EXPECT_EQ(json("labels.json").at("labels")[0].at("segments").size(), 2U);

  structures({sphere("1", {-12, 0, 0}, 10, -31.5, 1), sphere("5", {-12, 0, 0}, 5, -31.5, 1)});
  expect_labels({"--label-style", "merged"});
  EXPECT_EQ(json("labels.json").at("labels").size(), 0U);
  EXPECT_EQ(disposition("rs.dcm"), "labels_not_merged");
  EXPECT_THAT(detail("rs.dcm"), HasSubstr("voxels, segment 5"));
  EXPECT_FALSE(std::filesystem::exists(output + "/labels"));

  expect_labels({"--label-style", "4d"});
  const auto both = read_image(output + "/labels/1.2.3.8.nii");
  ASSERT_EQ(both.volumes, 2U);
  EXPECT_EQ(both.at(20, 31, 31, 0), 1);
  EXPECT_EQ(both.at(20, 31, 31, 1), 5);
  EXPECT_EQ(both.at(28, 31, 31, 1), 0);
}

TEST_F(Labels, AreTheSameForAnyNumberOfThreadsAndFormats) {
  structures({sphere("1", {0, 0, 0}, 25, -31.5, 1), sphere("2", {5, 0, 0}, 8, -31.5, 1)});
  expect_labels({"--threads", "1"});
  const auto one = bytes_of(output + "/labels/1.2.3.8_1.nii");
  const auto json_of_one = bytes_of(output + "/labels.json");
  expect_labels({"--threads", "8", "--memory-budget", "1M"});
  EXPECT_EQ(bytes_of(output + "/labels/1.2.3.8_1.nii"), one);
  EXPECT_EQ(bytes_of(output + "/labels.json"), json_of_one);
  for (const std::string format : {"mhd", "nii.gz", "nrrd-gzip", "hdr", "h5"}) {
    const auto run = convert({"--labels", "--format", format, "--sha256", "all"});
    ASSERT_EQ(run.exit_status, 0) << run.errors;
    const auto name = json("labels.json").at("labels")[0].at("file").get<std::string>();
    const auto image = read_image(output + "/" + name);
    EXPECT_EQ(image.at(31, 31, 31), 1) << format;
    EXPECT_EQ(image.at(2, 2, 2), 0) << format;
    EXPECT_EQ(run_dcmflow({"verify", output}).exit_status, 0) << format;
  }
}

TEST_F(Labels, AreReplacedKeptAndVerifiedAsImagesAre) {
  structures({sphere("1", {0, 0, 0}, 25, -31.5, 1)});
  expect_labels({"--resume"});
  ASSERT_EQ(convert({"--labels", "--format", "nii", "--resume"}).exit_status, 0);
  EXPECT_EQ(run_dcmflow({"verify", output}).exit_status, 0);
  std::filesystem::resize_file(output + "/labels/1.2.3.8_1.nii", 400);
  EXPECT_EQ(run_dcmflow({"verify", output}).exit_status, 6);
  ASSERT_EQ(convert({"--format", "nii"}).exit_status, 0);
  EXPECT_FALSE(std::filesystem::exists(output + "/labels.json"));
  EXPECT_EQ(disposition("rs.dcm"), "not_an_image");
}

TEST_F(Labels, AreNeitherMadeNorToldToFailByADryRun) {
  structures({sphere("1", {0, 0, 0}, 20, -31.5, 1)});
  const auto run = convert({"--labels", "--dry-run"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(run.output + run.errors, Not(HasSubstr("failed")));
  EXPECT_FALSE(std::filesystem::exists(output));
}

TEST_F(Labels, AreRefusedBySettingsThatDoNotKnowThem) {
  const auto wrong = [&](std::vector<std::string> options) {
    const auto run = run_dcmflow(std::move(options));
    EXPECT_EQ(run.exit_status, 2);
    return run.errors;
  };
  EXPECT_THAT(wrong({input, output, "--label-style", "4d"}), HasSubstr("--labels"));
  EXPECT_THAT(wrong({input, output, "--labels", "--label-style", "all"}),
              HasSubstr("each, merged, 4d"));
  EXPECT_THAT(wrong({input, output, "--labels", "--watch"}), HasSubstr("--labels"));
  EXPECT_THAT(wrong({"plan", input, folder / "work", "--shards", "2", "--labels"}),
              HasSubstr("a run in shards does not know it"));
}

}  // namespace
}  // namespace dcmflow
