// report.json: what became of every input file, and what the run was. Only "run" may differ between
// two runs of the same input.

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "stages/catalog/json_writer.h"
#include "stages/discover_files.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

constexpr std::array<std::string_view, 3> severity_names{"skipped", "refused", "failed"};

// For each row of the reasons, by the enum's order.
using ReasonCounts = std::vector<std::uint64_t>;

ReasonCounts count_reasons(const std::vector<FileRecord>& files) {
  ReasonCounts counts(reason_rows().size());
  for (const FileRecord& file : files)
    if (file.reason) ++counts[static_cast<std::size_t>(*file.reason)];
  return counts;
}

// The counts add up: discovered = converted + all that follow.
void write_counts(JsonWriter& json, const Catalog& catalog, const ReasonCounts& counts) {
  const auto converted =
      std::ranges::count_if(catalog.files, [](const FileRecord& file) { return !file.reason; });
  json.key("counts").object();
  json.member("discovered", catalog.files.size()).member("converted", converted);
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
    json.member("severity", severity_names[static_cast<std::size_t>(row.severity)]).end();
  }
  json.end();
}

void write_files(JsonWriter& json, const std::vector<FileRecord>& files) {
  std::vector<const FileRecord*> sorted;
  sorted.reserve(files.size());
  for (const FileRecord& file : files) sorted.push_back(&file);
  std::ranges::stable_sort(sorted, {}, [](const FileRecord* file) {
    return std::tuple(std::string_view(file->name), file->reason, std::string_view(file->detail));
  });
  json.key("files").array();
  for (const FileRecord* file : sorted) {
    auto images = file->images;
    std::ranges::sort(images);
    json.object(Layout::one_line).member("name", printable(file->name));
    json.member("disposition", file->reason ? reason_code(*file->reason) : "converted")
        .key("images")
        .values(images);
    json.member("detail", file->detail).end();
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

void write_selections(JsonWriter& json, const std::vector<SelectedSeries>& selections) {
  json.key("selections").array();
  for (const SelectedSeries& selection : selections) {
    json.object(Layout::one_line)
        .member("name", selection.name)
        .member("series", selection.series.size());
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

Status write_report(const std::string& folder, const Catalog& catalog) {
  auto json = JsonWriter::create(folder, "report.json");
  if (!json) return json.problem();
  const ReasonCounts counts = count_reasons(catalog.files);
  json->object()
      .member("schema", "urn:dcmflow:schema:report:1")
      .key("program")
      .object(Layout::one_line);
  json->member("name", "dcmflow").member("version", DCMFLOW_VERSION).end();
  json->member("status", catalog.run.status).member("exit_code", catalog.run.exit_code);
  json->key("settings").object();
  for (const auto& [name, value] : catalog.settings) json->member(name, value);
  json->end();
  write_counts(*json, catalog, counts);
  write_reasons(*json, catalog, counts);
  write_selections(*json, catalog.selections);
  write_problems(*json, catalog.problems);
  write_files(*json, catalog.files);
  write_run(*json, catalog.run);
  json->end();
  return json->commit();
}

}  // namespace dcmflow
