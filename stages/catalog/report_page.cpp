#include "stages/catalog/report_page.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "stages/base/base64.h"
#include "stages/base/printable.h"
#include "stages/base/sha256.h"
#include "stages/catalog/names.h"
#include "stages/catalog/page_parts.h"
#include "stages/catalog/report_series.h"
#include "stages/catalog/script_json.h"
#include "stages/catalog/sorted.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

// Of each reason; report.json has them all.
constexpr std::size_t most_files = 100;

// 'sha256-…', by which a policy lets a script or style be (CSP level 3, 2.3.1).
std::string source_hash(std::string_view text) {
  Sha256 sha256;
  sha256.add(text.data(), text.size());
  const auto digest = sha256.finish();
  return "'sha256-" + encode_base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) +
         '\'';
}

std::string policy() {
  return "default-src 'none'; script-src " + source_hash(page_script) + "; style-src " +
         source_hash(page_style) + "; img-src data:; base-uri 'none'; form-action 'none'";
}

class PageData {
 public:
  PageData(OutputFile& file, const OutputFolder& folder, const Catalog& catalog,
           const RunSummary& run, const SelectionRules& rules, bool no_patient)
      : file_(file),
        folder_(folder),
        catalog_(catalog),
        run_(run),
        rules_(rules),
        no_patient_(no_patient) {}

  Status write();

 private:
  template <class Write>
  Status piece(std::string_view before, Write&& write);
  void write_head(JsonWriter& json) const;
  void write_studies(JsonWriter& json);
  void write_selections(JsonWriter& json) const;
  void write_left(JsonWriter& json) const;
  Status write_series();

  OutputFile& file_;
  const OutputFolder& folder_;
  const Catalog& catalog_;
  const RunSummary& run_;
  const SelectionRules& rules_;
  const bool no_patient_;
  std::vector<std::size_t> study_of_;  // by series of the run
};

// JSON that is written into memory, then as text of the script.
template <class Write>
Status PageData::piece(std::string_view before, Write&& write) {
  if (folder_.is_given_up && folder_.is_given_up())
    return Problem{Reason::interrupted, "report.html", "stopped by a signal"};
  auto json = JsonWriter::to_text();
  write(json);
  return file_.append(std::string(before) + script_json(json.take_text()));
}

void PageData::write_head(JsonWriter& json) const {
  json.object().member("version", DCMFLOW_VERSION).member("status", run_.status);
  json.member("exit_code", run_.exit_code).member("no_patient", no_patient_);
  json.member("images", catalog_.images.size()).member("pictures", catalog_.overviews.size());
  const auto counts = count_verdicts(run_.series);
  json.key("verdicts").object(Layout::one_line);
  for (std::size_t i = 0; i < counts.size(); ++i)
    json.member(verdict_word(static_cast<SeriesVerdict>(i)), counts[i]);
  json.end().member("converted_files", run_.files.converted);
  json.key("advice").array();
  for (const auto& advice : advise(run_)) json.value(advice_words(advice));
  json.end().end();
}

void PageData::write_studies(JsonWriter& json) {
  json.array();
  const Series* last = nullptr;
  std::size_t studies = 0;
  for (const auto& one : run_.series) {
    const Series& series = *one.series;
    if (!last || last->study_instance_uid != series.study_instance_uid ||
        last->patient != series.patient) {
      json.object(Layout::one_line).member("uid", series.study_instance_uid);
      json.member("description", study_description(series));
      json.member("date", study_date(series));
      if (!no_patient_) {
        json.member("patient", patient_name(series));
        json.member("patient_id", patient_id(series));
      }
      json.end();
      ++studies;
    }
    last = &series;
    study_of_.push_back(studies - 1);
  }
  json.end();
}

void PageData::write_selections(JsonWriter& json) const {
  json.object().member("select_all", rules_.select_all).key("rules").array();
  for (const auto& selection : rules_.selections) json.value(selection->name);
  json.end().key("chosen").array();
  const auto listed = listed_selections(catalog_);
  for (std::size_t i = 0; listed && !rules_.select_all && i < listed->size(); ++i) {
    const ListedSelection& one = (*listed)[i];
    json.object(Layout::one_line).member("name", one.name);
    json.key("unmet").value_or_null(one.unmet.value_or("")).key("images").array();
    for (const MainImage& image : one.images)
      if (image.image) json.value(image.image->name);
    json.end().end();
  }
  json.end().end();
}

// Files that are in no image, by reason: the gravest first, then the most.
void PageData::write_left(JsonWriter& json) const {
  std::map<Reason, std::vector<const Problem*>> left;
  for (const Problem& problem : catalog_.not_converted) left[problem.reason].push_back(&problem);
  std::vector<Reason> order;
  for (const auto& [reason, problems] : left) order.push_back(reason);
  std::ranges::stable_sort(order, [&](Reason a, Reason b) {
    return std::tuple(reason_row(a).severity, left[a].size()) >
           std::tuple(reason_row(b).severity, left[b].size());
  });
  json.array();
  for (const Reason reason : order) {
    auto& problems = left[reason];
    const auto shown = std::min(most_files, problems.size());
    std::ranges::partial_sort(
        problems, problems.begin() + static_cast<std::ptrdiff_t>(shown), {},
        [](const Problem* one) { return std::tie(one->subject, one->detail); });
    json.array(Layout::one_line);
    write_report_problem(json, reason, "", problems.size());
    json.array(Layout::one_line);
    for (std::size_t i = 0; i < shown; ++i)
      json.array(Layout::one_line)
          .value(printable(problems[i]->subject))
          .value(printable(problems[i]->detail))
          .end();
    json.end().end();
  }
  json.end();
}

Status PageData::write_series() {
  std::map<std::string_view, const ImageFile*> images;
  for (const ImageFile& image : catalog_.images) images[image.name] = &image;
  std::map<const Series*, std::size_t> places;
  for (std::size_t i = 0; i < catalog_.series.size(); ++i) places[catalog_.series[i].get()] = i;
  for (std::size_t i = 0; i < run_.series.size(); ++i) {
    ReportSeries series{.summary = &run_.series[i], .study = study_of_[i], .images = {}};
    for (const auto& made : run_.series[i].images)
      if (const auto image = images.find(made.file); image != images.end())
        series.images.push_back(image->second);
    const auto place = places.find(run_.series[i].series.get());
    if (place != places.end() && place->second < catalog_.candidates.size())
      series.candidates = catalog_.candidates[place->second];
    if (auto written = piece(
            i == 0 ? "" : ",",
            [&](JsonWriter& json) { write_report_series(json, series, catalog_, no_patient_); });
        !written)
      return written;
  }
  return Done{};
}

Status PageData::write() {
  if (auto written = piece("{\"run\":", [&](auto& json) { write_head(json); }); !written)
    return written;
  if (auto written = piece(",\"studies\":", [&](auto& json) { write_studies(json); }); !written)
    return written;
  if (auto written = piece(",\"selections\":", [&](auto& json) { write_selections(json); });
      !written)
    return written;
  if (auto written = piece(",\"left\":", [&](auto& json) { write_left(json); }); !written)
    return written;
  if (auto written = file_.append(std::string_view(",\"series\":[")); !written) return written;
  if (auto written = write_series(); !written) return written;
  return file_.append(std::string_view("]}"));
}

}  // namespace

Status write_report_page(const OutputFolder& folder, const Catalog& catalog, const RunSummary& run,
                         const SelectionRules& rules, bool no_patient) {
  auto file = OutputFile::create(folder, "report.html");
  if (!file) return file.problem();
  const std::array<std::pair<std::string_view, std::string>, 4> places{
      {{"{{POLICY}}", policy()},
       {"{{STYLE}}", std::string(page_style)},
       {"{{DATA}}", ""},
       {"{{SCRIPT}}", std::string(page_script)}}};
  std::string_view rest = page_html;
  for (const auto& [place, text] : places) {  // in the order of the page
    const auto at = rest.find(place);
    if (at == std::string_view::npos)
      return Problem{Reason::internal_error, "report.html", "the page lacks " + std::string(place)};
    if (auto written = file->append(std::string(rest.substr(0, at)) + text); !written)
      return written;
    if (place == "{{DATA}}")
      if (auto written = PageData(*file, folder, catalog, run, rules, no_patient).write(); !written)
        return written;
    rest.remove_prefix(at + place.size());
  }
  if (auto written = file->append(rest); !written) return written;
  return file->commit();
}

}  // namespace dcmflow
