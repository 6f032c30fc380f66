#include "engine/plan_series.h"

#include <memory>
#include <utility>

#include "engine/bare_series.h"
#include "engine/pipeline.h"
#include "engine/series_window.h"
#include "stages/database/stored_headers.h"
#include "stages/sorting/series_cost.h"

namespace dcmflow {
namespace {

// A series takes as much memory as so many files.
constexpr std::size_t files_like_a_series = 8;

// The frame that a name is made of, and nothing else of its file.
Frame without_other_frames(const Frame& frame) {
  const Instance& instance = *frame.instance;
  auto bare = bare_instance(instance);
  if (instance.frames() && frame.number < instance.frames()->size())
    bare->extras.made().frames =
        std::make_unique<const std::vector<AttributeValues>>(1, (*instance.frames())[frame.number]);
  Frame alone = frame;
  alone.instance = std::move(bare);
  alone.number = 0;
  return alone;
}

class PlanSeries {
 public:
  PlanSeries(Run& run, PlannedSeries& planned) : run_(run), planned_(planned) {}

  Status plan(ScannedParts& parts);

 private:
  Status end_window();
  Status put_away(std::size_t i);
  Stack name_of_image(const Stack& stack, const SeriesPtr& series) const;
  std::vector<Candidate> choices_of(std::size_t i, const SeriesPtr& series);

  Run& run_;
  PlannedSeries& planned_;
  std::vector<SeriesPtr> series_;
  std::vector<SortedSeries> sorted_;
  std::vector<std::vector<Candidate>> candidates_;
};

Stack PlanSeries::name_of_image(const Stack& stack, const SeriesPtr& series) const {
  Stack name;
  name.series = series;
  name.image_stem = stack.image_stem;
  name.is_main = stack.is_main;
  name.field_suffix = stack.field_suffix;
  if (run_.settings.layout.names_by_uid()) return name;
  name.split_reason = stack.split_reason;
  name.grid = stack.grid;
  name.frames.push_back(without_other_frames(stack.frames.front()));
  return name;
}

std::vector<Candidate> PlanSeries::choices_of(std::size_t i, const SeriesPtr& series) {
  if (run_.settings.images == ImagesToWrite::all) return {};
  auto candidates = std::move(run_.candidates[i]);
  for (auto& candidate : candidates) {
    candidate.facts.series = series;
    candidate.facts.values = {};
    for (auto& match : candidate.matches)
      match = {.matched = match.matched, .order = std::move(match.order)};
  }
  return candidates;
}

Status PlanSeries::put_away(std::size_t i) {
  const Series& whole = *run_.series[i];
  if (auto added = planned_.add(whole, run_.digests[i], run_.format.gzip); !added) return added;
  const SeriesPtr series = bare_series(whole);
  SortedSeries names;
  for (const Stack& stack : run_.sorted[i].stacks)
    names.stacks.push_back(name_of_image(stack, series));
  names.stacks.shrink_to_fit();
  candidates_.push_back(choices_of(i, series));
  sorted_.push_back(std::move(names));
  series_.push_back(series);
  return Done{};
}

Status PlanSeries::end_window() {
  plan_images(run_);
  Status status = Done{};
  for (std::size_t i = 0; i < run_.series.size() && status && !run_.stop; ++i) status = put_away(i);
  run_.series.clear();
  run_.sorted.clear();
  run_.digests.clear();
  run_.candidates.clear();
  return status;
}

Status PlanSeries::plan(ScannedParts& parts) {
  run_.series.clear();
  for (std::size_t at_once = 0; !run_.stop;) {
    auto series = parts.next();
    if (!series) return series.problem();
    const bool is_end = series->empty();
    for (auto& one : *series) {
      at_once += one->instances.size() + files_like_a_series;
      run_.series.push_back(std::move(one));
    }
    if (!is_end && at_once < files_at_work(run_.settings)) continue;
    if (auto ended = end_window(); !ended) return ended;
    at_once = 0;
    if (is_end) break;
  }
  run_.series = std::move(series_);
  run_.sorted = std::move(sorted_);
  run_.candidates = std::move(candidates_);
  return Done{};
}

}  // namespace

PlannedSeries::PlannedSeries(const std::string& folder) : store_(folder, 0, PartStore::no_limit) {}

Status PlannedSeries::add(const Series& series, const FrameDigests& digests, bool is_compressed) {
  auto& row = rows_.emplace_back();
  row.cost = series_cost(series, is_compressed);
  row.size.instances = series.instances.size();
  for (const auto& instance : series.instances) row.size.name_bytes += instance->file->name.size();
  if (store_.add(row.headers, store_headers(series.instances, digests))) return Done{};
  return Problem{Reason::disk_full, {}, "there is no room on the disk for the headers"};
}

Result<std::string> PlannedSeries::headers(std::size_t i) const {
  std::string headers;
  PartReader reader(store_, rows_[i].headers);
  for (;;) {
    const auto piece = reader.next();
    if (!piece) return piece.problem();
    if (piece->empty()) return headers;
    headers += *piece;
  }
}

Status plan_series(Run& run, ScannedParts& parts, PlannedSeries& planned) {
  return PlanSeries(run, planned).plan(parts);
}

}  // namespace dcmflow
