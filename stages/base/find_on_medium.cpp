#include "stages/base/find_on_medium.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "stages/base/ascii.h"
#include "stages/base/list_folder.h"
#include "stages/base/open_path.h"
#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

std::vector<std::string> components_of(std::string_view file_id) {
  std::vector<std::string> components;
  for (;;) {
    const auto end = file_id.find_first_of("\\/");
    components.emplace_back(trimmed(file_id.substr(0, end), " "));
    if (end == std::string_view::npos) return components;
    file_id.remove_prefix(end + 1);
  }
}

bool is_name(const std::string& component) {
  return !component.empty() && component != "." && component != ".." &&
         component.find('\0') == std::string::npos;
}

std::string joined(const std::vector<std::string>& components) {
  std::string path;
  for (const auto& component : components) path += (path.empty() ? "" : "/") + component;
  return path;
}

// Without the version of ISO 9660 (";1"), and a dot behind a name without extension; in small
// letters.
std::string folded(std::string_view name) {
  const auto version = name.rfind(';');
  const bool has_version =
      version != std::string_view::npos && version + 1 < name.size() &&
      std::ranges::all_of(name.substr(version + 1), [](char c) { return c >= '0' && c <= '9'; });
  if (has_version) name = name.substr(0, version);
  if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  std::string text(name);
  std::ranges::transform(text, text.begin(), lower);
  return text;
}

// nullopt: nothing lies there.
std::optional<mode_t> mode_of(const std::string& path) {
  struct stat found {};
  return stat_path(path, found) == 0 ? std::optional(found.st_mode) : std::nullopt;
}

}  // namespace

// A folder that cannot be listed has no names.
const FindOnMedium::Names& FindOnMedium::names_in(const std::string& folder) {
  const auto [at, is_new] = listed_.try_emplace(folder);
  if (!is_new) return at->second;
  if (const auto opened = open_path(folder, O_RDONLY | O_DIRECTORY))
    for (auto& name : list_folder(opened.get(), {}).names)
      at->second[folded(name)].push_back(std::move(name));
  return at->second;
}

Result<std::string> FindOnMedium::find_name(const std::string& folder, std::string_view name) {
  const auto& names = names_in(folder);
  const auto found = names.find(folded(name));
  if (found == names.end())
    return Problem{Reason::unreadable, {}, "the DICOMDIR names it: " + system_words(ENOENT)};
  const auto& alike = found->second;
  if (std::ranges::find(alike, name) != alike.end()) return std::string(name);
  if (alike.size() == 1) return alike.front();
  return Problem{Reason::malformed,
                 {},
                 "the DICOMDIR names it, and " + std::to_string(alike.size()) +
                     " names of its folder are it but for their case; expected one"};
}

Result<std::string> FindOnMedium::find(std::string_view file_id) {
  const auto components = components_of(file_id);
  const auto path = joined(components);
  if (!std::ranges::all_of(components, is_name))
    return Problem{Reason::malformed, path.empty() ? "/" : path,
                   "the DICOMDIR names it, which is no path below its folder; expected names "
                   "without '..' (PS3.10 8.2)"};
  std::string found = path;
  if (!mode_of(folder_ + '/' + path)) {
    found.clear();
    for (const auto& component : components) {
      const auto folder = found.empty() ? folder_ : folder_ + '/' + found;
      const auto name = find_name(folder, component);
      if (!name) return Problem{name.problem().reason, path, name.problem().detail};
      found += (found.empty() ? "" : "/") + *name;
    }
  }
  const auto mode = mode_of(folder_ + '/' + found);
  if (mode && S_ISDIR(*mode))
    return Problem{Reason::malformed, path, "the DICOMDIR names it: a folder, expected a file"};
  return found;
}

}  // namespace dcmflow
