#include "stages/base/open_inside.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include "stages/base/open_path.h"

namespace dcmflow {
namespace {

bool is_for_outsiders(std::string_view name) {
  return !name.empty() && !name.starts_with('.') && name.find('\0') == std::string_view::npos;
}

// That can be read at any place without waiting: no pipe, no device.
Descriptor if_plain(Descriptor file) {
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
  return file;
}

}  // namespace

Descriptor open_inside(int folder, std::string_view path) {
  Descriptor parent;  // empty: the folder itself
  const auto at = [&] { return parent ? parent.get() : folder; };
  for (;;) {
    const auto slash = path.find('/');
    const auto name = path.substr(0, slash);
    if (!is_for_outsiders(name)) return {};
    if (slash == std::string_view::npos)
      return if_plain(open_at(at(), std::string(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    parent = open_at(at(), std::string(name), O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (!parent) return {};
    path.remove_prefix(slash + 1);
  }
}

}  // namespace dcmflow
