// An archive of any kind: its members, their names and places, and their bytes.

#include <set>

#include "stages/archives/archive_members.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

constexpr ArchiveLimits limits{.members = 500,
                               .name_bytes = 1 << 16,
                               .longest_name = 1000,
                               .header_bytes = 1 << 18,
                               .least = 1 << 20,
                               .ratio = 10};

void check_name(const std::string& archive, const std::string& name) {
  promise(name.starts_with(archive), "a member is in its archive");
  for (std::size_t at = 0; at < name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    promise(name.compare(at, end - at, "..") != 0, "no name leads up");
    promise(end > at, "no part of a name is empty");
    at = end + 1;
  }
}

void read_all(const FilePtr& member) {
  promise(member->packed() != nullptr, "a member has a place");
  const auto& packed = *member->packed();
  promise(packed.spool || packed.offset + member->size <= packed.archive->size,
          "what lies in place lies in the archive");
  const auto opened = OpenFile::open(member);
  promise(opened.ok(), "a member opens");
  Bytes bytes(member->size);
  promise(pread(opened->descriptor(), bytes.data(), bytes.size(),
                static_cast<off_t>(opened->begin())) == static_cast<ssize_t>(bytes.size()),
          "a member has its bytes");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const MemoryFile file(std::span(input, size));
  auto opened = OpenFile::open(file.file());
  promise(opened.ok(), "the archive opens");
  std::unique_ptr<ArchiveReader> reader(dcmflow_begin_archive(opened->descriptor(), size, limits));
  if (!reader) return 0;
  Spool spool("/dev/shm");
  ArchiveMembers members(std::move(*opened), file.file(), std::move(reader), spool, {}, limits);
  std::set<std::string> names;
  std::uint64_t unpacked = 0;
  while (const auto found = members.next()) {
    const auto& name = *found ? (**found)->name : found->problem().subject;
    promise(names.insert(name).second, "no two members have one name");
    promise(names.size() <= limits.members + 1, "members have a limit");
    check_name(file.file()->name, name);
    if (!*found) continue;
    if ((**found)->packed()->spool) unpacked += (**found)->size;
    promise(unpacked <= limits.unpacked_bytes(size), "what is unpacked has a limit");
    read_all(**found);
  }
  return 0;
}
