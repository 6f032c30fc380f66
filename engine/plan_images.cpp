#include "engine/plan_images.h"

#include <spdlog/spdlog.h>

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/read_demands.h"
#include "engine/choose_images.h"
#include "engine/hidden_names.h"
#include "engine/json_space.h"
#include "engine/log_name.h"
#include "engine/make_labels.h"
#include "engine/step.h"
#include "stages/assign_names.h"
#include "stages/base/output_place.h"
#include "stages/catalog/instance_json.h"
#include "stages/name_by_bids.h"
#include "stages/name_by_template.h"
#include "stages/pixels/pixel_digests.h"
#include "stages/select_series.h"
#include "stages/sort_slices.h"

namespace dcmflow {
namespace {

const std::vector<FrameDigest>* known_digests(const Run& run, const Instance& instance) {
  if (run.earlier) return run.earlier->digests_of(instance);
  if (run.given == nullptr) return nullptr;
  const auto found = run.given->digests.find(&instance);
  return found == run.given->digests.end() ? nullptr : &found->second;
}

}  // namespace

PlanImages::PlanImages(Run& run)
    : run_(run), gate_(run.settings.memory_budget, run.settings.threads) {
  run.sorted.resize(run.series.size());
  run.digests.resize(run.series.size());
  run.candidates.resize(run.series.size());
  run.volumes.resize(run.series.size());
  run.label_files.resize(run.series.size());
  run.left_out.resize(run.series.size());
  run.summaries.resize(run.series.size());
  run.largest_work = free_memory() / 8 * 7;
}

Result<std::size_t> PlanImages::sort(std::size_t i) {
  run_.sorted[i] = sort_series(i);
  for (auto& stack : run_.sorted[i].stacks) stack.series = run_.series[i];
  return i;
}

Result<std::size_t> PlanImages::select(std::size_t i) {
  run_.candidates[i] =
      select_series(run_.series[i], run_.sorted[i].stacks, run_.settings.format.value,
                    run_.settings.tolerances, run_.rules, run_.table);
  run_.progress.add(1);
  return i;
}

// A series that cannot be sorted goes on with all its instances refused. One that was stopped on
// the way has none: conclude_run tells that it was interrupted.
SortedSeries PlanImages::sort_series(std::size_t i) {
  const auto series = run_.settings.labels ? take_label_files(run_, i) : run_.series[i];
  if (!series) return {};
  const auto is_stopped = [&] { return run_.stop != 0; };
  PixelDigests digests(
      {.book =
           [&](std::uint64_t bytes) {
             // What the plan could not read has no digest in any piece of the run.
             return run_.given != nullptr || bytes > run_.largest_work
                        ? nullptr
                        : gate_.wait_for(bytes, is_stopped);
           },
       .is_stopped = is_stopped,
       .known = [&](const Instance& instance) { return known_digests(run_, instance); }});
  auto sorted = guarded([&]() -> Result<SortedSeries> {
    return sort_slices(
        series, run_.settings.tolerances,
        [&](const Frame& a, const Frame& b) { return digests.same(a, b); },
        run_.settings.image_options, digest_elements);
  });
  if (is_stopped()) return {};
  run_.digests[i] = digests.found();
  if (sorted) return std::move(*sorted);
  const auto& problem = sorted.problem();
  run_.report.problem({problem.reason, series->series_instance_uid, problem.detail});
  SortedSeries refused;
  for (const auto& instance : series->instances)
    refused.refused.push_back({instance, problem.reason, problem.detail});
  return refused;
}

namespace {

// Names may tell of the patient, and so never reach the log.
void tell_collision(Run& run, const NameCollision& collision) {
  const auto& uid = collision.series->series_instance_uid;
  const auto detail = run.settings.layout.option + " gives it the name of " +
                      (collision.holder ? "series " + collision.holder->series_instance_uid
                                        : std::string("another file")) +
                      "; '" + collision.suffix + "' tells it apart";
  spdlog::warn("series {}: {}: {}", uid, reason_code(Reason::name_taken), detail);
  run.report.problem({Reason::name_taken, uid, detail});
}

Status place_in_bids(Run& run) {
  for (std::size_t i = 0; i < run.series.size(); ++i)
    name_candidates(run.candidates[i], run.sorted[i].stacks);
  std::optional<Participants> participants;
  if (const auto& asked = run.settings.layout.participants) {
    auto parsed = parse_participants(asked->value, asked->source);
    if (!parsed) return parsed.problem();
    participants = std::move(*parsed);
  }
  const auto unlisted =
      name_by_bids(run.sorted, run.candidates, run.rules, participants ? &*participants : nullptr);
  constexpr auto detail = "no row of --participants fits; its sub- is a digest of its Patient ID";
  for (const auto& series : unlisted) {
    const auto& uid = series->series_instance_uid;
    spdlog::warn("series {}: {}: {}", uid, reason_code(Reason::participant_unlisted), detail);
    run.report.problem({Reason::participant_unlisted, uid, detail});
  }
  return Done{};
}

Status name_images(Run& run, std::span<const std::string_view> taken) {
  const auto& layout = run.settings.layout;
  if (layout.kind == Layout::Kind::by_template) {
    const auto path = parse_layout(layout, run.table, run.settings.no_patient);
    if (!path) return path.problem();
    for (const auto& collision : name_by_template(run.sorted, *path, taken))
      tell_collision(run, collision);
    return Done{};
  }
  assign_names(run.sorted, taken);
  return layout.kind == Layout::Kind::bids ? place_in_bids(run) : Done{};
}

// A name tells of a path below the output folder, and so that of each folder on it.
void hide_paths(const Run& run, const Stack& stack,
                std::map<std::string, std::string, std::less<>>& names) {
  const auto& output = run.output.folder().path;
  const auto told = log_name(run.settings, stack);
  for (const std::string_view extension :
       {run.format.extension, run.format.voxel_extension, std::string_view(".json"),
        std::string_view(".bval"), std::string_view(".bvec")}) {
    if (extension.empty()) continue;
    const auto name = stack.image_stem + std::string(extension);
    names[name] = told + std::string(extension);
    names[output + '/' + name] = output + '/' + told + std::string(extension);
  }
  for (const auto& folder : folders_on_the_way(stack.image_stem))
    for (const char behind : {'/', ' '})
      names[output + '/' + folder + behind] = output + "/(a folder)" + behind;
}

}  // namespace

Status take_planned_names(Run& run) {
  if (run.stop) return Done{};
  const auto& planned = run.given->images;  // of the series at work
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    auto& stacks = run.sorted[i].stacks;
    if (planned.size() < run.series.size() || planned[i].size() != stacks.size())
      return Problem{Reason::internal_error, run.series[i]->series_instance_uid,
                     "the series has other images than in the plan"};
    for (std::size_t k = 0; k < stacks.size(); ++k) stacks[k].image_stem = planned[i][k].stem;
    name_candidates(run.candidates[i], stacks);
  }
  return Done{};
}

void tell_planned_names(Run& run) {
  for (const auto& problem : run.given->found.naming) {
    spdlog::warn("series {}: {}: {}", problem.subject, reason_code(problem.reason), problem.detail);
    run.report.problem(problem);
  }
}

void hide_image_names(const Run& run) {
  std::map<std::string, std::string, std::less<>> names;
  // UIDs and the lists apart, which no layout puts into a folder.
  for (const auto& name : run.output.earlier()) {
    const bool is_uid = name.front() >= '0' && name.front() <= '9';
    if (name.find('/') != std::string::npos || (!is_uid && !name.ends_with(".json")))
      names[name] = "(a file of an earlier run)";
  }
  if (!run.settings.layout.names_by_uid())
    for (const auto& sorted : run.sorted)
      for (const Stack& stack : sorted.stacks) hide_paths(run, stack, names);
  hide_names(std::move(names));
}

Status assign_names(Run& run) {
  if (run.stop) return Done{};
  constexpr std::array<std::string_view, 7> json_files{
      "dicom-metadata",   "metadata",      "report", "selected-images",
      "selection-report", "series-images", "volumes"};
  // Sidecars are called <image>.json.
  std::vector<std::string> dicom_json;
  std::vector<std::string_view> taken;
  if (run.settings.bids) taken.assign(json_files.begin(), json_files.end());
  if (run.settings.labels) taken.emplace_back("labels");
  if (run.settings.bids && run.settings.dicom_json)
    for (const auto& series : run.series)
      dicom_json.push_back(dicom_json_stem(series->study_instance_uid));
  taken.insert(taken.end(), dicom_json.begin(), dicom_json.end());
  if (auto named = name_images(run, taken); !named) return named;
  hide_image_names(run);
  for (std::size_t i = 0; i < run.series.size(); ++i)
    name_candidates(run.candidates[i], run.sorted[i].stacks);
  return Done{};
}

Status begin_images(Run& run) {
  if (run.stop) return Done{};
  choose_images(run);
  if (run.untried == nullptr) run.series_log.begin();
  return Done{};
}

Status replace_earlier_results(Run& run) {
  if (run.leaves_earlier_results) return Done{};
  run.side_files.keep_earlier(run);
  std::set<std::string> stays;
  for (const auto& [name, file] : run.side_files.kept()) stays.insert(name);
  if (run.done) stays = std::exchange(run.done->to_rewrite, {});
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes)
      for (const auto extension : {run.format.extension, run.format.voxel_extension})
        stays.insert(volume->stack().image_stem + std::string(extension));
  const auto space = json_space(run);
  if (!run.part_store) run.part_store = make_part_store(run, space);
  const auto files = run.done ? 2 * run.given->all.images : stays.size();  // two an image
  auto replaced = run.output.replace(stays, files, space_to_book(run, space));
  if (replaced) run.catalogue.begin();
  return replaced;
}

}  // namespace dcmflow
