// Members of archives of each kind: their bytes, their names, and what is refused.

#include "stages/archives/open_archive.h"
#include "tests/stages/archives/archives_scene.h"
#include "tests/support/run_program.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using Kind = PackedMember::Kind;

class ArchiveMembersTest : public ArchivesScene {};

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

TEST_F(ArchiveMembersTest, AreUnpackedIntoAFileWithoutNameThatNobodyElseReads) {
  pack_archive(at("x.tar.gz"), "tar.gz", {{"1.dcm", "one"}, {"2.dcm", "two"}});
  const auto walked = walk("x.tar.gz");
  ASSERT_EQ(walked.given.size(), 2U);
  struct stat found {};
  ASSERT_EQ(fstat(walked.given[0]->packed()->spool->get(), &found), 0);
  EXPECT_EQ(found.st_nlink, 0U);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_EQ(found.st_size, 6);
  EXPECT_TRUE(std::filesystem::is_empty(spool_folder.path()));
  EXPECT_EQ(walked.given[0]->packed()->spool, walked.given[1]->packed()->spool);
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
