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

namespace dcmflow {

Result<Verification> verify_output(const std::string& folder) {
  Verification answer;
  CatalogueClaims catalogue;
  constexpr const char* catalogue_name = ".dcmflow/catalogue.sqlite";
  std::optional<Database> database;
  const bool is_there = access((folder + '/' + catalogue_name).c_str(), F_OK) == 0;
  if (is_there) {
    auto opened = read_catalogue(folder, Check::every_page);
    auto read = opened ? read_catalogue_claims(*opened, catalogue) : Status(opened.problem());
    if (!read)
      answer.differs(catalogue_name, read.problem().detail);
    else
      database = std::move(*opened);
  }
  answer.has_catalogue = database.has_value();
  auto volumes = read_volume_claims(folder);
  if (volumes && !*volumes && !is_there)
    return Problem{Reason::bad_settings, folder,
                   "holds no results: neither volumes.json nor a catalogue"};
  const auto claims =
      answer.take(std::move(volumes), "volumes.json").value_or(std::vector<VolumeClaim>());
  verify_images(folder, claims, catalogue, answer);
  verify_lists(folder, claims, catalogue, answer);
  if (const auto report = answer.take(read_report_claim(folder), "report.json")) {
    verify_report(folder, claims, *report, answer);
    if (database) verify_runs(*database, *report, answer);
  }
  return answer;
}

}  // namespace dcmflow
