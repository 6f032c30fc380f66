#include "engine/write_dicom_json.h"

#include <oneapi/tbb/parallel_pipeline.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "stages/base/printable.h"
#include "stages/catalog/instance_json.h"
#include "stages/catalog/sorted.h"

namespace dcmflow {
namespace {

namespace tbb = oneapi::tbb;

constexpr std::size_t most_text = std::size_t{4} << 20;

std::string name_of(std::span<const Series* const> study) {
  return dicom_json_stem(study.front()->study_instance_uid) + ".json";
}

// An earlier run wrote the others.
std::vector<std::vector<const Series*>> studies_to_write(const Run& run) {
  auto studies = studies_of(run);
  std::erase_if(studies, [&](const auto& study) { return run.side_files.keeps(name_of(study)); });
  return studies;
}

class StudyJson {
 public:
  StudyJson(Run& run, std::span<const Series* const> study)
      : run_(run),
        counters_(run.report.step("write_dicom_json")),
        options_{&run.table, run.settings.no_patient},
        folder_(run.output.folder()),
        study_(study),
        name_(name_of(study)) {
    folder_.staged = &staged_;
    folder_.sync = false;  // the end of the run does it
    folder_.is_given_up = [&run] { return run.stop != 0; };
    for (const Series* series : study)
      for (auto& instance : sorted_instances(*series))
        instances_.push_back({std::move(instance), series});
  }

  Status write(std::size_t threads) {
    auto json = JsonWriter::create(folder_, name_);
    if (!json) return json.problem();
    json->array();
    const std::size_t tokens = 2 * threads;
    tbb::parallel_pipeline(
        tokens, tbb::make_filter<void, std::size_t>(
                    tbb::filter_mode::serial_in_order,
                    [this](tbb::flow_control& control) { return next(control); }) &
                    tbb::make_filter<std::size_t, Converted>(
                        tbb::filter_mode::parallel, [this](std::size_t i) { return convert(i); }) &
                    tbb::make_filter<Converted, void>(
                        tbb::filter_mode::serial_in_order,
                        [&](const Converted& converted) { append(*json, converted); }));
    json->end();
    if (left_out_ > 0)
      spdlog::warn("{}: {} of {} instances are not in it; report.json says why", name_, left_out_,
                   instances_.size());
    if (doubtful_ > 0)
      spdlog::warn("{}: values of {} of {} instances are not what they are declared to be: {}",
                   name_, doubtful_, instances_.size(), note_);
    auto written = json->commit();
    const bool is_whole = next_ == instances_.size() && left_out_ == 0 && doubtful_ == 0;
    for (auto& file : staged_.take()) {
      if (is_whole)
        run_.side_files.add(file, study_fingerprint(study_, run_.table, run_.settings.no_patient));
      run_.dicom_json.add(std::move(file));
    }
    return written;
  }

 private:
  struct Row {
    InstancePtr instance;
    const Series* series;
  };
  struct Converted {
    std::size_t row = 0;
    Result<std::string> text;
    std::string note{};  // of write_instance_json()
  };

  std::size_t next(tbb::flow_control& control) {
    if (next_ == instances_.size() || run_.stop || is_over_) {
      control.stop();
      return 0;
    }
    return next_++;
  }

  Converted convert(std::size_t i) {
    const StepTimer timer(counters_);
    std::string note;
    auto text = guarded([&]() -> Result<std::string> {
      auto json = JsonWriter::to_text(most_text);
      json.array(JsonWriter::Layout::one_line);  // so that the object stands on one line
      const auto mark = json.mark();
      auto written = write_instance_json(json, *instances_[i].instance, options_);
      if (!json.is_failed() && !written) return written.problem();
      if (json.is_failed()) return json.status().problem();
      note = std::move(*written);
      return json.take_text().substr(static_cast<std::size_t>(mark.bytes));
    });
    run_.progress.add(1);
    return {i, std::move(text), std::move(note)};
  }

  // One at a time, in their order.
  void append(JsonWriter& json, const Converted& converted) {
    const Row& row = instances_[converted.row];
    if (converted.text) {
      const std::string_view text = *converted.text;
      json.raw(text.substr(0, text.size() - 1));  // without the line break
      take_note(converted.note);
    } else if (converted.text.problem().reason == Reason::exceeds_memory) {
      const auto mark = json.mark();
      const auto written =
          guarded([&] { return write_instance_json(json, *row.instance, options_); });
      if (!written) json.go_back(mark);
      if (!written) leave_out(row, written.problem());
      if (written) take_note(*written);
    } else {
      leave_out(row, converted.text.problem());
    }
    if (json.is_failed()) is_over_ = true;
  }

  void take_note(const std::string& note) {
    if (note.empty()) return;
    if (doubtful_++ == 0) note_ = note;
  }

  void leave_out(const Row& row, const Problem& problem) {
    ++left_out_;
    ++counters_.problems;
    run_.report.problem({problem.reason, row.series->series_instance_uid,
                         "no entry in " + name_ + " for " + printable(row.instance->file->name) +
                             ": " + problem.detail});
  }

  Run& run_;
  StepCounters& counters_;
  const InstanceJsonOptions options_;
  OutputFolder folder_;
  StagedFiles staged_;
  const std::span<const Series* const> study_;
  const std::string name_;
  std::vector<Row> instances_;
  std::size_t next_ = 0;
  std::size_t left_out_ = 0;
  std::size_t doubtful_ = 0;           // instances with a note
  std::string note_;                   // of the first of them
  std::atomic<bool> is_over_ = false;  // nothing more can be written
};

}  // namespace

std::vector<std::vector<const Series*>> studies_of(const Run& run) {
  Catalog catalog;
  catalog.series = run.series;
  std::vector<std::vector<const Series*>> studies;
  for (const Series* series : sorted_series(catalog)) {
    if (studies.empty() || studies.back().front()->study_instance_uid != series->study_instance_uid)
      studies.emplace_back();
    studies.back().push_back(series);
  }
  return studies;
}

void write_dicom_json(Run& run, WorkerThreads& threads) {
  if (!run.settings.dicom_json || run.leaves_earlier_results || run.stop) return;
  run.output.release_dicom_json_space();
  const auto studies = studies_to_write(run);
  std::size_t instances = 0;
  for (const auto& study : studies)
    for (const Series* series : study) instances += series->instances.size();
  const RunPhase phase(run, "dicom_json", "instances", instances);
  const auto used = threads.give_way(Threads::cpu) ? Threads::io : Threads::cpu;
  for (const auto& study : studies) {
    if (run.stop) return;
    Status written = Done{};
    threads.on(used, [&] {
      written = guarded([&] { return StudyJson(run, study).write(threads.count(used)); });
    });
    if (written || written.problem().reason == Reason::interrupted) continue;
    spdlog::error("{}", written.problem().detail);
    run.report.problem(written.problem());
  }
}

std::uint64_t dicom_json_bytes(const Run& run) {
  if (!run.settings.dicom_json) return 0;
  std::uint64_t bytes = 0;
  for (const auto& study : studies_to_write(run))
    for (const Series* series : study)
      for (const auto& instance : series->instances) bytes += expected_json_bytes(*instance);
  return bytes;
}

}  // namespace dcmflow
