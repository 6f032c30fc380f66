// What it costs several threads to count: each step counts each file. One atomic number is a cache
// line that all of them wait for; a StripedCounter is not.

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>

#include "stages/base/striped.h"

namespace dcmflow {
namespace {

void count_in_one_number(benchmark::State& state) {
  static std::atomic<std::uint64_t> items{0};
  for (auto _ : state) ++items;
}
BENCHMARK(count_in_one_number)->Name("count_items/one_number")->ThreadRange(1, 2)->UseRealTime();

void count_in_stripes(benchmark::State& state) {
  static StripedCounter items;
  for (auto _ : state) ++items;
}
BENCHMARK(count_in_stripes)->Name("count_items/striped")->ThreadRange(1, 2)->UseRealTime();

}  // namespace
}  // namespace dcmflow
