// Archives of each kind for the target "archives".

#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/fuzz/inputs.h"
#include "tests/support/pack_archive.h"

namespace dcmflow::fuzz {
namespace {

Bytes packed(const std::string& format, const std::vector<PackedMember>& members) {
  const auto path =
      std::filesystem::temp_directory_path() / ("dcmflow-archive-" + std::to_string(getpid()));
  pack_archive(path, format, members);
  std::ifstream file(path, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(path);
  return bytes;
}

}  // namespace

void add_archives(const Inputs& inputs) {
  using Kind = PackedMember::Kind;
  const std::vector<PackedMember> members{{"a/1.dcm", std::string(700, 'x')},
                                          {"a/1.dcm", "again"},
                                          {"../2.dcm", "up"},
                                          {"/etc/3.dcm", "absolute"},
                                          {"IM\xC3\x84GE", ""}};
  for (const auto& format : archive_formats()) {
    auto bytes = packed(format, members);
    inputs.add("archives", format, bytes);
    bytes.resize(bytes.size() / 2);
    inputs.add("archives", format + ".cut", bytes);
  }
  inputs.add("archives", "zip.encrypted", packed("zip.encrypted", members));
  inputs.add("archives", "links",
             packed("tar", {{"1", "one"},
                            {"folder", {}, Kind::folder},
                            {"2", "1", Kind::hard_link},
                            {"3", "/etc/passwd", Kind::symbolic_link},
                            {"4", {}, Kind::fifo},
                            {std::string(300, 'n'), "long"}}));
  inputs.add("archives", "zeros", packed("tar.zst", {{"1", std::string(1 << 21, '\0')}}));
}

}  // namespace dcmflow::fuzz
