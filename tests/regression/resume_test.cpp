// --resume: what did not change is neither read nor made again, and the outputs are those of a
// fresh run.

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "test-data/phantom.h"
#include "tests/regression/broken_run.h"

namespace dcmflow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Resume : public BrokenRun {
 protected:
  void SetUp() override {
    BrokenRun::SetUp();
    if (IsSkipped()) return;
    write_phantom_series({.series_uid = "1.2.3.1"}, input + "/a");
    write_phantom_series({.modality = "MR", .series_uid = "1.2.3.2", .slices = 5}, input + "/b");
    write_phantom_series(
        {.series_uid = "1.2.3.3",
         .edit = [](unsigned, DicomBuilder& file) { file.remove("ImagePositionPatient"); }},
        input + "/c");
    write_bytes(input + "/note.txt", "hello");
    write_bytes(input + "/empty", "");
    settle();
  }

  // Past the clock's tick: what changed just before a run is read again by the next.
  static void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

  struct Resumed {
    ProgramRun run;
    std::size_t files_opened = 0;    // of the input
    std::set<std::string> replaced;  // names that files got
  };
  Resumed resume(std::vector<std::string> options = {}) const {
    const std::string log = folder / "log";
    fs::remove(log);
    options.emplace_back("--resume");
    Resumed resumed{
        convert_from(input, std::move(options), {.on = "rename", .by = "0", .log = log})};
    std::ifstream lines(log);
    for (std::string line; std::getline(lines, line);) {
      const auto path = line.substr(line.find(' ') + 1);
      if (line.starts_with("open ") && path.starts_with(input + "/") && !fs::is_directory(path))
        ++resumed.files_opened;
      if (line.starts_with("rename ")) resumed.replaced.insert(fs::path(path).filename());
    }
    settle();
    return resumed;
  }
  void expect_fresh(const std::vector<std::string>& options = {}) const {
    EXPECT_EQ(contents(output), fresh(input, options));
  }
};

TEST_F(Resume, IsAnOrdinaryRunOnAnEmptyFolder) {
  const auto first = resume();
  EXPECT_EQ(first.run.exit_status, 0) << first.run.errors;
  EXPECT_GT(first.files_opened, 20U);
  expect_fresh();
}

TEST_F(Resume, OpensNoFileAndWritesNoneWhereNothingChanged) {
  ASSERT_EQ(resume().run.exit_status, 0);
  const auto before = contents(output);
  for (int again = 0; again < 2; ++again) {
    const auto resumed = resume();
    EXPECT_EQ(resumed.run.exit_status, 0);
    EXPECT_THAT(resumed.run.errors, HasSubstr("unchanged: "));
    EXPECT_EQ(resumed.files_opened, 0U);
    EXPECT_TRUE(resumed.replaced.empty() || resumed.replaced == std::set<std::string>{"journal"});
    EXPECT_EQ(contents(output), before);
  }
  const ProgramRun runs =
      run_dcmflow({"query", output, "SELECT count(*) AS n FROM runs", "--json"});
  EXPECT_EQ(Json::parse(runs.output)[0]["n"], 3);
}

TEST_F(Resume, MakesOnlyTheSeriesOfWhatIsNew) {
  ASSERT_EQ(resume().run.exit_status, 0);
  write_phantom_series({.modality = "MR", .series_uid = "1.2.3.2", .slices = 7}, input + "/b");
  write_phantom_series({.series_uid = "1.2.3.4", .slices = 4}, input + "/d");
  settle();
  const auto resumed = resume();
  EXPECT_EQ(resumed.run.exit_status, 0) << resumed.run.errors;
  EXPECT_TRUE(resumed.replaced.contains("1.2.3.2.mhd"));
  EXPECT_TRUE(resumed.replaced.contains("1.2.3.4.mhd"));
  EXPECT_FALSE(resumed.replaced.contains("1.2.3.1.mhd"));
  expect_fresh();
}

TEST_F(Resume, ReadsOnlyWhatIsNew) {
  ASSERT_EQ(resume().run.exit_status, 0);
  write_phantom_series({.series_uid = "1.2.3.4", .slices = 4}, input + "/d");
  settle();
  // Each for its header, then for its pixels.
  EXPECT_EQ(resume().files_opened, 8U);
  expect_fresh();
}

// Three times each: for its header, its pixels, and what the option tells.
TEST_F(Resume, OpensOnlyWhatIsNewForDicomJson) {
  const std::vector<std::string> options{"--dicom-json"};
  ASSERT_EQ(resume(options).run.exit_status, 0);
  write_phantom_series({.study_uid = "1.2.4", .series_uid = "1.2.3.4", .slices = 4}, input + "/d");
  settle();
  const auto resumed = resume(options);
  EXPECT_EQ(resumed.run.exit_status, 0) << resumed.run.errors;
  EXPECT_EQ(resumed.files_opened, 12U);
  EXPECT_TRUE(resumed.replaced.contains("1.2.4.dicom.json"));
  EXPECT_FALSE(resumed.replaced.contains("1.2.3.dicom.json"));
  expect_fresh(options);
  // What was kept is known to the next run, too.
  fs::remove_all(input + "/d");
  const auto without = resume(options);
  EXPECT_EQ(without.files_opened, 0U);
  EXPECT_FALSE(without.replaced.contains("1.2.3.dicom.json"));
  EXPECT_FALSE(fs::exists(output + "/1.2.4.dicom.json"));
  expect_fresh(options);
}

TEST_F(Resume, WritesDicomJsonAgainWhereItIsNotWhatItWas) {
  const std::vector<std::string> options{"--dicom-json"};
  ASSERT_EQ(resume(options).run.exit_status, 0);
  write_bytes(output + "/1.2.3.dicom.json", "somebody's");
  EXPECT_TRUE(resume(options).replaced.contains("1.2.3.dicom.json"));
  expect_fresh(options);
  // A file more, one that changed, one less, another table.
  write_phantom_series({.series_uid = "1.2.3.4", .slices = 2}, input + "/d");
  settle();
  EXPECT_TRUE(resume(options).replaced.contains("1.2.3.dicom.json"));
  expect_fresh(options);
  write_phantom_series({.series_uid = "1.2.3.4", .series_description = "other", .slices = 2},
                       input + "/d");
  settle();
  EXPECT_TRUE(resume(options).replaced.contains("1.2.3.dicom.json"));
  expect_fresh(options);
  fs::remove_all(input + "/d");
  EXPECT_TRUE(resume(options).replaced.contains("1.2.3.dicom.json"));
  expect_fresh(options);
  EXPECT_TRUE(resume({"--dicom-json", "--no-patient"}).replaced.contains("1.2.3.dicom.json"));
  expect_fresh({"--dicom-json", "--no-patient"});
  EXPECT_EQ(resume().run.exit_status, 0);
  EXPECT_FALSE(fs::exists(output + "/1.2.3.dicom.json"));
  expect_fresh();
}

// What was doubtful about it is told each time.
TEST_F(Resume, WritesDicomJsonAgainThatIsNotWhole) {
  const std::vector<std::string> options{"--dicom-json"};
  write_phantom_series({.study_uid = "1.2.4",
                        .series_uid = "1.2.3.4",
                        .slices = 2,
                        .edit =
                            [](unsigned, DicomBuilder& file) {
                              file.set("SpecificCharacterSet", "NONSENSE");
                              file.set("SeriesDescription", "caf\xE9");
                            }},
                       input + "/d");
  settle();
  const auto first = resume(options);
  ASSERT_EQ(first.run.exit_status, 0);
  ASSERT_THAT(first.run.errors, HasSubstr("1.2.4.dicom.json: values of 2 of 2 instances"));
  fs::remove_all(input + "/a");
  const auto resumed = resume(options);
  EXPECT_THAT(resumed.run.errors, HasSubstr("1.2.4.dicom.json: values of 2 of 2 instances"));
  EXPECT_TRUE(resumed.replaced.contains("1.2.4.dicom.json"));
  expect_fresh(options);
}

TEST_F(Resume, OpensOnlyWhatIsNewForSidecars) {
  write_phantom_series({.modality = "MR",
                        .series_uid = "1.2.3.5",
                        .slices = 6,
                        .edit =
                            [](unsigned slice, DicomBuilder& file) {
                              file.set("EchoTime", slice < 3 ? "4.6" : "6.9");
                              file.set("EchoNumbers", slice < 3 ? "1" : "2");
                            }},
                       input + "/e");
  settle();
  const std::vector<std::string> options{"--bids"};
  ASSERT_EQ(resume(options).run.exit_status, 0);
  write_phantom_series({.modality = "MR", .series_uid = "1.2.3.4", .slices = 4}, input + "/d");
  settle();
  const auto resumed = resume(options);
  EXPECT_EQ(resumed.run.exit_status, 0) << resumed.run.errors;
  // Headers and pixels of four files, and one of them for the sidecar.
  EXPECT_EQ(resumed.files_opened, 9U);
  EXPECT_TRUE(resumed.replaced.contains("1.2.3.4.json"));
  for (const auto* kept : {"1.2.3.1.json", "1.2.3.2.json", "1.2.3.5.json"})
    EXPECT_FALSE(resumed.replaced.contains(kept)) << kept;
  expect_fresh(options);
  fs::remove_all(input + "/d");
  EXPECT_EQ(resume(options).files_opened, 0U);
  expect_fresh(options);
}

TEST_F(Resume, WritesSidecarsAgainWhereTheyAreNotWhatTheyWere) {
  const std::vector<std::string> options{"--bids"};
  ASSERT_EQ(resume(options).run.exit_status, 0);
  fs::remove(output + "/1.2.3.1.json");
  write_bytes(output + "/1.2.3.2.json", "somebody's");
  EXPECT_TRUE(resume(options).replaced.contains("1.2.3.2.json"));
  expect_fresh(options);
  // One that says what another image of the series is, and one of an image that is not there.
  fs::remove(output + "/1.2.3.2.raw");
  fs::remove_all(input + "/a");
  const auto resumed = resume(options);
  EXPECT_TRUE(resumed.replaced.contains("1.2.3.2.json"));
  EXPECT_FALSE(fs::exists(output + "/1.2.3.1.json"));
  expect_fresh(options);
  EXPECT_EQ(resume().run.exit_status, 0);
  EXPECT_FALSE(fs::exists(output + "/1.2.3.2.json"));
  expect_fresh();
}

TEST_F(Resume, TakesOutWhatVanished) {
  ASSERT_EQ(resume().run.exit_status, 0);
  fs::remove_all(input + "/a");
  fs::remove(input + "/b/" + names_in(input + "/b").back());
  const auto resumed = resume();
  EXPECT_EQ(resumed.run.exit_status, 0) << resumed.run.errors;
  EXPECT_FALSE(fs::exists(output + "/1.2.3.1.mhd"));
  EXPECT_TRUE(resumed.replaced.contains("1.2.3.2.mhd"));
  expect_fresh();
}

// The size is the same, and so is the time of the content.
TEST_F(Resume, SeesThatAFileWasWrittenToByTheTimeOfItsInode) {
  ASSERT_EQ(resume().run.exit_status, 0);
  const auto path = input + "/a/" + names_in(input + "/a").front();
  const auto time = fs::last_write_time(path);
  auto bytes = bytes_of(path);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  write_bytes(path, bytes);
  fs::last_write_time(path, time);
  settle();
  EXPECT_TRUE(resume().replaced.contains("1.2.3.1.mhd"));
  expect_fresh();
}

TEST_F(Resume, MakesAgainWhatOtherSettingsChange) {
  ASSERT_EQ(resume().run.exit_status, 0);
  const auto compressed = resume({"--format", "nii.gz"});
  EXPECT_EQ(compressed.run.exit_status, 0);
  expect_fresh({"--format", "nii.gz"});
  // Other JSON files, the same images.
  const auto described = resume({"--format", "nii.gz", "--bids", "--explain"});
  EXPECT_FALSE(described.replaced.contains("1.2.3.1.nii.gz"));
  // What sidecars alone need of a header: a file of each image.
  EXPECT_EQ(described.files_opened, 2U);
  expect_fresh({"--format", "nii.gz", "--bids", "--explain"});
}

TEST_F(Resume, ReadsAgainForOtherAttributes) {
  ASSERT_EQ(resume().run.exit_status, 0);
  write_bytes(
      folder / "more.json",
      R"json({"attributes": [{"keyword": "DistanceSourceToDetector", "tag": "(0018,1110)"}]})json");
  const auto more = resume({"--attributes", folder / "more.json"});
  EXPECT_EQ(more.run.exit_status, 0) << more.run.errors;
  EXPECT_FALSE(more.replaced.contains("1.2.3.1.mhd"));
  expect_fresh({"--attributes", folder / "more.json"});
}

// The same of each header, under another key.
TEST_F(Resume, TellsAttributesByTheirNewKeywords) {
  const auto add_distance = [](unsigned, DicomBuilder& file) {
    file.set("DistanceSourceToDetector", "1000");
  };
  write_phantom_series({.series_uid = "1.2.3.4", .slices = 4, .edit = add_distance}, input + "/d");
  settle();
  const std::string attributes = folder / "attributes.json";
  for (const std::string keyword : {"Far", "Near"}) {
    write_bytes(attributes, R"({"attributes": [{"path": "DistanceSourceToDetector", "keyword": ")" +
                                keyword + R"("}]})");
    const auto run = resume({"--attributes", attributes});
    EXPECT_EQ(run.run.exit_status, 0) << run.run.errors;
    EXPECT_THAT(bytes_of(output + "/dicom-metadata.json"), HasSubstr('"' + keyword + '"'));
    expect_fresh({"--attributes", attributes});
  }
}

TEST_F(Resume, MakesAgainWhatSomebodyChangedOrRemoved) {
  ASSERT_EQ(resume().run.exit_status, 0);
  fs::remove(output + "/1.2.3.1.raw");
  write_bytes(output + "/1.2.3.2.raw", "somebody's");
  EXPECT_EQ(resume().run.exit_status, 0);
  expect_fresh();
  fs::remove(output + "/volumes.json");
  const auto again = resume();
  EXPECT_TRUE(again.replaced.contains("volumes.json"));
  EXPECT_FALSE(again.replaced.contains("1.2.3.1.mhd"));
  expect_fresh();
}

TEST_F(Resume, FollowsAnArchiveThatMoved) {
  ASSERT_EQ(resume().run.exit_status, 0);
  const std::string elsewhere = folder / "elsewhere";
  fs::rename(input, elsewhere);
  const ProgramRun run = run_dcmflow({elsewhere, output, "--resume"});
  EXPECT_EQ(run.exit_status, 0);
  EXPECT_THAT(run.errors, HasSubstr("unchanged: "));
}

TEST_F(Resume, LeavesADamagedCatalogueAndMakesItAnew) {
  ASSERT_EQ(resume().run.exit_status, 0);
  const std::string catalogue = output + "/.dcmflow/catalogue.sqlite";
  auto bytes = bytes_of(catalogue);
  for (std::size_t at = 200; at < bytes.size(); at += 97)
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
  write_bytes(catalogue, bytes);
  const auto resumed = resume();
  EXPECT_EQ(resumed.run.exit_status, 0) << resumed.run.errors;
  EXPECT_THAT(resumed.run.errors, HasSubstr("catalogue: "));
  expect_fresh();
  EXPECT_THAT(resume().run.errors, HasSubstr("unchanged: "));
}

// Without the patient's attributes no header is kept; the images are.
TEST_F(Resume, KeepsNoPatientUnderNoPatient) {
  ASSERT_EQ(resume({"--no-patient"}).run.exit_status, 0);
  EXPECT_EQ(bytes_of(output + "/.dcmflow/catalogue.sqlite").find("Phantom^"), std::string::npos);
  const auto resumed = resume({"--no-patient"});
  EXPECT_EQ(resumed.run.exit_status, 0);
  EXPECT_FALSE(resumed.replaced.contains("1.2.3.1.mhd"));
  expect_fresh({"--no-patient"});
}

TEST_F(Resume, NeedsACatalogue) {
  const ProgramRun run = convert({"--resume", "--catalogue", "none"});
  EXPECT_EQ(run.exit_status, 2);
  EXPECT_THAT(run.errors, HasSubstr("--resume"));
}

// At any rename of a run that keeps some of what lies beside the images, and writes others.
TEST_F(Resume, GoesOnAfterAKillOfARunThatKeptFiles) {
  const std::vector<std::string> options{"--dicom-json", "--bids", "--resume"};
  ASSERT_EQ(convert_from(input, options).exit_status, 0);
  const std::string before = folder / "before";
  fs::rename(output, before);
  write_phantom_series({.study_uid = "1.2.4", .series_uid = "1.2.3.4", .slices = 2}, input + "/d");
  settle();
  const auto whole = fresh(input, {"--dicom-json", "--bids"});
  std::size_t kills = 0;
  for (std::size_t nth = 1; nth < 200; ++nth) {
    copy_output(before);
    auto one_thread = options;
    one_thread.insert(one_thread.end(), {"--threads", "1"});
    const ProgramRun run =
        convert_from(input, one_thread, {.on = "change", .by = "kill", .nth = nth});
    if (run.signal != SIGKILL) break;
    ++kills;
    ASSERT_EQ(convert_from(input, options).exit_status, 0) << nth;
    ASSERT_EQ(contents(output), whole) << nth;
  }
  EXPECT_GT(kills, 5U);
}

// Of a run that was killed at any of its renames.
TEST_F(Resume, GoesOnAfterAKillAnywhere) {
  const auto whole = fresh(input);
  std::size_t kills = 0;
  for (std::size_t nth = 1; nth < 200; ++nth) {
    fs::remove_all(output);
    const ProgramRun run = convert_from(input, {"--resume", "--threads", "1"},
                                        {.on = "change", .by = "kill", .nth = nth});
    if (run.signal != SIGKILL) break;
    ++kills;
    ASSERT_EQ(convert_from(input, {"--resume"}).exit_status, 0) << nth;
    ASSERT_EQ(contents(output), whole) << nth;
    for (const auto& name : names_in(output + "/.dcmflow")) EXPECT_FALSE(name.ends_with(".part"));
  }
  EXPECT_GT(kills, 10U);
}

}  // namespace
}  // namespace dcmflow
