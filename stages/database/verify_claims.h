#pragma once
// Whether the JSON files of an output folder, and its catalogue, agree with each other.

#include <string>
#include <vector>

#include "stages/catalog/result_claims.h"
#include "stages/database/catalogue_claims.h"
#include "stages/database/verification.h"

namespace dcmflow {

// Holds series-images.json, selected-images.json and the catalogue's images against volumes.json.
void verify_lists(const std::string& folder, const std::vector<VolumeClaim>& volumes,
                  const CatalogueClaims& catalogue, Verification& answer);

// Holds the counts of report.json against its lists, its images against volumes.json, and its
// status against selected-images.json, which stands for a run that is complete.
void verify_report(const std::string& folder, const std::vector<VolumeClaim>& volumes,
                   const ReportClaim& report, Verification& answer);

// Holds the last run of the catalogue, and how many files it has, against report.json.
void verify_runs(const Database& database, const ReportClaim& report, Verification& answer);

}  // namespace dcmflow
