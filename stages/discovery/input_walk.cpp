// One folder is open at a time, however deep the walk is: going down replaces the descriptor, and
// coming back reopens the parent by its path when there is an entry left to look at. Levels are
// kept on a vector, so depth costs no call stack.

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
#include "stages/dicom/open_file.h"

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
    auto& names = levels.back().names;
    if (names.empty()) {
      leave();
      continue;
    }
    const std::string name = std::move(names.back());
    names.pop_back();
    if (auto found = look_at(name); found && is_in_slice(*found)) return found;
  }
  return std::nullopt;
}

bool InputWalk::is_in_slice(const Result<FilePtr>& found) const {
  return !slice || slice->has(found ? (*found)->name : found.problem().subject);
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
    if (is_one_of_many && is_excluded(found))
      return Problem{Reason::special_file, input, "the output folder, not read"};
    inputs.walked();
    root = std::make_shared<const std::string>(is_one_of_many ? "." : input);
    folder = is_one_of_many ? input : "";
    if (!seen.insert(found.st_dev, found.st_ino))
      return was_walked ? std::nullopt : Found(second_path_to_folder(input));
    return enter("", input, open_path(input, O_RDONLY | O_DIRECTORY));
  }
  const std::size_t slash = input.rfind('/');
  const std::string parent = folder_of(input);
  root = std::make_shared<const std::string>(is_one_of_many ? "." : parent);
  folder = is_one_of_many && slash != std::string::npos ? parent : "";
  std::string name = input.substr(slash == std::string::npos ? 0 : slash + 1);
  if (!was_walked && inputs.may_name_others())
    medium = ListedMedium::read(parent, name, relative(""));
  if (medium) seen.insert(found.st_dev, found.st_ino);
  levels.push_back({medium ? medium->names() : std::vector{std::move(name)}, folder.size()});
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
  return enter("", folder, open_path(medium->folder(), O_RDONLY | O_DIRECTORY));
}

InputWalk::Found InputWalk::look_at(const std::string& name) {
  std::string subject = relative(name);
  const bool is_itself = std::exchange(is_input, false);
  const bool may_be_opened = spool && (is_itself || inputs.has(subject));
  const bool is_told = is_itself ? is_met : inputs.was_taken(subject);
  if (!open_folder) open_folder = open_path(path(), O_PATH | O_DIRECTORY);
  struct stat found {};
  const int error = open_folder ? stat_entry(open_folder.get(), name, found) : errno;
  if (error != 0) {
    if (is_told) return std::nullopt;
    const bool link = open_folder && is_symbolic_link(open_folder.get(), name);
    return Problem{Reason::unreadable, std::move(subject),
                   (link ? "a symbolic link that leads nowhere: " : "") + system_words(error)};
  }
  if (S_ISDIR(found.st_mode)) {
    if (is_excluded(found)) return std::nullopt;
    if (!seen.insert(found.st_dev, found.st_ino))
      return is_told ? std::nullopt : Found(second_path_to_folder(std::move(subject)));
    return enter(name, std::move(subject),
                 open_at(open_folder.get(), name, O_RDONLY | O_DIRECTORY));
  }
  if (!S_ISREG(found.st_mode)) {
    if (is_told) return std::nullopt;
    return Problem{Reason::special_file, std::move(subject),
                   "found " + kind_of(found.st_mode) + ", expected a file or a folder"};
  }
  const bool is_rest = medium && medium->is_rest();
  if (is_rest && medium->has_told(subject)) return std::nullopt;
  identity = identity_of(found, slice && slice->parts > 1);
  if (!slice && !seen.insert(found.st_dev, found.st_ino))
    return is_told ? std::nullopt : Found(same_file_problem(std::move(subject)));
  if (is_rest) return not_in_dicomdir(std::move(subject));
  if (found.st_size == 0)
    return Problem{Reason::empty_file, std::move(subject), "found 0 bytes, expected a DICOM file"};
  subject.shrink_to_fit();  // there is one for every file of an archive
  auto file = std::make_shared<const File>(
      File{root, std::move(subject), static_cast<std::uint64_t>(found.st_size), version_of(found)});
  if (may_be_opened) return open_if_archive(std::move(file));
  return FilePtr(std::move(file));
}

InputWalk::Found InputWalk::open_if_archive(FilePtr file) {
  auto opened = ArchiveMembers::open(file, *spool, is_given_up);
  if (!opened) return opened.problem();
  archive = std::move(*opened);
  if (archive) return std::nullopt;
  return file;
}

// Takes the descriptor of a folder and puts its entries on top. What can be listed is walked, also
// when the listing broke off.
InputWalk::Found InputWalk::enter(const std::string& name, std::string subject, Descriptor opened) {
  if (!opened)
    return Problem{Reason::unreadable, std::move(subject),
                   "the folder cannot be opened: " + system_words(errno)};
  const std::size_t parent_length = folder.size();
  if (!name.empty()) folder = relative(name);
  open_folder = std::move(opened);
  if (tell_folder) tell_folder(folder);
  std::function<bool(const std::string&)> is_wanted_file;
  if (slice) is_wanted_file = [this](const auto& file) { return slice->has(relative(file)); };
  auto listing = list_folder(open_folder.get(), is_wanted_file);
  std::ranges::reverse(listing.names);
  levels.push_back({std::move(listing.names), parent_length});
  if (listing.error == 0) return std::nullopt;
  return Problem{Reason::unreadable, std::move(subject),
                 "the folder cannot be listed to its end: " + system_words(listing.error) +
                     "; found " + std::to_string(listing.entries) + " entries before that"};
}

void InputWalk::leave() {
  folder.resize(levels.back().parent_length);
  levels.pop_back();
  open_folder.reset();
}

// By identity, not by name: the output may be named through a link. Asked each time, since it may
// be made during the walk.
bool InputWalk::is_excluded(const struct stat& found) const {
  if (excluded.empty()) return false;
  struct stat other {};
  return stat_path(excluded, other) == 0 && other.st_dev == found.st_dev &&
         other.st_ino == found.st_ino;
}

bool InputWalk::is_within_excluded(const std::string& input) const {
  if (excluded.empty()) return false;
  for (auto end = input.find('/', 1); end != std::string::npos; end = input.find('/', end + 1)) {
    struct stat found {};
    if (stat_path(input.substr(0, end), found) == 0 && is_excluded(found)) return true;
  }
  return false;
}

}  // namespace dcmflow
