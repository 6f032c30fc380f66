#include "stages/archives/archive_members.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "stages/archives/member_name.h"
#include "stages/archives/open_archive.h"
#include "stages/base/input_slice.h"
#include "stages/base/stable_hash.h"

namespace dcmflow {
namespace {

Problem empty(std::string name) {
  return {Reason::empty_file, std::move(name), "found 0 bytes, expected a DICOM file"};
}

std::string_view kind_words(ArchiveMember::Kind kind) {
  return kind == ArchiveMember::Kind::symbolic_link ? "a symbolic link"
                                                    : "a device, FIFO or socket";
}

}  // namespace

Result<std::unique_ptr<ArchiveMembers>> ArchiveMembers::open(
    const FilePtr& archive, Spool& spool, const std::function<bool()>& is_given_up,
    const ArchiveLimits& limits) {
  using Opened = std::unique_ptr<ArchiveMembers>;
  auto opened = OpenFile::open(archive);
  if (!opened) return opened.problem();
  auto reader = begin_archive(*opened, *archive, limits);
  if (!reader) return reader.problem();
  if (!*reader) return Opened();
  return std::make_unique<ArchiveMembers>(std::move(*opened), archive, std::move(*reader), spool,
                                          is_given_up, limits);
}

ArchiveMembers::ArchiveMembers(OpenFile opened, FilePtr archive,
                               std::unique_ptr<ArchiveReader> reader, Spool& spool,
                               std::function<bool()> is_given_up, const ArchiveLimits& limits)
    : opened_(std::move(opened)),
      archive_(std::move(archive)),
      reader_(std::move(reader)),
      spool_(spool),
      is_given_up_(std::move(is_given_up)),
      limits_(limits) {}

// About the archive: what was read until then stays, and there is no more.
Problem ArchiveMembers::end(Problem problem) {
  has_ended_ = true;
  problem.subject = archive_->name;
  if (const auto same = opened_.check_unchanged(); !same) return same.problem();
  problem.detail =
      "read up to byte " + std::to_string(std::min(reader_->position(), archive_->size)) + " of " +
      std::to_string(archive_->size) + ", with " + std::to_string(members_) +
      (members_ == 1 ? " member: " : " members: ") + problem.detail + "; what lies behind is lost";
  return problem;
}

ArchiveMembers::Found ArchiveMembers::next() {
  if (!reader_->is_compressed()) return read_next();
  if (!std::exchange(has_gathered_, true)) gather();
  if (gathered_.empty()) return std::nullopt;
  auto first = std::move(gathered_.front());
  gathered_.pop_front();
  return first;
}

// The checksum of a stream stands behind all that it is of: before, nobody knows what is right.
void ArchiveMembers::gather() {
  while (auto found = read_next()) {
    gathered_.push_back(std::move(*found));
    if (is_given_up_ && is_given_up_()) return;
  }
  if (!reader_->is_in_doubt()) return;
  const std::string words =
      "the stream that it was unpacked from is damaged, or its checksum is that of other bytes";
  for (auto& found : gathered_)
    if (found) found = Problem{Reason::archive_damaged, (*found)->name, words};
}

ArchiveMembers::Found ArchiveMembers::read_next() {
  while (!has_ended_) {
    if (ending_) return end(*std::exchange(ending_, std::nullopt));
    auto member = reader_->next();
    if (!member) return end(member.problem());
    if (!*member) {
      has_ended_ = true;
      if (auto same = opened_.check_unchanged(); !same) return same.problem();
      break;
    }
    ++members_;
    if (auto problem = exceeds(**member)) return end(std::move(*problem));
    if ((*member)->kind != ArchiveMember::Kind::folder) return take(**member);
  }
  return std::nullopt;
}

std::optional<Problem> ArchiveMembers::exceeds(const ArchiveMember& member) {
  if (members_ > limits_.members)
    return Problem{
        Reason::archive_limit,
        {},
        "more than " + std::to_string(limits_.members) + " members; expected at most so many"};
  name_bytes_ += member.name ? member.name->size() : 0;
  if (name_bytes_ > limits_.name_bytes)
    return Problem{Reason::archive_limit,
                   {},
                   "the names take more than " + std::to_string(limits_.name_bytes) +
                       " bytes; expected at most so many"};
  return std::nullopt;
}

// A name that no other has had.
std::string ArchiveMembers::new_name(std::string name) {
  while (!names_.insert(0, stable_hash(name))) name += " (member " + std::to_string(members_) + ')';
  return name;
}

Result<std::string> ArchiveMembers::name_of(const ArchiveMember& member) {
  const auto refused = [&](std::string name, const std::string& why) {
    return Problem{Reason::member_refused, new_name(std::move(name)), why};
  };
  const auto unnamed = archive_->name + " (member " + std::to_string(members_) + ')';
  if (!member.name)
    return refused(unnamed, "its name is no text in the character set of the archive");
  if (member.name->size() > limits_.longest_name)
    return refused(unnamed, "its name has " + std::to_string(member.name->size()) +
                                " bytes; expected at most " + std::to_string(limits_.longest_name));
  const auto plain = plain_member_name(*member.name);
  if (!plain) return refused(unnamed, "its name leads to no place within the archive");
  auto name = archive_->name + '/' + *plain;
  if (!names_.insert(0, stable_hash(name)))
    return refused(std::move(name), "a second member of this name; the first is taken");
  return name;
}

Result<FilePtr> ArchiveMembers::take(const ArchiveMember& member) {
  auto name = name_of(member);
  if (!name) return name.problem();
  using Kind = ArchiveMember::Kind;
  // One that has bytes of its own is a file, as of pax.
  const bool is_link = member.kind == Kind::hard_link;
  if (is_link && member.size.value_or(0) == 0) return linked(std::move(*name), member.target);
  if (member.kind != Kind::file && !is_link)
    return Problem{
        Reason::special_file, std::move(*name),
        "found " + std::string(kind_words(member.kind)) + " in an archive, expected a file"};
  files_.insert(stable_hash(*name));
  if (member.is_encrypted)
    return Problem{Reason::member_encrypted, std::move(*name), "it is encrypted"};
  if (member.size == 0) return empty(std::move(*name));
  if (member.offset) return take_in_place(std::move(*name), *member.offset, *member.size);
  return unpack(std::move(*name), member);
}

// A hard link without bytes.
Problem ArchiveMembers::linked(std::string name, const std::string& target) {
  const auto plain = plain_member_name(target);
  if (!plain || !files_.contains(stable_hash(archive_->name + '/' + *plain)))
    return {Reason::member_refused, std::move(name),
            "a hard link without bytes, and its target is no file in the archive before it"};
  files_.insert(stable_hash(name));
  return same_file_problem(std::move(name));
}

Result<FilePtr> ArchiveMembers::take_in_place(std::string name, std::uint64_t offset,
                                              std::uint64_t size) {
  const auto there = archive_->size - std::min(archive_->size, offset);
  if (size > there)
    return Problem{Reason::archive_damaged, std::move(name),
                   "it has " + std::to_string(size) + " bytes, and the archive ends after " +
                       std::to_string(there)};
  // Members that lie over each other are a few bytes that pass for many files.
  if (size > archive_->size - in_place_bytes_) {
    ending_ = Problem{Reason::archive_limit,
                      {},
                      "its members have more than the " + std::to_string(archive_->size) +
                          " bytes of the archive: they lie over each other"};
    return Problem{Reason::archive_limit, std::move(name),
                   "the members up to this have " + std::to_string(in_place_bytes_ + size) +
                       " bytes, and the archive " + std::to_string(archive_->size)};
  }
  in_place_bytes_ += size;
  return make_file(std::move(name), size, {archive_, nullptr, offset});
}

Result<FilePtr> ArchiveMembers::unpack(std::string name, const ArchiveMember& member) {
  auto size = unpack_bytes(member);
  // Its bytes may be of two archives, and so may all that follow.
  const auto same = opened_.check_unchanged();
  if (!same) size = same.problem();
  if (!size) {
    spool_.drop();
    auto problem = size.problem();
    problem.subject = std::move(name);
    if (!same || problem.reason == Reason::archive_limit) ending_ = problem;
    return problem;
  }
  const auto offset = spool_.keep();
  if (*size == 0) return empty(std::move(name));
  return make_file(std::move(name), *size, {archive_, spool_.descriptor(), offset});
}

Status ArchiveMembers::check_unpacked(std::uint64_t more) const {
  const auto most = limits_.unpacked_bytes(archive_->size);
  if (more <= most - unpacked_bytes_) return Done{};
  return Problem{Reason::archive_limit,
                 {},
                 std::to_string(archive_->size) + " bytes unpack to more than " +
                     std::to_string(most) + "; expected at most so many"};
}

// Of the member, into the spool; how many.
Result<std::uint64_t> ArchiveMembers::unpack_bytes(const ArchiveMember& member) {
  const auto promised = member.size.value_or(0);
  if (auto fits = check_unpacked(promised); !fits) return fits.problem();
  if (auto begun = spool_.begin(promised); !begun) return begun.problem();
  std::uint64_t size = 0;
  for (;;) {
    if (is_given_up_ && is_given_up_())
      return Problem{Reason::interrupted, {}, "stopped while it was unpacked"};
    const auto bytes = reader_->read();
    if (!bytes) return bytes.problem();
    if (bytes->empty()) break;
    if (auto fits = check_unpacked(bytes->size()); !fits) return fits.problem();
    if (auto kept = spool_.append(*bytes); !kept) return kept.problem();
    unpacked_bytes_ += bytes->size();
    size += bytes->size();
  }
  if (member.size && size != promised)
    return Problem{Reason::archive_damaged,
                   {},
                   "it has " + std::to_string(promised) + " bytes, and " + std::to_string(size) +
                       " could be unpacked"};
  return size;
}

FilePtr ArchiveMembers::make_file(std::string name, std::uint64_t size, PackedBytes packed) const {
  name.shrink_to_fit();
  return share(File{.root = archive_->root,
                    .name = std::move(name),
                    .size = size,
                    .version = archive_->version,
                    .extras = FileExtras{std::move(packed), {}}});
}

}  // namespace dcmflow
