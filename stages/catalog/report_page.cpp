#include "stages/catalog/report_page.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "stages/base/base64.h"
#include "stages/base/sha256.h"
#include "stages/catalog/listed_series.h"
#include "stages/catalog/page_parts.h"
#include "stages/catalog/page_series.h"
#include "stages/catalog/script_json.h"
#include "stages/catalog/sorted.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

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
  Status append(std::string_view text);
  Status append(std::string_view before, const StoredText& text, std::string_view behind);
  void write_head(JsonWriter& json) const;
  void write_selections(JsonWriter& json) const;
  void write_left(JsonWriter& json) const;
  Status write_studies();
  Status write_series();

  OutputFile& file_;
  const OutputFolder& folder_;
  const Catalog& catalog_;
  const RunSummary& run_;
  const SelectionRules& rules_;
  const bool no_patient_;
  std::vector<std::size_t> study_of_;  // by series of the run
};

Status PageData::append(std::string_view text) {
  if (folder_.is_stopped())
    return Problem{Reason::interrupted, "report.html", "stopped by a signal"};
  return file_.append(text);
}

// JSON that is written into memory, then as text of the script.
template <class Write>
Status PageData::piece(std::string_view before, Write&& write) {
  auto json = JsonWriter::to_text();
  write(json);
  return append(std::string(before) + script_json(json.take_text()));
}

Status PageData::append(std::string_view before, const StoredText& text, std::string_view behind) {
  if (auto written = append(before); !written) return written;
  PartReader reader(*catalog_.part_store, text);
  for (;;) {
    const auto next = reader.next();
    if (!next) return next.problem();
    if (next->empty()) return append(behind);
    if (auto written = append(*next); !written) return written;
  }
}

void PageData::write_head(JsonWriter& json) const {
  json.object().member("version", DCMFLOW_VERSION).member("status", run_.status);
  json.member("exit_code", run_.exit_code).member("no_patient", no_patient_);
  json.member("images", catalog_.image_count());
  json.member("pictures",
              catalog_.listed ? catalog_.listed->page().pictures() : catalog_.overviews.size());
  const auto counts = count_verdicts(run_.series, run_.others);
  json.key("verdicts").object(Layout::one_line);
  for (std::size_t i = 0; i < counts.size(); ++i)
    json.member(verdict_word(static_cast<SeriesVerdict>(i)), counts[i]);
  json.end().member("converted_files", run_.files.converted);
  json.key("advice").array();
  for (const auto& advice : advise(run_)) json.value(advice_words(advice));
  json.end().end();
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

void PageData::write_left(JsonWriter& json) const {
  auto left = catalog_.listed ? catalog_.listed->page().left() : LeftFiles();
  for (const Problem& problem : catalog_.not_converted) left.add(problem);
  left.write(json);
}

Status PageData::write_studies() {
  constexpr std::string_view name = ",\"studies\":";
  if (catalog_.listed)
    return append(std::string(name) + "[\n  ", catalog_.listed->page().studies(), "\n]\n");
  return piece(name, [&](JsonWriter& json) {
    json.array();
    study_of_ = write_page_studies(json, run_.series, 0, no_patient_);
    json.end();
  });
}

Status PageData::write_series() {
  constexpr std::string_view name = ",\"series\":[";
  if (catalog_.listed) return append(name, catalog_.listed->page().series(), "]}");
  if (auto written = append(name); !written) return written;
  const auto written = write_page_series(catalog_, run_.series, study_of_, no_patient_, false,
                                         [&](std::string_view text) { return append(text); });
  return written ? append("]}") : written;
}

Status PageData::write() {
  if (auto written = piece("{\"run\":", [&](auto& json) { write_head(json); }); !written)
    return written;
  if (auto written = write_studies(); !written) return written;
  if (auto written = piece(",\"selections\":", [&](auto& json) { write_selections(json); });
      !written)
    return written;
  if (auto written = piece(",\"left\":", [&](auto& json) { write_left(json); }); !written)
    return written;
  return write_series();
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
