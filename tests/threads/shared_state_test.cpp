// Many threads on what threads share, without the graph: for the thread sanitizer.

#include <gmock/gmock.h>

#include <thread>

#include "engine/memory_gate.h"
#include "stages/assemble_volume.h"
#include "stages/group_series.h"
#include "stages/sort_slices.h"
#include "stages/write_image.h"
#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

template <class Work>
void on_threads(int count, Work work) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < count; ++t) threads.emplace_back([&work, t] { work(t); });
}

TEST(Threads, DecodeAndGroupTheSameSeriesInAnyOrder) {
  const TemporaryFolder folder;
  const auto paths = write_phantom_series({.slices = 40}, folder.path());
  GroupSeries groups;
  on_threads(4, [&](int t) {
    for (std::size_t i = static_cast<std::size_t>(t); i < paths.size(); i += 4)
      groups.add(*decode_path(paths[i]));
  });
  const auto series = groups.finish();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(series.front()->instances.size(), 40u);
  for (const auto& instance : series.front()->instances)
    EXPECT_EQ(instance->shared, series.front()->instances.front()->shared);
}

TEST(Threads, WriteTheSameBytesAsOneThread) {
  const TemporaryFolder folder;
  const auto paths = write_phantom_series({.slices = 60}, folder / "in");
  auto sorted = sort_slices(series_of(paths), Tolerances{}, same_decoded_pixels);
  const auto stack = std::make_shared<const Stack>(std::move(sorted.stacks.front()));
  for (const auto* format : {"nii", "nii.gz", "mhd"}) {
    std::vector<std::string> digests;
    for (const int threads : {1, 5}) {
      auto writer = ImageWriter::create(folder.path(), *find_image_format(format), stack,
                                        VoxelType::int16, true);
      ASSERT_TRUE(writer);
      MemoryGate gate(1 << 20, 100);
      on_threads(threads, [&](int t) {
        FrameBuffers buffers;
        for (auto k = static_cast<std::uint32_t>(t); k < 60;
             k += static_cast<std::uint32_t>(threads)) {
          auto slab = assemble_volume(*stack, {k, 1}, {VoxelType::int16, 0}, buffers);
          ASSERT_TRUE(slab);
          EXPECT_TRUE((*writer)->write(std::move(*slab), gate.admit(100)));
        }
      });
      const auto image = (*writer)->finish();
      ASSERT_TRUE(image);
      digests.push_back(image->sha256);
    }
    EXPECT_EQ(digests[0], digests[1]) << format;
  }
}

}  // namespace
}  // namespace dcmflow
