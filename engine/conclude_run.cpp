#include "engine/conclude_run.h"

#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_set>

#include "config/image_settings.h"
#include "config/tolerance_settings.h"
#include "engine/tell_run.h"
#include "stages/base/printable.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

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

// What became of the files of one series. A file of several frames can be in images, and be refused
// more than once: it is told of once, as converted when any of its frames is in an image.
class SeriesAccount {
 public:
  SeriesAccount(const Series& series, std::span<const std::shared_ptr<VolumeJob>> volumes,
                RunReport& report)
      : series_(series), report_(report) {
    for (const auto& volume : volumes)
      if (volume->result())
        for (const auto& frame : volume->stack().frames)
          if (has_frames(*frame.instance)) converted_.insert(frame.instance.get());
  }

  void not_converted(const Instance& instance, Reason reason, std::string detail) {
    if (has_frames(instance) && !told_.insert(&instance).second) return;
    if (converted_.contains(&instance))
      report_.problem({reason, series_.series_instance_uid,
                       "some frames of " + printable(instance.file->name) + ": " + detail});
    else
      report_.not_converted({reason, instance.file->name, std::move(detail)});
  }

  void failed(const Stack& stack, const Problem& problem) {
    report_.problem({problem.reason, stack.image_stem, problem.detail});
    // The file that broke keeps its reason; the others of the stack would leave a gap where it was.
    const bool of_one_file = !problem.subject.empty() &&
                             problem.reason != Reason::output_not_writable &&
                             problem.reason != Reason::disk_full;
    for (const auto& frame : stack.frames) {
      if (!of_one_file || frame.instance->file->name == problem.subject)
        not_converted(*frame.instance, problem.reason, problem.detail);
      else
        not_converted(*frame.instance, Reason::missing_slices,
                      "a slice of its image is missing: " + printable(problem.subject));
    }
  }

 private:
  static bool has_frames(const Instance& instance) {
    return instance.pixel_data.number_of_frames > 1;
  }

  const Series& series_;
  RunReport& report_;
  std::unordered_set<const Instance*> converted_;  // of several frames
  std::unordered_set<const Instance*> told_;       // of those
};

void account_for(Run& run, std::size_t i) {
  SeriesAccount account(*run.series[i], run.volumes[i], run.report);
  const auto interrupted = [&](const InstancePtr& instance) {
    account.not_converted(*instance, Reason::interrupted, "stopped by a signal");
  };
  // Stacks that are left here were sorted when the signal came, and never became images.
  for (const auto& stack : run.sorted[i].stacks)
    for (const auto& frame : stack.frames) interrupted(frame.instance);
  if (run.sorted[i].stacks.empty() && run.sorted[i].refused.empty() && run.volumes[i].empty())
    std::ranges::for_each(run.series[i]->instances, interrupted);
  for (const auto& refused : run.sorted[i].refused)
    account.not_converted(*refused.instance, refused.reason, refused.detail);
  for (const auto& volume : run.volumes[i])
    if (!volume->result()) account.failed(volume->stack(), volume->result().problem());
  std::map<std::string_view, std::size_t> reasons;
  for (const auto& refused : run.sorted[i].refused) ++reasons[reason_code(refused.reason)];
  std::string line;
  for (const auto& volume : run.volumes[i])
    line += volume->result()
                ? fmt::format(" image={} slices={} spacing={:.4g} corner_error_mm={:.2g}",
                              volume->result()->name, volume->stack().frames.size(),
                              volume->stack().grid.spacing[2], volume->stack().max_corner_error_mm)
                : fmt::format(" failed={} ({})", reason_code(volume->result().problem().reason),
                              volume->result().problem().detail);
  for (const auto& [code, count] : reasons) line += fmt::format(" {}={}", code, count);
  spdlog::info("series {} instances={}{}", run.series[i]->series_instance_uid,
               run.series[i]->instances.size(), line);
}

void add_settings(const Run& run, Catalog& catalog) {
  auto& settings = catalog.settings;
  settings["format"] = run.settings.format.value;
  settings["images"] = run.settings.images == ImagesToWrite::all ? "all" : "selected";
  settings["strict"] = run.settings.strict ? "true" : "false";
  for (auto [name, value] : image_option_words(run.settings.image_options)) {
    std::ranges::replace(name, '-', '_');
    settings[name] = value;
  }
  for (const auto& [name, value] : tolerance_words(run.settings.tolerances)) settings[name] = value;
}

int final_exit_code(const Run& run, const Catalog& catalog, int stop) {
  if (stop) return 128 + stop;
  if (run.report.has(Reason::output_not_writable) || run.report.has(Reason::disk_full))
    return static_cast<int>(ExitCode::output);
  if (run.report.has(Reason::internal_error)) return static_cast<int>(ExitCode::internal);
  if (run.series.empty()) return static_cast<int>(ExitCode::no_input);
  for (const auto& selection : catalog.selections)
    if (selection.unmet) return static_cast<int>(ExitCode::required_selection_unmet);
  if (run.settings.strict &&
      (run.report.has_severity(Severity::failed) || run.report.has_severity(Severity::refused)))
    return static_cast<int>(ExitCode::problems_under_strict);
  return static_cast<int>(ExitCode::done);
}

// The most that was resident at a time, as Linux counts it for this program alone: getrusage() also
// counts the process that started it.
std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (std::uint64_t kilobytes = 0; word == "VmHWM:" && status >> kilobytes)
      return kilobytes << 10;
  return 0;
}

// Writes the JSON files, those that do not depend on each other at the same time, and returns the
// exit code, which a file that cannot be written changes.
int write_files(Run& run, Catalog& catalog, int stop) {
  const auto& folder = run.settings.output.value;
  bool all_written = true;
  const auto written = [&](const Status& status) {
    if (status) return;
    spdlog::error("{}: {}", status.problem().subject, status.problem().detail);
    if (!stop) catalog.run.exit_code = static_cast<int>(ExitCode::output);
    catalog.run.status = status_of(catalog.run.exit_code);
    all_written = false;
  };
  const auto traced = [&](const char* name, auto write) {
    const Trace::Phase phase(run.report.trace(), name);
    return guarded([&]() -> Status { return write(); });
  };
  // First: what a user's Series Instance UID could be called is not to replace what stands below.
  if (run.settings.bids) written(traced("bids", [&] { return write_bids(folder, catalog); }));
  Status metadata = Done{}, volumes = Done{}, others = Done{};
  oneapi::tbb::task_arena arena(static_cast<int>(run.settings.threads));
  arena.execute([&] {
    oneapi::tbb::parallel_invoke(
        [&] {
          metadata = traced("dicom-metadata.json", [&] {
            return write_dicom_metadata(folder, catalog, run.table, run.settings.no_patient);
          });
        },
        [&] { volumes = traced("volumes.json", [&] { return write_volumes(folder, catalog); }); },
        [&] {
          others =
              traced("series-images.json", [&] { return write_series_images(folder, catalog); });
        });
  });
  written(metadata);
  written(volumes);
  written(others);
  if (run.settings.explain) written(write_selection_report(folder, catalog, run.rules));
  catalog.run.peak_memory_bytes = peak_memory_bytes();
  written(traced("report.json", [&] { return write_report(folder, catalog); }));
  // Late, since a file that cannot be written makes the run one that failed.
  const auto tell_workflow = [&] {
    if (run.settings.workflow_metadata)
      written(traced("metadata.json", [&] { return write_workflow_metadata(folder, catalog); }));
  };
  tell_workflow();
  // Its presence means "complete": a run that was stopped, or lacks a file, does not leave it.
  if (!stop && all_written) {
    written(write_selected_images(folder, catalog));
    if (!all_written) tell_workflow();
  }
  return catalog.run.exit_code;
}

}  // namespace

int conclude_run(Run& run) {
  const Trace::Phase phase(run.report.trace(), "conclude_run");
  if (run.series.empty())
    spdlog::error("no DICOM in {}: {} files were looked at", printable(run.settings.input.value),
                  run.report.discovered_files());
  Catalog catalog;
  // Read once: a signal from here on comes too late to change what is told.
  const int stop = run.stop;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    account_for(run, i);
    std::set<std::string_view> written;
    for (const auto& volume : run.volumes[i]) {
      if (!volume->result()) continue;
      catalog.images.push_back(*volume->result());
      written.insert(volume->stack().image_stem);
    }
    for (auto& candidate : run.candidates[i])
      candidate.facts.converted = written.contains(candidate.facts.stem);
  }
  catalog.series = run.series;
  const auto selected = collect_selections(run.candidates, run.rules);
  if (!stop) {
    catalog.selections = selected.selections;
    tell_selected(run, selected);
    tell_character_sets(run);
  }
  catalog.candidates = std::move(run.candidates);
  for (const auto& selection : catalog.selections)
    if (selection.unmet) spdlog::error("selection '{}': {}", selection.name, *selection.unmet);
  add_settings(run, catalog);
  int exit = final_exit_code(run, catalog, stop);
  catalog.run = {
      .status = status_of(exit),
      .exit_code = exit,
      .threads = run.settings.threads,
      .seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - run.start).count(),
      .peak_memory_bytes = 0,
      .steps = {}};
  const auto files = run.report.discovered_files();
  const auto converted = run.report.converted_files();
  run.report.finish(catalog);

  exit = write_files(run, catalog, stop);
  spdlog::info(
      "done: files={} converted={} series={} images={} seconds={:.2f} peak_memory_mb={} "
      "exit_code={}",
      files, converted, run.series.size(), catalog.images.size(), catalog.run.seconds,
      catalog.run.peak_memory_bytes >> 20, exit);
  return exit;
}

}  // namespace dcmflow
