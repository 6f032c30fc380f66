// The walk over the input folder.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "bench/input.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

void walk(benchmark::State& state, const BenchFolder& folder) {
  std::int64_t files = 0;
  for (auto _ : state) {
    DiscoverFiles discovery(folder.path(), "");
    while (discovery.next()) ++files;
  }
  state.SetItemsProcessed(files);
}

void discover(benchmark::State& state) {
  const BenchFolder folder;
  write_phantom_series({.columns = 2, .rows = 2, .slices = 1000}, folder.path());
  walk(state, folder);
}

BENCHMARK(discover)->Name("discover_files/1000_files");

void discover_folders(benchmark::State& state) {
  const BenchFolder folder;
  for (int i = 0; i < 1000; ++i) {
    const auto name = folder.path() + "/" + std::to_string(i);
    std::filesystem::create_directory(name);
    std::ofstream(name + "/image") << "dicom";
  }
  walk(state, folder);
}

BENCHMARK(discover_folders)->Name("discover_files/1000_folders");

}  // namespace
}  // namespace dcmflow
