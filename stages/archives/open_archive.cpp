#include "stages/archives/open_archive.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "stages/base/archive_kind.h"
#include "stages/base/ascii.h"
#include "stages/base/load_part.h"
#include "stages/base/open_path.h"

namespace dcmflow {
namespace {

bool ends_in(std::string_view name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  name.remove_prefix(name.size() - ending.size());
  for (std::size_t i = 0; i < ending.size(); ++i)
    if (lower(name[i]) != ending[i]) return false;
  return true;
}

// A zip may begin with a program, and an old tar has no magic; their names tell.
bool may_be_archive(int descriptor, std::string_view name) {
  std::array<std::uint8_t, archive_kind_bytes> first{};
  ssize_t got = 0;
  do got = ::pread(descriptor, first.data(), first.size(), 0);
  while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  const auto bytes = std::span(first).first(static_cast<std::size_t>(got));
  const auto kind = archive_kind(bytes);
  if (!kind.empty()) return kind != "xz" && kind != "7z" && kind != "rar";
  return !has_preamble(bytes) && (ends_in(name, ".zip") || ends_in(name, ".tar"));
}

}  // namespace

bool looks_like_archive(const std::string& path) {
  const auto file = open_path(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat found {};
  return file && fstat(file.get(), &found) == 0 && S_ISREG(found.st_mode) &&
         may_be_archive(file.get(), path);
}

Result<std::unique_ptr<ArchiveReader>> begin_archive(const OpenFile& opened, const File& archive,
                                                     const ArchiveLimits& limits) {
  using Reader = std::unique_ptr<ArchiveReader>;
  if (!may_be_archive(opened.descriptor(), archive.name)) return Reader();
  const auto part = load_part("dcmflow-archives.so", "dcmflow_begin_archive");
  if (part.symbol == nullptr)
    return Problem{Reason::unreadable, archive.name,
                   "an archive, which cannot be opened: " + part.why};
  const auto begin_reader = reinterpret_cast<decltype(&dcmflow_begin_archive)>(part.symbol);
  return Reader(begin_reader(opened.descriptor(), archive.size, limits));
}

}  // namespace dcmflow
