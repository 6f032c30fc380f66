#include "stages/database/verify_output.h"

#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

#include "stages/catalog/result_claims.h"
#include "stages/database/catalogue_claims.h"
#include "stages/database/query_catalogue.h"
#include "stages/database/verify_claims.h"
#include "stages/database/verify_images.h"
#include "stages/database/verify_json.h"
#include "stages/prepare/prepared_image.h"

namespace dcmflow {

namespace {

// The images of labels.json, where there is one, behind those of volumes.json; the catalogue knows
// nothing of them.
std::vector<VolumeClaim> with_labels(const std::string& folder, std::vector<VolumeClaim> claims,
                                     Verification& answer) {
  const auto labels = read_json_file(folder, "labels.json", read_label_claims);
  if (!labels) answer.differs("labels.json", "cannot be read: " + labels.problem().detail);
  if (!labels || !*labels) return claims;
  const bool has_catalogue = std::exchange(answer.has_catalogue, false);
  verify_images(folder, **labels, {}, answer);
  answer.has_catalogue = has_catalogue;
  claims.insert(claims.end(), (*labels)->begin(), (*labels)->end());
  return claims;
}

// The images of prepared/, of which nothing else tells but the report that they were asked for.
void verify_prepared(const std::string& folder, const std::optional<ReportClaim>& report,
                     Verification& answer) {
  const auto below = std::string(prepared_folder) + '/';
  auto prepared = read_json_file(folder + '/' + below, "volumes.json", read_volume_claims);
  if (!prepared)
    answer.differs(below + "volumes.json", "cannot be read: " + prepared.problem().detail);
  if (prepared && !*prepared && report && report->has_prepared)
    answer.differs(below + "volumes.json", "is not there, and the run prepared images");
  if (!prepared || !*prepared) return;
  for (VolumeClaim& claim : **prepared) {
    claim.file = below + claim.file;
    for (auto& name : claim.files) name = below + name;
  }
  const bool has_catalogue = std::exchange(answer.has_catalogue, false);
  verify_images(folder, **prepared, {}, answer);
  answer.has_catalogue = has_catalogue;
}

}  // namespace

Result<Verification> verify_output(const std::string& folder) {
  Verification answer;
  CatalogueClaims catalogue;
  constexpr const char* catalogue_name = ".dcmflow/catalogue.sqlite";
  std::optional<Database> database;
  const bool is_there = access((folder + '/' + catalogue_name).c_str(), F_OK) == 0;
  if (is_there) {
    const auto regular = check_regular(folder, catalogue_name);
    auto opened = regular ? read_catalogue(folder, Check::every_page) : regular.problem();
    auto read = opened ? read_catalogue_claims(*opened, catalogue) : Status(opened.problem());
    if (!read)
      answer.differs(catalogue_name, read.problem().detail);
    else
      database = std::move(*opened);
  }
  answer.has_catalogue = database.has_value();
  auto volumes = read_json_file(folder, "volumes.json", read_volume_claims);
  if (volumes && !*volumes && !is_there)
    return Problem{Reason::bad_settings, folder,
                   "holds no results: neither volumes.json nor a catalogue"};
  const auto claims =
      answer.take(std::move(volumes), "volumes.json").value_or(std::vector<VolumeClaim>());
  verify_images(folder, claims, catalogue, answer);
  verify_lists(folder, claims, catalogue, answer);
  const auto all = with_labels(folder, claims, answer);
  const auto report =
      answer.take(read_json_file(folder, "report.json", read_report_claim), "report.json");
  verify_prepared(folder, report, answer);
  if (report) {
    verify_report(folder, all, *report, answer);
    verify_written(folder, *report, answer);
    if (database) verify_runs(*database, *report, answer);
  }
  return answer;
}

}  // namespace dcmflow
