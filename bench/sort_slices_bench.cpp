// A series' instances in no order → its stack.

#include <benchmark/benchmark.h>

#include "bench/input.h"
#include "stages/pixels/read_frame.h"

namespace dcmflow {
namespace {

void sort_thousand(benchmark::State& state) {
  Input input({.columns = 2, .rows = 2, .slices = 1000});
  const auto series = input.series();
  for (auto _ : state)
    benchmark::DoNotOptimize(sort_slices(series, Tolerances{}, same_decoded_pixels));
  state.SetItemsProcessed(state.iterations() * 1000);
}

BENCHMARK(sort_thousand)->Name("sort_slices/1000_slices");

}  // namespace
}  // namespace dcmflow
