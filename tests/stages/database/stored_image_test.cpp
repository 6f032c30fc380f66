// An image comes back from the catalogue as it was; anything that could change a byte of it gives
// it another fingerprint.

#include "stages/database/stored_image.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace dcmflow {
namespace {

Stack planned() {
  auto instance = share<Instance>();
  instance->file = share(File{.root = std::make_shared<std::string>("/in"),
                              .name = "a/1.dcm",
                              .size = 100,
                              .version = {1, 2, 3}});
  Stack stack;
  stack.image_stem = "1.2.3";
  stack.frames = {{.instance = instance}, {.instance = instance, .number = 1}};
  stack.grid = {.size = {4, 5, 2}, .spacing = {1, 1, 2}};
  stack.volume_keys = {{.value = "0", .time = 0.5, .diffusion = Diffusion{800, Vector3{0, 0, 1}}}};
  stack.recipes = {{.lower = 0, .upper = 1, .upper_weight = 0.5}};
  stack.flags = {"spacing_jitter"};
  return stack;
}

std::string fingerprint_of(const Stack& stack) { return image_fingerprint(stack, "nii", false); }

TEST(ImageFingerprint, IsTheSameForEqualPlans) {
  EXPECT_EQ(fingerprint_of(planned()), fingerprint_of(planned()));
  EXPECT_NE(image_fingerprint(planned(), "mhd", false), fingerprint_of(planned()));
  EXPECT_NE(image_fingerprint(planned(), "nii", true), fingerprint_of(planned()));
}

TEST(ImageFingerprint, IsAnotherForAnyOtherPlan) {
  const auto other_file = [](Stack& stack, auto change) {
    auto file = *stack.frames[1].instance->file;
    change(file);
    auto instance = share<Instance>();
    instance->file = share(std::move(file));
    stack.frames[1].instance = instance;
  };
  const std::vector<std::function<void(Stack&)>> changes{
      [](Stack& stack) { stack.image_stem += "_echo2"; },
      [](Stack& stack) { std::swap(stack.frames[0], stack.frames[1]); },
      [](Stack& stack) { stack.frames[1].number = 2; },
      [](Stack& stack) { stack.frames[1].slope = 1.5; },
      [](Stack& stack) { stack.frames[1].intercept = -1; },
      [](Stack& stack) { stack.frames[1].is_turned = true; },
      [](Stack& stack) { stack.frames[1].table = TableKind::modality; },
      [](Stack& stack) { stack.frames.pop_back(); },
      [](Stack& stack) { stack.grid.size[2] = 3; },
      [](Stack& stack) { stack.grid.origin[0] = 1e-9; },
      [](Stack& stack) {
        stack.grid.direction[2] = {0, 0, 1};
      },
      [](Stack& stack) { stack.grid.is_sheared = true; },
      [](Stack& stack) { stack.grid.is_placed = false; },
      [](Stack& stack) { stack.volumes = 2; },
      [](Stack& stack) { stack.dimension = "time"; },
      [](Stack& stack) { stack.volume_keys[0].time = 0.6; },
      [](Stack& stack) { stack.volume_keys[0].time.reset(); },
      [](Stack& stack) { stack.volume_keys[0].diffusion->direction.reset(); },
      [](Stack& stack) { stack.recipes[0].upper_weight = 0.25; },
      [](Stack& stack) { stack.recipes[0].shift[1] = 0.25; },
      [](Stack& stack) { stack.recipes.clear(); },
      [](Stack& stack) { stack.background = -1024; },
      [](Stack& stack) { stack.first_type = VoxelType::rgb24; },
      [](Stack& stack) {
        stack.kept_stored = Rescale{2, 0};
      },
      [](Stack& stack) { stack.verdict = Verdict::warn; },
      [](Stack& stack) { stack.flags.clear(); },
      [&](Stack& stack) { other_file(stack, [](File& file) { file.name = "a/2.dcm"; }); },
      [&](Stack& stack) { other_file(stack, [](File& file) { file.size = 101; }); },
      [&](Stack& stack) { other_file(stack, [](File& file) { ++file.version.modified; }); },
      [&](Stack& stack) { other_file(stack, [](File& file) { ++file.version.changed; }); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto stack = planned();
    changes[i](stack);
    EXPECT_NE(fingerprint_of(stack), fingerprint_of(planned())) << i;
  }
}

TEST(StoredImage, ComesBackAsItWas) {
  auto flagged = planned();
  flagged.verdict = Verdict::warn;
  flagged.flags.emplace_back("float32_inexact");
  const ImageFile image{
      .stack = std::make_shared<const Stack>(flagged),
      .type = VoxelType::float32,
      .values = {.least = -1.5, .greatest = 7, .integral = false, .rounded = true, .masked = true},
      .name = "1.2.3.mhd",
      .file_names = {"1.2.3.mhd", "1.2.3.raw"},
      .file_bytes = {300, 160},
      .modified_ns = {5, 6},
      .sha256 = "ab"};
  const Overview overview{
      .pictures = {{"axial", {3, 2}, {"R", "L", "A", "P"}, std::string("\0x", 2)}},
      .window = {-1, 5},
      .window_of_header = true,
      .range = {-1.5, 7},
      .histogram = {1, 0, 4'000'000'000}};
  const auto stored = store_image(image, "of", std::make_shared<const Overview>(overview));
  const auto bytes = [](const std::string& text) {
    return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  const auto loaded = load_image(bytes(stored));
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->made_of, "of");
  ASSERT_TRUE(loaded->overview);
  EXPECT_EQ(*loaded->overview, overview);
  const auto plain = load_image(bytes(store_image(image, "of", nullptr)));
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->overview);
  const auto again = loaded->of(std::make_shared<const Stack>(planned()));
  EXPECT_EQ(again.type, image.type);
  EXPECT_EQ(again.values.least, -1.5);
  EXPECT_EQ(again.values.greatest, 7);
  EXPECT_FALSE(again.values.integral);
  EXPECT_TRUE(again.values.rounded);
  EXPECT_FALSE(again.values.recoloured);
  EXPECT_TRUE(again.values.masked);
  EXPECT_EQ(again.name, image.name);
  EXPECT_EQ(again.file_names, image.file_names);
  EXPECT_EQ(again.file_bytes, image.file_bytes);
  EXPECT_EQ(again.modified_ns, image.modified_ns);
  EXPECT_EQ(again.sha256, image.sha256);
  EXPECT_EQ(again.stack->verdict, Verdict::warn);
  EXPECT_EQ(again.stack->flags, flagged.flags);
  for (std::size_t at = 0; at < stored.size(); ++at) {
    auto changed = stored;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    EXPECT_FALSE(load_image(bytes(changed))) << at;
  }
}

}  // namespace
}  // namespace dcmflow
