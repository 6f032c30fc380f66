#include "engine/write_catalogue.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "engine/account_for_series.h"
#include "engine/catalogue_run.h"
#include "engine/json_space.h"
#include "engine/run.h"
#include "stages/base/filesystem.h"
#include "stages/base/of_the_moment.h"
#include "stages/database/catalogue_schema.h"

namespace dcmflow {
namespace {

using namespace std::chrono_literals;

// What a kill costs at the most.
constexpr auto between_saves = 1s;
// Of the five seconds that a run has after a signal.
constexpr auto most_after_stop = 1s;

// A run on few cores is hardly ever ahead of the catalogue; one on many may be. These are the rows
// of some 2,000 files, which the catalogue takes in about 20 ms.
constexpr std::uint64_t most_waiting_bytes = 2 << 20, file_bytes = 1 << 10;

// Indexes are made beside the last images, and not behind them, when nobody else has work.
std::size_t told_before_indexes(std::size_t series) { return series - series / 10; }

CatalogueRunEnd end_of(const Run& run, std::string status, int exit_code) {
  const auto taken = std::chrono::steady_clock::now() - run.start;
  return {utc(std::chrono::system_clock::now()), std::chrono::duration<double>(taken).count(),
          std::move(status), exit_code, run.files_fingerprint};
}

}  // namespace

WriteCatalogue::WriteCatalogue(Run& run)
    : run_(run), waiting_(most_waiting_bytes, std::numeric_limits<std::size_t>::max()) {}

bool WriteCatalogue::note(const Status& status) {
  if (status) return true;
  const auto& problem = status.problem();
  problems_.push_back({Reason::catalogue_failed, "catalogue", problem.detail});
  spdlog::error(
      "catalogue: {}; this folder has none now, its images and JSON files are whole (--catalogue "
      "none does without it)",
      problem.detail);
  if (catalogue_) catalogue_->drop();
  catalogue_.reset();
  return false;
}

void WriteCatalogue::next_series() {
  if (run_.settings.catalogue == WhetherCatalogue::none) return;
  if (catalogue_) catalogue_->end_studies();
  places_.assign(run_);
  told_.assign(run_.series.size(), std::nullopt);
}

void WriteCatalogue::begin() {
  if (run_.settings.catalogue == WhetherCatalogue::none) {
    remove_catalogue(run_.output.folder().path);
    return;
  }
  places_.assign(run_);
  told_.assign(run_.series.size(), std::nullopt);
  const auto& folder = run_.output.folder().path;
  const bool room = has_room_for_catalogue(run_);
  // Those that are done are gone at the end.
  opens_ = room || run_.done ? Opens::with_a_series : Opens::at_the_end;
  if (room && fs::exists(fs::symlink_status(catalogue_path(folder))))
    open();  // takes the runs over
  else       // what is there tells of images that are gone
    remove_catalogue(folder);
}

void WriteCatalogue::open() {
  opens_ = Opens::never;
  const auto& folder = run_.output.folder().path;
  auto begun = guarded([&] {
    auto facts = run_facts(run_);
    facts.files = run_.report.discovered_files();
    return Catalogue::begin(folder, Catalogue::where(folder), facts, run_.table,
                            run_.settings.no_patient);
  });
  if (!begun) {
    note(begun.problem());
    return;
  }
  catalogue_ = std::move(*begun);
  saved_ = std::chrono::steady_clock::now();
  if (const auto& damage = catalogue_->earlier_damage())
    spdlog::warn("catalogue: the earlier one is of no use ({}); it is made anew", damage->detail);
}

WriteCatalogue::Told WriteCatalogue::what_to_tell(std::size_t i) const {
  const auto images = std::ranges::count_if(
      run_.volumes[i], [](const auto& volume) { return volume->result().ok(); });
  return {static_cast<std::size_t>(images), run_.volumes[i].size(), run_.sorted[i].refused.size()};
}

CatalogueSeries WriteCatalogue::series_of(std::size_t i) const {
  const auto& place = places_[i];
  CatalogueSeries series{.id = place.id,
                         .study_id = place.study_id,
                         .first_file_id = place.first_file_id,
                         .first_image_id = place.first_image_id,
                         .study = place.study,
                         .series = run_.series[i].get(),
                         .images = {},
                         .not_converted = end_of_series(run_, i).not_converted,
                         .digests = &run_.digests[i]};
  for (const auto& volume : run_.volumes[i])
    if (volume->result())
      series.images.push_back({.file = &*volume->result(),
                               .made_of = volume->fingerprint(),
                               .overview = volume->overview(),
                               .run = volume->earlier_run()});
  return series;
}

WriteCatalogue::RenderedPtr WriteCatalogue::render(std::size_t i, MemoryGate::Lease lease) const {
  auto series = series_of(i);
  auto rows = render_rows(series, run_.table, run_.settings.no_patient);
  return std::make_shared<const Rendered>(
      Rendered{std::move(series), std::move(rows), std::move(lease)});
}

WriteCatalogue::RenderedPtr WriteCatalogue::render(std::size_t i) {
  if (told_.empty() || told_[i] == what_to_tell(i)) return nullptr;
  auto lease = waiting_.admit(file_bytes * run_.series[i]->instances.size());
  return lease ? render(i, std::move(lease)) : nullptr;
}

void WriteCatalogue::add(std::size_t i, RenderedPtr rendered) {
  if (opens_ == Opens::with_a_series) open();
  if (!catalogue_) return;
  const Told is = what_to_tell(i);
  if (told_[i] == is) return;
  if (!told_[i]) ++told_series_;
  told_[i] = is;
  const auto added = guarded([&] {
    if (!rendered) rendered = render(i, nullptr);
    return catalogue_->add(rendered->series, rendered->rows);
  });
  if (note(added)) save_now_and_then();
  if (told_series_ == told_before_indexes(run_.all_series())) index();
}

void WriteCatalogue::index() {
  if (catalogue_ && !run_.stop) note(guarded([&] { return catalogue_->index(); }));
}

void WriteCatalogue::save_now_and_then() {
  const auto now = std::chrono::steady_clock::now();
  if (now - saved_ < between_saves) return;
  note(catalogue_->save());
  saved_ = std::chrono::steady_clock::now();
}

void WriteCatalogue::add_other_files(const Catalog& catalog) {
  std::vector<const Problem*> problems;
  for (std::size_t i = 0; i < std::min(run_.other_problems, catalog.not_converted.size()); ++i)
    problems.push_back(&catalog.not_converted[i]);
  std::ranges::sort(problems, {}, [](const Problem* problem) {
    return std::tuple<std::string_view, Reason, std::string_view>(problem->subject, problem->reason,
                                                                  problem->detail);
  });
  for (const Problem* problem : problems) {
    const auto file =
        std::ranges::lower_bound(run_.other_files, std::string_view(problem->subject), {},
                                 [](const FilePtr& one) { return std::string_view(one->name); });
    const bool is_known = file != run_.other_files.end() && (*file)->name == problem->subject;
    if (!note(catalogue_->add(places_.take_file_id(), *problem, is_known ? file->get() : nullptr)))
      return;
  }
}

// What cannot be listed has no selected-images.json either, which tells of it.
void WriteCatalogue::add_selections(const Catalog& catalog) {
  Status added = Done{};
  static_cast<void>(guarded([&] {
    return for_each_selection(catalog, [&, id = std::int64_t{1}](const auto& selection) mutable {
      added = catalogue_->add(id++, selection);
      return added;
    });
  }));
  note(added);
}

bool WriteCatalogue::is_given_up() const {
  return run_.stop && std::chrono::steady_clock::now() - ending_ > most_after_stop;
}

void WriteCatalogue::end(const Catalog& catalog, bool sync) {
  const Trace::Phase phase(run_.report.trace(), "catalogue");
  ending_ = std::chrono::steady_clock::now();
  if (opens_ != Opens::never) open();
  // An image may have been lost since.
  for (std::size_t i = 0; catalogue_ && !run_.done && !is_given_up() && i < told_.size(); ++i)
    add(i);
  if (catalogue_ && is_given_up()) {
    note(catalogue_->save());
    catalogue_.reset();
  }
  if (catalogue_) add_other_files(catalog);
  index();
  if (catalogue_ && !run_.stop) add_selections(catalog);
  if (catalogue_) note(guarded([&] { return catalogue_->finish(sync); }));
  if (std::ranges::any_of(run_.report.counts(),
                          [](const auto& left) { return is_of_the_moment(left.first); }))
    run_.files_fingerprint.clear();  // such a file is read again, such an image made again
}

void WriteCatalogue::tell(Catalog& catalog, Outcome& outcome) {
  if (!problems_.empty()) outcome.output_failed();
  std::ranges::move(problems_, std::back_inserter(catalog.problems));
}

void WriteCatalogue::add_unchanged(const std::string& status, int exit_code) {
  const auto added = guarded([&] {
    return Catalogue::add_run(run_.output.folder().path, run_facts(run_),
                              end_of(run_, status, exit_code), run_.table);
  });
  if (!added) spdlog::warn("catalogue: {}; it does not tell of this run", added.problem().detail);
}

void WriteCatalogue::conclude(const Outcome& outcome) {
  if (!catalogue_) return;
  const auto concluded = guarded([&] {
    return catalogue_->conclude(
        end_of(run_, std::string(outcome.status()), outcome.exit_code()),
        [&](const auto& take) { return run_.side_files.for_each(run_, take); }, run_.settings.sync);
  });
  if (!concluded)
    spdlog::warn("catalogue: {}; it does not tell how this run ended", concluded.problem().detail);
  catalogue_.reset();
}

}  // namespace dcmflow
