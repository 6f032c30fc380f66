#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "test-data/archive.h"
#include "test_paths.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using Files = std::map<std::string, std::string>;  // name → content

Files files_below(const std::string& folder) {
  Files files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[std::filesystem::relative(entry.path(), folder).string()] = {
        std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

Files make_archive(std::vector<std::string> options) {
  const TemporaryFolder folder;
  ProgramCall call{.command = {DCMFLOW_MAKE_ARCHIVE, folder / "archive"}};
  call.command.insert(call.command.end(), options.begin(), options.end());
  const ProgramRun run = run_program(call);
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  return files_below(folder / "archive");
}

TEST(MakeArchive, WritesTheSameFilesForAnyNumberOfThreads) {
  const Files one = make_archive({"--threads", "1"});
  EXPECT_GT(one.size(), 100U);
  EXPECT_EQ(one, make_archive({"--threads", "7"}));
  EXPECT_NE(one, make_archive({"--seed", "2"}));
}

TEST(MakeArchive, MakesTheCommittedSample) {
  EXPECT_EQ(make_archive({"--sample"}), files_below(DCMFLOW_SOURCE_DIR "/test-data/dcm"));
}

// They are those of the whole files.
TEST(MakeArchive, WritesHeadersWithoutVoxels) {
  const std::vector<std::string> options{"--kind",   "ct", "--series",  "1",
                                         "--slices", "3",  "--columns", "300"};
  auto hollow = options;
  hollow.emplace_back("--headers-only");
  const Files whole = make_archive(options), headers = make_archive(hollow);
  ASSERT_EQ(headers.size(), whole.size());
  constexpr std::size_t voxels = std::size_t{300} * 512 * 2;
  for (const auto& [name, content] : whole) {
    ASSERT_EQ(headers.at(name).size(), content.size());
    const auto header_bytes = content.size() - voxels;
    EXPECT_EQ(headers.at(name).substr(0, header_bytes), content.substr(0, header_bytes));
    EXPECT_EQ(headers.at(name).substr(header_bytes), std::string(voxels, '\0'));
  }
  EXPECT_THROW(plan_archive({.kind = "mixed", .headers_only = true}), std::runtime_error);
}

TEST(MakeArchive, WritesTheSizesThatWereAskedFor) {
  const TemporaryFolder folder;
  const auto size = write_archive(
      plan_archive(
          {.kind = "mr", .series = 3, .studies = 2, .slices = 4, .columns = 10, .rows = 6}),
      folder.path(), 2);
  EXPECT_EQ(size.files, 12U);
  std::uint64_t bytes = 0;
  std::set<std::string> studies, series, instances;
  for (const auto& [name, content] : files_below(folder.path())) {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile((folder / name).c_str()).good()) << name;
    DcmDataset& dataset = *file.getDataset();
    OFString study, one_series, instance;
    dataset.findAndGetOFString(DCM_StudyInstanceUID, study);
    dataset.findAndGetOFString(DCM_SeriesInstanceUID, one_series);
    dataset.findAndGetOFString(DCM_SOPInstanceUID, instance);
    studies.insert(study.c_str());
    series.insert(one_series.c_str());
    instances.insert(instance.c_str());
    const Uint16* words = nullptr;
    unsigned long count = 0;
    ASSERT_TRUE(dataset.findAndGetUint16Array(DCM_PixelData, words, &count).good());
    EXPECT_EQ(count, 60U);
    bytes += content.size();
  }
  EXPECT_EQ(studies.size(), 2U);
  EXPECT_EQ(series.size(), 3U);
  EXPECT_EQ(instances.size(), 12U);
  EXPECT_EQ(size.bytes, bytes);
}

TEST(MakeArchive, HasManyTransferSyntaxesAndObjectsThatAreNoImages) {
  const TemporaryFolder folder;
  write_archive(plan_archive({}), folder.path(), 2);
  std::set<std::string> syntaxes, modalities;
  int unreadable = 0;
  for (const auto& [name, content] : files_below(folder.path())) {
    DcmFileFormat file;
    if (file.loadFile((folder / name).c_str()).bad()) {
      ++unreadable;
      continue;
    }
    OFString syntax, modality;
    file.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, syntax);
    file.getDataset()->findAndGetOFString(DCM_Modality, modality);
    syntaxes.insert(syntax.c_str());
    modalities.insert(modality.c_str());
  }
  EXPECT_EQ(syntaxes.size(), 8U);
  EXPECT_EQ(modalities, (std::set<std::string>{"CT", "MR", "PT", "RTSTRUCT", "SR"}));
  EXPECT_EQ(unreadable, 2) << "the text file and the broken file";
}

TEST(MakeArchive, WritesEachTransferSyntaxThatItOffers) {
  for (const auto* name :
       {"implicit_little", "explicit_little", "encapsulated_uncompressed", "deflated",
        "explicit_big", "jpeg_baseline", "jpeg_extended", "jpeg_lossless", "jpeg_lossless_sv1",
        "jpeg_ls", "jpeg_ls_near", "jpeg_2000_lossless", "jpeg_2000", "rle"})
    EXPECT_EQ(make_archive({"--slices", "2", "--transfer-syntax", name}).size(), 20U) << name;
}

TEST(MakeArchive, RefusesBadOptions) {
  const TemporaryFolder folder;
  for (const auto* option : {"--kind=xx", "--slices=0", "--rows=65536", "--transfer-syntax=zip"})
    EXPECT_NE(run_program({.command = {DCMFLOW_MAKE_ARCHIVE, folder / "x", option}}).exit_status, 0)
        << option;
}

TEST(MakeArchive, FailsWhenItCannotWrite) {
  const ProgramRun run = run_program({.command = {DCMFLOW_MAKE_ARCHIVE, "/dev/null/x"}});
  EXPECT_EQ(run.exit_status, 1);
  EXPECT_NE(run.errors.find("/dev/null"), std::string::npos) << run.errors;
}

}  // namespace
}  // namespace dcmflow
