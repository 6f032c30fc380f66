#include "engine/write_results.h"

#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/make_labels.h"
#include "engine/peak_memory.h"
#include "engine/prepare_images.h"
#include "engine/tell_summary.h"
#include "engine/write_dataset.h"
#include "engine/write_sidecars.h"
#include "stages/base/journal.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

// How long a run that was stopped goes on with JSON files: five seconds are all that it has.
constexpr std::chrono::seconds most_after_stop{2};

class Results {
 public:
  Results(Run& run, Catalog& catalog, Outcome& outcome)
      : run_(run), catalog_(catalog), outcome_(outcome), folder_(run.output.folder()) {
    folder_.staged = &staged_;
    folder_.sync = false;  // they are small: sync() is soon enough
    folder_.is_given_up = [this] {
      return run_.stop && std::chrono::steady_clock::now() - start_ > most_after_stop;
    };
  }

  void stage_lists();
  void stage_marker();
  bool publish_lists();
  void tell();
  void publish_marker();

 private:
  bool are_lists_whole() const { return !run_.done || run_.done->are_lists_whole; }
  using Write = std::function<Status(const OutputFolder&)>;
  Status write(const char* name, const OutputFolder& folder, const Write& write);
  bool note(const Status& status);
  bool publish(OutputFile& file);
  bool tell_once();
  void sync();

  Run& run_;
  Catalog& catalog_;
  Outcome& outcome_;
  OutputFolder folder_;
  StagedFiles staged_;
  std::vector<OutputFile> marker_;
  std::vector<std::pair<std::string, std::uint64_t>> published_;
  const std::set<std::string> of_people_ = files_of_people(run_);
  std::map<std::string, int> told_;  // the exit code that was to be told when it got its name
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Status Results::write(const char* name, const OutputFolder& folder, const Write& write) {
  const Trace::Phase phase(run_.report.trace(), name);
  return guarded([&] { return write(folder); });
}

// True when nothing went wrong. What a signal gave up is no fault of the output. From then on
// nothing that was rendered before is trusted: that it cannot be read again may be what went wrong.
bool Results::note(const Status& status) {
  if (status) return true;
  if (status.problem().reason == Reason::interrupted) return false;
  const auto& subject = status.problem().subject;
  spdlog::error("{}{}{}", subject, subject.empty() ? "" : ": ", status.problem().detail);
  outcome_.output_failed();
  catalog_.parts.clear();
  return false;
}

void Results::stage_lists() {
  if (!are_lists_whole()) return;
  const Settings& settings = run_.settings;
  Status metadata = Done{}, volumes = Done{}, others = Done{};
  oneapi::tbb::task_arena arena(static_cast<int>(run_.settings.threads));
  arena.execute([&] {
    oneapi::tbb::parallel_invoke(
        [&] {
          volumes = write("volumes.json", folder_,
                          [&](const auto& folder) { return write_volumes(folder, catalog_); });
        },
        [&] {
          others = write("series-images.json", folder_,
                         [&](const auto& folder) { return write_series_images(folder, catalog_); });
          const auto also = [&](bool is_asked, const char* name, const Write& work) {
            if (others && is_asked) others = write(name, folder_, work);
          };
          also(settings.bids && !run_.done, "bids",
               [&](const auto& folder) { return write_sidecars(run_, catalog_, folder); });
          also(settings.layout.kind == Layout::Kind::bids, "bids_dataset", [&](const auto& folder) {
            return write_dataset(run_, catalog_, folder, of_people_);
          });
          also(settings.labels, "labels.json",
               [&](const auto& folder) { return write_labels(folder, catalog_); });
          also(settings.prepare.has_value(), "prepared",
               [&](const auto& folder) { return write_prepared(run_, folder); });
          also(settings.explain, "selection-report.json", [&](const auto& folder) {
            return write_selection_report(folder, catalog_, run_.rules, settings.no_patient);
          });
          also(settings.report, "report.html",
               [&](const auto& folder) { return write_page(run_, catalog_, outcome_, folder); });
          also(settings.tables != TableFormat::none, "tables", [&](const auto& folder) {
            return write_tables(folder, catalog_, run_.table, settings.no_patient, settings.tables);
          });
        },
        [&] {
          metadata = write("dicom-metadata.json", folder_, [&](const auto& folder) {
            return write_dicom_metadata(folder, catalog_, run_.table, run_.settings.no_patient);
          });
        });
  });
  for (const auto& status : {volumes, others, metadata}) note(status);
}

void Results::stage_marker() {
  if (!outcome_.is_complete()) return;
  auto folder = folder_;
  StagedFiles staged;
  folder.staged = &staged;
  if (note(write("selected-images.json", folder,
                 [&](const auto& f) { return write_selected_images(f, catalog_); })))
    marker_ = staged.take();
}

bool Results::publish(OutputFile& file) {
  if (!note(file.publish())) return false;
  published_.emplace_back(file.name(), file.bytes());
  told_[file.name()] = catalog_.run.exit_code;
  return true;
}

bool Results::publish_lists() {
  for (const auto& [name, file] : run_.side_files.kept()) published_.emplace_back(name, file.bytes);
  for (const auto& [name, bytes] : prepared_files(run_)) published_.emplace_back(name, bytes);
  for (const auto& [name, bytes] : label_file_bytes(run_)) published_.emplace_back(name, bytes);
  bool all_published = true;
  for (auto& file : run_.dicom_json.take()) all_published &= publish(file);
  for (auto& file : staged_.take()) all_published &= publish(file);
  if (outcome_.is_complete()) sync();
  return all_published;
}

// What this run has published so far, and the names of everything in the folder.
void Results::sync() {
  if (!run_.settings.sync) return;
  const Trace::Phase phase(run_.report.trace(), "sync_json");
  std::vector<std::string> names;
  for (const ImageFile& image : catalog_.images)
    names.insert(names.end(), image.file_names.begin(), image.file_names.end());
  for (const auto& [name, bytes] : std::exchange(published_, {})) {
    if (!note(check_output(folder_.path + '/' + name, name, bytes, true))) return;
    names.push_back(name);
  }
  note(folder_.journal->sync());
  note(sync_folders(folder_.path, names));
}

// metadata.json first, so that report.json knows whether it is there.
bool Results::tell_once() {
  catalog_.run.status = outcome_.status();
  catalog_.run.exit_code = outcome_.exit_code();
  catalog_.run.peak_memory_bytes = peak_memory_bytes();
  auto folder = folder_;
  folder.is_given_up = nullptr;
  bool all_told = true;
  if (run_.settings.workflow_metadata)
    all_told &= note(write("metadata.json", folder,
                           [&](const auto& f) { return write_workflow_metadata(f, catalog_); }));
  all_told &=
      note(write("report.json", folder, [&](const auto& f) { return write_report(f, catalog_); }));
  for (auto& file : staged_.take())
    if (!publish(file)) return false;
  return all_told && catalog_.run.exit_code == outcome_.exit_code();
}

// Once more when that changed what is to be told. What cannot be told truly is not told.
void Results::tell() {
  run_.output.release_report_space();
  for (int attempt = 0; attempt < 3 && are_lists_whole(); ++attempt)
    if (tell_once()) return;
  for (const std::string name : {"report.json", "metadata.json"}) {
    if (told_[name] == outcome_.exit_code()) continue;
    note(remove_output(folder_.path, name));
    if (name == "report.json") outcome_.lost_report();
  }
}

void Results::publish_marker() {
  if (!outcome_.is_complete() || marker_.empty()) return;
  auto& marker = marker_.front();
  if (run_.settings.sync)
    note(check_output(marker.temporary_path(), marker.name(), marker.bytes(), true));
  if (outcome_.is_complete()) sync();
  if (outcome_.is_complete() && publish(marker)) sync();
  if (outcome_.is_complete()) return;
  note(run_.output.withdraw());
  tell();
}

}  // namespace

Outcome write_results(Run& run, Catalog& catalog, Outcome outcome) {
  Results results(run, catalog, outcome);
  run.output.release_json_space();
  const bool sync = run.settings.sync && outcome.is_complete();
  oneapi::tbb::task_arena arena(static_cast<int>(run.settings.threads));
  arena.execute([&] {
    oneapi::tbb::parallel_invoke(
        [&] {  // an input without a series leaves an earlier run's results as they are
          if (!run.leaves_earlier_results) results.stage_lists();
        },
        [&] { run.catalogue.end(catalog, sync); });
  });
  run.catalogue.tell(catalog, outcome);
  results.stage_marker();
  if (const int stop = run.stop; stop != 0) outcome.stopped_by(stop);
  if (!results.publish_lists()) {
    // The run has failed, but no image is to be there that no list names.
    results.stage_lists();
    results.publish_lists();
  }
  results.tell();
  results.publish_marker();
  run.catalogue.conclude(outcome);
  return outcome;
}

}  // namespace dcmflow
