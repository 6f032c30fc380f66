// Archives that are damaged, cut short, change, or come to more than is taken.

#include "tests/stages/archives/archives_scene.h"
#include "tests/support/run_program.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class DamagedArchives : public ArchivesScene {};

TEST_F(DamagedArchives, UpToTheEndOfATruncatedArchiveStay) {
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

TEST_F(DamagedArchives, BehindADamagedHeaderAreToldToBeLost) {
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

TEST_F(DamagedArchives, WithAWrongChecksumCostNoOther) {
  pack_archive(at("x.zip"), "zip",
               {{"1.dcm", noise(5000, 1)}, {"2.dcm", noise(5000, 2)}, {"3.dcm", noise(5000, 3)}});
  auto bytes = read("x.zip");
  bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
  write("x.zip", bytes);
  const auto walked = walk("x.zip");
  EXPECT_EQ(walked.files.size(), 2U);
  EXPECT_THAT(walked.problems, ElementsAre(Pair("x.zip/2.dcm", HasSubstr("archive_damaged: "))));
}

// What is in doubt gives no member; of what is cut short those stay that were unpacked before.
TEST_F(DamagedArchives, OfADamagedGzipStreamAreTold) {
  pack_archive(at("x"), "tar.gz", {{"1.dcm", noise(300'000, 1)}, {"2.dcm", noise(300'000, 2)}});
  const auto whole = read("x");
  const auto flipped = [&](std::size_t byte) {
    auto bytes = whole;
    bytes[byte] = static_cast<char>(bytes[byte] ^ 1);
    return bytes;
  };
  struct Damage {
    std::string bytes, told;
    bool is_in_doubt = false;
  };
  const std::map<std::string, Damage> damages{
      {"pixel.tar.gz", {flipped(whole.size() / 2), "its gzip stream is damaged: ", true}},
      {"checksum.tar.gz", {flipped(whole.size() - 8), "incorrect data check", true}},
      {"size.tar.gz", {flipped(whole.size() - 4), "incorrect length check", true}},
      {"cut.tar.gz", {whole.substr(0, whole.size() - 3), "its gzip stream is cut short"}},
      {"garbage.tar.gz", {whole + std::string(700, 0) + "x", "what follows is none"}},
      {"second.tar.gz", {whole + "\x1F\x8B", "its gzip stream is cut short"}}};
  for (const auto& [name, damage] : damages) {
    SCOPED_TRACE(name);
    write(name, damage.bytes);
    const auto walked = walk(name);
    EXPECT_EQ(walked.files.contains(name + "/1.dcm"), !damage.is_in_doubt);
    EXPECT_EQ(walked.told_of(name + "/1.dcm").starts_with("archive_damaged: the stream"),
              damage.is_in_doubt);
    EXPECT_THAT(walked.told_of(name),
                AllOf(HasSubstr("archive_damaged: read up to byte "), HasSubstr(damage.told)));
    EXPECT_EQ(walked.order.back(), name);
  }
}

// bzip2 has a checksum a block: the second block's says nothing of the first, but the member may
// lie in both.
TEST_F(DamagedArchives, OfABzip2StreamWithAWrongChecksumGiveNothing) {
  pack_archive(at("x.tar.bz2"), "tar.bz2",
               {{"1.dcm", noise(600'000, 1)}, {"2.dcm", noise(600'000, 2)}});
  auto bytes = read("x.tar.bz2");
  bytes[bytes.size() - 40] = static_cast<char>(bytes[bytes.size() - 40] ^ 1);
  write("x.tar.bz2", bytes);
  const auto walked = walk("x.tar.bz2");
  EXPECT_THAT(walked.files, IsEmpty());
  EXPECT_THAT(walked.told_of("x.tar.bz2/1.dcm"), HasSubstr("archive_damaged: the stream"));
  EXPECT_THAT(walked.told_of("x.tar.bz2"), HasSubstr("archive_damaged: read up to"));
}

// A header of the tar is what the damage shows first; its checksum is asked all the same.
TEST_F(DamagedArchives, WhoseHeaderIsDamagedWithinADamagedStreamGiveNothing) {
  pack_archive(at("x.tar"), "tar.ustar", {{"1.dcm", "1"}, {"2.dcm", "2"}, {"3.dcm", "3"}});
  // Stored, so that a byte can be changed: then the checksum is that of other bytes.
  const auto run =
      run_program({.command = {"python3", "-c",
                               "import zlib; d = open('x.tar', 'rb').read();"
                               "c = zlib.compressobj(0, zlib.DEFLATED, 31);"
                               "open('x.tar.gz', 'wb').write(c.compress(d) + c.flush())"},
                   .working_folder = folder.path()});
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  auto bytes = read("x.tar.gz");
  const auto header = bytes.find("2.dcm");
  ASSERT_NE(header, std::string::npos);
  bytes[header + 3] = '!';
  write("x.tar.gz", bytes);
  EXPECT_THAT(walk("x.tar.gz").files, IsEmpty());
}

TEST_F(DamagedArchives, OfSeveralGzipStreamsAreOneArchive) {
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

TEST_F(DamagedArchives, AreCutOffByLimitsWithBothNumbers) {
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
TEST_F(DamagedArchives, TakeBoundedHeaders) {
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
TEST_F(DamagedArchives, ThatLieOverEachOtherAreCutOff) {
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

TEST_F(DamagedArchives, ThatFindNoSpaceAreToldOfWithBothNumbers) {
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

TEST_F(DamagedArchives, OfAnArchiveThatChangedAreNotRead) {
  pack_archive(at("x.tar"), "tar", {{"1.dcm", "one"}});
  const auto walked = walk("x.tar");
  ASSERT_EQ(walked.given.size(), 1U);
  pack_archive(at("x.tar"), "tar", {{"1.dcm", "other"}});
  EXPECT_EQ(bytes_of(walked.given[0]), "changed_during_run");
}

TEST_F(DamagedArchives, OfAnArchiveThatChangesAreRefusedFromThenOn) {
  for (const std::string name : {"x.tar.gz", "x.zip"}) {
    SCOPED_TRACE(name);
    pack_archive(at(name), name.substr(2), {{"1.dcm", "one"}, {"2.dcm", "two"}, {"3.dcm", "3"}});
    // It is asked for each block of a member and for its end: the third time the first one is done.
    int asked = 0;
    const auto change = [&] {
      if (++asked == 3) write(name, read(name) + "more");
      return false;
    };
    auto opened = ArchiveMembers::open(file(name), spool, change);
    ASSERT_TRUE(opened.ok() && *opened);
    auto found = (*opened)->next();
    ASSERT_TRUE(found && *found);
    for (const auto& subject : {name + "/2.dcm", name}) {
      found = (*opened)->next();
      ASSERT_TRUE(found && !*found);
      EXPECT_EQ(found->problem().subject, subject);
      EXPECT_EQ(found->problem().reason, Reason::changed_during_run);
    }
    EXPECT_FALSE((*opened)->next());
  }
}

}  // namespace
}  // namespace dcmflow
