// Members of archives of each kind: their bytes, their names, and what is refused.

#include "stages/archives/archive_members.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "stages/archives/open_archive.h"
#include "tests/support/pack_archive.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using Kind = PackedMember::Kind;

// Bytes that no compressor makes small.
std::string noise(std::size_t size, std::uint64_t seed) {
  std::string bytes(size, '\0');
  std::uint64_t state = seed * 2 + 1;
  for (char& byte : bytes) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<char>(state >> 56);
  }
  return bytes;
}

struct Walked {
  bool is_archive = false;
  std::map<std::string, std::string> files;     // name → bytes
  std::map<std::string, std::string> problems;  // subject → reason: detail
  std::vector<std::string> order;
  std::vector<FilePtr> given;

  std::string told_of(const std::string& subject) const {
    const auto found = problems.find(subject);
    return found == problems.end() ? "nothing" : found->second;
  }
  std::size_t in_place() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(given, [](const auto& file) { return !file->packed->spool; }));
  }
};

class ArchiveMembersTest : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return folder / name; }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(at(name), std::ios::binary) << bytes;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void cut(const std::string& name, std::uint64_t bytes) const {
    std::filesystem::resize_file(at(name), bytes);
  }
  std::uint64_t size(const std::string& name) const { return std::filesystem::file_size(at(name)); }

  FilePtr file(const std::string& name) const {
    struct stat found {};
    EXPECT_EQ(stat(at(name).c_str(), &found), 0) << name;
    return std::make_shared<const File>(File{std::make_shared<const std::string>(folder.path()),
                                             name, static_cast<std::uint64_t>(found.st_size),
                                             version_of(found)});
  }

  static std::string bytes_of(const FilePtr& member) {
    const auto opened = OpenFile::open(member);
    if (!opened) return std::string(reason_code(opened.problem().reason));
    std::string bytes(member->size, '\0');
    EXPECT_EQ(pread(opened->descriptor(), bytes.data(), bytes.size(),
                    static_cast<off_t>(opened->begin())),
              static_cast<ssize_t>(bytes.size()));
    return bytes;
  }

  Walked walk(const std::string& name, const ArchiveLimits& limits = {}) {
    Walked walked;
    auto opened = ArchiveMembers::open(file(name), spool, {}, limits);
    if (!opened) {
      walked.problems[opened.problem().subject] = words(opened.problem());
      return walked;
    }
    if (!*opened) return walked;
    walked.is_archive = true;
    while (auto found = (*opened)->next()) {
      const auto& subject = *found ? (**found)->name : found->problem().subject;
      walked.order.push_back(subject);
      if (*found)
        walked.given.push_back(**found);
      else
        EXPECT_TRUE(walked.problems.emplace(subject, words(found->problem())).second) << subject;
    }
    for (const auto& member : walked.given)
      EXPECT_TRUE(walked.files.emplace(member->name, bytes_of(member)).second) << member->name;
    return walked;
  }
  static std::string words(const Problem& problem) {
    return std::string(reason_code(problem.reason)) + ": " + problem.detail;
  }

  const TemporaryFolder folder, spool_folder;
  Spool spool{spool_folder.path()};
};

TEST_F(ArchiveMembersTest, AreTheBytesThatWerePackedInEveryFormat) {
  const std::string long_folder =
      "a long folder name/" + std::string(90, 'x') + "/" + std::string(120, 'y');
  std::vector<PackedMember> members;
  std::map<std::string, std::string> wanted;
  std::uint64_t seed = 0;
  for (const auto& name : {std::string("b/2.dcm"), std::string("b/10.dcm"), std::string("a.dcm"),
                           std::string("IM\xC3\x84GE.dcm"), std::string("b/with\nline.dcm")})
    for (const std::size_t bytes : {1U, 511U, 512U, 513U, 70'000U, 600'000U})
      members.push_back({name + "." + std::to_string(bytes), noise(bytes, ++seed)});
  for (const auto& format : archive_formats()) {
    SCOPED_TRACE(format);
    auto packed = members;
    // An ustar header has no place for it.
    if (format != "tar.ustar") packed.push_back({long_folder + "/1.dcm", noise(1000, 99)});
    wanted.clear();
    for (const auto& member : packed) wanted["x." + format + "/" + member.name] = member.bytes;
    pack_archive(at("x." + format), format, packed);
    const auto walked = walk("x." + format);
    EXPECT_TRUE(walked.is_archive);
    EXPECT_TRUE(walked.files == wanted) << walked.files.size() << " of " << wanted.size();
    EXPECT_THAT(walked.problems, IsEmpty());
    const bool is_plain =
        format == "zip.stored" || format == "tar" || format == "tar.ustar" || format == "tar.gnu";
    EXPECT_EQ(walked.in_place(), is_plain ? packed.size() : 0);
  }
}

TEST_F(ArchiveMembersTest, OfOtherPackersAreTheSame) {
  const auto in = folder / "in";
  std::filesystem::create_directories(in + "/sub");
  for (int i = 0; i < 5; ++i)
    write("in/sub/" + std::to_string(i) + ".dcm",
          noise(3000 + 512 * i, i) + std::string(5000, '\0'));
  const auto wanted = members_of(in);
  const auto python = [&](const std::string& script) {
    const auto run = run_program({.command = {"python3", "-c", script}, .working_folder = in});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
  };
  const auto tar = [&](std::vector<std::string> options) {
    options.insert(options.begin(), "tar");
    const auto run = run_program({.command = options, .working_folder = in});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
  };
  tar({"-cf", "../gnu.tar", "."});
  tar({"-czf", "../gnu.tar.gz", "./sub"});
  tar({"--format=v7", "-cf", "../old.tar", "sub"});
  tar({"--sparse", "-cf", "../sparse.tar", "sub"});
  python("import shutil; shutil.make_archive('../python', 'zip', '.')");
  python(
      "import zipfile, glob\n"
      "with zipfile.ZipFile('../stored.zip', 'w') as z:\n"
      "  for name in sorted(glob.glob('sub/*')): z.write(name)\n");
  // Sizes behind the bytes, as to a pipe.
  python(
      "import zipfile, glob, sys\n"
      "class Pipe:\n"
      "  def __init__(self): self.f = open('../piped.zip', 'wb')\n"
      "  def write(self, b): return self.f.write(b)\n"
      "  def flush(self): self.f.flush()\n"
      "with zipfile.ZipFile(Pipe(), 'w') as z:\n"
      "  for name in sorted(glob.glob('sub/*')): z.write(name)\n");
  for (const auto* name : {"gnu.tar", "gnu.tar.gz", "old.tar", "sparse.tar", "python.zip",
                           "stored.zip", "piped.zip"}) {
    SCOPED_TRACE(name);
    const auto walked = walk(name);
    std::map<std::string, std::string> expected;
    for (const auto& member : wanted)
      expected[std::string(name) + '/' + member.name] = member.bytes;
    EXPECT_EQ(walked.files, expected);
    EXPECT_THAT(walked.problems, IsEmpty());
  }
  EXPECT_EQ(walk("stored.zip").in_place(), 5U);
  EXPECT_EQ(walk("piped.zip").in_place(), 5U);
}

TEST_F(ArchiveMembersTest, OfTarsOneBehindTheOtherAreAllThere) {
  pack_archive(at("a.tar"), "tar", {{"1.dcm", "one"}});
  pack_archive(at("b.tar"), "tar", {{"2.dcm", "two"}});
  write("both.tar", read("a.tar") + read("b.tar"));
  EXPECT_THAT(walk("both.tar").files,
              ElementsAre(Pair("both.tar/1.dcm", "one"), Pair("both.tar/2.dcm", "two")));
}

TEST_F(ArchiveMembersTest, AreNamedWithinTheArchiveOrRefused) {
  for (const auto* format : {"zip", "zip.stored", "tar", "tar.gz"}) {
    SCOPED_TRACE(format);
    const std::string name = std::string("x.") + format;
    pack_archive(at(name), format,
                 {{"./a/./1.dcm", "1"},
                  {"/etc/2.dcm", "2"},
                  {"../3.dcm", "3"},
                  {"a/../../4.dcm", "4"},
                  {"a/1.dcm", "5"},
                  {"a//6\x1B[31m.dcm", "6"}});
    const auto walked = walk(name);
    EXPECT_THAT(walked.files,
                ElementsAre(Pair(name + "/a/1.dcm", "1"), Pair(name + "/a/6\x1B[31m.dcm", "6"),
                            Pair(name + "/etc/2.dcm", "2")));
    EXPECT_THAT(
        walked.problems,
        ElementsAre(Pair(name + " (member 3)",
                         "member_refused: its name leads to no place within the archive"),
                    Pair(name + " (member 4)",
                         "member_refused: its name leads to no place within the archive"),
                    Pair(name + "/a/1.dcm (member 5)",
                         "member_refused: a second member of this name; the first is taken")));
  }
}

// As libarchive gives them: one character, where the archive has a letter and an accent.
TEST_F(ArchiveMembersTest, HaveComposedNames) {
  for (const auto* format : {"zip", "tar"}) {
    pack_archive(at("x"), format, {{"a\xCC\x88.dcm", "one"}});
    EXPECT_THAT(walk("x").files, ElementsAre(Pair("x/\xC3\xA4.dcm", "one"))) << format;
  }
}

TEST_F(ArchiveMembersTest, ThatAreNoFilesAreToldOfOrFolders) {
  pack_archive(at("x.tar"), "tar",
               {{"a", {}, Kind::folder},
                {"a/1.dcm", "one"},
                {"a/empty.dcm", ""},
                {"a/link.dcm", "/etc/passwd", Kind::symbolic_link},
                {"a/second.dcm", "a/1.dcm", Kind::hard_link},
                {"a/pipe.dcm", {}, Kind::fifo}});
  const auto walked = walk("x.tar");
  EXPECT_THAT(walked.files, ElementsAre(Pair("x.tar/a/1.dcm", "one")));
  EXPECT_THAT(
      walked.problems,
      ElementsAre(Pair("x.tar/a/empty.dcm", HasSubstr("empty_file: ")),
                  Pair("x.tar/a/link.dcm", HasSubstr("special_file: found a symbolic link")),
                  Pair("x.tar/a/pipe.dcm", HasSubstr("special_file: found a device")),
                  Pair("x.tar/a/second.dcm", HasSubstr("same_file: "))));
  pack_archive(at("x.zip"), "zip", {{"1", "one"}, {"link", "/etc/passwd", Kind::symbolic_link}});
  EXPECT_THAT(walk("x.zip").problems, ElementsAre(Pair("x.zip/link", HasSubstr("special_file: "))));
}

TEST_F(ArchiveMembersTest, ThatAreHardLinksLeadToAFileBeforeThem) {
  pack_archive(at("x.tar"), "tar",
               {{"early.dcm", "1.dcm", Kind::hard_link},
                {"1.dcm", "one"},
                {"second.dcm", "./1.dcm", Kind::hard_link},
                {"third.dcm", "second.dcm", Kind::hard_link},
                {"itself.dcm", "itself.dcm", Kind::hard_link},
                {"after.dcm", "itself.dcm", Kind::hard_link},
                {"out.dcm", "../1.dcm", Kind::hard_link},
                {"gone.dcm", "/etc/passwd", Kind::hard_link}});
  const auto walked = walk("x.tar");
  EXPECT_THAT(walked.files, ElementsAre(Pair("x.tar/1.dcm", "one")));
  for (const auto* name : {"early", "itself", "after", "out", "gone"})
    EXPECT_THAT(walked.told_of(std::string("x.tar/") + name + ".dcm"),
                HasSubstr("member_refused: a hard link without bytes, and its target is no file"));
  for (const auto* name : {"second", "third"})
    EXPECT_THAT(walked.told_of(std::string("x.tar/") + name + ".dcm"), HasSubstr("same_file: "));
}

TEST_F(ArchiveMembersTest, ThatAreHardLinksWithBytesAreFiles) {
  const auto run = run_program(
      {.command = {"python3", "-c",
                   "import io, tarfile\n"
                   "for name in 'x.tar', 'x.tar.gz':\n"
                   "  with tarfile.open(name, 'w:gz' if name.endswith('z') else 'w', "
                   "format=tarfile.PAX_FORMAT) as tar:\n"
                   "    link = tarfile.TarInfo('1.dcm')\n"
                   "    link.type, link.linkname, link.size = tarfile.LNKTYPE, 'gone.dcm', 3\n"
                   "    link.pax_headers = {'comment': 'pax'}\n"
                   "    tar.addfile(link, io.BytesIO(b'one'))\n"},
       .working_folder = folder.path()});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  for (const std::string name : {"x.tar", "x.tar.gz"}) {
    const auto walked = walk(name);
    EXPECT_THAT(walked.files, ElementsAre(Pair(name + "/1.dcm", "one")));
    EXPECT_THAT(walked.problems, IsEmpty());
  }
}

TEST_F(ArchiveMembersTest, ThatAreEncryptedAreRefusedAndTheOthersTaken) {
  pack_archive(at("x.zip"), "zip.encrypted", {{"1.dcm", noise(1000, 1)}, {"2.dcm", "two"}});
  const auto walked = walk("x.zip");
  EXPECT_THAT(walked.files, IsEmpty());
  EXPECT_THAT(walked.problems,
              ElementsAre(Pair("x.zip/1.dcm", "member_encrypted: it is encrypted"),
                          Pair("x.zip/2.dcm", "member_encrypted: it is encrypted")));
}

TEST_F(ArchiveMembersTest, UpToTheEndOfATruncatedArchiveStay) {
  std::vector<PackedMember> members;
  for (int i = 0; i < 20; ++i) members.push_back({std::to_string(i) + ".dcm", noise(40'000, i)});
  for (const auto& format : archive_formats()) {
    if (format == "tar.bz2") continue;  // one block of 900 KB is all of it
    SCOPED_TRACE(format);
    const std::string name = "x." + format;
    pack_archive(at(name), format, members);
    const auto whole = walk(name).files;
    cut(name, size(name) / 2);
    const auto walked = walk(name);
    EXPECT_GE(walked.files.size(), 7U);
    EXPECT_LE(walked.files.size(), 10U);
    for (const auto& [member, bytes] : walked.files) EXPECT_EQ(bytes, whole.at(member)) << member;
    ASSERT_TRUE(walked.problems.contains(name));
    EXPECT_EQ(walked.order.back(), name);
    EXPECT_THAT(walked.told_of(name),
                AllOf(HasSubstr("archive_damaged: read up to byte "),
                      HasSubstr(" of " + std::to_string(size(name)) + ", with "),
                      HasSubstr(" members: "), HasSubstr("what lies behind is lost")));
  }
}

TEST_F(ArchiveMembersTest, BehindADamagedHeaderAreToldToBeLost) {
  for (const std::string format : {"tar.ustar", "tar.gz"}) {
    const std::string name = "x." + format;
    pack_archive(at("x.tar"), "tar.ustar", {{"1.dcm", "1"}, {"2.dcm", "2"}, {"3.dcm", "3"}});
    auto bytes = read("x.tar");
    bytes[1024 + 3] = '!';  // of the second header
    write("x.tar", bytes);
    if (format == "tar.gz") {
      const auto run =
          run_program({.command = {"gzip", "-k", "-f", "x.tar"}, .working_folder = folder.path()});
      ASSERT_EQ(run.exit_status, 0) << run.errors;
    } else {
      write(name, bytes);
    }
    const auto walked = walk(name);
    EXPECT_THAT(walked.files, ElementsAre(Pair(name + "/1.dcm", "1")));
    EXPECT_THAT(walked.problems, ElementsAre(Pair(name, HasSubstr("archive_damaged: read up to"))));
  }
}

TEST_F(ArchiveMembersTest, WithAWrongChecksumCostNoOther) {
  pack_archive(at("x.zip"), "zip",
               {{"1.dcm", noise(5000, 1)}, {"2.dcm", noise(5000, 2)}, {"3.dcm", noise(5000, 3)}});
  auto bytes = read("x.zip");
  bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
  write("x.zip", bytes);
  const auto walked = walk("x.zip");
  EXPECT_EQ(walked.files.size(), 2U);
  EXPECT_THAT(walked.problems, ElementsAre(Pair("x.zip/2.dcm", HasSubstr("archive_damaged: "))));
}

// The members that were unpacked before stay, and the archive is told of.
TEST_F(ArchiveMembersTest, OfADamagedGzipStreamAreTold) {
  pack_archive(at("x"), "tar.gz", {{"1.dcm", noise(300'000, 1)}, {"2.dcm", noise(300'000, 2)}});
  const auto whole = read("x");
  const auto flipped = [&](std::size_t byte) {
    auto bytes = whole;
    bytes[byte] = static_cast<char>(bytes[byte] ^ 1);
    return bytes;
  };
  const std::map<std::string, std::pair<std::string, std::string>> damages{
      {"pixel.tar.gz", {flipped(whole.size() / 2), "its gzip stream is damaged: "}},
      {"checksum.tar.gz", {flipped(whole.size() - 8), "incorrect data check; members before may"}},
      {"size.tar.gz", {flipped(whole.size() - 4), "incorrect length check; members before may"}},
      {"cut.tar.gz", {whole.substr(0, whole.size() - 3), "its gzip stream is cut short"}},
      {"garbage.tar.gz", {whole + std::string(700, 0) + "x", "what follows is none"}},
      {"second.tar.gz", {whole + "\x1F\x8B", "its gzip stream is cut short"}}};
  for (const auto& [name, damage] : damages) {
    SCOPED_TRACE(name);
    write(name, damage.first);
    const auto walked = walk(name);
    EXPECT_TRUE(walked.files.contains(name + "/1.dcm"));
    EXPECT_THAT(walked.told_of(name),
                AllOf(HasSubstr("archive_damaged: read up to byte "), HasSubstr(damage.second)));
    EXPECT_EQ(walked.order.back(), name);
  }
}

TEST_F(ArchiveMembersTest, OfSeveralGzipStreamsAreOneArchive) {
  pack_archive(at("x.tar"), "tar", {{"1.dcm", noise(5000, 1)}, {"2.dcm", noise(5000, 2)}});
  const auto run =
      run_program({.command = {"sh", "-c",
                               "(head -c 3000 x.tar | gzip; : | gzip; tail -c +3001 x.tar | gzip; "
                               "head -c 300000 /dev/zero) > x.tar.gz"},
                   .working_folder = folder.path()});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  const auto walked = walk("x.tar.gz");
  EXPECT_THAT(walked.files, ElementsAre(Pair("x.tar.gz/1.dcm", noise(5000, 1)),
                                        Pair("x.tar.gz/2.dcm", noise(5000, 2))));
  EXPECT_THAT(walked.problems, IsEmpty());
}

TEST_F(ArchiveMembersTest, AreCutOffByLimitsWithBothNumbers) {
  const std::vector<PackedMember> zeros{
      {"1.dcm", noise(100, 1)}, {"2.dcm", std::string(1 << 20, 0)}, {"3.dcm", "three"}};
  const ArchiveLimits little{.least = 200'000, .ratio = 2};
  for (const std::string format : {"zip", "tar.gz", "tar.zst", "tar.bz2"}) {
    SCOPED_TRACE(format);
    pack_archive(at("x." + format), format, zeros);
    const auto most = 200'000 + 2 * size("x." + format);
    const auto walked = walk("x." + format, little);
    EXPECT_FALSE(walked.files.contains("x." + format + "/2.dcm"));
    EXPECT_FALSE(walked.files.contains("x." + format + "/3.dcm"));
    EXPECT_THAT(walked.told_of("x." + format),
                AllOf(HasSubstr("archive_limit: read up to"),
                      HasSubstr(std::to_string(size("x." + format)) +
                                " bytes unpack to more than " + std::to_string(most))));
    EXPECT_EQ(walk("x." + format).files.size(), 3U);
  }
  for (const std::string format : {"zip.stored", "tar", "tar.gz"}) {
    SCOPED_TRACE(format);
    pack_archive(at("y." + format), format, {{"1", "1"}, {"2", "2"}, {"3", "3"}});
    const auto few = walk("y." + format, {.members = 2});
    EXPECT_EQ(few.files.size(), 2U);
    EXPECT_THAT(few.told_of("y." + format), HasSubstr("more than 2 members"));
    const auto names = walk("y." + format, {.name_bytes = 2});
    EXPECT_EQ(names.files.size(), 2U);
    EXPECT_THAT(names.told_of("y." + format), HasSubstr("more than 2 bytes"));
    const auto longest = walk("y." + format, {.longest_name = 0});
    EXPECT_THAT(longest.told_of("y." + format + " (member 1)"),
                HasSubstr("its name has 1 bytes; expected at most 0"));
  }
}

// A table of contents, or headers of holes, that libarchive would take into memory as a whole.
TEST_F(ArchiveMembersTest, TakeBoundedHeaders) {
  std::vector<PackedMember> members;
  for (int i = 0; i < 3000; ++i) members.push_back({"a/" + std::to_string(i) + ".dcm", "x"});
  pack_archive(at("x.zip"), "zip.stored", members);
  const auto walked = walk("x.zip", {.header_bytes = 100'000});
  EXPECT_THAT(walked.files, IsEmpty());
  EXPECT_THAT(walked.problems,
              ElementsAre(Pair("x.zip", HasSubstr("more than 100000 bytes of headers"))));
  EXPECT_EQ(walk("x.zip").files.size(), 3000U);

  pack_archive(at("x.tar.gz"), "tar.gz", {{"1", "1"}, {std::string(300'000, 'n'), "2"}});
  const auto headers = walk("x.tar.gz", {.header_bytes = 200'000});
  EXPECT_THAT(headers.files, ElementsAre(Pair("x.tar.gz/1", "1")));
  EXPECT_THAT(headers.told_of("x.tar.gz"), HasSubstr("more than 200000 bytes of headers"));
}

// Each member is all that follows its header, the other members too: 50 of them in 5 KB.
TEST_F(ArchiveMembersTest, ThatLieOverEachOtherAreCutOff) {
  const auto run = run_program(
      {.command = {"python3", "-c",
                   "import struct\n"
                   "total = 50 * 34 + 1000\n"
                   "def local(i):\n"
                   "  size = total - 34 * (i + 1)\n"
                   "  return struct.pack('<4sHHHHHIIIHH', b'PK\\3\\4', 10, 0, 0, 0, 33, 0, size, "
                   "size, 4, 0) + b'%04d' % i\n"
                   "def entry(i):\n"
                   "  size = total - 34 * (i + 1)\n"
                   "  return struct.pack('<4sHHHHHHIIIHHHHHII', b'PK\\1\\2', 10, 10, 0, 0, 0, 33, "
                   "0, size, size, 4, 0, 0, 0, 0, 0x81A40000, 34 * i) + b'%04d' % i\n"
                   "bytes = b''.join(map(local, range(50))) + b'D' * 1000\n"
                   "entries = b''.join(map(entry, range(50)))\n"
                   "end = struct.pack('<4sHHHHIIH', b'PK\\5\\6', 0, 0, 50, 50, len(entries), "
                   "len(bytes), 0)\n"
                   "open('x.zip', 'wb').write(bytes + entries + end)\n"},
       .working_folder = folder.path()});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  const auto walked = walk("x.zip");
  EXPECT_THAT(walked.order, ElementsAre("x.zip/0000", "x.zip/0001", "x.zip"));
  EXPECT_THAT(walked.problems,
              ElementsAre(Pair("x.zip", HasSubstr("they lie over each other")),
                          Pair("x.zip/0001", HasSubstr("archive_limit: the members up to this"))));
}

TEST_F(ArchiveMembersTest, AreUnpackedIntoAFileWithoutNameThatNobodyElseReads) {
  pack_archive(at("x.tar.gz"), "tar.gz", {{"1.dcm", "one"}, {"2.dcm", "two"}});
  const auto walked = walk("x.tar.gz");
  ASSERT_EQ(walked.given.size(), 2U);
  struct stat found {};
  ASSERT_EQ(fstat(walked.given[0]->packed->spool->get(), &found), 0);
  EXPECT_EQ(found.st_nlink, 0U);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_EQ(found.st_size, 6);
  EXPECT_TRUE(std::filesystem::is_empty(spool_folder.path()));
  EXPECT_EQ(walked.given[0]->packed->spool, walked.given[1]->packed->spool);
}

TEST_F(ArchiveMembersTest, ThatFindNoSpaceAreToldOfWithBothNumbers) {
  const auto refused = spool.begin(std::uint64_t{1} << 60);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(words(refused.problem()),
              AllOf(HasSubstr("spool_failed: "), HasSubstr("1152921504606846976 unpacked bytes"),
                    HasSubstr(" with "), HasSubstr(" free")));
  Spool nowhere(folder / "not there");
  pack_archive(at("x.zip"), "zip", {{"1.dcm", "one"}, {"2.dcm", "two"}});
  auto opened = ArchiveMembers::open(file("x.zip"), nowhere);
  ASSERT_TRUE(opened.ok());
  for (const auto* name : {"x.zip/1.dcm", "x.zip/2.dcm"}) {
    const auto found = (*opened)->next();
    ASSERT_TRUE(found && !*found);
    EXPECT_EQ(found->problem().subject, name);
    EXPECT_THAT(words(found->problem()), HasSubstr("spool_failed: "));
  }
  EXPECT_FALSE((*opened)->next());
}

// What was given before keeps its bytes, whatever fails behind it.
TEST_F(ArchiveMembersTest, StayWhereTheyAreWhenOthersAreDropped) {
  ASSERT_TRUE(spool.begin(3).ok());
  const std::string one = "one", two = "two";
  const auto bytes = [](const std::string& text) {
    return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  ASSERT_TRUE(spool.append(bytes(one)).ok());
  EXPECT_EQ(spool.keep(), 0U);
  ASSERT_FALSE(spool.begin(std::uint64_t{1} << 60).ok());
  spool.drop();
  ASSERT_TRUE(spool.begin(0).ok());
  ASSERT_TRUE(spool.append(bytes(two)).ok());
  spool.drop();
  ASSERT_TRUE(spool.append(bytes(two)).ok());
  EXPECT_EQ(spool.keep(), 3U);
  std::string all(6, '\0');
  ASSERT_EQ(pread(spool.descriptor()->get(), all.data(), all.size(), 0), 6);
  EXPECT_EQ(all, "onetwo");
}

TEST_F(ArchiveMembersTest, AreOfNoArchiveThatOnlyLooksLikeOne) {
  write("text.zip", "hello");
  write("text.tar", std::string(3000, 'x'));
  write("dicom.zip", "PK\x03\x04" + std::string(124, '\0') + "DICM" + std::string(400, '\0'));
  pack_archive(at("x.tar.gz"), "tar.gz", {{"1", "1"}});
  write("cut.tar.gz", read("x.tar.gz").substr(0, 12));
  for (const auto* name : {"text.zip", "text.tar", "dicom.zip", "cut.tar.gz"}) {
    EXPECT_FALSE(walk(name).is_archive) << name;
    EXPECT_THAT(walk(name).problems, IsEmpty()) << name;
  }
  EXPECT_FALSE(looks_like_archive(at("dicom.zip")));
  EXPECT_FALSE(looks_like_archive(folder.path()));
  EXPECT_FALSE(looks_like_archive(at("nothing")));
  EXPECT_TRUE(looks_like_archive(at("x.tar.gz")));
}

TEST_F(ArchiveMembersTest, OfAnArchiveThatChangedAreNotRead) {
  pack_archive(at("x.tar"), "tar", {{"1.dcm", "one"}});
  const auto walked = walk("x.tar");
  ASSERT_EQ(walked.given.size(), 1U);
  pack_archive(at("x.tar"), "tar", {{"1.dcm", "other"}});
  EXPECT_EQ(bytes_of(walked.given[0]), "changed_during_run");
}

TEST_F(ArchiveMembersTest, OfAnArchiveThatChangesAreRefusedFromThenOn) {
  for (const std::string name : {"x.tar.gz", "x.zip"}) {
    SCOPED_TRACE(name);
    pack_archive(at(name), name.substr(2), {{"1.dcm", "one"}, {"2.dcm", "two"}, {"3.dcm", "3"}});
    auto opened = ArchiveMembers::open(file(name), spool);
    ASSERT_TRUE(opened.ok() && *opened);
    auto found = (*opened)->next();
    ASSERT_TRUE(found && *found);
    EXPECT_EQ(bytes_of(**found), "one");
    write(name, read(name) + "more");
    for (const auto& subject : {name + "/2.dcm", name}) {
      found = (*opened)->next();
      ASSERT_TRUE(found && !*found);
      EXPECT_EQ(found->problem().subject, subject);
      EXPECT_EQ(found->problem().reason, Reason::changed_during_run);
    }
    EXPECT_FALSE((*opened)->next());
  }
}

TEST_F(ArchiveMembersTest, AreGivenUpWhenARunEnds) {
  pack_archive(at("x.zip"), "zip", {{"1.dcm", noise(1000, 1)}});
  auto opened = ArchiveMembers::open(file("x.zip"), spool, [] { return true; });
  ASSERT_TRUE(opened.ok());
  const auto found = (*opened)->next();
  ASSERT_TRUE(found && !*found);
  EXPECT_EQ(found->problem().reason, Reason::interrupted);
}

}  // namespace
}  // namespace dcmflow
