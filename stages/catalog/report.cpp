// report.json: what became of every input file, and what the run was. Only "run" may differ between
// two runs of the same input.

#include <algorithm>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/names.h"
#include "stages/catalog/report_files.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

// For each row of the reasons, by the enum's order.
using ReasonCounts = std::vector<std::uint64_t>;

ReasonCounts count_reasons(const std::vector<Problem>& problems) {
  ReasonCounts counts(reason_rows().size());
  for (const Problem& problem : problems) ++counts[static_cast<std::size_t>(problem.reason)];
  return counts;
}

// The counts add up: discovered = converted + all that follow.
void write_counts(JsonWriter& json, const Catalog& catalog, std::uint64_t converted,
                  const ReasonCounts& counts) {
  json.key("counts").object();
  json.member("discovered", converted + catalog.not_converted.size());
  json.member("converted", converted);
  for (const ReasonRow& row : reason_rows())
    if (const auto count = counts[static_cast<std::size_t>(row.reason)])
      json.member(row.code, count);
  json.end();
}

void write_reasons(JsonWriter& json, const Catalog& catalog, const ReasonCounts& counts) {
  ReasonCounts occurs = counts;
  for (const Problem& problem : catalog.problems)
    ++occurs[static_cast<std::size_t>(problem.reason)];
  json.key("reasons").object();
  for (const ReasonRow& row : reason_rows()) {
    if (occurs[static_cast<std::size_t>(row.reason)] == 0) continue;
    json.key(row.code).object(Layout::one_line).member("text", row.text);
    json.member("severity", severity_name(row.severity)).end();
  }
  json.end();
}

void write_problems(JsonWriter& json, std::vector<Problem> problems) {
  std::ranges::stable_sort(problems, {}, [](const Problem& problem) {
    return std::tuple(std::string_view(problem.subject), problem.reason,
                      std::string_view(problem.detail));
  });
  json.key("problems").array();
  for (const Problem& problem : problems) {
    json.object(Layout::one_line).member("subject", problem.subject);
    json.member("reason", reason_code(problem.reason)).member("detail", problem.detail).end();
  }
  json.end();
}

std::size_t count_series(const SelectedSeries& selection) {
  std::set<std::size_t> series;
  for (const SelectedImage& image : selection.images) series.insert(image.series);
  return series.size();
}

void write_selections(JsonWriter& json, const std::vector<SelectedSeries>& selections) {
  json.key("selections").array();
  for (const SelectedSeries& selection : selections) {
    json.object(Layout::one_line)
        .member("name", selection.name)
        .member("series", count_series(selection));
    if (selection.unmet) json.member("unmet", *selection.unmet);
    json.end();
  }
  json.end();
}

void write_run(JsonWriter& json, const RunFacts& run) {
  json.key("run").object().member("threads", run.threads).member("seconds", run.seconds);
  json.member("peak_memory_bytes", run.peak_memory_bytes).key("steps").array();
  for (const StepRecord& step : run.steps) {
    json.object(Layout::one_line).member("step", step.step).member("items", step.items);
    json.member("problems", step.problems).member("bytes", step.bytes);
    json.member("busy_seconds", step.busy_seconds).end();
  }
  json.end().end();
}

}  // namespace

Status write_report(const OutputFolder& folder, const Catalog& catalog) {
  auto json = JsonWriter::create(folder, "report.json");
  if (!json) return json.problem();
  ReportFiles files(catalog);
  const ReasonCounts counts = count_reasons(catalog.not_converted);
  json->object()
      .member("schema", "urn:dcmflow:schema:report:1")
      .key("program")
      .object(Layout::one_line);
  json->member("name", "dcmflow").member("version", DCMFLOW_VERSION).end();
  json->member("status", catalog.run.status).member("exit_code", catalog.run.exit_code);
  json->key("settings").object();
  for (const auto& [name, value] : catalog.settings) json->member(name, value);
  json->end();
  write_counts(*json, catalog, files.converted(), counts);
  write_reasons(*json, catalog, counts);
  write_selections(*json, catalog.selections);
  write_problems(*json, catalog.problems);
  json->key("files").array();
  if (auto written = files.write(*json); !written) return written;
  json->end();
  write_run(*json, catalog.run);
  json->end();
  return json->commit();
}

}  // namespace dcmflow
