#include "stages/discovery/foreign_dicom.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <set>
#include <string_view>

#include "stages/base/filesystem.h"
#include "stages/base/journal.h"
#include "stages/base/open_path.h"

namespace dcmflow {
namespace {

bool begins_as_dicom(const std::string& path) {
  constexpr std::string_view magic = "DICM";
  constexpr off_t preamble = 128;
  const auto file = open_path(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) return false;
  std::array<char, magic.size()> bytes{};
  return pread(file.get(), bytes.data(), bytes.size(), preamble) ==
             static_cast<ssize_t>(bytes.size()) &&
         std::string_view(bytes.data(), bytes.size()) == magic;
}

}  // namespace

bool holds_foreign_dicom(const std::string& output) {
  const auto written = Journal::read(output);
  const std::set<std::string_view> ours(written.begin(), written.end());
  FileError error;
  fs::recursive_directory_iterator at(output, error);
  const fs::recursive_directory_iterator end;
  while (!error && at != end) {
    const auto path = at->path().string();
    const auto name =
        std::string_view(path).substr(output.size() + (output.ends_with('/') ? 0 : 1));
    if (at->path().filename().string().starts_with('.'))
      at.disable_recursion_pending();
    else if (!ours.contains(name) && begins_as_dicom(path))
      return true;
    at.increment(error);
  }
  return false;
}

}  // namespace dcmflow
