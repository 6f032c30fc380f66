// clang-format off
// THE GRAPH. Data flows from left to right; a step is a function of stages/, a bar is a barrier:
//
//   discover_files → decode_header → group_series ‖ sort_slices → select_series ‖ assign_names ‖ assemble_volume → write_image → render_series → write_catalogue ‖ sync_output ‖ write_dicom_json ‖ conclude_run
//         └───────────────┴──────────────┴────────────┴──────────────┴───────────────────────────────┴───────────────┴──────────────────────────────────────────────────┴──→ problems → run_report
//
// The first barrier is there because no file says that it is the last of its series; the second because a selection can
// depend on all series, and --images selected converts only what is selected, under names that are unique in the whole run;
// the third because the disk is to have the images before anything says that they are complete; the last because the JSON
// files, which are joined of what series have rendered, come last.
// Problems leave every step by a second exit. All nodes run concurrently, on as many threads as the settings say.
// The first part is engine/read_headers.cpp; the one that makes images, with the memory that they may take, engine/make_images.cpp.
// clang-format on

#include "engine/pipeline.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/conclude_run.h"
#include "engine/conclude_unchanged.h"
#include "engine/make_images.h"
#include "engine/memory_gate.h"
#include "engine/read_headers.h"
#include "engine/run.h"
#include "engine/step.h"
#include "engine/worker_threads.h"
#include "engine/write_dicom_json.h"
#include "engine/write_results.h"
#include "stages/assign_names.h"
#include "stages/base/output_file.h"
#include "stages/base/printable.h"
#include "stages/catalog/instance_json.h"
#include "stages/pixels/pixel_digests.h"
#include "stages/select_series.h"
#include "stages/sort_slices.h"

namespace dcmflow {
namespace {

class Pipeline {
 public:
  explicit Pipeline(Run& run)
      : run_(run),
        threads_(run.settings.threads, run.settings.io_threads, run.stop),
        gate_(run.settings.memory_budget, run.settings.threads) {}

  void read_headers();
  void plan_images();
  void assign_names();
  void choose_images();
  Status replace_earlier_results();
  void make_images();
  void sync_output();
  void write_dicom_json() { dcmflow::write_dicom_json(run_, threads_); }

 private:
  void sort_and_select();
  SortedSeries sort(std::size_t series);
  void take_earlier(VolumeJob& volume);

  Run& run_;
  WorkerThreads threads_;
  MemoryGate gate_;  // of what sorting decodes
};

void Pipeline::read_headers() { dcmflow::read_headers(run_, threads_); }

// sort_slices → select_series
void Pipeline::plan_images() {
  const RunPhase phase(run_, "plan_images", "series", run_.series.size());
  run_.sorted.resize(run_.series.size());
  run_.digests.resize(run_.series.size());
  run_.candidates.resize(run_.series.size());
  run_.volumes.resize(run_.series.size());
  run_.largest_work = free_memory() / 8 * 7;
  threads_.on(Threads::cpu, [&] { sort_and_select(); });
}

void Pipeline::sort_and_select() {
  flow::graph graph;
  Step<std::size_t, std::size_t> sort_slices(graph, run_.report.step("sort_slices"),
                                             run_.settings.threads,
                                             [&](std::size_t i) -> Result<std::size_t> {
                                               run_.sorted[i] = sort(i);
                                               return i;
                                             });
  Step<std::size_t, std::size_t> select_series(
      graph, run_.report.step("select_series"), run_.settings.threads,
      [&](std::size_t i) -> Result<std::size_t> {
        run_.candidates[i] = dcmflow::select_series(
            run_.series[i], run_.sorted[i].stacks, run_.settings.format.value,
            run_.settings.tolerances, run_.rules, run_.table);
        run_.progress.add(1);
        return i;
      });
  flow::function_node<Problem> problems(
      graph, flow::unlimited, [&](const Problem& problem) { run_.report.problem(problem); });

  flow::make_edge(sort_slices.out(), select_series.in());
  flow::make_edge(sort_slices.problems(), problems);
  flow::make_edge(select_series.problems(), problems);

  run_graph(graph, [&] {
    for (std::size_t i = 0; i < run_.series.size() && !run_.stop; ++i) sort_slices.in().try_put(i);
  });
}

// A series that cannot be sorted goes on with all its instances refused. One that was stopped on
// the way has none: conclude_run tells that it was interrupted.
SortedSeries Pipeline::sort(std::size_t i) {
  const auto& series = run_.series[i];
  const auto is_stopped = [&] { return run_.stop != 0; };
  PixelDigests digests({.book =
                            [&](std::uint64_t bytes) {
                              return bytes > run_.largest_work ? nullptr
                                                               : gate_.wait_for(bytes, is_stopped);
                            },
                        .is_stopped = is_stopped,
                        .known =
                            [&](const Instance& instance) {
                              return run_.earlier ? run_.earlier->digests_of(instance) : nullptr;
                            }});
  auto sorted = guarded([&]() -> Result<SortedSeries> {
    return sort_slices(
        series, run_.settings.tolerances,
        [&](const Frame& a, const Frame& b) { return digests.same(a, b); },
        run_.settings.image_options);
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

// Before any image is made, and over all series: no name depends on which image is done first.
void Pipeline::assign_names() {
  const StepTimer timer(run_.report.step("assign_names"));
  constexpr std::array<std::string_view, 7> json_files{
      "dicom-metadata",   "metadata",      "report", "selected-images",
      "selection-report", "series-images", "volumes"};
  // Sidecars are called <image>.json.
  std::vector<std::string> dicom_json;
  std::vector<std::string_view> taken;
  if (run_.settings.bids) taken.assign(json_files.begin(), json_files.end());
  if (run_.settings.bids && run_.settings.dicom_json)
    for (const auto& series : run_.series)
      dicom_json.push_back(dicom_json_stem(series->study_instance_uid));
  taken.insert(taken.end(), dicom_json.begin(), dicom_json.end());
  dcmflow::assign_names(run_.sorted, taken);
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    const auto& stacks = run_.sorted[i].stacks;
    for (auto& candidate : run_.candidates[i])
      if (candidate.image < stacks.size())  // a series without an image is a candidate, too
        candidate.facts.stem = stacks[candidate.image].image_stem;
  }
}

// The stacks that become images: all, or under --images selected those that a selection keeps.
void Pipeline::choose_images() {
  std::set<std::string_view> kept;
  const auto selected = collect_selections(run_.candidates, run_.rules);
  for (const auto& selection : selected.selections)
    for (const auto [series, image] : selection.images)
      kept.insert(run_.candidates[series][image].facts.stem);
  const auto is_wanted = [&](const Stack& stack) {
    return run_.settings.images == ImagesToWrite::all || kept.contains(stack.image_stem);
  };
  const bool with_sha256 = run_.settings.sha256 == Sha256::all ||
                           (run_.settings.sha256 == Sha256::compressed && run_.format.gzip);
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    for (auto& stack : run_.sorted[i].stacks) {
      if (!is_wanted(stack)) {
        for (const auto& frame : stack.frames)
          run_.sorted[i].refused.push_back({frame.instance, Reason::not_selected, {}});
        continue;
      }
      auto volume = std::make_shared<VolumeJob>(std::make_shared<const Stack>(std::move(stack)),
                                                run_.format, run_.output.folder(), with_sha256);
      take_earlier(*volume);
      run_.volumes[i].push_back(std::move(volume));
    }
    run_.sorted[i].stacks.clear();
  }
  run_.series_log.begin();
}

// What an earlier run made of the same files by the same plan, and lies there as it was written.
void Pipeline::take_earlier(VolumeJob& volume) {
  if (!run_.earlier) return;
  const auto name = volume.stack().image_stem + std::string(run_.format.extension);
  const auto* const image = run_.earlier->find_image(name, volume.fingerprint());
  if (!image) return;
  for (std::size_t i = 0; i < image->file.file_names.size(); ++i)
    if (!is_as_written(run_.output.folder().path + '/' + image->file.file_names[i],
                       image->file.file_bytes[i], image->file.modified_ns[i]))
      return;
  volume.take(image->of(volume.stack()), run_.earlier->run_of(name));
}

// The names are known: what this run does not write again goes now, and space for the JSON is
// booked.
Status Pipeline::replace_earlier_results() {
  std::set<std::string> written_again;
  for (const auto& volumes : run_.volumes)
    for (const auto& volume : volumes)
      for (const auto extension : {run_.format.extension, run_.format.voxel_extension})
        written_again.insert(volume->stack().image_stem + std::string(extension));
  const auto space = json_space(run_);
  run_.part_store = make_part_store(run_, space);
  auto replaced = run_.output.replace(written_again, space);
  if (replaced) run_.catalogue.begin();
  return replaced;
}

void Pipeline::make_images() { MakeImages(run_, threads_).make_all(); }

// An image that is not what was written is none.
void Pipeline::sync_output() {
  std::vector<VolumePtr> images;
  for (const auto& volumes : run_.volumes)
    std::ranges::copy_if(volumes, std::back_inserter(images),
                         [](const auto& volume) { return volume->result().ok(); });
  const RunPhase phase(run_, "sync", "images", images.size());
  auto& syncing = run_.report.step("sync_output");
  const auto sync_image = [&](VolumeJob& volume) {
    const StepTimer timer(syncing);
    run_.progress.add(1);
    const ImageFile image = *volume.result();
    for (std::size_t i = 0; i < image.file_names.size(); ++i) {
      const auto path = run_.output.folder().path + '/' + image.file_names[i];
      const auto synced = check_output(path, image.file_names[i], image.file_bytes[i],
                                       run_.settings.sync && !run_.stop);
      if (synced) continue;
      ++syncing.problems;
      return volume.lose(synced.problem());
    }
  };
  const auto threads = threads_.give_way(Threads::cpu) ? Threads::io : Threads::cpu;
  threads_.on(threads, [&] {
    oneapi::tbb::parallel_for(std::size_t{0}, images.size(),
                              [&](std::size_t i) { sync_image(*images[i]); });
  });
}

// The exit code, which a trace that cannot be written changes.
int write_trace(Run& run, int exit_code) {
  const auto& path = *run.settings.trace.value;
  const auto written = run.report.trace().write(path);
  if (written) return exit_code;
  spdlog::error("the trace {}: {}", printable(path), written.problem().detail);
  return exit_code == 0 ? static_cast<int>(ExitCode::output) : exit_code;
}

// Nothing has been read yet, and nothing may be told of this run.
int cannot_begin(const Problem& problem) {
  spdlog::error("{}", problem.detail);
  return exit_code(problem.reason);
}

}  // namespace

void plan_run(Run& run) {
  Pipeline pipeline(run);
  pipeline.read_headers();
  pipeline.plan_images();
  if (!run.stop) pipeline.assign_names();
}

int run_pipeline(const Settings& settings, const SelectionRules& rules, const AttributeTable& table,
                 OutputClaim& output, const std::atomic<int>& stop) {
  // More workers than cores need both: an arena's size is bounded by what global_control allows.
  const oneapi::tbb::global_control most(oneapi::tbb::global_control::max_allowed_parallelism,
                                         std::max(settings.threads, settings.io_threads));
  Run run(settings, rules, table, output, stop);
  if (settings.trace.value) run.report.trace().begin();
  // One that goes on looks first whether there is anything to do: until then all that is there is
  // as true as it was.
  if (const auto withdrawn = settings.resume ? Done{} : output.withdraw(); !withdrawn)
    return cannot_begin(withdrawn.problem());
  Pipeline pipeline(run);
  pipeline.read_headers();
  if (is_unchanged(run)) return conclude_unchanged(run);
  if (const auto withdrawn = settings.resume ? output.withdraw() : Done{}; !withdrawn)
    return cannot_begin(withdrawn.problem());
  pipeline.plan_images();
  if (!stop) pipeline.assign_names();
  if (!stop) pipeline.choose_images();
  if (!run.leaves_earlier_results)
    if (const auto replaced = pipeline.replace_earlier_results(); !replaced)
      run.report.problem(replaced.problem());
  pipeline.make_images();
  pipeline.sync_output();
  pipeline.write_dicom_json();
  const auto outcome = conclude_run(run);
  return settings.trace.value ? write_trace(run, outcome.exit_code()) : outcome.exit_code();
}

}  // namespace dcmflow
