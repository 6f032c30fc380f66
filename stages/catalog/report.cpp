// report.json: what became of every input file, and what the run was. Only "run" may differ between
// two runs of the same input.

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/listed_series.h"
#include "stages/catalog/names.h"
#include "stages/catalog/report_files.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

constexpr std::size_t depth_of_problems = 2;

// For each row of the reasons, by the enum's order.
using ReasonCounts = std::vector<std::uint64_t>;

ReasonCounts count_reasons(std::span<const std::uint64_t> listed,
                           const std::vector<Problem>& problems) {
  ReasonCounts counts(listed.begin(), listed.end());
  counts.resize(reason_rows().size());
  for (const Problem& problem : problems) ++counts[static_cast<std::size_t>(problem.reason)];
  return counts;
}

// The counts add up: discovered = converted + all that follow.
void write_counts(JsonWriter& json, std::uint64_t converted, const ReasonCounts& counts) {
  json.key("counts").object();
  json.member("discovered", std::reduce(counts.begin(), counts.end(), converted));
  json.member("converted", converted);
  for (const ReasonRow& row : reason_rows())
    if (const auto count = counts[static_cast<std::size_t>(row.reason)])
      json.member(row.code, count);
  json.end();
}

void write_reasons(JsonWriter& json, const ReasonCounts& files, const ReasonCounts& problems) {
  const auto occurs = [&](Reason reason) {
    return files[static_cast<std::size_t>(reason)] + problems[static_cast<std::size_t>(reason)] > 0;
  };
  json.key("reasons").object();
  for (const ReasonRow& row : reason_rows()) {
    if (!occurs(row.reason)) continue;
    json.key(row.code).object(Layout::one_line).member("text", row.text);
    json.member("severity", severity_name(row.severity)).end();
  }
  json.end();
}

// As those that are listed: in their order.
KeyedReader records_of(const std::vector<Problem>& problems) {
  std::multimap<std::string, const Problem*> sorted;
  for (const Problem& problem : problems) sorted.emplace(problem_key(problem), &problem);
  auto json = JsonWriter::elements(depth_of_problems);
  auto bytes = std::make_shared<std::string>();
  for (const auto& [key, problem] : sorted) {
    write_problem(json, *problem);
    append_record(*bytes, key, json.take_elements());
  }
  const auto size = bytes->size();
  return KeyedReader(
      [bytes, is_given = false]() mutable -> Result<std::string_view> {
        return std::exchange(is_given, true) ? std::string_view() : std::string_view(*bytes);
      },
      size);
}

Status write_problems(JsonWriter& json, const Catalog& catalog) {
  std::vector<KeyedReader> readers;
  if (catalog.listed) readers.push_back(catalog.listed->problem_records());
  readers.push_back(records_of(catalog.problems));
  MergedRecords records(std::move(readers));
  json.key("problems").array();
  for (KeyedRecord record;;) {
    const auto more = records.next(record);
    if (!more) return more.problem();
    if (!*more) break;
    json.begin_elements().piece(record.record);
  }
  json.end();
  return Done{};
}

std::size_t count_series(const SelectedSeries& selection) {
  std::set<std::size_t> series;
  for (const SelectedImage& image : selection.images) series.insert(image.series);
  return series.size();
}

void write_selection(JsonWriter& json, const SelectedSeries& selection) {
  json.object(Layout::one_line)
      .member("name", selection.name)
      .member("series", count_series(selection));
  if (selection.unmet) json.member("unmet", *selection.unmet);
  json.end();
}

// Those of one UID are one, where the first of them stands.
Status write_every_series(JsonWriter& json, const Catalog& catalog) {
  std::set<std::string> told;
  return catalog.listed->for_each_main(
      ListedSeries::Order::found, [&](const ListedMain& main) -> Status {
        const auto shared = std::ranges::find(catalog.selections, main.uid, &SelectedSeries::name);
        if (!main.is_shared)
          write_selection(json, {main.uid, {SelectedImage{}}, std::nullopt});
        else if (shared != catalog.selections.end() && told.insert(main.uid).second)
          write_selection(json, *shared);
        return Done{};
      });
}

Status write_selections(JsonWriter& json, const Catalog& catalog) {
  Status written = Done{};
  json.key("selections").array();
  if (catalog.listed && catalog.listed->selects_all())
    written = write_every_series(json, catalog);
  else
    for (const SelectedSeries& selection : catalog.selections) write_selection(json, selection);
  json.end();
  return written;
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

void write_problem(JsonWriter& json, const Problem& problem) {
  json.object(Layout::one_line).member("subject", problem.subject);
  json.member("reason", reason_code(problem.reason)).member("detail", problem.detail).end();
}

Status write_report(const OutputFolder& folder, const Catalog& catalog) {
  auto json = JsonWriter::create(folder, "report.json");
  if (!json) return json.problem();
  ReportFiles files(catalog);
  using Counts = std::span<const std::uint64_t>;
  const auto* const listed = catalog.listed;
  const auto left = count_reasons(listed ? listed->left() : Counts(), catalog.not_converted);
  const auto problems = count_reasons(listed ? listed->problems() : Counts(), catalog.problems);
  json->object()
      .member("schema", "urn:dcmflow:schema:report:1")
      .key("program")
      .object(Layout::one_line);
  json->member("name", "dcmflow").member("version", DCMFLOW_VERSION).end();
  json->member("status", catalog.run.status).member("exit_code", catalog.run.exit_code);
  json->key("settings").object();
  for (const auto& [name, value] : catalog.settings) json->member(name, value);
  json->end();
  write_counts(*json, files.converted(), left);
  write_reasons(*json, left, problems);
  if (auto written = write_selections(*json, catalog); !written) return written;
  if (auto written = write_problems(*json, catalog); !written) return written;
  json->key("files").array();
  if (auto written = files.write(*json); !written) return written;
  json->end();
  write_run(*json, catalog.run);
  json->end();
  return json->commit();
}

}  // namespace dcmflow
