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
BENCHMARK(count_in_one_number)->Threads(1)->Threads(2)->Threads(16)->UseRealTime();

void count_in_stripes(benchmark::State& state) {
  static StripedCounter items;
  for (auto _ : state) ++items;
}
BENCHMARK(count_in_stripes)->Threads(1)->Threads(2)->Threads(16)->UseRealTime();

}  // namespace
}  // namespace dcmflow
