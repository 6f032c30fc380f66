// A whole image of 16 CT slices, written by one thread: voxels, hash, compression, renaming.

#include <benchmark/benchmark.h>

#include "bench/input.h"
#include "stages/assemble_volume.h"
#include "stages/write_image.h"

namespace dcmflow {
namespace {

void write_image(benchmark::State& state, std::string_view format) {
  Input input(ct_512());
  const BenchFolder output;
  const auto stack = input.stack();
  FrameBuffers buffers;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto writer =
        value_of(ImageWriter::create(output.path(), *find_image_format(format), stack,
                                     VoxelType::int16, find_image_format(format)->gzip));
    for (const auto& range : plan_slabs(*stack)) {
      state.PauseTiming();
      auto slab = value_of(assemble_volume(*stack, range, {VoxelType::int16, 0}, buffers));
      bytes += slab.bytes.size();
      state.ResumeTiming();
      if (!writer->write(std::move(slab), nullptr)) throw std::runtime_error("cannot write");
    }
    value_of(writer->finish());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK_CAPTURE(write_image, nii, "nii")->Name("write_image/nii")->UseRealTime();
BENCHMARK_CAPTURE(write_image, mhd, "mhd")->Name("write_image/mhd")->UseRealTime();
BENCHMARK_CAPTURE(write_image, nii_gz, "nii.gz")->Name("write_image/nii_gz")->UseRealTime();

}  // namespace
}  // namespace dcmflow
