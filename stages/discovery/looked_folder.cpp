#include "stages/discovery/looked_folder.h"

#include <fcntl.h>

#include <cerrno>

#include "stages/base/folder_entry.h"
#include "stages/base/open_path.h"
#include "stages/dicom/open_file.h"

namespace dcmflow {
namespace {

void make_parts(LookedFolder& folder) {
  folder.rest = folder.parts() > 1 ? std::make_unique<LookedPart[]>(folder.parts() - 1) : nullptr;
}

// The folder, open; empty: it has no names.
Descriptor list(LookedFolder& folder, const LookRules& rules) {
  auto opened = open_path(folder.path(), O_RDONLY | O_DIRECTORY);
  folder.open_error = opened ? 0 : errno;
  if (!opened) return opened;
  if (rules.tell_folder) rules.tell_folder(folder.name);
  std::function<bool(const std::string&)> is_wanted_file;
  if (rules.slice)
    is_wanted_file = [&](const auto& file) { return rules.slice->has(folder.relative(file)); };
  folder.listing = list_folder(opened.get(), is_wanted_file);
  make_parts(folder);
  return opened;
}

// There is one for every file of an archive: its name has no room to spare.
FilePtr file_of(const LookedFolder& folder, const std::string& name, const struct stat& found) {
  auto file = share<File>();
  file->root = folder.root;
  file->name.reserve(folder.name.size() + 1 + name.size());
  file->name = folder.name;
  if (!folder.name.empty()) file->name += '/';
  file->name += name;
  file->size = static_cast<std::uint64_t>(found.st_size);
  file->version = version_of(found);
  return file;
}

LookedEntry look_at_entry(int opened, const LookedFolder& folder, const std::string& name,
                          const LookRules& rules) {
  LookedEntry entry;
  struct stat found {};
  entry.error = stat_entry(opened, name, found);
  if (entry.error != 0) {
    entry.is_link = is_symbolic_link(opened, name);
    return entry;
  }
  entry.mode = found.st_mode;
  if (S_ISREG(found.st_mode)) {
    entry.identity = identity_of(found, rules.slice && rules.slice->parts > 1);
    entry.file = file_of(folder, name, found);
  } else if (S_ISDIR(found.st_mode)) {
    entry.identity = identity_of(found, false);
    entry.is_link = std::ranges::binary_search(folder.listing.links, name);
    entry.is_excluded = rules.excludes(found);
    if (!entry.is_excluded)
      entry.folder = std::make_shared<LookedFolder>(folder.root, folder.relative(name));
  }
  return entry;
}

}  // namespace

bool LookRules::excludes(const struct stat& found) const {
  if (excluded.empty()) return false;
  struct stat other {};
  return stat_path(excluded, other) == 0 && other.st_dev == found.st_dev &&
         other.st_ino == found.st_ino;
}

LookedFolder::LookedFolder(std::shared_ptr<const std::string> its_root, std::string its_name,
                           std::vector<std::string> names)
    : LookedFolder(std::move(its_root), std::move(its_name)) {
  is_listed = true;
  listing.names = std::move(names);
  make_parts(*this);
}

std::optional<std::size_t> look_at_part(LookedFolder& folder, std::size_t part,
                                        const LookRules& rules,
                                        const std::function<bool()>& is_given_up) {
  const bool lists = part == 0 && !folder.is_listed;
  const auto opened = lists ? list(folder, rules) : open_path(folder.path(), O_PATH | O_DIRECTORY);
  const int error = opened ? 0 : errno;
  const auto& names = folder.listing.names;
  const auto begin = part * LookedFolder::names_of_part;
  const auto end = std::min(begin + LookedFolder::names_of_part, names.size());
  auto& entries = folder.part(part).entries;
  entries.clear();
  entries.reserve(end - begin);
  for (auto i = begin; i < end; ++i) {
    if (is_given_up && is_given_up()) return std::nullopt;
    entries.push_back(opened ? look_at_entry(opened.get(), folder, names[i], rules)
                             : LookedEntry{.error = error});
  }
  return 1 + entries.size();
}

}  // namespace dcmflow
