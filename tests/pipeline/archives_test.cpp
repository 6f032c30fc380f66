// Archives as INPUT: what comes out is what their folder makes, and what is wrong with them is
// told.

#include <gmock/gmock.h>
#include <sys/mount.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "test-data/phantom.h"
#include "tests/pipeline/pipeline_scene.h"
#include "tests/support/pack_archive.h"
#include "tests/support/sanitizers.h"

namespace dcmflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Archives : public PipelineScene {
 protected:
  void SetUp() override {
    write_phantom_series({.series_uid = "1.2.3.1", .slices = 5}, input + "/ct");
    write_phantom_series({.modality = "MR",
                          .study_uid = "1.2.4",
                          .series_uid = "1.2.4.1",
                          .slices = 4,
                          .transfer_syntax = std::string(transfer_syntax::rle)},
                         input + "/mr/deep/er");
    write_phantom_series({.study_uid = "1.2.5",
                          .series_uid = "1.2.5.1",
                          .slices = 3,
                          .transfer_syntax = std::string(transfer_syntax::deflated)},
                         input + "/deflated");
    write_bytes(input + "/note.txt", "hello");
    // A slice that is cut off within its pixels.
    const auto cut =
        write_phantom_series({.study_uid = "1.2.6", .series_uid = "1.2.6.1"}, input + "/cut");
    std::filesystem::resize_file(cut[0], std::filesystem::file_size(cut[0]) - 100);
  }

  std::string packed(const std::string& format) const {
    auto path = folder / "in." + format;
    pack_archive(path, format, members_of(input));
    return path;
  }
  ProgramRun convert_archive(const std::string& archive, const std::string& to,
                             std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {archive, to, "--format", "nii.gz"});
    return run_dcmflow(std::move(options));
  }
  // Without the name of the archive before those of its members.
  static std::map<std::string, std::string> contents_within(const std::string& out,
                                                            const std::string& archive) {
    const auto before = std::filesystem::path(archive).filename().string() + "/";
    auto files = contents(out);
    for (auto& [name, text] : files)
      for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at))
        text.erase(at, before.size());
    return files;
  }
};

TEST_F(Archives, BecomeWhatTheirFolderBecomes) {
  const std::vector<std::string> options{"--format", "nii.gz", "--bids", "--dicom-json"};
  ASSERT_EQ(convert(options).exit_status, 0);
  const auto wanted = contents(output);
  expect_accounted(21);
  for (const auto& format : archive_formats()) {
    SCOPED_TRACE(format);
    const auto archive = packed(format);
    for (const auto* threads : {"1", "8"}) {
      const auto out = folder / format + threads;
      const auto run =
          convert_archive(archive, out, {"--bids", "--dicom-json", "--threads", threads});
      EXPECT_EQ(run.exit_status, 0) << run.errors;
      EXPECT_EQ(contents_within(out, archive), wanted);
      EXPECT_THAT(names_in(out + "/.dcmflow"), Not(testing::Contains(HasSubstr(".part"))));
    }
    const auto diff = run_dcmflow({"diff", output, folder / format + "8"});
    EXPECT_THAT(diff.output, Not(HasSubstr("voxels"))) << diff.output;
  }
}

TEST_F(Archives, NameTheirMembersAsFilesOfAFolder) {
  const auto archive = packed("zip");
  ASSERT_EQ(convert_archive(archive, output).exit_status, 0);
  EXPECT_EQ(disposition("in.zip/note.txt"), "not_dicom");
  expect_accounted(21);
  expect_valid_json(output);
  // Of several inputs by the input as it was given.
  pack_archive(folder / "other.tar", "tar", {{"b.txt", "text"}});
  std::filesystem::remove_all(output);
  ASSERT_EQ(run_dcmflow({archive, folder / "other.tar", input + "/ct", output, "--format", "nii"})
                .exit_status,
            0);
  EXPECT_EQ(disposition(archive + "/note.txt"), "not_dicom");
  EXPECT_EQ(disposition(folder / "other.tar/b.txt"), "not_dicom");
}

TEST_F(Archives, AreToldOfWithinFoldersAndArchives) {
  packed("zip");
  packed("tar.gz");
  packed("tar.zst");
  for (const auto* name : {"in.zip", "in.tar.gz", "in.tar.zst"})
    std::filesystem::rename(folder / name, input + "/" + name);
  auto run = convert({"--format", "nii"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(run.errors, HasSubstr("3 files: archive_not_opened"));
  EXPECT_EQ(disposition("in.zip"), "archive_not_opened");
  EXPECT_THAT(detail("in.tar.gz"), HasSubstr("found tar in gzip"));
  EXPECT_THAT(detail("in.tar.zst"), HasSubstr("found zstd"));
  EXPECT_THAT(run.output, HasSubstr("give it as an INPUT of its own"));
  expect_accounted(24);
  std::filesystem::remove_all(output);
  pack_archive(folder / "outer.tar", "tar", members_of(input));
  run = convert_archive(folder / "outer.tar", output);
  EXPECT_EQ(disposition("outer.tar/in.zip"), "archive_not_opened");
  expect_accounted(24);
  EXPECT_EQ(run_dcmflow({folder / "outer.tar", folder / "strict", "--strict"}).exit_status, 6);
}

TEST_F(Archives, ThatAreDamagedGiveWhatCameBefore) {
  // So that the cut is behind the images, compressed or not.
  std::string noise(600'000, '\0');
  for (std::uint32_t state = 1; char& byte : noise) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  write_bytes(input + "/zz.bin", noise);
  for (const std::string format : {"tar", "tar.gz", "zip"}) {
    SCOPED_TRACE(format);
    const auto archive = packed(format);
    std::filesystem::resize_file(archive, std::filesystem::file_size(archive) * 2 / 3);
    std::filesystem::remove_all(output);
    const auto run = convert_archive(archive, output);
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_EQ(disposition("in." + format), "archive_damaged");
    EXPECT_THAT(detail("in." + format), HasSubstr(" members: "));
    EXPECT_THAT(run.errors, HasSubstr("archive_damaged"));
    EXPECT_THAT(image_names(output), Not(IsEmpty()));
    EXPECT_EQ(convert_archive(archive, folder / "strict", {"--strict"}).exit_status, 6);
  }
}

TEST_F(Archives, WithAWrongChecksumGiveNothing) {
  const auto archive = packed("tar.gz");
  std::fstream file(archive, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-8, std::ios::end);
  file.write("none", 4);
  file.close();
  const auto run = convert_archive(archive, output);
  EXPECT_EQ(run.exit_status, 4) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("archive_damaged"));
  EXPECT_EQ(disposition("in.tar.gz"), "archive_damaged");
  EXPECT_THAT(detail("in.tar.gz"), HasSubstr("incorrect data check"));
  EXPECT_EQ(disposition("in.tar.gz/note.txt"), "archive_damaged");
  EXPECT_THAT(image_names(output), IsEmpty());
  expect_accounted(22);
}

TEST_F(Archives, OfNothingButProblemsAreNoInput) {
  pack_archive(folder / "x.zip", "zip.encrypted", members_of(input));
  const auto run = convert_archive(folder / "x.zip", output);
  EXPECT_EQ(run.exit_status, 4);
  EXPECT_THAT(run.errors, HasSubstr("no DICOM in"));
  EXPECT_EQ(disposition("x.zip/note.txt"), "member_encrypted");
  expect_accounted(21);
}

TEST_F(Archives, AreListedAndSurveyed) {
  for (const std::string format : {"zip", "tar.zst"}) {
    const auto archive = packed(format);
    const auto listed = run_dcmflow({"list", archive});
    EXPECT_EQ(listed.exit_status, 0) << listed.errors;
    EXPECT_THAT(listed.output, AllOf(HasSubstr("1.2.3.1"), HasSubstr("1.2.4.1")));
    const auto values = run_dcmflow({"values", archive, "Modality"});
    EXPECT_THAT(values.output, AllOf(HasSubstr("CT"), HasSubstr("MR")));
    EXPECT_EQ(run_dcmflow({archive, folder / "none", "--dry-run"}).exit_status, 0);
    EXPECT_FALSE(std::filesystem::exists(folder / "none"));
    // Where it may not write, a dry run still unpacks elsewhere.
    EXPECT_EQ(run_dcmflow({"list", archive}, {{"TMPDIR", folder / "missing"}}).exit_status, 4);
  }
}

TEST_F(Archives, AreResumedLikeFolders) {
  for (const std::string format : {"tar", "tar.gz"}) {
    SCOPED_TRACE(format);
    const auto archive = packed(format);
    const auto out = folder / "resumed." + format;
    ASSERT_EQ(convert_archive(archive, out).exit_status, 0);
    const auto first = contents(out);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    auto run = convert_archive(archive, out, {"--resume"});
    EXPECT_EQ(run.exit_status, 0);
    EXPECT_THAT(run.errors, HasSubstr("unchanged: "));
    EXPECT_EQ(contents(out), first);
    // An image that is gone is made of the members again.
    std::filesystem::remove(out + "/1.2.3.1.nii.gz");
    run = convert_archive(archive, out, {"--resume"});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_EQ(contents(out), first);
    // An archive that is another is read again.
    auto members = members_of(input);
    std::erase_if(members, [](const auto& member) { return member.name.starts_with("mr/"); });
    pack_archive(archive, format, members);
    run = convert_archive(archive, out, {"--resume"});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_FALSE(std::filesystem::exists(out + "/1.2.4.1.nii.gz"));
    EXPECT_TRUE(std::filesystem::exists(out + "/1.2.3.1.nii.gz"));
  }
}

TEST_F(Archives, AreNotWatchedAndNotSharedOut) {
  const auto archive = packed("zip");
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{archive, output, "--watch"},
        {"plan", archive, folder / "work", "--shards", "2"},
        {"scan", archive, folder / "work", "--part", "0/2"}}) {
    const auto run = run_dcmflow(call);
    EXPECT_EQ(run.exit_status, 2) << call[0];
    EXPECT_THAT(run.errors, HasSubstr("in.zip")) << call[0];
    EXPECT_THAT(run.errors, HasSubstr("folder")) << call[0];
  }
}

TEST_F(Archives, AreUnpackedWhereSpoolSays) {
  const auto archive = packed("tar.gz");
  auto run = convert_archive(archive, output, {"--spool", folder / "missing"});
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.errors, HasSubstr("--spool"));
  std::filesystem::create_directories(folder / "spool");
  run = convert_archive(archive, output, {"--spool", folder / "spool"});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_TRUE(std::filesystem::is_empty(folder / "spool"));
}

// A disk that takes some members and not others: each is told of, and the rest is converted.
TEST_F(Archives, ThatFindNoSpaceCostTheMembersThatFoundNone) {
  const auto spool = folder / "spool";
  std::filesystem::create_directories(spool);
  if (mount("tmpfs", spool.c_str(), "tmpfs", 0, "size=16k") != 0)
    GTEST_SKIP() << "this user cannot mount a file system";
  for (const std::string format : {"tar.gz", "zip"}) {
    std::filesystem::remove_all(output);
    const auto run = convert_archive(packed(format), output, {"--spool", spool});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_THAT(run.errors, AllOf(HasSubstr("spool_failed"), HasSubstr(" unpacked bytes with "),
                                  HasSubstr(" free: No space left")));
    EXPECT_THAT(run.output, HasSubstr("--spool FOLDER with more space"));
    expect_accounted(21);
    const auto counts = json("report.json")["counts"];
    EXPECT_GT(counts["spool_failed"], 0);
    EXPECT_GT(counts["converted"], 0);
  }
  umount(spool.c_str());
}

TEST_F(Archives, TakeNoMoreMemoryThanFolders) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer takes memory of its own";
  make_archive(folder / "large", {"--kind", "ct", "--series", "2", "--slices", "150"});  // 157 MB
  for (const std::string format : {"tar", "tar.gz", "tar.zst"}) {
    pack_archive(folder / "large." + format, format, members_of(folder / "large"));
    std::filesystem::remove_all(output);
    const auto run = convert_archive(folder / "large." + format, output, {"--threads", "2"});
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_LE(json("report.json")["run"]["peak_memory_bytes"].get<std::uint64_t>(),
              std::uint64_t{150} << 20);
  }
}

}  // namespace
}  // namespace dcmflow
