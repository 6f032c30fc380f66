#include "stages/database/verify_json.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <map>
#include <string_view>

#include "stages/base/folder_entry.h"
#include "stages/base/journal.h"
#include "stages/base/open_path.h"
#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

constexpr const char* metadata_name = "dicom-metadata.json";

// Files of a run that it writes whole, that are no one else's to change, and that no other part of
// verify misses.
bool is_held(std::string_view name) {
  constexpr std::array<std::string_view, 13> names{
      metadata_name,           "metadata.json", "selection-report.json", "labels.json",
      "report.html",           "series.csv",    "series.ndjson",         "instances.csv",
      "instances.ndjson",      "images.csv",    "images.ndjson",         "prepared/dataset.json",
      "prepared/datalist.json"};
  return std::ranges::find(names, name) != names.end() || name.ends_with(".dicom.json");
}

}  // namespace

Status check_regular(const std::string& folder, const std::string& name) {
  const auto file = open_path(folder + '/' + name, O_RDONLY | O_NONBLOCK);
  if (!file && (errno == ENOENT || errno == ENOTDIR)) return Done{};
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0)
    return Problem{Reason::unreadable, name, system_words(errno)};
  if (S_ISREG(found.st_mode)) return Done{};
  return Problem{Reason::unreadable, name,
                 "found " + kind_of(found.st_mode) + ", expected a regular file"};
}

void verify_written(const std::string& folder, const ReportClaim& report, Verification& answer) {
  if (!report.status.starts_with("complete")) return;
  const auto written =
      Journal::of_last_run(folder).value_or(std::map<std::string, std::uint64_t>());
  const auto check = [&](const std::string& name, const std::uint64_t* bytes) {
    struct stat found {};
    if (lstat((folder + '/' + name).c_str(), &found) != 0)
      answer.differs(name, "is not there");
    else if (!S_ISREG(found.st_mode))
      answer.differs(name, "is no regular file");
    else if (bytes != nullptr && static_cast<std::uint64_t>(found.st_size) != *bytes)
      answer.differs(name, "has " + std::to_string(found.st_size) + " bytes, the run wrote " +
                               std::to_string(*bytes));
  };
  if (!written.contains(metadata_name)) check(metadata_name, nullptr);
  for (const auto& [name, bytes] : written)
    if (is_held(name)) check(name, &bytes);
}

}  // namespace dcmflow
