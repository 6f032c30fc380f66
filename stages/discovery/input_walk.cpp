// Folders come from LookAhead with what the system says of their entries. Levels are kept on a
// vector, so depth costs no call stack.

#include "stages/discovery/input_walk.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "stages/base/folder_entry.h"
#include "stages/base/list_folder.h"
#include "stages/base/open_path.h"
#include "stages/base/system_words.h"
#include "stages/discovery/foreign_dicom.h"

namespace dcmflow {
namespace {

Problem second_path_to_folder(std::string subject) {
  return {Reason::same_file, std::move(subject),
          "a second path to a folder that was already entered"};
}

// Whether the walk over the folder of a path that cannot be looked at has told so of it: it has
// where the folder can be listed, and has that name.
bool is_listed_there(const std::string& path, int error) {
  const auto parent = open_path(folder_of(path), O_RDONLY | O_DIRECTORY);
  if (!parent) return false;
  const auto name = path.substr(path.rfind('/') + 1);
  if (is_symbolic_link(parent.get(), name)) return true;
  if (error == ENOENT || error == ENOTDIR) return false;
  const auto names = list_folder(parent.get(), {}).names;
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

InputWalk::Found InputWalk::next() {
  while (!at_end()) {
    identity = {};
    if (archive) {
      if (auto member = archive->next()) return member;
      archive.reset();
      continue;
    }
    if (levels.empty()) {
      auto found = medium ? go_on_in_medium() : start();
      if (found && is_in_slice(*found)) return found;
      continue;
    }
    auto& level = levels.back();
    const auto& names = level.folder->listing.names;
    // Before the first part nothing of the folder is the walker's.
    if (level.parts == 0 || (level.next == level.parts * LookedFolder::names_of_part &&
                             level.parts < level.folder->parts())) {
      if (!take_part()) return std::nullopt;
      if (auto problem = listing_problem(); problem && is_in_slice(*problem)) return problem;
    } else if (level.next == names.size()) {
      levels.pop_back();
    } else {
      auto& entry = level.entries[level.next % LookedFolder::names_of_part];
      const auto& name = names[level.next++];
      if (auto found = look_at(name, std::move(entry)); found && is_in_slice(*found)) return found;
    }
  }
  return std::nullopt;
}

bool InputWalk::is_in_slice(const Result<FilePtr>& found) const {
  return !rules.slice || rules.slice->has(found ? (*found)->name : found.problem().subject);
}

// The next input itself: a folder becomes the first level; a file is looked at as the one entry of
// its folder.
InputWalk::Found InputWalk::start() {
  const std::string& input = inputs.take();
  const bool is_one_of_many = inputs.are_many();
  if (inputs.is_repeated()) return std::nullopt;
  const bool was_walked = inputs.was_walked();
  const bool is_output = was_walked && is_within_excluded(input);
  struct stat found {};
  if (const int error = stat_path(input, found); error != 0) {
    if (was_walked && !is_output && is_listed_there(input, error)) return std::nullopt;
    return Problem{
        Reason::unreadable, input,
        "the input cannot be opened: " + system_words(error) + "; expected a file or a folder"};
  }
  if (is_output) return Problem{Reason::special_file, input, "in the output folder, not read"};
  if (S_ISDIR(found.st_mode)) {
    if (is_one_of_many && rules.excludes(found))
      return Problem{Reason::special_file, input, std::string(output_not_read)};
    inputs.walked();
    root = std::make_shared<const std::string>(is_one_of_many ? "." : input);
    folder = is_one_of_many ? input : "";
    if (!seen.insert(found.st_dev, found.st_ino))
      return was_walked ? std::nullopt : Found(second_path_to_folder(input));
    enter(std::make_shared<LookedFolder>(root, folder), input);
    return std::nullopt;
  }
  const std::size_t slash = input.rfind('/');
  const std::string parent = folder_of(input);
  root = std::make_shared<const std::string>(is_one_of_many ? "." : parent);
  folder = is_one_of_many && slash != std::string::npos ? parent : "";
  std::string name = input.substr(slash == std::string::npos ? 0 : slash + 1);
  if (!was_walked && inputs.may_name_others())
    medium = ListedMedium::read(parent, name, folder.empty() ? "" : folder + '/');
  if (medium) seen.insert(found.st_dev, found.st_ino);
  auto names = medium ? medium->names() : std::vector{std::move(name)};
  enter(std::make_shared<LookedFolder>(root, folder, std::move(names)), input);
  is_input = !medium;
  is_met = was_walked;
  return std::nullopt;
}

// What a DICOMDIR names is a level, as if its folder had nothing else. Then come the names without
// a file, and itself; then what lies beside.
InputWalk::Found InputWalk::go_on_in_medium() {
  if (auto problem = medium->next_problem()) return std::move(*problem);
  if (!medium->begin_rest()) {
    medium.reset();
    return std::nullopt;
  }
  struct stat found {};
  if (stat_path(medium->folder(), found) == 0) seen.insert(found.st_dev, found.st_ino);
  enter(std::make_shared<LookedFolder>(root, folder), folder);
  return std::nullopt;
}

void InputWalk::enter(std::shared_ptr<LookedFolder> entered, std::string subject) {
  levels.push_back({.folder = std::move(entered), .subject = std::move(subject), .entries = {}});
}

bool InputWalk::take_part() {
  auto& level = levels.back();
  auto entries = ahead.take(level.folder, level.parts);
  if (!entries) return false;
  level.entries = std::move(*entries);
  ++level.parts;
  return true;
}

// With the first part. What can be listed is walked, also when the listing broke off.
InputWalk::Found InputWalk::listing_problem() {
  auto& level = levels.back();
  if (level.parts != 1) return std::nullopt;
  if (const int error = level.folder->open_error; error != 0) {
    Problem problem{Reason::unreadable, std::move(level.subject),
                    "the folder cannot be opened: " + system_words(error)};
    levels.pop_back();
    return problem;
  }
  const auto& listing = level.folder->listing;
  if (listing.error == 0) return std::nullopt;
  return Problem{Reason::unreadable, level.subject,
                 "the folder cannot be listed to its end: " + system_words(listing.error) +
                     "; found " + std::to_string(listing.entries) + " entries before that"};
}

InputWalk::Found InputWalk::look_at(const std::string& name, LookedEntry entry) {
  const bool is_itself = std::exchange(is_input, false);
  std::string relative;
  if (!entry.file) relative = levels.back().folder->relative(name);
  const auto& subject = entry.file ? entry.file->name : relative;
  const bool may_be_opened = spool && (is_itself || inputs.has(subject));
  const bool is_told = is_itself ? is_met : inputs.was_taken(subject);
  if (entry.file) return look_at_file(std::move(entry), is_told, may_be_opened);
  if (entry.error == 0 && S_ISDIR(entry.mode))
    return look_at_folder(std::move(relative), std::move(entry), is_told);
  if (is_told) return std::nullopt;
  if (entry.error != 0)
    return Problem{
        Reason::unreadable, std::move(relative),
        (entry.is_link ? "a symbolic link that leads nowhere: " : "") + system_words(entry.error)};
  return Problem{Reason::special_file, std::move(relative),
                 "found " + kind_of(entry.mode) + ", expected a file or a folder"};
}

InputWalk::Found InputWalk::look_at_folder(std::string subject, LookedEntry entry, bool is_told) {
  if (entry.is_excluded) {
    if (is_told || !seen.insert(entry.identity.device, entry.identity.inode) ||
        !holds_foreign_dicom(rules.excluded))
      return std::nullopt;
    return Problem{Reason::special_file, std::move(subject),
                   std::string(output_not_read) +
                       ", and DICOM files are in it that no run of dcmflow wrote: take an output "
                       "folder of its own, or have them elsewhere"};
  }
  if (!seen.insert(entry.identity.device, entry.identity.inode))
    return is_told ? std::nullopt : Found(second_path_to_folder(std::move(subject)));
  enter(std::move(entry.folder), std::move(subject));
  return std::nullopt;
}

InputWalk::Found InputWalk::look_at_file(LookedEntry entry, bool is_told, bool may_be_opened) {
  auto& file = entry.file;
  const bool is_rest = medium && medium->is_rest();
  if (is_rest && medium->has_told(file->name)) return std::nullopt;
  identity = entry.identity;
  if (!rules.slice && !seen.insert(identity.device, identity.inode))
    return is_told ? std::nullopt : Found(same_file_problem(file->name));
  if (is_rest) return not_in_dicomdir(file->name);
  if (file->size == 0)
    return Problem{Reason::empty_file, file->name, "found 0 bytes, expected a DICOM file"};
  if (may_be_opened) return open_if_archive(std::move(file));
  return std::move(file);
}

InputWalk::Found InputWalk::open_if_archive(FilePtr file) {
  auto opened = ArchiveMembers::open(file, *spool, is_given_up);
  if (!opened) return opened.problem();
  archive = std::move(*opened);
  if (archive) return std::nullopt;
  return file;
}

bool InputWalk::is_within_excluded(const std::string& input) const {
  if (rules.excluded.empty()) return false;
  for (auto end = input.find('/', 1); end != std::string::npos; end = input.find('/', end + 1)) {
    struct stat found {};
    if (stat_path(input.substr(0, end), found) == 0 && rules.excludes(found)) return true;
  }
  return false;
}

}  // namespace dcmflow
