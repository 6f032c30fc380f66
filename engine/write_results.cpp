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
#include "engine/sync_output.h"
#include "engine/write_dataset.h"
#include "engine/write_lists.h"
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

  bool stage_lists();
  bool stage_marker();
  bool publish_lists();
  void tell();
  void publish_marker();
  void remove_unnamed_images();

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

// False when a file is missing that was to be there; one that a signal gave up was not.
bool Results::stage_lists() {
  if (!are_lists_whole()) return true;
  bool are_all_there = true;
  for (const auto& problem : write_lists(run_, catalog_, outcome_, folder_, of_people_))
    are_all_there &= note(problem) || problem.reason == Reason::interrupted;
  return are_all_there;
}

bool Results::stage_marker() {
  if (!outcome_.is_complete()) return true;
  auto folder = folder_;
  StagedFiles staged;
  folder.staged = &staged;
  const auto written = write("selected-images.json", folder,
                             [&](const auto& f) { return write_selected_images(f, catalog_); });
  if (note(written)) marker_ = staged.take();
  return written || written.problem().reason == Reason::interrupted;
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

// Where neither volumes.json nor the report could be had, nothing names what was made. The lists
// that are there go first: while they are, what they list is.
void Results::remove_unnamed_images() {
  if (run_.leaves_earlier_results || !are_lists_whole() || outcome_.is_told() ||
      told_.contains("volumes.json"))
    return;
  spdlog::error("neither volumes.json nor report.json could be written: the images are removed");
  for (const std::string name : {"series-images.json", "labels.json"})
    note(remove_output(folder_.path, name));
  for (const ImageFile& image : catalog_.images) remove_image(folder_.path, image);
  for (const LabelImage* const label : catalog_.labels) remove_image(folder_.path, label->file);
}

}  // namespace

Outcome write_results(Run& run, Catalog& catalog, Outcome outcome) {
  Results results(run, catalog, outcome);
  run.output.release_json_space();
  const bool sync = run.settings.sync && outcome.is_complete();
  oneapi::tbb::task_arena arena(static_cast<int>(run.settings.threads));
  bool are_all_there = true;
  arena.execute([&] {
    oneapi::tbb::parallel_invoke(
        [&] {  // an input without a series leaves an earlier run's results as they are
          if (!run.leaves_earlier_results) are_all_there = results.stage_lists();
        },
        [&] { run.catalogue.end(catalog, sync); });
  });
  run.catalogue.tell(catalog, outcome);
  are_all_there &= results.stage_marker();
  if (const int stop = run.stop; stop != 0) outcome.stopped_by(stop);
  are_all_there &= results.publish_lists();
  if (!are_all_there && !run.leaves_earlier_results) {
    // The run has failed, but no image is to be there that no list names: once more, since what was
    // wrong may have passed.
    results.stage_lists();
    results.publish_lists();
  }
  results.tell();
  results.publish_marker();
  results.remove_unnamed_images();
  run.catalogue.conclude(outcome);
  return outcome;
}

}  // namespace dcmflow
