#pragma once
// An archive → its members as files, in the order of the archive.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "stages/archives/archive_limits.h"
#include "stages/archives/archive_reader.h"
#include "stages/archives/spool.h"
#include "stages/base/inode_set.h"
#include "stages/dicom/open_file.h"

namespace dcmflow {

// A member is named as a file in a folder of the archive's name; names are never paths of this
// machine. What lies in the archive as it is, is read there; anything else is unpacked into the
// spool, one member at a time. Of a compressed archive the first is given when its stream is read
// to the end: where that is damaged, not only cut short, none is. Not thread-safe, but next() may
// be called by different threads, one after the other.
class ArchiveMembers {
 public:
  // Null when the file is no archive: by how it begins and, for zip and tar, by the end of its
  // name. Problem{unreadable | changed_during_run}, and unreadable where dcmflow-archives.so is
  // missing. `is_given_up` (may be empty) is asked while a member is unpacked; true ends that
  // (interrupted). REQUIRES: `spool` outlives it.
  static Result<std::unique_ptr<ArchiveMembers>> open(const FilePtr& archive, Spool& spool,
                                                      const std::function<bool()>& is_given_up = {},
                                                      const ArchiveLimits& limits = {});
  // The same of a reader that has begun to read the file.
  ArchiveMembers(OpenFile opened, FilePtr archive, std::unique_ptr<ArchiveReader> reader,
                 Spool& spool, std::function<bool()> is_given_up, const ArchiveLimits& limits);

  // The next member, or a Problem about one: empty_file, special_file (links, devices), same_file
  // (hard links to a member), member_refused (its name or target), member_encrypted,
  // archive_damaged, spool_failed. Folders are not told of. A Problem about the archive itself is
  // the last: archive_damaged (with what was read until then), archive_limit, changed_during_run.
  // nullopt: the end.
  std::optional<Result<FilePtr>> next();

 private:
  using Found = std::optional<Result<FilePtr>>;
  Found read_next();
  void gather();
  Status check_unpacked(std::uint64_t more) const;
  Problem end(Problem problem);
  std::optional<Problem> exceeds(const ArchiveMember& member);
  Result<FilePtr> take(const ArchiveMember& member);
  Problem linked(std::string name, const std::string& target);
  Result<std::string> name_of(const ArchiveMember& member);
  std::string new_name(std::string name);
  Result<FilePtr> take_in_place(std::string name, std::uint64_t offset, std::uint64_t size);
  Result<FilePtr> unpack(std::string name, const ArchiveMember& member);
  Result<std::uint64_t> unpack_bytes(const ArchiveMember& member);
  FilePtr make_file(std::string name, std::uint64_t size, PackedBytes packed) const;

  const OpenFile opened_;
  const FilePtr archive_;
  const std::unique_ptr<ArchiveReader> reader_;
  Spool& spool_;
  const std::function<bool()> is_given_up_;
  const ArchiveLimits limits_;
  InodeSet names_;                           // by their hashes
  std::unordered_set<std::uint64_t> files_;  // those of files, which a hard link may lead to
  std::uint64_t members_ = 0;
  std::uint64_t name_bytes_ = 0;
  std::uint64_t in_place_bytes_ = 0, unpacked_bytes_ = 0;
  std::deque<Result<FilePtr>> gathered_;  // of a compressed archive, when all of it is read
  bool has_gathered_ = false;
  std::optional<Problem> ending_;  // about the archive; told behind its last member
  bool has_ended_ = false;
};

}  // namespace dcmflow
