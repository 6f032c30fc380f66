#include "engine/put_away.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "engine/bare_series.h"

namespace dcmflow {
namespace {

// The lists name a series by what its first instance says.
SeriesPtr with_first_instance(const Series& whole) {
  auto series = bare_series(whole);
  series->instances = {bare_instance(*whole.instances.front())};
  return series;
}

StackPtr bare_stack(const Stack& whole, const SeriesPtr& series) {
  auto stack = std::make_shared<Stack>();
  stack->series = series;
  stack->image_stem = whole.image_stem;
  stack->is_main = whole.is_main;
  stack->field_suffix = whole.field_suffix;
  stack->split_reason = whole.split_reason;
  stack->grid = whole.grid;
  stack->volumes = whole.volumes;
  stack->verdict = whole.verdict;
  stack->flags = whole.flags;
  Frame first;
  first.instance = series->instances.front();
  stack->frames = {std::move(first)};
  return stack;
}

// Once more where an image was lost, or failed at last.
bool render_parts(Run& run, std::size_t i) {
  const auto& volumes = run.volumes[i];
  const bool is_lost =
      std::ranges::any_of(volumes, [](const VolumePtr& volume) { return volume->is_lost(); });
  if (!run.parts[i] || is_lost) {
    std::vector<const ImageFile*> images;
    for (const auto& volume : volumes)
      if (volume->result()) images.push_back(&*volume->result());
    run.parts[i] =
        render_series(*run.series[i], images, run.table, run.settings.no_patient, *run.part_store);
  }
  return std::ranges::all_of(run.parts[i]->texts, [](const auto& text) { return bool{text}; });
}

void put_away(Run& run, std::size_t i) {
  const auto series = with_first_instance(*run.series[i]);
  std::vector<VolumePtr> volumes;
  for (const auto& volume : run.volumes[i]) {
    const auto& result = volume->result();
    const Stack& whole = result ? *result->stack : volume->stack();
    volumes.push_back(volume->without_frames(bare_stack(whole, series)));
  }
  run.volumes[i] = std::move(volumes);
  run.sorted[i].stacks = {};
  for (auto& refused : run.sorted[i].refused) refused = {nullptr, refused.reason, {}};
  run.digests[i] = {};
  for (auto& candidate : run.candidates[i]) {
    candidate.facts.series = series;
    candidate.facts.values = {};
  }
  run.summaries[i].series = series;
  run.series[i] = series;
}

}  // namespace

Status put_away(Run& run) {
  for (; run.first_at_work < run.series.size(); ++run.first_at_work) {
    const auto i = run.first_at_work;
    if (run.stop) continue;
    run.catalogue.add(i);
    if (render_parts(run, i)) put_away(run, i);  // else it is rendered when it is written
  }
  return Done{};
}

}  // namespace dcmflow
