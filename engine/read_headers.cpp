#include "engine/read_headers.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/boot_id.h"
#include "engine/catalogue_run.h"
#include "engine/step.h"
#include "stages/base/printable.h"

namespace dcmflow {

ReadHeaders::ReadHeaders(Run& run, WorkerThreads& workers)
    : run_(run),
      workers_(workers),
      discovery_(run.settings.inputs(), run.settings.output.value),
      plan_(run.table) {
  if (run_.arrivals) arrivals_.emplace(run_);
  if (run_.scan)
    discovery_.take_slice(run_.scan->slice());
  else
    discovery_.open_archives(run_.settings.spool_folder(), [&run] { return run.stop != 0; });
  if (run_.settings.no_patient) discovery_.hide_names();
  load_earlier();
}

// What is not known is read.
void ReadHeaders::load_earlier() {
  if (!run_.settings.resume) return;
  const StepTimer timer(run_.report.step("load_earlier"));
  auto earlier = guarded([&] {
    return EarlierRun::load(
        run_.settings.output.value,
        std::make_shared<const std::string>(root_of_names(run_.settings.input.value)), boot_id(),
        run_.table, interner_);
  });
  if (earlier)
    run_.earlier = std::move(*earlier);
  else
    spdlog::warn("catalogue: {}; all is read and made again", earlier.problem().detail);
}

LookAheadTasks ReadHeaders::look_ahead(Threads threads) {
  return {discovery_, workers_.count(threads),
          [this, threads] { return run_.stop || workers_.give_way(threads); },
          [this, &looking = run_.report.step("look_ahead")](const auto& look, bool by_walker) {
            {
              const StepTimer timer(looking);
              StorageWatch::Read read(workers_.storage());
              read.count(look());
            }
            if (by_walker) discovering_->restart();
          }};
}

std::optional<Result<FilePtr>> ReadHeaders::discover(Threads threads, StepTimer& timer) {
  discovering_ = &timer;
  const bool is_given_up = run_.stop || (run_.scan && run_.scan->has_failed());
  if (is_given_up || workers_.give_way(threads)) return std::nullopt;
  auto file = next_file();
  if (file) run_.report.discovered_file();
  if (file) run_.progress.file();
  if (file && arrivals_) arrivals_->see(*file);
  return file;
}

std::optional<Result<FilePtr>> ReadHeaders::next_file() {
  if (run_.found_files)
    return at_end() ? std::nullopt : std::optional(std::move((*run_.found_files)[next_found_++]));
  auto found = discovery_.next();
  if (found && run_.scan)
    run_.scan->add(WalkEntry{*found, discovery_.identity()}, discovery_.place());
  else if (found)
    fingerprint_.add(*found);
  return found;
}

Result<InstancePtr> ReadHeaders::decode(const Result<FilePtr>& file, StepCounters& decoding) {
  if (!file) return file.problem();
  decoding.bytes += (*file)->size;
  run_.progress.add(1, (*file)->size);
  return of_file(*file, [&] {
    if (run_.earlier)
      if (auto known = run_.earlier->find(*file)) return std::move(*known);
    const StorageWatch::Read read(workers_.storage());
    ++run_.headers_read;
    return decode_header(*file, plan_, interner_);
  });
}

Status ReadHeaders::group(const InstancePtr& instance) {
  return of_file(instance->file, [&]() -> Status {
    if (arrivals_) {
      arrivals_->add(instance);
    } else if (run_.scan) {
      if (run_.scan->add(instance)) interner_.forget();
    } else {
      groups_.add(instance);
    }
    return Done{};
  });
}

void ReadHeaders::tell(const Problem& problem) {
  // A scan has those of files.
  if (problem.subject.empty() || (run_.scan && problem.reason == Reason::internal_error))
    run_.report.problem(problem);
  else if (run_.scan)
    return;
  else if (arrivals_)
    arrivals_->add(problem);
  else
    run_.report.not_converted(problem);
  // Nobody looks at what is only skipped, and these may be what was meant.
  if (!run_.scan && !arrivals_ && is_of_output(problem))
    spdlog::warn("{}: {}", printable(problem.subject), problem.detail);
}

void ReadHeaders::take_given() {
  GivenInput& given = *run_.given;
  for (std::uint64_t i = 0; i < given.found.files; ++i) run_.report.discovered_file();
  for (auto& instance : std::exchange(given.instances, {})) groups_.add(std::move(instance));
  for (const auto& problem : given.found.problems) tell(problem);
  const Lock lock(mutex_);
  other_files_ = given.found.others;
}

void ReadHeaders::release_arrivals() {
  if (!arrivals_) return;
  const Lock lock(mutex_);
  arrivals_->release(groups_, other_files_);
  // What was found is not what counts.
  if (run_.held.files + run_.held.kept > 0) run_.files_fingerprint.clear();
}

void tell_several_patients(Run& run) {
  for (std::size_t i = 0; i < run.series.size(); ++i)
    if (const auto& series = *run.series[i]; series.patient > 0)
      run.report.problem({Reason::several_patients, series.series_instance_uid,
                          std::to_string(series.instances.size()) +
                              " instances are of another patient than those before; they are an "
                              "image of their own"});
}

void ReadHeaders::keep_other_files() {
  const Lock lock(mutex_);
  std::ranges::sort(other_files_, {},
                    [](const FilePtr& file) { return std::string_view(file->name); });
  run_.other_files = std::move(other_files_);
  run_.other_problems = run_.report.not_converted_files();
}

void ReadHeaders::finish() {
  const bool is_read = at_end();
  const bool is_given_up = run_.stop || (run_.scan && run_.scan->has_failed());
  if (!is_given_up && !is_read)
    run_.report.problem(
        {Reason::internal_error, "discover_files", "the input was not read to its end"});
  if (run_.given != nullptr)
    run_.files_fingerprint = run_.given->found.fingerprint;
  else if (!run_.found_files)
    run_.files_fingerprint = fingerprint_.take(began_ns(run_));
  run_.found_files.reset();
  release_arrivals();
  {
    const Trace::Phase phase(run_.report.trace(), "finish_series");
    run_.series = groups_.finish();
  }
  keep_other_files();
  tell_several_patients(run_);
  run_.progress.set_series(run_.all_series());
  const bool has_series = run_.all_series() > 0;
  const bool is_grouped = is_read && !run_.stop && has_series;
  run_.leaves_earlier_results = !is_grouped && run_.output.holds_earlier_results();
}

}  // namespace dcmflow
