#include "tests/support/pack_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "stages/archives/libarchive/utf8_names.h"

namespace dcmflow {
namespace {

void check(archive* to, int code) {
  if (code != ARCHIVE_OK)
    throw std::runtime_error(archive_error_string(to) ? archive_error_string(to) : "libarchive");
}

void set_format(archive* to, const std::string& format) {
  if (format.starts_with("zip")) {
    check(to, archive_write_set_format_zip(to));
    check(to, format == "zip.stored" ? archive_write_zip_set_compression_store(to)
                                     : archive_write_zip_set_compression_deflate(to));
    if (format == "zip.encrypted") {
      check(to, archive_write_set_options(to, "zip:encryption=traditional"));
      check(to, archive_write_set_passphrase(to, "secret"));
    }
    return;
  }
  check(to, format == "tar.ustar" ? archive_write_set_format_ustar(to)
            : format == "tar.gnu" ? archive_write_set_format_gnutar(to)
                                  : archive_write_set_format_pax(to));
  if (format == "tar.gz") check(to, archive_write_add_filter_gzip(to));
  if (format == "tar.zst") check(to, archive_write_add_filter_zstd(to));
  if (format == "tar.bz2") check(to, archive_write_add_filter_bzip2(to));
}

void write_member(archive* to, const PackedMember& member) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  using Kind = PackedMember::Kind;
  const bool is_file = member.kind == Kind::file;
  archive_entry_copy_pathname(entry.get(), member.name.c_str());
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_mtime(entry.get(), 1'700'000'000, 0);
  archive_entry_set_filetype(entry.get(), member.kind == Kind::folder          ? AE_IFDIR
                                          : member.kind == Kind::symbolic_link ? AE_IFLNK
                                          : member.kind == Kind::fifo          ? AE_IFIFO
                                                                               : AE_IFREG);
  archive_entry_set_size(entry.get(), is_file ? static_cast<la_int64_t>(member.bytes.size()) : 0);
  if (member.kind == Kind::symbolic_link)
    archive_entry_copy_symlink(entry.get(), member.bytes.c_str());
  if (member.kind == Kind::hard_link)
    archive_entry_copy_hardlink(entry.get(), member.bytes.c_str());
  check(to, archive_write_header(to, entry.get()));
  if (is_file && archive_write_data(to, member.bytes.data(), member.bytes.size()) < 0)
    throw std::runtime_error(archive_error_string(to));
}

}  // namespace

std::vector<std::string> archive_formats() {
  return {"zip", "zip.stored", "tar", "tar.ustar", "tar.gnu", "tar.gz", "tar.zst", "tar.bz2"};
}

void pack_archive(const std::string& path, const std::string& format,
                  const std::vector<PackedMember>& members) {
  const std::unique_ptr<archive, decltype(&archive_write_free)> to(archive_write_new(),
                                                                   archive_write_free);
  const Utf8 utf8;
  const Utf8Names names(utf8);
  set_format(to.get(), format);
  check(to.get(), archive_write_open_filename(to.get(), path.c_str()));
  for (const auto& member : members) write_member(to.get(), member);
  check(to.get(), archive_write_close(to.get()));
}

std::vector<PackedMember> members_of(const std::string& folder) {
  std::vector<PackedMember> members;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    members.push_back({entry.path().lexically_relative(folder).string(),
                       {std::istreambuf_iterator<char>(file), {}}});
  }
  std::ranges::sort(members, {}, &PackedMember::name);
  return members;
}

}  // namespace dcmflow
