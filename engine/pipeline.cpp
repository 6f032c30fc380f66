// THE GRAPH. Data flows from left to right; a step is a function of stages/, a bar is a barrier:
//
//   discover_files → decode_header → group_series ‖ sort_slices → select_series ‖ assemble_volume →
//   write_image ‖ write_catalog
//         └───────────────┴──────────────────────────────────────────────────────────┴───────────────┴──→
//         problems → run_report
//
// The first barrier is there because no file says that it is the last of its series; the second
// because a selection can depend on all series, and --images selected converts only what is
// selected; the third because the JSON files come last. Problems leave every step by a second exit.
// All nodes run concurrently, on as many threads as the settings say.

#include "engine/pipeline.h"

#include <fcntl.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <csignal>
#include <deque>
#include <filesystem>
#include <utility>

#include "engine/memory_gate.h"
#include "engine/progress.h"
#include "engine/run_report.h"
#include "engine/step.h"
#include "engine/volume_job.h"
#include "stages/codecs/read_frame.h"
#include "stages/decode_header.h"
#include "stages/discover_files.h"
#include "stages/geometry/orientation.h"
#include "stages/group_series.h"
#include "stages/select_series.h"
#include "stages/sort_slices.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

using VolumePtr = std::shared_ptr<VolumeJob>;

// A slab on its way: booked, then assembled, then written. The copies of a message share one lease,
// and write() takes it out of all of them: a copy that a node still holds must not keep the memory
// booked when the slab's end looks for more work, since nobody would look again.
struct SlabWork {
  VolumePtr volume;
  SlabRange range;
  std::shared_ptr<MemoryGate::Lease> lease;
  std::shared_ptr<Slab> slab;
};

struct FinishedVolume {
  VolumePtr volume;
};

const char* status_of(int exit_code) {
  if (exit_code > 128) return "interrupted";
  switch (static_cast<ExitCode>(exit_code)) {
    case ExitCode::done:
      return "complete";
    case ExitCode::problems_under_strict:
    case ExitCode::required_selection_unmet:
      return "complete_with_problems";
    default:
      return "failed";
  }
}

// That of an earlier run must not say that this one is complete.
void remove_selected_images(const std::string& folder) {
  std::error_code absent;
  std::filesystem::remove(folder + "/selected-images.json", absent);
}

class Pipeline {
 public:
  Pipeline(const Settings& settings, const SelectionRules& rules, const AttributeTable& table,
           const Tolerances& tolerances, const std::atomic<int>& stop)
      : settings_(settings),
        rules_(rules),
        table_(table),
        tolerances_(tolerances),
        stop_(stop),
        format_(*find_image_format(settings.format.value)),
        // Two slabs a thread keep every thread busy; more would only wait in memory.
        gate_(settings.memory_budget, 2 * settings.threads + 1) {}

  int run();

 private:
  void read_headers();
  void plan_images();
  void choose_images();
  void make_images();
  int write_catalog();

  SeriesFacts facts_of(std::size_t series) const;
  void admit_slabs(flow::receiver<SlabWork>& assemble_volume);
  Result<SlabWork> assemble(const SlabWork& work);
  Result<SlabWork> write(const SlabWork& work);
  void end_slab(const SlabWork& work, flow::receiver<SlabWork>& assemble_volume);
  void account_for(std::size_t series);
  void account_for(const VolumeJob& volume);
  void add_settings(Catalog& catalog) const;
  int final_exit_code(const Catalog& catalog, int stop) const;

  const Settings& settings_;
  const SelectionRules& rules_;
  const AttributeTable& table_;
  const Tolerances& tolerances_;
  const std::atomic<int>& stop_;
  const ImageFormat& format_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  RunReport report_;

  GroupSeries groups_;
  std::vector<SeriesPtr> series_;                     // one row a series:
  std::vector<SortedSeries> sorted_;                  //   its stacks and refused instances
  std::vector<SeriesFacts> facts_;                    //   what rules can ask
  std::vector<std::vector<SelectionMatch>> matches_;  //   one for each selection
  std::vector<std::vector<VolumePtr>> volumes_;       //   the images that are made of it

  MemoryGate gate_;
  std::mutex admission_;
  std::deque<SlabWork> to_admit_;  // in order; guarded by admission_
};

// discover_files → decode_header → group_series
void Pipeline::read_headers() {
  flow::graph graph;
  DiscoverFiles discovery(settings_.input.value, settings_.output.value);
  const HeaderPlan plan(table_);
  HeaderInterner interner;
  Progress progress("reading headers");

  flow::input_node<Result<FilePtr>> discover_files(
      graph, [&](oneapi::tbb::flow_control& control) -> Result<FilePtr> {
        auto file = stop_ ? std::nullopt : discovery.next();
        if (file) return std::move(*file);
        control.stop();
        return {};
      });
  Step<Result<FilePtr>, InstancePtr, flow::rejecting> decode_header(
      graph, report_.step("decode_header"), settings_.threads,
      [&](const Result<FilePtr>& file) -> Result<InstancePtr> {
        progress.add(1);
        if (!file) return file.problem();
        auto instance = guarded([&] { return dcmflow::decode_header(*file, plan, interner); });
        if (instance) return instance;
        auto problem = instance.problem();
        problem.subject = (*file)->name;
        return problem;
      });
  flow::function_node<InstancePtr> group_series(
      graph, flow::unlimited, [&](const InstancePtr& instance) { groups_.add(instance); });
  flow::function_node<Problem> problems(
      graph, flow::unlimited, [&](const Problem& problem) { report_.not_converted(problem); });

  flow::make_edge(discover_files, decode_header.in());
  flow::make_edge(decode_header.out(), group_series);
  flow::make_edge(decode_header.problems(), problems);

  discover_files.activate();
  graph.wait_for_all();
  series_ = groups_.finish();
}

// sort_slices → select_series
void Pipeline::plan_images() {
  sorted_.resize(series_.size());
  facts_.resize(series_.size());
  matches_.resize(series_.size());
  volumes_.resize(series_.size());
  flow::graph graph;

  Step<std::size_t, std::size_t> sort_slices(
      graph, report_.step("sort_slices"), settings_.threads,
      [&](std::size_t i) -> Result<std::size_t> {
        auto sorted = guarded([&]() -> Result<SortedSeries> {
          return dcmflow::sort_slices(series_[i], tolerances_, same_decoded_pixels);
        });
        if (sorted) {
          sorted_[i] = std::move(*sorted);
          return i;
        }
        for (const auto& instance : series_[i]->instances)
          sorted_[i].refused.push_back(
              {instance, sorted.problem().reason, sorted.problem().detail});
        return Problem{sorted.problem().reason, series_[i]->series_instance_uid,
                       sorted.problem().detail};
      });
  Step<std::size_t, std::size_t> select_series(
      graph, report_.step("select_series"), settings_.threads,
      [&](std::size_t i) -> Result<std::size_t> {
        facts_[i] = facts_of(i);
        matches_[i] = dcmflow::select_series(facts_[i], rules_, table_);
        return i;
      });
  flow::function_node<Problem> problems(graph, flow::unlimited,
                                        [&](const Problem& problem) { report_.problem(problem); });

  flow::make_edge(sort_slices.out(), select_series.in());
  flow::make_edge(sort_slices.problems(), problems);
  flow::make_edge(select_series.problems(), problems);

  for (std::size_t i = 0; i < series_.size() && !stop_; ++i) sort_slices.in().try_put(i);
  graph.wait_for_all();
}

SeriesFacts Pipeline::facts_of(std::size_t i) const {
  const auto& stacks = sorted_[i].stacks;
  SeriesFacts facts;
  facts.series = series_[i];
  facts.volume_count = stacks.size();
  facts.converted = !stacks.empty();
  facts.format = settings_.format.value;
  if (stacks.empty()) {
    const auto& orientation = series_[i]->instances.front()->shared->image_orientation_patient;
    if (orientation)
      if (const auto made = make_orientation(*orientation, tolerances_.iop_orthonormal))
        facts.plane = plane_name(made->normal);
    return facts;
  }
  const auto& main = stacks.front();
  facts.plane = plane_name(main.grid.direction[2]);
  facts.slice_count = main.frames.size();
  facts.slice_spacing = main.grid.spacing[2];
  facts.is_regular = main.frames.size() > 1;
  return facts;
}

// The stacks that become images: all, or under --images selected those of the series that a
// selection keeps.
void Pipeline::choose_images() {
  std::vector<bool> wanted(series_.size(), settings_.images == ImagesToWrite::all);
  if (settings_.images == ImagesToWrite::selected)
    for (const auto& selection : collect_selections(facts_, matches_, rules_, table_))
      for (const auto i : selection.series) wanted[i] = true;
  for (std::size_t i = 0; i < series_.size(); ++i) {
    for (auto& stack : sorted_[i].stacks) {
      if (!wanted[i]) {
        for (const auto& frame : stack.frames)
          sorted_[i].refused.push_back({frame.instance, Reason::not_selected, {}});
        continue;
      }
      auto volume = std::make_shared<VolumeJob>(std::make_shared<const Stack>(std::move(stack)),
                                                format_, settings_.output.value);
      for (const auto& range : volume->ranges())
        to_admit_.push_back({volume, range, nullptr, nullptr});
      volumes_[i].push_back(std::move(volume));
    }
    sorted_[i].stacks.clear();
  }
}

// Puts slabs into the graph while their memory fits, in order: the slab that an image waits for is
// always admitted before those that wait for it.
void Pipeline::admit_slabs(flow::receiver<SlabWork>& assemble_volume) {
  const std::lock_guard lock(admission_);
  while (!to_admit_.empty()) {
    auto& next = to_admit_.front();
    auto lease = gate_.admit(slab_memory(next.volume->stack(), next.range));
    if (!lease) return;
    next.lease = std::make_shared<MemoryGate::Lease>(std::move(lease));
    auto work = std::move(next);
    to_admit_.pop_front();
    assemble_volume.try_put(work);
  }
}

Result<SlabWork> Pipeline::assemble(const SlabWork& work) {
  auto assembled = work;
  if (stop_) {
    work.volume->fail(work.range, {Reason::interrupted, {}, "stopped by a signal"});
    return assembled;
  }
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

void Pipeline::end_slab(const SlabWork& work, flow::receiver<SlabWork>& assemble_volume) {
  if (work.volume->end_slab() == VolumeJob::Pass::again) {
    const std::lock_guard lock(admission_);
    const auto& ranges = work.volume->ranges();
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range)
      to_admit_.push_front({work.volume, *range, nullptr, nullptr});
  }
  admit_slabs(assemble_volume);
}

// assemble_volume → write_image. A slab ends within the task that wrote it, before the thread takes
// up another: else complete images wait, each with an open file, while there are slabs to begin.
void Pipeline::make_images() {
  flow::graph graph;
  Progress progress("writing images", to_admit_.size());
  Step<SlabWork, SlabWork> assemble_volume(graph, report_.step("assemble_volume"),
                                           settings_.threads,
                                           [&](const SlabWork& work) { return assemble(work); });
  Step<SlabWork, SlabWork> write_image(graph, report_.step("write_image"), settings_.threads,
                                       [&](const SlabWork& work) { return write(work); });
  // lightweight: runs at once in the thread that puts the message (if it is noexcept).
  flow::function_node<SlabWork, flow::continue_msg, flow::lightweight> slab_ended(
      graph, flow::unlimited, [&](const SlabWork& work) noexcept {
        progress.add(1);
        const auto ended = guarded([&]() -> Status {
          end_slab(work, assemble_volume.in());
          return Done{};
        });
        if (!ended) report_.problem(ended.problem());
        return flow::continue_msg();
      });

  flow::make_edge(assemble_volume.out(), write_image.in());
  flow::make_edge(write_image.out(), slab_ended);

  admit_slabs(assemble_volume.in());
  graph.wait_for_all();
}

void Pipeline::account_for(const VolumeJob& volume) {
  const auto& stack = volume.stack();
  const auto& result = volume.result();
  if (result) {
    for (const auto& frame : stack.frames)
      report_.converted(frame.instance->file->name, result->name);
    return;
  }
  // The file that broke keeps its reason; the others of the stack would leave a gap where it was.
  const auto& problem = result.problem();
  report_.problem({problem.reason, stack.image_stem, problem.detail});
  for (const auto& frame : stack.frames) {
    const auto& file = frame.instance->file->name;
    const bool of_one_file = !problem.subject.empty() &&
                             problem.reason != Reason::output_not_writable &&
                             problem.reason != Reason::disk_full;
    if (!of_one_file || file == problem.subject)
      report_.not_converted(file, problem.reason, problem.detail);
    else
      report_.not_converted(file, Reason::missing_slices,
                            "a slice of its image is missing: " + printable(problem.subject));
  }
}

void Pipeline::account_for(std::size_t i) {
  const auto interrupted = [&](const InstancePtr& instance) {
    report_.not_converted(instance->file->name, Reason::interrupted, "stopped by a signal");
  };
  // Stacks that are left here were sorted when the signal came, and never became images.
  for (const auto& stack : sorted_[i].stacks)
    for (const auto& frame : stack.frames) interrupted(frame.instance);
  if (sorted_[i].stacks.empty() && sorted_[i].refused.empty() && volumes_[i].empty())
    std::ranges::for_each(series_[i]->instances, interrupted);
  for (const auto& refused : sorted_[i].refused)
    report_.not_converted(refused.instance->file->name, refused.reason, refused.detail);
  for (const auto& volume : volumes_[i]) account_for(*volume);
  std::map<std::string_view, std::size_t> reasons;
  for (const auto& refused : sorted_[i].refused) ++reasons[reason_code(refused.reason)];
  std::string line;
  for (const auto& volume : volumes_[i])
    line += volume->result()
                ? fmt::format(" image={} slices={} spacing={:.4g} corner_error_mm={:.2g}",
                              volume->result()->name, volume->stack().frames.size(),
                              volume->stack().grid.spacing[2], volume->stack().max_corner_error_mm)
                : fmt::format(" failed={} ({})", reason_code(volume->result().problem().reason),
                              volume->result().problem().detail);
  for (const auto& [code, count] : reasons) line += fmt::format(" {}={}", code, count);
  spdlog::info("series {} instances={}{}", series_[i]->series_instance_uid,
               series_[i]->instances.size(), line);
}

void Pipeline::add_settings(Catalog& catalog) const {
  auto& settings = catalog.settings;
  settings["format"] = settings_.format.value;
  settings["images"] = settings_.images == ImagesToWrite::all ? "all" : "selected";
  settings["strict"] = settings_.strict ? "true" : "false";
  const auto number = [](double value) { return fmt::format("{}", value); };
  settings["iop_cluster_deg"] = number(tolerances_.iop_cluster_deg);
  settings["iop_orthonormal"] = number(tolerances_.iop_orthonormal);
  settings["position_equal_mm"] = number(tolerances_.position_equal_mm);
  settings["spacing_regular"] = number(tolerances_.spacing_regular);
  settings["spacing_regular_mm"] = number(tolerances_.spacing_regular_mm);
  settings["spacing_jitter"] = number(tolerances_.spacing_jitter);
  settings["spacing_jitter_mm"] = number(tolerances_.spacing_jitter_mm);
  settings["missing_slices"] = number(tolerances_.missing_slices);
  settings["shear_deg"] = number(tolerances_.shear_deg);
  settings["pixel_spacing_relative"] = number(tolerances_.pixel_spacing_relative);
  settings["corner_warn_mm"] = number(tolerances_.corner_warn_mm);
  settings["corner_fail_mm"] = number(tolerances_.corner_fail_mm);
  settings["corner_fail_of_gap"] = number(tolerances_.corner_fail_of_gap);
}

int Pipeline::final_exit_code(const Catalog& catalog, int stop) const {
  if (stop) return 128 + stop;
  if (report_.has(Reason::output_not_writable) || report_.has(Reason::disk_full))
    return static_cast<int>(ExitCode::output);
  if (report_.has(Reason::internal_error)) return static_cast<int>(ExitCode::internal);
  if (series_.empty()) return static_cast<int>(ExitCode::no_input);
  for (const auto& selection : catalog.selections)
    if (selection.unmet) return static_cast<int>(ExitCode::required_selection_unmet);
  if (settings_.strict &&
      (report_.has_severity(Severity::failed) || report_.has_severity(Severity::refused)))
    return static_cast<int>(ExitCode::problems_under_strict);
  return static_cast<int>(ExitCode::done);
}

int Pipeline::write_catalog() {
  Catalog catalog;
  const int stop = stop_;  // read once: a signal from here on comes too late to change what is told
  for (std::size_t i = 0; i < series_.size(); ++i) {
    account_for(i);
    facts_[i].converted = false;
    for (const auto& volume : volumes_[i]) {
      if (!volume->result()) continue;
      catalog.images.push_back(*volume->result());
      facts_[i].converted |= volume->stack().is_main;
    }
  }
  catalog.series = series_;
  if (!stop) catalog.selections = collect_selections(facts_, matches_, rules_, table_);
  for (const auto& selection : catalog.selections)
    if (selection.unmet) spdlog::error("selection '{}': {}", selection.name, *selection.unmet);
  add_settings(catalog);
  int exit = final_exit_code(catalog, stop);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  catalog.run = {
      .status = status_of(exit),
      .exit_code = exit,
      .threads = settings_.threads,
      .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(),
      .peak_memory_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024,
      .steps = {}};
  const auto files = report_.files();
  const auto converted = report_.converted_files();
  report_.finish(catalog);

  const auto& folder = settings_.output.value;
  bool all_written = true;
  const auto write = [&](const Status& status) {
    if (status) return;
    spdlog::error("{}: {}", status.problem().subject, status.problem().detail);
    if (!stop) exit = static_cast<int>(ExitCode::output);
    catalog.run.exit_code = exit;
    catalog.run.status = status_of(exit);
    all_written = false;
  };
  write(write_dicom_metadata(folder, catalog, table_, settings_.no_patient));
  write(write_series_images(folder, catalog));
  write(write_volumes(folder, catalog));
  if (settings_.explain) write(write_selection_report(folder, facts_, matches_, rules_));
  write(write_report(folder, catalog));
  // Its presence means "complete": a run that was stopped, or lacks a file, does not leave it.
  if (!stop && all_written) write(write_selected_images(folder, catalog));
  spdlog::info(
      "done: files={} converted={} series={} images={} seconds={:.2f} peak_memory_mb={} "
      "exit_code={}",
      files, converted, series_.size(), catalog.images.size(), catalog.run.seconds,
      catalog.run.peak_memory_bytes >> 20, exit);
  return exit;
}

int Pipeline::run() {
  remove_selected_images(settings_.output.value);
  read_headers();
  if (series_.empty())
    spdlog::error("no DICOM in {}: {} files were looked at", printable(settings_.input.value),
                  report_.files());
  plan_images();
  if (!stop_) choose_images();
  make_images();
  return write_catalog();
}

}  // namespace

int run_pipeline(const Settings& settings, const SelectionRules& rules, const AttributeTable& table,
                 const Tolerances& tolerances, const std::atomic<int>& stop) {
  // More workers than cores need both: the arena's size is bounded by what global_control allows.
  const oneapi::tbb::global_control threads(oneapi::tbb::global_control::max_allowed_parallelism,
                                            settings.threads);
  oneapi::tbb::task_arena arena(static_cast<int>(settings.threads));
  return arena.execute([&] { return Pipeline(settings, rules, table, tolerances, stop).run(); });
}

}  // namespace dcmflow
