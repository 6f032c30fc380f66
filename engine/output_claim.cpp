#include "engine/output_claim.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "stages/base/filesystem.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/base/printable.h"
#include "stages/base/unnamed_file.h"

namespace dcmflow {
namespace {

constexpr std::array<std::string_view, 3> completion{"selected-images.json", "report.json",
                                                     "metadata.json"};

std::string path_of(const std::string& folder, std::string_view name) {
  return folder + '/' + std::string(name);
}

bool is_json(const std::string& name) { return name.ends_with(".json"); }

}  // namespace

Result<OutputClaim> OutputClaim::take(const Settings& settings) {
  const auto& path = settings.output.value;
  FileError error;
  fs::create_directories(path, error);
  if (error) {
    auto problem = output_problem(printable(path) + " cannot be made", error.value());
    problem.subject = path;
    return problem;
  }
  OutputClaim claim;
  claim.folder_.path = path;
  claim.tells_workflow_ = settings.workflow_metadata;
  auto lock = FolderLock::take(path);
  if (!lock) return lock.problem();
  claim.lock_ = std::move(*lock);
  if (settings.on_earlier == OnEarlier::refuse)
    if (const auto earlier = Journal::read(path); !earlier.empty())
      return Problem{Reason::output_not_writable, path,
                     printable(path) + " holds " + std::to_string(earlier.size()) +
                         " files of an earlier run, and --on-earlier refuse keeps them; take "
                         "another output folder or --on-earlier replace"};
  claim.folder_.sync = settings.sync;
  if (const auto begun = claim.renew(); !begun) return begun.problem();
  return claim;
}

Status OutputClaim::renew() {
  const auto& path = folder_.path;
  // Those of another run may be at work where there are no locks.
  if (warning().empty()) remove_stale_parts();
  if (const auto writable = check_writable_folder(path); !writable) return writable.problem();
  folder_.journal = nullptr;
  journal_.reset();
  auto journal = Journal::open(path);
  if (!journal) return journal.problem();
  journal_ = std::move(*journal);
  earlier_names_ = {journal_->earlier().begin(), journal_->earlier().end()};
  folder_.journal = journal_.get();
  release_report_space();
  removed_ = 0;
  return Done{};
}

// What killed runs were writing.
void OutputClaim::remove_stale_parts() const {
  const auto clean = [](const std::string& folder, std::string_view prefix) {
    std::vector<std::string> stale;
    if (DIR* const listing = opendir(folder.c_str())) {
      while (const dirent* entry = readdir(listing)) {
        const std::string_view name(entry->d_name);
        if (name.starts_with(prefix) && name.ends_with(".part")) stale.emplace_back(name);
      }
      closedir(listing);
    }
    for (const auto& name : stale) unlink(path_of(folder, name).c_str());
  };
  clean(folder_.path, temporary_prefix);
  clean(path_of(folder_.path, private_folder), "");
}

Status OutputClaim::withdraw() {
  const auto& earlier = journal_->earlier();
  for (const auto name : completion) {
    const bool is_ours = name != "metadata.json" || tells_workflow_ ||
                         std::ranges::find(earlier, name) != earlier.end();
    if (!is_ours) continue;
    if (auto gone = remove_output(folder_.path, std::string(name)); !gone) return gone;
  }
  return Done{};
}

// In the order opposite to that of writing: the header of a pair goes before its voxels.
template <class IsKept>
Status OutputClaim::remove_earlier(IsKept is_kept) {
  const auto& earlier = journal_->earlier();
  for (auto at = earlier.rbegin(); at != earlier.rend(); ++at) {
    const auto& name = *at;
    if (is_kept(name) || access(path_of(folder_.path, name).c_str(), F_OK) != 0) continue;
    if (auto gone = remove_output(folder_.path, name); !gone) return gone;
    remove_empty_folders(folder_.path, name);
    ++removed_;
  }
  return Done{};
}

Status OutputClaim::replace(const std::set<std::string>& stays, std::size_t files,
                            const JsonSpace& space) {
  // The lists first: while they are there, what they list is.
  for (const std::string name : {"volumes.json", "series-images.json", "dicom-metadata.json"})
    if (auto gone = remove_output(folder_.path, name); !gone) return gone;
  const auto is_kept = [&](const auto& name) { return stays.contains(name); };
  if (auto gone = remove_earlier([&](const auto& name) { return !is_json(name) || is_kept(name); });
      !gone)
    return gone;
  if (auto gone = remove_earlier(is_kept); !gone) return gone;
  constexpr std::uint64_t entry_bytes = 128;
  journal_->reserve((files + completion.size()) * entry_bytes);
  book(space, files);
  return Done{};
}

Status OutputClaim::keep_only(const std::set<std::string>& stays) {
  return remove_earlier([&](const auto& name) { return stays.contains(name); });
}

// All of it, or at least that of the lists, or of report.json. A file system that does not count
// its files says that there are none.
void OutputClaim::book(const JsonSpace& space, std::size_t files) {
  const auto place = path_of(folder_.path, private_folder);
  booked_ = space;
  constexpr std::size_t more = 1000;  // of the catalogue, of others at work on the disk
  struct statvfs disk {};
  const bool are_few =
      statvfs(place.c_str(), &disk) == 0 && disk.f_files > 0 && disk.f_favail < 2 * files + more;
  const auto wanted = are_few ? space.report_files + space.other_files : 0;
  while (files_.size() < wanted) {
    files_.push_back(open_unnamed_file(place, "file"));
    if (files_.back()) continue;
    files_.pop_back();
    break;
  }
  space_ = open_unnamed_file(place, "space");
  if (!space_) return;
  const auto lists = space.report_bytes + space.other_bytes;
  for (const auto bytes : {lists + space.dicom_json_bytes, lists, space.report_bytes}) {
    if (fallocate(space_.get(), 0, 0, static_cast<off_t>(std::max<std::uint64_t>(1, bytes))) == 0)
      return;
    // What was booked of it before the disk was full.
    static_cast<void>(ftruncate(space_.get(), 0));
  }
}

void OutputClaim::cut_space(std::uint64_t bytes) {
  struct stat booked {};
  if (space_ && fstat(space_.get(), &booked) == 0 && booked.st_size > static_cast<off_t>(bytes))
    static_cast<void>(ftruncate(space_.get(), static_cast<off_t>(bytes)));
}

void withdraw_completion(const std::string& folder) {
  FolderLock lock;
  if (!FolderLock::try_take_existing(folder, lock)) return;
  const auto earlier = Journal::read(folder);
  for (const auto name : completion)
    if (std::ranges::find(earlier, name) != earlier.end()) unlink(path_of(folder, name).c_str());
}

}  // namespace dcmflow
