#include "stages/database/verify_claims.h"

#include <unistd.h>

#include <set>

#include "stages/base/printable.h"
#include "stages/database/verify_json.h"

namespace dcmflow {

void verify_lists(const std::string& folder, const std::vector<VolumeClaim>& volumes,
                  const CatalogueClaims& catalogue, Verification& answer) {
  std::set<std::string> main_images, mains_listed, all;
  for (const VolumeClaim& claim : volumes) {
    all.insert(claim.file);
    if (claim.is_main) main_images.insert(claim.file);
  }
  constexpr const char* mains = "series-images.json";
  if (const auto list = answer.take(read_json_file(folder, mains, read_series_images), mains)) {
    for (const auto& [key, file] : *list) {
      if (!main_images.contains(file))
        answer.differs("series-images.json", printable(file) + " is no main image of volumes.json");
      mains_listed.insert(file);
    }
    for (const auto& file : main_images)
      if (!mains_listed.contains(file))
        answer.differs("series-images.json", "does not list " + printable(file));
  }
  const auto selected = read_json_file(folder, "selected-images.json", read_selected_images);
  if (!selected)
    answer.differs("selected-images.json", "cannot be read: " + selected.problem().detail);
  else if (*selected)
    for (const auto& [key, file] : **selected)
      if (!all.contains(file))
        answer.differs("selected-images.json", printable(file) + " is not in volumes.json");
  for (const auto& [file, image] : catalogue)
    if (!all.contains(file)) answer.differs(file, "is in the catalogue, not in volumes.json");
}

void verify_report(const std::string& folder, const std::vector<VolumeClaim>& volumes,
                   const ReportClaim& report, Verification& answer) {
  constexpr const char* name = "report.json";
  std::uint64_t sum = 0;
  for (const auto& [code, count] : report.counts) {
    if (code != "discovered") sum += count;
    const auto found = report.found.find(code);
    const auto listed = found == report.found.end() ? 0 : found->second;
    if (listed != count)
      answer.differs(name, "counts " + std::to_string(count) + " files that are " + code +
                               ", and lists " + std::to_string(listed));
  }
  for (const auto& [code, count] : report.found)
    if (!report.counts.contains(code))
      answer.differs(name, "lists " + std::to_string(count) + " files that are " + printable(code) +
                               ", and does not count them");
  const auto discovered = report.counts.find("discovered");
  if (discovered != report.counts.end() && discovered->second != sum)
    answer.differs(name, "discovered " + std::to_string(discovered->second) +
                             " files, the other counts add up to " + std::to_string(sum));
  std::set<std::string> all;
  for (const VolumeClaim& claim : volumes) all.insert(claim.file);
  for (const auto& image : report.images)
    if (!all.contains(image))
      answer.differs(
          name, "a file is converted into " + printable(image) + ", which is not in volumes.json");
  const bool is_complete = report.status.starts_with("complete");
  const bool has_marker = access((folder + "/selected-images.json").c_str(), F_OK) == 0;
  if (is_complete != has_marker)
    answer.differs(name, "says " + report.status + ", and selected-images.json is " +
                             (has_marker ? "there" : "not there"));
}

void verify_runs(const Database& database, const ReportClaim& report, Verification& answer) {
  const auto exit_code = database.number("SELECT exit_code FROM runs ORDER BY id DESC LIMIT 1");
  const auto files = database.number("SELECT count(*) FROM files");
  if (exit_code && *exit_code != report.exit_code)
    answer.differs("report.json", "tells exit code " + std::to_string(report.exit_code) +
                                      ", the catalogue " + std::to_string(*exit_code));
  const auto discovered = report.counts.find("discovered");
  if (files && discovered != report.counts.end() &&
      static_cast<std::uint64_t>(*files) != discovered->second)
    answer.differs("report.json", "discovered " + std::to_string(discovered->second) +
                                      " files, the catalogue has " + std::to_string(*files));
}

}  // namespace dcmflow
