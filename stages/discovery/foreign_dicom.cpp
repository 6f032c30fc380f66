#include "stages/discovery/foreign_dicom.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <set>
#include <span>
#include <string_view>

#include "stages/base/archive_kind.h"
#include "stages/base/filesystem.h"
#include "stages/base/journal.h"
#include "stages/base/open_path.h"

namespace dcmflow {
namespace {

bool begins_as_dicom(const std::string& path) {
  const auto file = open_path(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) return false;
  std::array<std::uint8_t, archive_kind_bytes> first{};
  const auto bytes = pread(file.get(), first.data(), first.size(), 0);
  return bytes > 0 && has_preamble(std::span(first).first(static_cast<std::size_t>(bytes)));
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
