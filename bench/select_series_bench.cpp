// One series against twenty selections, the last of which it matches.

#include <benchmark/benchmark.h>

#include "bench/input.h"
#include "stages/select_series.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {
namespace {

std::string twenty_selections() {
  std::string text = R"({"selections": [)";
  for (int i = 0; i < 19; ++i)
    text += R"({"name": "venous )" + std::to_string(i) +
            R"(", "conditions": {"Modality": "CT", "SliceThickness": [1, 5],
                "SeriesDescription": "(?i)portal|venous", "ImageType": ["PRIMARY", "!LOCALIZER"]}},)";
  return text + R"({"name": "axial", "conditions": {"Modality": "CT", "Plane": "Axial"}}]})";
}

void select(benchmark::State& state) {
  Input input({.columns = 2, .rows = 2, .slices = 100});
  AttributeTable table;
  const auto rules = value_of(parse_selection_rules(twenty_selections(), "benchmark", table));
  const auto series = input.series();
  std::vector<Frame> frames;
  for (const auto& instance : series->instances) frames.push_back(make_frame(instance, 0));
  ImageFacts facts = find_facts(series, nullptr, {}, "nii", {});
  facts.values[*find_fact("Plane")] = {"Axial"};
  for (auto _ : state) benchmark::DoNotOptimize(select_image(facts, frames, rules, table));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(select)->Name("select_series/20_selections");

}  // namespace
}  // namespace dcmflow
