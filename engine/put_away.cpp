#include "engine/put_away.h"

#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/bare_series.h"
#include "engine/keep_choices.h"
#include "engine/step.h"
#include "engine/tell_run.h"
#include "engine/tell_summary.h"
#include "engine/write_sidecars.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"

namespace dcmflow {
namespace {

class PutAway {
 public:
  explicit PutAway(Run& run) : run_(run), done_(*run.done) {}

  Status put_away();

 private:
  Catalog take_window();
  Status list(const Catalog& window);
  Status finish_files(const Catalog& window);
  void keep_summaries();
  bool is_shared(const Series& series) const {
    return done_.shared_uids.contains(series.series_instance_uid);
  }
  void keep_choices(const Catalog& window);
  void keep_series(const Catalog& window, std::size_t i);

  Run& run_;
  DoneSeries& done_;
};

Catalog PutAway::take_window() {
  Catalog window;
  window.series = run_.series;
  window.part_store = run_.part_store.get();
  window.candidates = std::move(run_.candidates);
  collect_images(run_, window);
  auto told = run_.report.take(run_.other_problems);
  window.not_converted = std::move(told.not_converted);
  window.problems = std::move(told.problems);
  return window;
}

Status PutAway::list(const Catalog& window) {
  Status metadata = Done{}, files = Done{}, images = Done{};
  oneapi::tbb::task_arena arena(static_cast<int>(run_.settings.threads));
  arena.execute([&] {
    oneapi::tbb::parallel_invoke(
        [&] { metadata = guarded([&] { return done_.lists->add_metadata(window); }); },
        [&] { files = guarded([&] { return done_.lists->add_files(window); }); },
        [&] {
          images = guarded([&] {
            return done_.lists->add_images(
                window, [&](const Series& series) { return is_shared(series); }, run_.summaries);
          });
        });
  });
  for (const auto& status : {metadata, files, images})
    if (!status) return status;
  return Done{};
}

// Sidecars, and the names of all: what an earlier run has left and this one wrote again stays.
Status PutAway::finish_files(const Catalog& window) {
  run_.side_files.settle(run_);
  if (run_.settings.bids && run_.stop == 0) {
    StagedFiles staged;
    auto folder = run_.output.folder();
    folder.staged = &staged;
    if (auto written = write_sidecars(run_, window, folder); !written) return written;
    for (auto& file : staged.take())
      if (auto named = file.publish(); !named) return named;
  }
  std::vector<std::string> names;
  for (const ImageFile& image : window.images)
    names.insert(names.end(), image.file_names.begin(), image.file_names.end());
  for (const auto& name : names)
    if (run_.output.is_earlier(name)) done_.rewritten.insert(name);
  if (auto kept = run_.side_files.put_away(run_); !kept) return kept;
  const bool in_folders = !run_.settings.layout.names_by_uid();
  if (!in_folders || !run_.settings.sync || run_.stop != 0) return Done{};
  return sync_folders(run_.output.folder().path, names);
}

// Of a run with many series those that have a fault; of its studies what the table says of them.
void PutAway::keep_summaries() {
  const auto& console = run_.settings.console;
  const bool keeps_all =
      run_.all_series() <= most_series_listed || console.all_series || console.summary_json;
  std::set<std::string_view> studies;
  for (const auto& one : run_.summaries)
    if (keeps_all || is_worth_a_word(one)) studies.insert(one.series->study_instance_uid);
  auto& others = done_.other_series;
  for (auto& one : run_.summaries) {
    const auto& study = one.series->study_instance_uid;
    if (keeps_all || is_worth_a_word(one)) {
      const auto& whole = *one.series;
      auto series = bare_series(whole);
      series->instances = {bare_instance(*whole.instances.front())};
      one.series = std::move(series);
      done_.summaries.push_back(std::move(one));
      continue;
    }
    ++others.verdicts[static_cast<std::size_t>(one.verdict)];
    others.images += one.images.size();
    if (studies.contains(study)) ++others.in_study[study];
  }
}

void PutAway::keep_choices(const Catalog& window) {
  const bool counts_all = counts_all_series(run_.rules);
  for (std::size_t i = 0; i < window.series.size(); ++i) {
    const bool is_chosen = !run_.rules.select_all && are_chosen_from(window.candidates[i]);
    if (counts_all || is_chosen || is_shared(*window.series[i])) keep_series(window, i);
  }
}

void PutAway::keep_series(const Catalog& window, std::size_t i) {
  const SeriesPtr series = bare_series(*window.series[i]);
  for (const VolumePtr& volume : run_.volumes[i]) {
    if (!volume->result()) continue;
    auto stack = std::make_shared<Stack>();
    stack->series = series;
    stack->image_stem = volume->result()->stack->image_stem;
    stack->is_main = volume->result()->stack->is_main;
    ImageFile image;
    image.stack = std::move(stack);
    image.name = volume->result()->name;
    done_.images.push_back(std::move(image));
  }
  done_.series.push_back(series);
  done_.candidates.push_back(bare_candidates(window.candidates[i], series));
  done_.refusals.push_back(refusal_of(run_, i));
}

Status PutAway::put_away() {
  tell_faults(run_);
  for (std::size_t i = 0; i < run_.series.size() && run_.stop == 0; ++i) run_.catalogue.add(i);
  const auto window = take_window();
  auto listed = list(window);
  keep_choices(window);
  auto finished = finish_files(window);
  keep_summaries();
  return listed ? finished : listed;
}

}  // namespace

void collect_images(const Run& run, Catalog& catalog) {
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes)
      if (volume->result()) {
        catalog.images.push_back(*volume->result());
        if (volume->overview()) catalog.overviews[volume->result()->name] = volume->overview();
      }
}

Status put_away(Run& run) {
  if (run.series.empty()) return Done{};
  auto status = PutAway(run).put_away();
  run.forget_series();
  return status;
}

}  // namespace dcmflow
