// What volumes.json tells of images that are more than one frame a slice.

#include <gmock/gmock.h>

#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

class VolumesJson : public CatalogFixture {
 protected:
  // volumes.json of one image with so many frames, after a change of its stack.
  template <class Change>
  nlohmann::ordered_json volume(std::size_t frames, Change&& change,
                                VoxelType type = VoxelType::int16) const {
    std::vector<InstanceCase> cases;
    for (std::size_t i = 0; i < frames; ++i) cases.push_back({"1." + std::to_string(i), {}, {}});
    ImageFile made = image(series("1.2", "1.2.3", cases), "1.2.3");
    Stack stack = *made.stack;
    change(stack);
    made.stack = std::make_shared<const Stack>(stack);
    made.type = type;
    Catalog catalog;
    catalog.images = {made};
    EXPECT_TRUE(write_volumes(folder, catalog).ok());
    const auto [status, words] = validate();
    EXPECT_EQ(status, 0) << words;
    return json("volumes.json")["volumes"][0];
  }
};

TEST_F(VolumesJson, AreOneWithoutKeysForAPlainImage) {
  const auto found = volume(2, [](Stack&) {});
  EXPECT_EQ(found["volumes"], 1);
  for (const char* null : {"dimension", "time_step_s"}) EXPECT_TRUE(found[null].is_null()) << null;
  for (const char* empty : {"volume_keys", "filled_slices", "missing", "recipes"})
    EXPECT_EQ(found[empty].dump(), "[]") << empty;
  EXPECT_EQ(found["placed"], true);
  EXPECT_EQ(found["sheared"], false);
  EXPECT_EQ(found["stored_values"], false);
}

TEST_F(VolumesJson, InTimeTellTheirTimesAndAllTheirFramesInOrder) {
  const auto found = volume(4, [](Stack& stack) {
    stack.volumes = 2;
    stack.grid.size[2] = 2;
    stack.dimension = "time";
    stack.volume_keys = {{"1", 0, {}}, {"2", 2.5, {}}};
  });
  EXPECT_EQ(found["volumes"], 2);
  EXPECT_EQ(found["dimensions"].dump(), "[4,3,2]");
  EXPECT_EQ(found["dimension"], "time");
  EXPECT_EQ(found["time_step_s"], 2.5);
  EXPECT_EQ(found["volume_keys"].dump(),
            R"([{"value":"1","time_s":0},{"value":"2","time_s":2.5}])");
  ASSERT_EQ(found["slices"].size(), 4u);
  EXPECT_EQ(found["slices"][3]["sop_instance_uid"], "1.3");
}

TEST_F(VolumesJson, OfDiffusionTellTheDirectionInThePatientAndInTheImage) {
  const auto found = volume(2, [](Stack& stack) {
    stack.volumes = 2;
    stack.grid.size[2] = 1;
    stack.grid.direction = {{{0, 1, 0}, {-1, 0, 0}, {0, 0, 1}}};
    stack.dimension = "diffusion";
    stack.volume_keys = {{"0", {}, Diffusion{0, {}}},
                         {"800", {}, Diffusion{800, Vector3{0.6, 0, 0.8}}}};
  });
  EXPECT_EQ(
      found["volume_keys"][0].dump(),
      R"({"value":"0","time_s":null,"b_value":0,"direction":null,"direction_in_image":null})");
  EXPECT_EQ(found["volume_keys"][1].dump(),
            R"({"value":"800","time_s":null,"b_value":800,)"
            R"("direction":[0.6,0,0.8],"direction_in_image":[0,-0.6,0.8]})");
  EXPECT_TRUE(found["time_step_s"].is_null());
}

TEST_F(VolumesJson, ThatWereRepairedTellHowEachSliceWasMade) {
  const auto found = volume(2, [](Stack& stack) {
    stack.grid.size[2] = 4;
    stack.recipes = {{0, 0, 0, {}},
                     {0, 1, 0.25, {0, -1.5}},
                     {1, 1, 0, {}},
                     {SliceRecipe::no_frame, SliceRecipe::no_frame, 0, {}}};
    stack.filled_slices = {1};
    stack.verdict = Verdict::warn;
  });
  EXPECT_EQ(found["verdict"], "warn");
  EXPECT_EQ(found["filled_slices"].dump(), "[1]");
  ASSERT_EQ(found["recipes"].size(), 4u);
  EXPECT_EQ(found["recipes"][1].dump(),
            R"({"lower":0,"upper":1,"upper_weight":0.25,"shift":[0,-1.5]})");
  EXPECT_TRUE(found["recipes"][3]["lower"].is_null());
  EXPECT_EQ(found["slices"].size(), 2u);
}

TEST_F(VolumesJson, ThatArePartialTellWhatIsMissing) {
  const auto found = volume(2, [](Stack& stack) {
    stack.verdict = Verdict::partial;
    stack.missing = {"time 3: 2 of 12 slices"};
  });
  EXPECT_EQ(found["verdict"], "partial");
  EXPECT_EQ(found["missing"].dump(), R"(["time 3: 2 of 12 slices"])");
}

TEST_F(VolumesJson, AsStoredTellTheRescaleThatTheHeaderHas) {
  const auto found = volume(2, [](Stack& stack) {
    stack.kept_stored = {0.5, -3};
    for (Frame& frame : stack.frames) frame.slope = 1, frame.intercept = 0;
  });
  EXPECT_EQ(found["stored_values"], true);
  EXPECT_EQ(found["rescale"].dump(), R"([{"slope":0.5,"intercept":-3}])");
  EXPECT_EQ(found["rescale_count"], 1);
}

TEST_F(VolumesJson, TellWhetherTheyArePlacedAndShearedAndInColour) {
  const auto found = volume(
      1,
      [](Stack& stack) {
        stack.grid.is_placed = false;
        stack.grid.is_sheared = true;
      },
      VoxelType::rgb24);
  EXPECT_EQ(found["placed"], false);
  EXPECT_EQ(found["sheared"], true);
  EXPECT_EQ(found["voxel_type"], "rgb24");
}

TEST_F(VolumesJson, OfASegmentationTellItsNumberAndLabel) {
  EXPECT_TRUE(volume(1, [](Stack&) {})["segment"].is_null());
  const auto of_segment = [this](const Texts& texts) {
    Catalog catalog;
    catalog.images = {image(series("1.2", "1.2.3", {{"1.1", {}, texts}}), "1.2.3")};
    EXPECT_TRUE(write_volumes(folder, catalog).ok());
    EXPECT_EQ(validate().first, 0);
    return json("volumes.json")["volumes"][0]["segment"].dump();
  };
  EXPECT_EQ(of_segment({{"ReferencedSegmentNumber", "2"}, {"SegmentLabel", "Liver"}}),
            R"({"number":2,"label":"Liver"})");
  EXPECT_EQ(of_segment({{"ReferencedSegmentNumber", "2"}}), R"({"number":2,"label":null})");
}

}  // namespace
}  // namespace dcmflow
