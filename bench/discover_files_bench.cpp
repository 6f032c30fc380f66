// The walk over the input folder.

#include <benchmark/benchmark.h>

#include "bench/input.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

void discover(benchmark::State& state) {
  const BenchFolder folder;
  write_phantom_series({.columns = 2, .rows = 2, .slices = 1000}, folder.path());
  std::int64_t files = 0;
  for (auto _ : state) {
    DiscoverFiles discovery(folder.path(), "");
    while (discovery.next()) ++files;
  }
  state.SetItemsProcessed(files);
}

BENCHMARK(discover)->Name("discover_files/1000_files");

}  // namespace
}  // namespace dcmflow
