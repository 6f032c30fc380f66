#include "engine/pull_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/boot_id.h"
#include "stages/base/filesystem.h"
#include "stages/base/list_folder.h"
#include "stages/base/open_path.h"
#include "stages/base/output_file.h"
#include "stages/base/output_folder.h"

namespace dcmflow {
namespace {

// In FOLDER.part: whose it is, and since which start of the machine.
constexpr auto marker = "/dcmflow-pull";
constexpr auto receiving = "/receiving";

Problem failed(const std::string& path, const std::string& what, int error) {
  auto problem = output_problem(path + ' ' + what, error);
  problem.subject = path;
  return problem;
}

Problem not_usable(const std::string& path, const std::string& why) {
  return {Reason::output_not_writable, path, why};
}

std::string instance_path(const std::string& folder, const InstanceUids& uids) {
  return folder + '/' + uids.study + '/' + uids.series + '/' + uids.instance + ".dcm";
}

bool is_file(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0;
}

Status make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return Done{};
  return failed(path, "cannot be made", errno);
}

Status move(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return Done{};
  return failed(to, "cannot be given its name", errno);
}

std::vector<std::string> names_in(const std::string& folder) {
  const auto opened = open_path(folder, O_RDONLY | O_DIRECTORY);
  return opened ? list_folder(opened.get(), {}).names : std::vector<std::string>();
}

bool is_folder(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

// Two pulls into one folder would take each other's files away. A file system without locks is one
// on which nobody can tell.
Result<Descriptor> hold(const std::string& folder) {
  auto opened = open_path(folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return failed(folder, "cannot be opened", errno);
  if (flock(opened.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return not_usable(folder, "another pull is at work in the folder");
  return opened;
}

Status mark(const std::string& folder) {
  const auto path = folder + marker;
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file) return failed(path, "cannot be made", errno);
  if (const int error = write_all(file.get(), boot_id() + '\n'); error != 0)
    return failed(path, "cannot be written", error);
  if (fsync(file.get()) != 0) return failed(path, "cannot be synced", errno);
  return sync_folder(folder);
}

// Files and their folders.
Status sync_series(const std::string& folder) {
  for (const auto& name : names_in(folder)) {
    const auto path = folder + '/' + name;
    struct stat found {};
    if (lstat(path.c_str(), &found) != 0) return failed(path, "is gone", errno);
    const auto bytes = static_cast<std::uint64_t>(found.st_size);
    if (auto synced = check_output(path, path, bytes, true); !synced) return synced;
  }
  return sync_folder(folder);
}

}  // namespace

Result<PullFolder> PullFolder::open(const std::string& folder) {
  const auto waiting = folder + ".part";
  for (const auto& path : {folder, waiting})
    if (auto made = check_writable_folder(path); !made) return made.problem();
  auto lock = hold(waiting);
  if (!lock) return lock.problem();
  PullFolder opened(folder, waiting, std::move(*lock));
  if (auto taken = opened.take_over(); !taken) return taken.problem();
  return opened;
}

Status PullFolder::take_over() const {
  struct stat here {
  }, there{};
  if (stat(folder_.c_str(), &here) != 0 || stat(waiting_.c_str(), &there) != 0)
    return failed(folder_, "cannot be looked at", errno);
  if (here.st_dev != there.st_dev)
    return not_usable(folder_, waiting_ +
                                   ", where files wait until their study is whole, is on "
                                   "another file system; name a folder below " +
                                   folder_);
  std::ifstream file(waiting_ + marker);
  std::string begun;
  file >> begun;
  const auto names = names_in(waiting_);
  if (!file.is_open() && !names.empty())
    return not_usable(waiting_, "is not of a pull: it has files and no " + std::string(marker + 1) +
                                    "; files wait there until their study is whole");
  if (begun == boot_id() && !begun.empty()) return Done{};
  FileError error;
  for (const auto& name : names)
    if (is_folder(waiting_ + '/' + name)) fs::remove_all(waiting_ + '/' + name, error);
  if (error) return failed(waiting_, "cannot be emptied", error.value());
  return mark(waiting_);
}

bool PullFolder::has(const InstanceUids& uids) const {
  return is_file(instance_path(folder_, uids)) || is_file(instance_path(waiting_, uids));
}

std::string PullFolder::receiving_path(const std::string& study) const {
  return waiting_ + '/' + study + receiving;
}

Status PullFolder::begin_study(const std::string& study) const {
  return make_folder(waiting_ + '/' + study);
}

Status PullFolder::keep_received(const InstanceUids& uids) const {
  if (auto made = make_folder(waiting_ + '/' + uids.study + '/' + uids.series); !made) return made;
  return move(receiving_path(uids.study), instance_path(waiting_, uids));
}

void PullFolder::drop_received(const std::string& study) const {
  unlink(receiving_path(study).c_str());
}

// A study that is new gets its name in one step.
Status PullFolder::publish(const std::string& study) const {
  const auto from = waiting_ + '/' + study;
  drop_received(study);
  const auto all = names_in(from);
  if (all.empty()) {
    rmdir(from.c_str());
    return Done{};
  }
  for (const auto& series : all)
    if (auto synced = sync_series(from + '/' + series); !synced) return synced;
  if (auto synced = sync_folder(from); !synced) return synced;
  if (!is_folder(folder_ + '/' + study)) {
    if (auto moved = move(from, folder_ + '/' + study); !moved) return moved;
    return sync_folder(folder_);
  }
  for (const auto& series : all)
    if (auto published = publish_series(study, series); !published) return published;
  rmdir(from.c_str());
  return sync_folder(folder_ + '/' + study);
}

Status PullFolder::publish_series(const std::string& study, const std::string& series) const {
  const auto from = waiting_ + '/' + study + '/' + series;
  const auto to = folder_ + '/' + study + '/' + series;
  if (auto made = make_folder(to); !made) return made;
  for (const auto& name : names_in(from))
    if (auto moved = move(from + '/' + name, to + '/' + name); !moved) return moved;
  rmdir(from.c_str());
  return sync_folder(to);
}

void PullFolder::tidy() const {
  if (names_in(waiting_).size() > 1) return;
  unlink((waiting_ + marker).c_str());
  rmdir(waiting_.c_str());
}

}  // namespace dcmflow
