// One folder is open at a time, however deep the walk is: going down replaces the descriptor, and
// coming back reopens the parent by its path when there is an entry left to look at. Levels are
// kept on a vector, so depth costs no call stack.

#include "stages/discover_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "stages/archives/archive_members.h"
#include "stages/base/descriptor.h"
#include "stages/base/folder_entry.h"
#include "stages/base/inode_set.h"
#include "stages/base/list_folder.h"
#include "stages/base/open_path.h"
#include "stages/base/system_words.h"
#include "stages/dicom/open_file.h"
#include "stages/discovery/hide_name.h"
#include "stages/discovery/list_medium.h"

namespace dcmflow {
namespace {

Problem second_path_to_folder(std::string subject) {
  return {Reason::same_file, std::move(subject),
          "a second path to a folder that was already entered"};
}

}  // namespace

struct DiscoverFiles::Walk {
  struct Level {
    std::vector<std::string> names;  // what is left, the next one last
    std::size_t parent_length = 0;   // of `folder` once this level is done
  };
  using Found = std::optional<Result<FilePtr>>;

  explicit Walk(InputPaths paths) : inputs(std::move(paths)) {}

  TakeInputs inputs;
  std::optional<ListedMedium> medium;  // that is read, or what lies beside it told of
  std::string excluded;
  std::shared_ptr<const std::string> root;
  std::string folder;  // of the uppermost level, relative to root; empty for root itself
  Descriptor open_folder;
  std::vector<Level> levels;
  InodeSet seen;
  std::function<void(const std::string&)> tell_folder;
  std::optional<InputSlice> slice;
  FileIdentity identity;
  std::string place;  // of what was given last
  bool hides_names = false;
  std::optional<Spool> spool;  // there: archives are opened
  std::function<bool()> is_given_up;
  bool is_input = false;                    // the next entry is an input itself
  std::unique_ptr<ArchiveMembers> archive;  // whose members come next

  Found start();
  Found go_on_in_medium();
  bool is_in_slice(const Result<FilePtr>& found) const;
  Found look_at(const std::string& name);
  Found enter(const std::string& name, std::string subject, Descriptor opened);
  Found open_if_archive(FilePtr file);
  void leave();
  bool is_excluded(const struct stat& found) const;

  bool at_end() const { return inputs.at_end() && levels.empty() && !medium && !archive; }
  std::string path() const { return File{.root = root, .name = folder, .version = {}}.path(); }
  std::string relative(const std::string& name) const {
    return folder.empty() ? name : folder + '/' + name;
  }
};

DiscoverFiles::DiscoverFiles(std::string input, const std::string& excluded)
    : DiscoverFiles(InputPaths{.given = {std::move(input)}, .listed = {}}, excluded) {}

DiscoverFiles::DiscoverFiles(InputPaths inputs, const std::string& excluded)
    : walk_(std::make_unique<Walk>(std::move(inputs))) {
  walk_->excluded = excluded;
}

DiscoverFiles::~DiscoverFiles() = default;

std::optional<Result<FilePtr>> DiscoverFiles::next() {
  auto found = find_next();
  if (!found) return found;
  walk_->place = *found ? (**found)->name : found->problem().subject;
  return walk_->hides_names ? with_hidden_name(std::move(*found)) : std::move(*found);
}

std::optional<Result<FilePtr>> DiscoverFiles::find_next() {
  while (!at_end()) {
    walk_->identity = {};
    if (walk_->archive) {
      if (auto member = walk_->archive->next()) return member;
      walk_->archive.reset();
      continue;
    }
    if (walk_->levels.empty()) {
      auto found = walk_->medium ? walk_->go_on_in_medium() : walk_->start();
      if (found && walk_->is_in_slice(*found)) return found;
      continue;
    }
    auto& names = walk_->levels.back().names;
    if (names.empty()) {
      walk_->leave();
      continue;
    }
    const std::string name = std::move(names.back());
    names.pop_back();
    if (auto found = walk_->look_at(name); found && walk_->is_in_slice(*found)) return found;
  }
  return std::nullopt;
}

std::string root_of_names(const std::string& input) {
  struct stat found {};
  const bool is_file = stat_path(input, found) == 0 && !S_ISDIR(found.st_mode);
  return is_file ? folder_of(input) : input;
}

void DiscoverFiles::on_folder(std::function<void(const std::string&)> tell) {
  walk_->tell_folder = std::move(tell);
}

void DiscoverFiles::open_archives(std::string spool_folder, std::function<bool()> is_given_up) {
  walk_->spool.emplace(std::move(spool_folder));
  walk_->is_given_up = std::move(is_given_up);
}

void DiscoverFiles::take_slice(InputSlice slice) { walk_->slice = slice; }

void DiscoverFiles::hide_names() { walk_->hides_names = true; }

FileIdentity DiscoverFiles::identity() const { return walk_->identity; }

const std::string& DiscoverFiles::place() const { return walk_->place; }

bool DiscoverFiles::at_end() const { return walk_->at_end(); }

bool DiscoverFiles::Walk::is_in_slice(const Result<FilePtr>& found) const {
  return !slice || slice->has(found ? (*found)->name : found.problem().subject);
}

// The next input itself: a folder becomes the first level; a file is looked at as the one entry of
// its folder.
DiscoverFiles::Walk::Found DiscoverFiles::Walk::start() {
  const std::string& input = inputs.take();
  const bool is_one_of_many = inputs.are_many();
  if (inputs.was_walked()) return std::nullopt;
  struct stat found {};
  if (const int error = stat_path(input, found); error != 0)
    return Problem{
        Reason::unreadable, input,
        "the input cannot be opened: " + system_words(error) + "; expected a file or a folder"};
  if (S_ISDIR(found.st_mode)) {
    if (is_one_of_many && is_excluded(found))
      return Problem{Reason::special_file, input, "the output folder, not read"};
    inputs.walked();
    root = std::make_shared<const std::string>(is_one_of_many ? "." : input);
    folder = is_one_of_many ? input : "";
    if (!seen.insert(found.st_dev, found.st_ino)) return second_path_to_folder(input);
    return enter("", input, open_path(input, O_RDONLY | O_DIRECTORY));
  }
  const std::size_t slash = input.rfind('/');
  const std::string parent = folder_of(input);
  root = std::make_shared<const std::string>(is_one_of_many ? "." : parent);
  folder = is_one_of_many && slash != std::string::npos ? parent : "";
  std::string name = input.substr(slash == std::string::npos ? 0 : slash + 1);
  if (inputs.may_name_others()) medium = ListedMedium::read(parent, name, relative(""));
  if (medium) seen.insert(found.st_dev, found.st_ino);
  levels.push_back({medium ? medium->names() : std::vector{std::move(name)}, folder.size()});
  is_input = !medium;
  return std::nullopt;
}

// What a DICOMDIR names is a level, as if its folder had nothing else. Then come the names without
// a file, and itself; then what lies beside.
DiscoverFiles::Walk::Found DiscoverFiles::Walk::go_on_in_medium() {
  if (auto problem = medium->next_problem()) return std::move(*problem);
  if (!medium->begin_rest()) {
    medium.reset();
    return std::nullopt;
  }
  struct stat found {};
  if (stat_path(medium->folder(), found) == 0) seen.insert(found.st_dev, found.st_ino);
  return enter("", folder, open_path(medium->folder(), O_RDONLY | O_DIRECTORY));
}

DiscoverFiles::Walk::Found DiscoverFiles::Walk::look_at(const std::string& name) {
  const bool may_be_opened = std::exchange(is_input, false) && spool;
  if (!open_folder) open_folder = open_path(path(), O_PATH | O_DIRECTORY);
  struct stat found {};
  const int error = open_folder ? stat_entry(open_folder.get(), name, found) : errno;
  std::string subject = relative(name);
  if (error != 0) {
    const bool link = open_folder && is_symbolic_link(open_folder.get(), name);
    return Problem{Reason::unreadable, std::move(subject),
                   (link ? "a symbolic link that leads nowhere: " : "") + system_words(error)};
  }
  if (S_ISDIR(found.st_mode)) {
    if (is_excluded(found)) return std::nullopt;
    if (!seen.insert(found.st_dev, found.st_ino)) return second_path_to_folder(std::move(subject));
    return enter(name, std::move(subject),
                 open_at(open_folder.get(), name, O_RDONLY | O_DIRECTORY));
  }
  if (!S_ISREG(found.st_mode))
    return Problem{Reason::special_file, std::move(subject),
                   "found " + kind_of(found.st_mode) + ", expected a file or a folder"};
  const bool is_rest = medium && medium->is_rest();
  if (is_rest && medium->has_told(subject)) return std::nullopt;
  identity = identity_of(found, slice && slice->parts > 1);
  if (!slice && !seen.insert(found.st_dev, found.st_ino))
    return same_file_problem(std::move(subject));
  if (is_rest) return not_in_dicomdir(std::move(subject));
  if (found.st_size == 0)
    return Problem{Reason::empty_file, std::move(subject), "found 0 bytes, expected a DICOM file"};
  subject.shrink_to_fit();  // there is one for every file of an archive
  auto file = std::make_shared<const File>(
      File{root, std::move(subject), static_cast<std::uint64_t>(found.st_size), version_of(found)});
  if (may_be_opened) return open_if_archive(std::move(file));
  return FilePtr(std::move(file));
}

DiscoverFiles::Walk::Found DiscoverFiles::Walk::open_if_archive(FilePtr file) {
  auto opened = ArchiveMembers::open(file, *spool, is_given_up);
  if (!opened) return opened.problem();
  archive = std::move(*opened);
  if (archive) return std::nullopt;
  return file;
}

// Takes the descriptor of a folder and puts its entries on top. What can be listed is walked, also
// when the listing broke off.
DiscoverFiles::Walk::Found DiscoverFiles::Walk::enter(const std::string& name, std::string subject,
                                                      Descriptor opened) {
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

void DiscoverFiles::Walk::leave() {
  folder.resize(levels.back().parent_length);
  levels.pop_back();
  open_folder.reset();
}

// By identity, not by name: the output may be named through a link. Asked each time, since it may
// be made during the walk.
bool DiscoverFiles::Walk::is_excluded(const struct stat& found) const {
  if (excluded.empty()) return false;
  struct stat other {};
  return stat_path(excluded, other) == 0 && other.st_dev == found.st_dev &&
         other.st_ino == found.st_ino;
}

}  // namespace dcmflow
