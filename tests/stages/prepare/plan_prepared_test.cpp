#include "stages/prepare/plan_prepared.h"

#include <gmock/gmock.h>

#include "stages/prepare/target_grid.h"
#include "tests/support/written_image.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// An image of the run as sorting and writing leave it.
struct Made {
  std::string study = "1.2", series = "1.2.3", frame_of_reference = "1.2.9", modality = "MR";
  std::vector<std::string> selections{"a"};
  Grid grid = oblique_grid({10, 12, 14});
  VoxelType type = VoxelType::int16;
  std::string sop_class{}, patient{"P"};
  Verdict verdict = Verdict::pass;
  std::uint32_t volumes = 1;
  ValueRange values{-100, 200};
  bool kept_stored = false;
};

ChosenImage chosen(const Made& made) {
  auto header = std::make_shared<SharedHeader>();
  header->frame_of_reference_uid = made.frame_of_reference;
  header->modality = made.modality;
  header->sop_class_uid = made.sop_class;
  auto instance = share<Instance>();
  instance->shared = header;
  auto series = std::make_shared<Series>();
  series->study_instance_uid = made.study;
  series->series_instance_uid = made.series;
  series->instances = {instance};
  auto stack = std::make_shared<Stack>();
  stack->series = series;
  stack->image_stem = made.series;
  stack->frames.push_back({.instance = instance});
  stack->grid = made.grid;
  stack->verdict = made.verdict;
  stack->volumes = made.volumes;
  if (made.kept_stored) stack->kept_stored = Rescale{2, 0};
  ImageFile file{.stack = stack, .type = made.type, .values = made.values};
  file.name = made.series + ".nii";
  file.file_names = {file.name};
  return {file, made.patient, made.selections};
}

PreparedPlan plan(const std::vector<Made>& images, const PrepareOptions& options,
                  const std::vector<ChannelRule>& channels = {{"a"}, {"b"}},
                  const std::set<std::string>& taken = {}) {
  std::vector<ChosenImage> all;
  for (const auto& one : images) all.push_back(chosen(one));
  return plan_prepared(all, channels, options, *find_image_format("nii"), taken);
}

std::vector<std::string> stems(const PreparedPlan& plan) {
  std::vector<std::string> found;
  for (const auto& one : plan.cases)
    for (const auto& image : one.images) found.push_back(image.stem);
  return found;
}

std::vector<std::string> told(const PreparedPlan& plan) {
  std::vector<std::string> found;
  for (const auto& problem : plan.problems)
    found.push_back(std::string(reason_code(problem.reason)) + " " + problem.subject + ": " +
                    problem.detail);
  return found;
}

const PreparedImage& first(const PreparedPlan& plan) { return plan.cases.at(0).images.at(0); }

Grid moved(Grid grid) {
  grid.origin = grid.origin + Vector3{3, 4, 5};
  grid.spacing = {1, 1, 1.5};
  return grid;
}

TEST(PreparedPlan, KeepsEachImageOnAGridOfItsOwn) {
  const auto found =
      plan({{.series = "1.2.4"}, {.series = "1.2.3", .grid = moved(oblique_grid({5, 6, 7}))}},
           {.changes = {.orient = "RAS", .spacing = Vector3{1, 1, 1}}});
  EXPECT_THAT(told(found), IsEmpty());
  EXPECT_THAT(stems(found), ElementsAre("prepared/1.2.3", "prepared/1.2.4"));
  EXPECT_EQ(orientation_of(first(found).grid), "RAS");
  EXPECT_EQ(first(found).sources.at(0).interpolation, Interpolation::linear);
  EXPECT_EQ(first(found).format, "nii");
  EXPECT_EQ(first(found).aligned_to, "");
}

TEST(PreparedPlan, MovesVoxelsAloneWhereNothingIsResampled) {
  const auto found = plan({Made{}}, {.changes = {.orient = "RAS", .pad = VoxelCounts{20, 20, 20}},
                                     .interpolation = Interpolation::bspline});
  EXPECT_EQ(first(found).sources[0].interpolation, Interpolation::nearest);
  EXPECT_FALSE(first(found).sources[0].interpolates);
}

// Of two, ITK would read beside the voxels.
TEST(PreparedPlan, TakesNoBSplinesOfTwoVoxels) {
  for (const std::uint32_t slices : {1U, 2U, 3U}) {
    Made image;
    image.grid.size[2] = slices;
    const auto found = plan({image}, {.changes = {.spacing = Vector3{1, 1, 1}},
                                      .interpolation = Interpolation::bspline});
    EXPECT_EQ(found.cases.size(), slices == 2 ? 0U : 1U);
    EXPECT_EQ(testing::PrintToString(told(found)).find("2 voxels along") != std::string::npos,
              slices == 2);
  }
}

TEST(PreparedPlan, TakesNoImageThatLiesBesideTheReference) {
  Made away{.series = "1.2.4", .selections = {"b"}};
  away.grid.origin = away.grid.origin + Vector3{500, 0, 0};
  const auto found = plan({{.selections = {"a"}}, away}, {.align_to = "a"});
  EXPECT_EQ(stems(found).size(), 1U);
  EXPECT_THAT(told(found), ElementsAre(HasSubstr("no voxel of the reference lies within it")));
}

TEST(PreparedPlan, NeverMakesNewValuesOfLabels) {
  const Made label{.type = VoxelType::int16, .sop_class = std::string(segmentation_storage)};
  PrepareOptions options{.changes = {.spacing = Vector3{1, 1, 1}}};
  EXPECT_EQ(first(plan({label}, options)).sources[0].interpolation, Interpolation::nearest);
  options.label_interpolation = Interpolation::label_gaussian;
  EXPECT_EQ(first(plan({label}, options)).sources[0].interpolation, Interpolation::label_gaussian);
}

TEST(PreparedPlan, KnowsWhatLiesOutsideOfAnImage) {
  const auto background = [](const Made& made) {
    return first(plan({made}, {.changes = {.pad = VoxelCounts{20, 20, 20}}})).sources[0].background;
  };
  EXPECT_EQ(background({.modality = "MR"}), 0);
  EXPECT_EQ(background({.modality = "CT"}), -1024);
  EXPECT_EQ(background({.modality = "CT", .values = {-2000, 100}}), -2000);
  EXPECT_EQ(background({.modality = "CT", .sop_class = std::string(segmentation_storage)}), 0);
}

TEST(PreparedPlan, RefusesWhatCannotBeBroughtOntoAGrid) {
  auto sheared = oblique_grid({10, 12, 14});
  sheared.is_sheared = true;
  auto unplaced = sheared;
  unplaced.is_sheared = unplaced.is_placed = false;
  const PrepareOptions options{.changes = {.orient = "RAS"}};
  for (const auto& [made, word] : {std::pair{Made{.type = VoxelType::rgb24}, "colour"},
                                   {Made{.kept_stored = true}, "stored"},
                                   {Made{.grid = sheared}, "sheared"},
                                   {Made{.grid = unplaced}, "where it lies"},
                                   {Made{.verdict = Verdict::fail}, "fail"}}) {
    const auto found = plan({made, {.series = "1.2.8"}}, options);
    EXPECT_THAT(stems(found), ElementsAre("prepared/1.2.8"));
    EXPECT_THAT(told(found),
                ElementsAre(testing::AllOf(HasSubstr("not_prepared 1.2.3: "), HasSubstr(word))));
  }
  EXPECT_THAT(told(plan({Made{}}, options, {}, {"prepared/1.2.3"})),
              ElementsAre(HasSubstr("the name")));
}

TEST(Alignment, GivesAllImagesOfAStudyTheGridOfTheReference) {
  const auto other = moved(oblique_grid({5, 6, 7}));
  const auto found = plan({{.series = "1.2.3", .selections = {"a"}},
                           {.series = "1.2.4", .selections = {"b"}, .grid = other},
                           {.study = "1.3", .series = "1.3.1", .selections = {"b"}, .grid = other}},
                          {.changes = {.orient = "LPS"}, .align_to = "b"});
  EXPECT_THAT(told(found), IsEmpty());
  ASSERT_EQ(found.cases.size(), 3u);
  for (const auto& one : found.cases) {
    EXPECT_TRUE(is_same_grid(one.images[0].grid, reoriented(other, "LPS"), 1e-9));
    EXPECT_EQ(one.images[0].sources[0].interpolation, Interpolation::linear);
  }
  EXPECT_EQ(found.cases[0].images[0].aligned_to, "1.2.4.nii");
  EXPECT_EQ(found.cases[2].images[0].aligned_to, "1.3.1.nii");
}

TEST(Alignment, NeedsOneReferenceInTheSameFrameOfReference) {
  const PrepareOptions options{.align_to = "a"};
  EXPECT_THAT(told(plan({{.selections = {"b"}}}, options)),
              ElementsAre(HasSubstr("no_reference 1.2.3: selection 'a' keeps no image")));
  EXPECT_THAT(told(plan({{.series = "1.2.3"}, {.series = "1.2.4"}}, options)),
              ElementsAre(HasSubstr("keeps 2 images"), HasSubstr("keeps 2 images")));
  const auto apart = plan({{.series = "1.2.3"},
                           {.series = "1.2.4", .frame_of_reference = "1.2.8", .selections = {"b"}},
                           {.series = "1.2.5", .frame_of_reference = "", .selections = {"b"}}},
                          options);
  EXPECT_THAT(stems(apart), ElementsAre("prepared/1.2.3"));
  EXPECT_THAT(told(apart), ElementsAre(testing::AllOf(HasSubstr("1.2.8"), HasSubstr("1.2.9")),
                                       HasSubstr("says no Frame of Reference")));
  EXPECT_THAT(
      told(plan({{.type = VoxelType::rgb24}, {.series = "1.2.4", .selections = {"b"}}}, options)),
      ElementsAre(HasSubstr("colour"), HasSubstr("colour")));
  // Two patients with one study are two.
  EXPECT_THAT(
      told(plan({{.patient = "P"}, {.series = "1.2.4", .selections = {"b"}, .patient = "Q"}},
                options)),
      ElementsAre(HasSubstr("1.2.4: selection 'a' keeps no image")));
}

class Arrangements : public testing::Test {
 protected:
  static PreparedPlan arrange(const std::vector<Made>& images, Arrangement arrangement,
                              const std::string& align_to = "a") {
    PrepareOptions options{.align_to = align_to, .arrange = arrangement};
    return plan(images, options, {{"a", true}, {"b", false}});
  }
  const Made a{.series = "1.2.3"};
  const Made b{.series = "1.2.4", .selections = {"b"}, .grid = moved(oblique_grid({5, 6, 7}))};
};

TEST_F(Arrangements, OfNnUnetAreAFileAChannel) {
  const auto found = arrange({b, a}, Arrangement::nnunet);
  EXPECT_THAT(told(found), IsEmpty());
  EXPECT_THAT(stems(found),
              ElementsAre("prepared/imagesTs/1.2_0000", "prepared/imagesTs/1.2_0001"));
  EXPECT_EQ(first(found).format, "nii.gz");
  EXPECT_EQ(first(found).sources[0].image.file.name, "1.2.3.nii");
  EXPECT_EQ(found.cases[0].images[1].sources[0].selection, "b");
  EXPECT_THAT(found.channels, ElementsAre("a", "b"));
  EXPECT_TRUE(found.requires_channels);
  EXPECT_FALSE(found.lacks_required);
}

TEST_F(Arrangements, OfMonaiAreTheImages) {
  auto both = a;
  both.selections = {"a", "b"};
  const auto found = arrange({both}, Arrangement::monai);
  EXPECT_THAT(stems(found), ElementsAre("prepared/1.2.3"));
  EXPECT_THAT(found.cases[0].channels, ElementsAre(0, 0));
}

TEST_F(Arrangements, OfChannelsAreOneFileInOneType) {
  const auto found = arrange({a, b}, Arrangement::channels);
  EXPECT_THAT(stems(found), ElementsAre("prepared/1.2"));
  ASSERT_EQ(first(found).sources.size(), 2u);
  EXPECT_EQ(first(found).sources[1].image.file.name, "1.2.4.nii");
  EXPECT_EQ(first(found).type, VoxelType::float32);
  auto c = a, d = a;
  c.type = VoxelType::uint16;
  d.series = "1.2.5";
  d.selections = {"b"};
  EXPECT_EQ(first(arrange({c, d}, Arrangement::channels, "")).type, VoxelType::int32);
  d.type = VoxelType::uint16;
  EXPECT_EQ(first(arrange({c, d}, Arrangement::channels, "")).type, VoxelType::uint16);
  c.type = VoxelType::float32;
  d.type = VoxelType::int32;
  EXPECT_EQ(first(arrange({c, d}, Arrangement::channels, "")).type, VoxelType::float32);
  d.values.greatest = 1 << 25;
  EXPECT_THAT(told(arrange({c, d}, Arrangement::channels, "")),
              ElementsAre(HasSubstr("no voxel type")));
}

TEST_F(Arrangements, LeaveOutAStudyWhoseChannelsAreNotAllThereOrAlike) {
  for (const auto arrangement : {Arrangement::nnunet, Arrangement::monai, Arrangement::channels}) {
    auto lacking = arrange({a}, arrangement);
    EXPECT_THAT(stems(lacking), IsEmpty());
    EXPECT_THAT(told(lacking), ElementsAre("channel_missing 1.2: no image for channel 'b'"));
    EXPECT_FALSE(lacking.lacks_required);  // what is required is there
    lacking = arrange({b}, arrangement, "");
    EXPECT_THAT(told(lacking), ElementsAre(HasSubstr("channel 'a'")));
    EXPECT_TRUE(lacking.lacks_required);
    auto second = b;
    second.series = "1.2.5";
    EXPECT_THAT(told(arrange({a, b, second}, arrangement)), ElementsAre(HasSubstr("2 images for")));
    auto four = b;
    four.volumes = 4;
    EXPECT_THAT(told(arrange({a, four}, arrangement)), ElementsAre(HasSubstr("4 volumes")));
    const auto apart = arrange({a, b}, arrangement, "");
    EXPECT_THAT(told(apart), ElementsAre(HasSubstr("on two grids")));
    EXPECT_TRUE(apart.lacks_required);
  }
}

TEST_F(Arrangements, OfTwoPatientsWithOneStudyAreTwoCases) {
  auto c = a, d = b;
  c.patient = d.patient = "Q";
  c.series = "1.2.5";
  d.series = "1.2.6";
  EXPECT_THAT(stems(arrange({a, b, c, d}, Arrangement::channels)),
              ElementsAre("prepared/1.2", "prepared/1.2_2"));
}

// A UID may hold an underscore all the same.
TEST_F(Arrangements, HaveNamesOfTheirOwn) {
  auto c = a, d = b, e = a, f = b;
  c.patient = d.patient = "Q";
  e.patient = f.patient = "R";
  e.study = f.study = "1.2_2";
  c.series = "1.2.5";
  d.series = "1.2.6";
  e.series = "1.2.7";
  f.series = "1.2.8";
  EXPECT_THAT(stems(arrange({a, b, c, d, e, f}, Arrangement::channels)),
              ElementsAre("prepared/1.2", "prepared/1.2_2", "prepared/1.2_2_2"));
}

}  // namespace
}  // namespace dcmflow
