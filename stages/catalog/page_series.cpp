#include "stages/catalog/page_series.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "stages/base/printable.h"
#include "stages/catalog/report_series.h"
#include "stages/catalog/script_json.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

// Of each reason; report.json has them all.
constexpr std::size_t most_files = 100;
constexpr std::size_t depth_of_studies = 1;

auto by_file(const Problem& problem) { return std::tie(problem.subject, problem.detail); }

void write_study(JsonWriter& json, const Series& series, bool no_patient) {
  json.object(Layout::one_line).member("uid", series.study_instance_uid);
  json.member("description", study_description(series));
  json.member("date", study_date(series));
  if (!no_patient) {
    json.member("patient", patient_name(series));
    json.member("patient_id", patient_id(series));
  }
  json.end();
}

}  // namespace

std::vector<std::size_t> write_page_studies(JsonWriter& json, std::span<const SeriesSummary> series,
                                            std::size_t before, bool no_patient) {
  std::vector<std::size_t> study_of;
  const Series* last = nullptr;
  for (const auto& one : series) {
    const Series& next = *one.series;
    if (!last || last->study_instance_uid != next.study_instance_uid ||
        last->patient != next.patient) {
      write_study(json, next, no_patient);
      ++before;
    }
    last = &next;
    study_of.push_back(before - 1);
  }
  return study_of;
}

Status write_page_series(const Catalog& catalog, std::span<const SeriesSummary> series,
                         std::span<const std::size_t> study_of, bool no_patient, bool has_others,
                         const PageSink& sink) {
  std::map<std::string_view, const ImageFile*> images;
  for (const ImageFile& image : catalog.images) images[image.name] = &image;
  std::map<const Series*, std::size_t> places;
  for (std::size_t i = 0; i < catalog.series.size(); ++i) places[catalog.series[i].get()] = i;
  for (std::size_t i = 0; i < series.size(); ++i) {
    ReportSeries one{.summary = &series[i], .study = study_of[i], .images = {}};
    for (const auto& made : series[i].images)
      if (const auto image = images.find(made.file); image != images.end())
        one.images.push_back(image->second);
    const auto place = places.find(series[i].series.get());
    if (place != places.end() && place->second < catalog.candidates.size())
      one.candidates = catalog.candidates[place->second];
    auto json = JsonWriter::to_text();
    write_report_series(json, one, catalog, no_patient);
    const bool is_first = i == 0 && !has_others;
    if (auto taken = sink((is_first ? "" : ",") + script_json(json.take_text())); !taken)
      return taken;
  }
  return Done{};
}

void LeftFiles::keep_first(std::vector<Problem>& problems) {
  const auto shown = std::min(most_files, problems.size());
  std::ranges::partial_sort(problems, problems.begin() + static_cast<std::ptrdiff_t>(shown), {},
                            by_file);
  problems.resize(shown);
}

void LeftFiles::add(const Problem& problem) {
  auto& row = rows_[problem.reason];
  ++row.files;
  row.first.push_back(problem);
  if (row.first.size() == 4 * most_files) keep_first(row.first);
}

void LeftFiles::write(JsonWriter& json) const {
  std::vector<std::pair<Reason, const Row*>> order;
  for (const auto& [reason, row] : rows_) order.emplace_back(reason, &row);
  std::ranges::stable_sort(order, std::greater(), [](const auto& one) {
    return std::tuple(reason_row(one.first).severity, one.second->files);
  });
  json.array();
  for (const auto& [reason, row] : order) {
    auto first = row->first;
    keep_first(first);
    json.array(Layout::one_line);
    write_report_problem(json, reason, "", row->files);
    json.array(Layout::one_line);
    for (const Problem& problem : first)
      json.array(Layout::one_line)
          .value(printable(problem.subject))
          .value(printable(problem.detail))
          .end();
    json.end().end();
  }
  json.end();
}

Status PageSeries::store(StoredText& text, std::string_view piece) {
  if (store_.add(text, piece)) return Done{};
  return Problem{Reason::disk_full, "report.html", "there is no room on the disk for its series"};
}

Status PageSeries::add(const Catalog& window, std::vector<SeriesSummary> series) {
  sort_for_people(series);
  auto json = JsonWriter::elements(depth_of_studies);
  const auto study_of = write_page_studies(json, series, study_count_, no_patient_);
  const bool has_others = study_count_ > 0;
  if (!study_of.empty()) study_count_ = study_of.back() + 1;
  const auto studies =
      (has_others && !study_of.empty() ? ",\n  " : "") + script_json(json.take_elements());
  if (auto stored = store(studies_, studies); !stored) return stored;
  for (const Problem& problem : window.not_converted) left_.add(problem);
  pictures_ += window.overviews.size();
  return write_page_series(window, series, study_of, no_patient_, has_others,
                           [&](std::string_view piece) { return store(series_, piece); });
}

}  // namespace dcmflow
