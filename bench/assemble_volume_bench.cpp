// One slab of one CT slice, from the file to voxels of int16, on one thread.

#include <benchmark/benchmark.h>

#include "bench/input.h"
#include "stages/assemble_volume.h"

namespace dcmflow {
namespace {

void assemble(benchmark::State& state, std::string_view transfer_syntax) {
  auto series = ct_512();
  series.transfer_syntax = transfer_syntax;
  Input input(series);
  const auto stack = input.stack();
  const auto ranges = plan_slabs(*stack);
  FrameBuffers buffers;
  std::size_t i = 0;
  std::size_t bytes = 0;
  for (auto _ : state)
    bytes += value_of(assemble_volume(*stack, ranges[i++ % ranges.size()], {VoxelType::int16, 0},
                                      buffers))
                 .bytes.size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK_CAPTURE(assemble, ct_512, transfer_syntax::explicit_little)
    ->Name("assemble_volume/ct_512");
BENCHMARK_CAPTURE(assemble, rle, transfer_syntax::rle)->Name("assemble_volume/rle");
BENCHMARK_CAPTURE(assemble, jpeg_lossless, transfer_syntax::jpeg_lossless_sv1)
    ->Name("assemble_volume/jpeg_lossless");
BENCHMARK_CAPTURE(assemble, jpeg_ls, transfer_syntax::jpeg_ls)->Name("assemble_volume/jpeg_ls");
BENCHMARK_CAPTURE(assemble, htj2k, transfer_syntax::htj2k_lossless)->Name("assemble_volume/htj2k");
BENCHMARK_CAPTURE(assemble, jpeg_2000, transfer_syntax::jpeg_2000_lossless)
    ->Name("assemble_volume/jpeg_2000");

}  // namespace
}  // namespace dcmflow
