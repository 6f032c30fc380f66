#include "stages/discovery/list_medium.h"

#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <set>

#include "stages/base/counted.h"
#include "stages/base/find_on_medium.h"
#include "stages/base/open_path.h"
#include "stages/dicom/media_directory.h"
#include "stages/dicom/open_file.h"

namespace dcmflow {

std::optional<ListedMedium> ListedMedium::read(const std::string& folder, const std::string& name,
                                               std::string prefix) {
  File file{.root = std::make_shared<const std::string>(folder), .name = name, .version = {}};
  struct stat found {};
  if (stat_path(file.path(), found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  file.size = static_cast<std::uint64_t>(found.st_size);
  file.version = version_of(found);
  auto directory = read_media_directory(share(std::move(file)));
  if (!directory) return std::nullopt;
  ListedMedium medium(folder, name, std::move(prefix));
  FindOnMedium disk(folder);
  std::set<std::string> missing;
  auto& names = medium.names_;
  for (const auto& file_id : directory->file_ids) {
    auto path = disk.find(file_id);
    if (path && *path != name)
      names.push_back(std::move(*path));
    else if (!path && missing.insert(path.problem().subject).second)
      medium.problems_.push_back(path.problem());
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  medium.problems_.push_back(directory->damage.value_or(Problem{
      Reason::dicomdir, name, "a media directory; it names " + counted(names.size(), "file")}));
  return medium;
}

bool ListedMedium::has_told(const std::string& told) const {
  const auto name = std::string_view(told).substr(std::min(prefix_.size(), told.size()));
  return name == name_ || std::ranges::binary_search(names_, name);
}

std::optional<Problem> ListedMedium::next_problem() {
  if (problems_.empty()) return std::nullopt;
  auto problem = std::move(problems_.back());
  problems_.pop_back();
  problem.subject = prefix_ + problem.subject;
  return problem;
}

Problem not_in_dicomdir(std::string told) {
  return {Reason::not_in_dicomdir, std::move(told), "the DICOMDIR of its folder does not name it"};
}

}  // namespace dcmflow
