// The whole graph, from a folder of files to a folder of images, in this process.

#include <benchmark/benchmark.h>

#include <filesystem>

#include "bench/input.h"
#include "engine/logging.h"
#include "engine/output_claim.h"
#include "engine/pipeline.h"
#include "engine/run.h"
#include "stages/selection/selection_rules.h"
#include "test-data/archive.h"

namespace dcmflow {
namespace {

void run(const Settings& settings) {
  AttributeTable table;
  const auto rules = value_of(parse_selection_rules("", "none", table));
  const std::atomic<int> stop{0};
  auto output = value_of(OutputClaim::take(settings));
  Run run(settings, rules, table, output, stop);
  if (run_pipeline(run) != 0) throw std::runtime_error("the pipeline failed");
}

void convert(benchmark::State& state, const ArchiveSettings& archive, std::string_view format) {
  const BenchFolder input;
  const auto size = write_archive(plan_archive(archive), input.path(), 2);
  Settings settings;
  settings.input.value = input.path();
  settings.format.value = format;
  settings.threads = static_cast<std::size_t>(state.range(0));
  settings.memory_budget = 256 << 20;
  settings.log_level = "off";
  start_logging(settings);
  for (auto _ : state) {
    state.PauseTiming();
    const BenchFolder output;
    settings.output.value = output.path();
    state.ResumeTiming();
    run(settings);
    state.PauseTiming();
    std::filesystem::remove_all(output.path());
    state.ResumeTiming();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(size.bytes) * state.iterations());
}

const ArchiveSettings ct{.kind = "ct", .series = 4, .slices = 16};
const ArchiveSettings mr{.kind = "mr", .series = 8, .slices = 50};
const ArchiveSettings ct_jpeg_ls{.kind = "ct",
                                 .series = 4,
                                 .slices = 8,
                                 .transfer_syntax = std::string(transfer_syntax::jpeg_ls)};

void one_and_two_threads(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(convert, ct, ct, "nii")->Name("pipeline/ct")->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(convert, mr, mr, "nii")->Name("pipeline/mr")->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(convert, gz, ct, "nii.gz")->Name("pipeline/gz")->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(convert, jpeg_ls, ct_jpeg_ls, "nii")
    ->Name("pipeline/jpeg_ls")
    ->Apply(one_and_two_threads);

}  // namespace
}  // namespace dcmflow
