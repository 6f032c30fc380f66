// The summary of a run for a machine: what the table on the terminal says.

#include <string_view>

#include "stages/base/remedies.h"
#include "stages/base/terminal_text.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/summary_text.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

void write_image(JsonWriter& json, const ImageSummary& image) {
  json.object(Layout::one_line).member("file", image.file);
  json.member("verdict", soundness_word(image.soundness));
  json.key("split_reason").value_or_null(image.split_reason);
  json.key("size").values(image.size).member("volumes", image.volumes);
  json.key("spacing").values(image.spacing);
  json.key("flags").values(image.flags).end();
}

void write_problem(JsonWriter& json, Reason reason, std::string_view detail, std::size_t files) {
  json.object(Layout::one_line).member("reason", reason_code(reason));
  if (files > 0) json.member("files", files);
  json.member("detail", detail);
  json.key("remedy").value_or_null(remedy(reason)).end();
}

void write_series(JsonWriter& json, const SeriesSummary& series, const RunSummary& run) {
  json.object();
  if (run.tells_patients) {
    json.key("PatientID").value_or_null(patient_id(*series.series));
    json.key("PatientName").value_or_null(patient_name(*series.series));
  }
  json.member("StudyInstanceUID", series.series->study_instance_uid);
  if (run.is_listing) {
    json.key("StudyDate").value_or_null(study_date(*series.series));
    json.key("StudyDescription").value_or_null(study_description(*series.series));
  }
  json.member("SeriesInstanceUID", series.series->series_instance_uid);
  json.key("SeriesNumber").value_or_null(series_number(*series.series));
  json.key("SeriesDescription").value_or_null(series_description(*series.series));
  json.key("Modality").value_or_null(modality(*series.series));
  json.member("verdict", verdict_word(series.verdict));
  json.member("files", series.files).key("images").array();
  for (const auto& image : series.images) write_image(json, image);
  json.end().key("problems").array();
  for (const auto& problem : series.problems)
    write_problem(json, problem.reason, problem.detail, 0);
  for (const auto& [reason, left] : series.left)
    write_problem(json, reason, left.detail, left.files);
  json.end().end();
}

}  // namespace

std::string summary_json(const RunSummary& run) {
  auto json = JsonWriter::to_text();
  json.object().member("schema", "urn:dcmflow:schema:summary:1");
  json.member("status", run.status).member("exit_code", run.exit_code);
  json.member("input", run.input).key("output").value_or_null(run.output);
  json.member("seconds", run.seconds).member("unchanged", run.unchanged_files.has_value());
  const auto counts = count_verdicts(run.series, run.others);
  json.key("series_counts").object(Layout::one_line);
  for (std::size_t i = 0; i < counts.size(); ++i)
    json.member(verdict_word(static_cast<SeriesVerdict>(i)), counts[i]);
  json.end().key("file_counts").object(Layout::one_line).member("converted", run.files.converted);
  for (const auto& [reason, files] : run.files.left) json.member(reason_code(reason), files);
  json.end().key("series").array();
  for (const auto& series : run.series) write_series(json, series, run);
  json.end().key("advice").array();
  for (const auto& advice : advise(run)) {
    json.object(Layout::one_line).member("reason", reason_code(advice.reason));
    json.member("series", advice.series).member("files", advice.files);
    json.key("remedy").value_or_null(remedy(advice.reason)).end();
  }
  json.end().end();
  return harmless_json(json.take_text());
}

}  // namespace dcmflow
