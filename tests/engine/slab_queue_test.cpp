#include "engine/slab_queue.h"

#include <gmock/gmock.h>

#include <map>

namespace dcmflow {
namespace {

// Images of so many slices, each slice a slab of its own.
VolumePtr volume_of(std::uint32_t slices) {
  const auto shared = std::make_shared<SharedHeader>();
  shared->layout = {.rows = 1024, .columns = 1024};
  const auto instance = share<Instance>();
  instance->shared = shared;
  auto stack = std::make_shared<Stack>();
  stack->grid.size = {1024, 1024, slices};
  stack->frames.resize(slices, Frame{.instance = instance});
  return std::make_shared<VolumeJob>(stack, *find_image_format("nii"), "", false);
}

// What comes out, a letter and a number a slab: a0 is the first slice of the first volume.
std::vector<std::string> slabs_of(SlabQueue& queue, const std::vector<VolumePtr>& volumes,
                                  std::size_t most = 100) {
  std::vector<std::string> slabs;
  for (auto item = queue.front(); item && slabs.size() < most; item = queue.front()) {
    const auto volume = std::ranges::find(volumes, item->volume) - volumes.begin();
    slabs.push_back(static_cast<char>('a' + volume) + std::to_string(item->range.first_slice));
    queue.pop();
  }
  return slabs;
}

using testing::ElementsAre;

TEST(SlabQueues, LetImagesTakeTurns) {
  const std::vector volumes{volume_of(3), volume_of(1), volume_of(2)};
  SlabQueue queue(2);
  for (const auto& volume : volumes) queue.add(volume);
  // c takes the place of b.
  EXPECT_THAT(slabs_of(queue, volumes), ElementsAre("a0", "b0", "c0", "a1", "c1", "a2"));
  EXPECT_FALSE(queue.front());
}

TEST(SlabQueues, GiveOneImageAfterTheOtherToOneThread) {
  const std::vector volumes{volume_of(2), volume_of(2)};
  SlabQueue queue(1);
  for (const auto& volume : volumes) queue.add(volume);
  EXPECT_THAT(slabs_of(queue, volumes), ElementsAre("a0", "a1", "b0", "b1"));
}

TEST(SlabQueues, TakeAnImageAgainBeforeThoseThatHaveNotBegun) {
  const std::vector volumes{volume_of(2), volume_of(2), volume_of(1)};
  SlabQueue queue(1);
  for (const auto& volume : volumes) queue.add(volume);
  EXPECT_THAT(slabs_of(queue, volumes, 3), ElementsAre("a0", "a1", "b0"));
  queue.add_again(volumes[0]);
  EXPECT_THAT(slabs_of(queue, volumes), ElementsAre("b1", "a0", "a1", "c0"));
}

}  // namespace
}  // namespace dcmflow
