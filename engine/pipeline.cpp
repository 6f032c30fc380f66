// clang-format off
// THE GRAPH. Data flows from left to right; a step is a function of stages/, a bar is a barrier:
//
//   discover_files → decode_header → group_series ‖ sort_slices → select_series ‖ assemble_volume → write_image ‖ conclude_run
//         └───────────────┴───────────────────────────┴─────────────────────────────────┴───────────────┴──→ problems → run_report
//
// The first barrier is there because no file says that it is the last of its series; the second because a selection can
// depend on all series, and --images selected converts only what is selected; the third because the JSON files come last.
// Problems leave every step by a second exit. All nodes run concurrently, on as many threads as the settings say.
// clang-format on

#include "engine/pipeline.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "engine/conclude_run.h"
#include "engine/memory_gate.h"
#include "engine/progress.h"
#include "engine/run.h"
#include "engine/slab_queue.h"
#include "engine/step.h"
#include "engine/storage_watch.h"
#include "stages/base/printable.h"
#include "stages/decode_header.h"
#include "stages/discover_files.h"
#include "stages/group_series.h"
#include "stages/pixels/pixel_digests.h"
#include "stages/select_series.h"
#include "stages/sort_slices.h"
#include "stages/sorting/without_files.h"

namespace dcmflow {
namespace {

// A slab on its way: booked, then assembled, then written. The copies of a message share one lease,
// and write() takes it out of all of them: a copy that a node still holds must not keep the memory
// booked when the slab's end looks for more work, since nobody would look again.
struct SlabWork {
  VolumePtr volume;
  SlabRange range;
  std::shared_ptr<MemoryGate::Lease> lease;
  std::shared_ptr<Slab> slab;
};

// Voxels that a slab holds; none when its pass was given up.
std::uint64_t slab_bytes(const SlabWork& work) { return work.slab ? work.slab->bytes.size() : 0; }

// Those of an earlier run must not say that this one is complete.
void remove_signs_of_completion(const Settings& settings) {
  std::error_code absent;
  std::filesystem::remove(settings.output.value + "/selected-images.json", absent);
  if (settings.workflow_metadata)
    std::filesystem::remove(settings.output.value + "/metadata.json", absent);
}

// What read_headers works on, on whichever threads.
struct HeaderPass {
  explicit HeaderPass(const Run& run)
      : discovery(run.settings.input.value, run.settings.output.value), plan(run.table) {}

  DiscoverFiles discovery;
  const HeaderPlan plan;
  GroupSeries groups;
  HeaderInterner interner;
  Progress progress{"reading headers"};
};

class Pipeline {
 public:
  explicit Pipeline(Run& run)
      : run_(run), gate_(run.settings.memory_budget, 1), to_admit_(run.settings.threads) {}

  void read_headers();
  void plan_images();
  void choose_images();
  void make_images();

 private:
  // The threads that a graph runs on. Those of the CPU leave the rest of their work to those of
  // I/O, which are more than there are cores, when they find that they mostly wait for the storage.
  enum class Threads : std::uint8_t { cpu, io };
  std::size_t count(Threads threads) const;
  bool give_way(Threads threads) const { return threads == Threads::cpu && storage_.is_slow(); }
  template <class Graph>
  void on_threads(Graph&& graph);

  void decode_headers(HeaderPass& pass, Threads threads);
  void sort_and_select();
  SortedSeries sort(std::size_t series);
  bool plan_again();
  void make_slabs(Progress& progress, Threads threads);
  void admit_slabs(flow::receiver<SlabWork>& assemble_volume, Threads threads);
  Result<SlabWork> assemble(const SlabWork& work);
  Result<SlabWork> write(const SlabWork& work);

  Run& run_;
  StorageWatch storage_;
  MemoryGate gate_;
  std::mutex admission_;
  SlabQueue to_admit_;              // guarded by admission_
  std::size_t slabs_ = 0;           // that were in it at first
  std::uint64_t largest_work_ = 0;  // bytes that one step may take: more would end the process
};

std::size_t Pipeline::count(Threads threads) const {
  const auto& settings = run_.settings;
  return threads == Threads::cpu ? settings.threads
                                 : std::max(settings.threads, settings.io_threads);
}

// Calls graph(threads), which comes back when nothing is left to do or it is to give way.
template <class Graph>
void Pipeline::on_threads(Graph&& graph) {
  for (const auto threads : {Threads::cpu, Threads::io}) {
    if (give_way(threads)) continue;
    oneapi::tbb::task_arena arena(static_cast<int>(count(threads)));
    arena.execute([&] { graph(threads); });
    if (!give_way(threads)) return;
  }
}

// discover_files → decode_header → group_series
void Pipeline::read_headers() {
  const Trace::Phase phase(run_.report.trace(), "read_headers");
  HeaderPass pass(run_);
  on_threads([&](Threads threads) { decode_headers(pass, threads); });
  run_.series = pass.groups.finish();
}

void Pipeline::decode_headers(HeaderPass& pass, Threads threads) {
  flow::graph graph;
  flow::input_node<Result<FilePtr>> discover_files(
      graph, [&](oneapi::tbb::flow_control& control) -> Result<FilePtr> {
        if (!run_.stop && !give_way(threads)) {
          auto file =
              guarded([&]() -> std::optional<Result<FilePtr>> { return pass.discovery.next(); });
          if (file) return std::move(*file);
        }
        control.stop();
        return {};
      });
  auto& decoding = run_.report.step("decode_header");
  Step<Result<FilePtr>, InstancePtr, flow::rejecting> decode_header(
      graph, decoding, count(threads), [&](const Result<FilePtr>& file) -> Result<InstancePtr> {
        pass.progress.add(1);
        run_.report.discovered_file();
        if (!file) return file.problem();
        decoding.bytes += (*file)->size;
        const StorageWatch::Read read(storage_);
        auto instance =
            guarded([&] { return dcmflow::decode_header(*file, pass.plan, pass.interner); });
        if (instance) return instance;
        auto problem = instance.problem();
        problem.subject = (*file)->name;
        return problem;
      });
  flow::function_node<InstancePtr> group_series(
      graph, flow::unlimited, [&](const InstancePtr& instance) {
        const auto added = guarded([&]() -> Status {
          pass.groups.add(instance);
          return Done{};
        });
        if (added) return;
        const auto& problem = added.problem();
        run_.report.not_converted({problem.reason, instance->file->name, problem.detail});
      });
  flow::function_node<Problem> problems(
      graph, flow::unlimited, [&](const Problem& problem) { run_.report.not_converted(problem); });

  flow::make_edge(discover_files, decode_header.in());
  flow::make_edge(decode_header.out(), group_series);
  flow::make_edge(decode_header.problems(), problems);

  run_graph(graph, [&] { discover_files.activate(); });
}

// sort_slices → select_series
void Pipeline::plan_images() {
  const Trace::Phase phase(run_.report.trace(), "plan_images");
  run_.sorted.resize(run_.series.size());
  run_.candidates.resize(run_.series.size());
  run_.volumes.resize(run_.series.size());
  largest_work_ = free_memory() / 8 * 7;
  gate_.allow(run_.settings.threads);
  oneapi::tbb::task_arena arena(static_cast<int>(run_.settings.threads));
  arena.execute([&] { sort_and_select(); });
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
                              return bytes > largest_work_ ? nullptr
                                                           : gate_.wait_for(bytes, is_stopped);
                            },
                        .is_stopped = is_stopped});
  auto sorted = guarded([&]() -> Result<SortedSeries> {
    return sort_slices(
        series, run_.settings.tolerances,
        [&](const Frame& a, const Frame& b) { return digests.same(a, b); },
        run_.settings.image_options);
  });
  if (is_stopped()) return {};
  if (sorted) return std::move(*sorted);
  const auto& problem = sorted.problem();
  run_.report.problem({problem.reason, series->series_instance_uid, problem.detail});
  SortedSeries refused;
  for (const auto& instance : series->instances)
    refused.refused.push_back({instance, problem.reason, problem.detail});
  return refused;
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
      auto volume =
          std::make_shared<VolumeJob>(std::make_shared<const Stack>(std::move(stack)), run_.format,
                                      run_.settings.output.value, with_sha256);
      slabs_ += volume->ranges().size();
      to_admit_.add(volume);
      run_.volumes[i].push_back(std::move(volume));
    }
    run_.sorted[i].stacks.clear();
  }
}

// Puts slabs into the graph while their memory fits. Those of one image in order: the slab that it
// waits for is always admitted before those that wait for it.
void Pipeline::admit_slabs(flow::receiver<SlabWork>& assemble_volume, Threads threads) {
  const std::lock_guard lock(admission_);
  while (const auto next = give_way(threads) ? std::nullopt : to_admit_.front()) {
    // What is too large for this process is let in only to be refused.
    const auto bytes = next->volume->memory(next->range);
    auto lease = gate_.admit(bytes > largest_work_ ? 0 : bytes);
    if (!lease) return;
    to_admit_.pop();
    assemble_volume.try_put({next->volume, next->range,
                             std::make_shared<MemoryGate::Lease>(std::move(lease)), nullptr});
  }
}

Result<SlabWork> Pipeline::assemble(const SlabWork& work) {
  auto assembled = work;
  if (run_.stop) {
    work.volume->fail(work.range, {Reason::interrupted, {}, "stopped by a signal"});
    return assembled;
  }
  if (const auto bytes = work.volume->memory(work.range); bytes > largest_work_) {
    work.volume->fail(work.range,
                      {Reason::exceeds_memory,
                       {},
                       "a slice takes " + std::to_string(bytes) + " bytes, this process may take " +
                           std::to_string(largest_work_)});
    return assembled;
  }
  const StorageWatch::Read read(storage_);
  auto slab = guarded([&] { return work.volume->assemble(work.range); });
  if (slab)
    assembled.slab = std::move(*slab);
  else
    work.volume->fail(work.range, slab.problem());
  return assembled;
}

Result<SlabWork> Pipeline::write(const SlabWork& work) {
  auto written = guarded([&]() -> Status {
    return work.volume->write(work.slab, std::exchange(*work.lease, nullptr));
  });
  if (!written) work.volume->fail(work.range, written.problem());
  return SlabWork{work.volume, work.range, nullptr, nullptr};
}

// assemble_volume → write_image
void Pipeline::make_images() {
  const Trace::Phase phase(run_.report.trace(), "make_images");
  Progress progress("writing images", slabs_);
  // Ends: each round leaves files out, all that could not be read in the last.
  do on_threads([&](Threads threads) { make_slabs(progress, threads); });
  while (!run_.stop && plan_again());
}

// Images that failed for some of their files are made without them. False when there are none.
bool Pipeline::plan_again() {
  bool planned = false;
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    for (auto& volume : run_.volumes[i]) {
      if (volume->unreadable().empty()) continue;
      auto rest = without_files(volume->stack(), volume->unreadable(), run_.settings.tolerances,
                                run_.settings.image_options);
      std::ranges::move(rest.refused, std::back_inserter(run_.sorted[i].refused));
      volume = rest.stack ? volume->with(std::make_shared<const Stack>(std::move(*rest.stack)))
                          : nullptr;
      if (!volume) continue;
      to_admit_.add(volume);
      planned = true;
    }
    std::erase(run_.volumes[i], nullptr);
  }
  return planned;
}

// A slab ends within the task that wrote it, before the thread takes up another: else complete
// images wait, each with an open file, while there are slabs to begin.
void Pipeline::make_slabs(Progress& progress, Threads threads) {
  // Two slabs a thread keep every thread busy; more would only wait in memory.
  gate_.allow(2 * count(threads) + 1);
  flow::graph graph;
  auto& assembling = run_.report.step("assemble_volume");
  auto& writing = run_.report.step("write_image");
  Step<SlabWork, SlabWork> assemble_volume(graph, assembling, count(threads),
                                           [&](const SlabWork& work) {
                                             auto assembled = assemble(work);
                                             assembling.bytes += slab_bytes(*assembled);
                                             return assembled;
                                           });
  Step<SlabWork, SlabWork> write_image(graph, writing, run_.settings.threads,
                                       [&](const SlabWork& work) {
                                         writing.bytes += slab_bytes(work);
                                         return write(work);
                                       });
  // lightweight: runs at once in the thread that puts the message (if it is noexcept).
  flow::function_node<SlabWork, flow::continue_msg, flow::lightweight> slab_ended(
      graph, flow::unlimited, [&](const SlabWork& work) noexcept {
        progress.add(1);
        const auto ended = guarded([&]() -> Status {
          if (work.volume->end_slab() == VolumeJob::Pass::again) {
            const std::lock_guard lock(admission_);
            to_admit_.add_again(work.volume);
          }
          admit_slabs(assemble_volume.in(), threads);
          return Done{};
        });
        if (!ended) run_.report.problem(ended.problem());
        return flow::continue_msg();
      });

  flow::make_edge(assemble_volume.out(), write_image.in());
  flow::make_edge(write_image.out(), slab_ended);

  run_graph(graph, [&] { admit_slabs(assemble_volume.in(), threads); });
}

// The exit code, which a trace that cannot be written changes.
int write_trace(Run& run, int exit_code) {
  const auto& path = *run.settings.trace.value;
  const auto written = run.report.trace().write(path);
  if (written) return exit_code;
  spdlog::error("the trace {}: {}", printable(path), written.problem().detail);
  return exit_code == 0 ? static_cast<int>(ExitCode::output) : exit_code;
}

}  // namespace

void plan_run(Run& run) {
  Pipeline pipeline(run);
  pipeline.read_headers();
  pipeline.plan_images();
}

int run_pipeline(const Settings& settings, const SelectionRules& rules, const AttributeTable& table,
                 const std::atomic<int>& stop) {
  // More workers than cores need both: an arena's size is bounded by what global_control allows.
  const oneapi::tbb::global_control most(oneapi::tbb::global_control::max_allowed_parallelism,
                                         std::max(settings.threads, settings.io_threads));
  Run run(settings, rules, table, stop);
  if (settings.trace.value) run.report.trace().begin();
  remove_signs_of_completion(settings);
  Pipeline pipeline(run);
  pipeline.read_headers();
  pipeline.plan_images();
  if (!stop) pipeline.choose_images();
  pipeline.make_images();
  const int exit_code = conclude_run(run);
  return settings.trace.value ? write_trace(run, exit_code) : exit_code;
}

}  // namespace dcmflow
