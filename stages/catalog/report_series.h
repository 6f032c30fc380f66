#pragma once
// A series → its element of the data in report.html. Pure; no Problems but those of the writer.

#include <map>
#include <span>
#include <string_view>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/run_summary.h"
#include "stages/selection/candidate.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// What the page shows of a series, beside its summary.
struct ReportSeries {
  const SeriesSummary* summary = nullptr;
  std::size_t study = 0;                 // its place in the page's list
  std::vector<const ImageFile*> images;  // that were made, in the order of the summary
  std::span<const Candidate> candidates{};
};

// Without patient data but for what a condition of a selection saw, and that not under
// `no_patient`.
void write_report_series(JsonWriter& json, const ReportSeries& series, const Catalog& catalog,
                         bool no_patient);

// {"reason", "text", "detail", "remedy", "severity", "files"}, the page's form of a problem.
void write_report_problem(JsonWriter& json, Reason reason, std::string_view detail,
                          std::size_t files);

}  // namespace dcmflow
