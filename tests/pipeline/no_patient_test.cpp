// --no-patient: nothing that says who a patient is, who made or asked for the images, or where,
// reaches any file, log or stream; digests stand for the input's paths, the same everywhere.

#include <gmock/gmock.h>

#include "stages/base/name_digest.h"
#include "tests/pipeline/shards_scene.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Planted {
  const char* keyword;
  const char* value;
};
// Of an input folder, a file and a folder in it, too: see SetUp().
constexpr std::array planted{Planted{"PatientName", "Qpatient^Name"},
                             Planted{"PatientID", "QPATIENTID"},
                             Planted{"PatientBirthDate", "19010203"},
                             Planted{"AccessionNumber", "QACCESSION"},
                             Planted{"StudyID", "QSTUDYID"},
                             Planted{"ReferringPhysicianName", "Qreferring^Doctor"},
                             Planted{"OperatorsName", "Qoperator^Name"},
                             Planted{"PerformingPhysicianName", "Qperforming^Doctor"},
                             Planted{"NameOfPhysiciansReadingStudy", "Qreading^Doctor"},
                             Planted{"RequestingPhysician", "Qrequesting^Doctor"},
                             Planted{"InstitutionName", "Qinstitution"},
                             Planted{"InstitutionAddress", "Qaddress"},
                             Planted{"InstitutionalDepartmentName", "Qdepartment"}};
constexpr const char* nested = "QNESTEDACCESSION";
constexpr std::array names{"qinputfolder", "qsubfolder", "qdamaged", "qtext", "qconflict"};

class NoPatient : public testing::Test {
 protected:
  void SetUp() override {
    const auto plant = [](unsigned, DicomBuilder& file) {
      for (const auto& [keyword, value] : planted) file.set(keyword, value);
      file.set_in("RequestAttributesSequence", 0, "AccessionNumber", nested);
    };
    const auto made = write_phantom_series(
        {.modality = "MR", .series_uid = "1.2.3.1", .slices = 5, .edit = plant},
        input + "/qsubfolder");
    // The same instances with other pixels: of each only one counts.
    write_phantom_series({.modality = "MR",
                          .series_uid = "1.2.3.1",
                          .slices = 5,
                          .edit = plant,
                          .value = [](const auto&) { return 5.0; }},
                         input + "/qconflict");
    write_bytes(input + "/qdamaged", bytes_of(made[0]).substr(0, 700));
    write_bytes(input + "/qtext", "hello");
    write_bytes(folder / "rules.json", R"({"selections": [
      {"name": "A", "conditions": {"AccessionNumber": "other", "Modality": "MR"}},
      {"name": "B", "conditions": {"Path": "elsewhere"}},
      {"name": "C", "conditions": {"ReferringPhysicianName": {"equals": "x"}}}]})");
    write_bytes(folder / "attributes.json", R"({"attributes": [
      {"keyword": "OperatorsName"}, {"keyword": "InstitutionAddress"},
      {"keyword": "RequestingPhysician"}, {"keyword": "PerformingPhysicianName"},
      {"keyword": "NameOfPhysiciansReadingStudy"},
      {"path": "RequestAttributesSequence[0].AccessionNumber", "keyword": "Nested"}]})");
    fs::create_directory(folder / "logs");
  }

  std::vector<std::string> all_kinds() const {
    return {"--bids",
            "--dicom-json",
            "--report",
            "--explain",
            "--catalogue",
            "yes",
            "--tables",
            "csv",
            "--workflow-metadata",
            "--logs",
            folder / "logs",
            "--trace",
            folder / "logs/trace.json",
            "--rules",
            folder / "rules.json",
            "--attributes",
            folder / "attributes.json",
            "--log-level",
            "trace",
            "--format",
            "nii"};
  }

  // Every file that a run wrote, and what it said.
  std::map<std::string, std::string> all_that_was_written(const ProgramRun& run) const {
    std::map<std::string, std::string> files{{"stdout", run.output}, {"stderr", run.errors}};
    for (const auto& root : {output, folder / "logs"})
      for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file())
          files[entry.path().string()] = entry.path().string() + '\n' + bytes_of(entry.path());
    return files;
  }
  static std::vector<std::string> secrets() {
    std::vector<std::string> all{nested};
    for (const auto& one : planted) all.emplace_back(one.value);
    all.insert(all.end(), names.begin(), names.end());
    return all;
  }
  static void expect_none(const std::map<std::string, std::string>& files) {
    for (const auto& [name, bytes] : files)
      for (const auto& secret : secrets())
        EXPECT_EQ(bytes.find(secret), std::string::npos) << secret << " in " << name;
  }

  TemporaryFolder folder;
  const std::string input = folder / "qinputfolder", output = folder / "out";
};

TEST_F(NoPatient, NothingPersonalIsInAnyFileOrLog) {
  for (const std::string tables : {"csv", "ndjson"}) {
    auto words = all_kinds();
    words.insert(words.begin(), {input, output, "--no-patient"});
    *std::ranges::find(words, "csv") = tables;
    const auto run = run_dcmflow(words);
    ASSERT_EQ(run.exit_status, 0) << run.errors;
    const auto files = all_that_was_written(run);
    for (const auto* const name :
         {"1.2.3.1.json", "1.2.3.dicom.json", "report.html", "selection-report.json",
          ".dcmflow/catalogue.sqlite", "volumes.json", "report.json", "dicom-metadata.json",
          "metadata.json"})
      EXPECT_TRUE(files.contains(output + "/" + name)) << name;
    for (const auto* const name : {"dcmflow.log", "trace.json"})
      EXPECT_TRUE(files.contains(folder.path() + "/logs/" + name)) << name;
    EXPECT_TRUE(files.contains(output + "/instances." + tables));
    expect_none(files);
    expect_valid_json(output);
  }
}

// Else the test above would find nothing whatever dcmflow writes.
TEST_F(NoPatient, WithoutItEachIsInSomeFile) {
  auto words = all_kinds();
  words.insert(words.begin(), {input, output});
  const auto run = run_dcmflow(words);
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  const auto files = all_that_was_written(run);
  for (const auto& secret : secrets())
    EXPECT_TRUE(std::ranges::any_of(files, [&](const auto& file) {
      return file.second.find(secret) != std::string::npos;
    })) << secret;
}

TEST_F(NoPatient, OneDigestStandsForAFileInEveryOutput) {
  auto words = all_kinds();
  words.insert(words.begin(), {input, output, "--no-patient"});
  const auto run = run_dcmflow(words);
  ASSERT_EQ(run.exit_status, 0) << run.errors;
  const Json volumes = read_json(output + "/volumes.json");
  const std::string digest = volumes["volumes"][0]["slices"][0]["file"];
  EXPECT_EQ(digest.size(), 32U);
  std::string place;
  for (const auto& entry : fs::recursive_directory_iterator(input)) {
    const auto name = entry.path().lexically_relative(input).string();
    if (name_digest(name) == digest) place = name;
  }
  EXPECT_NE(place, "") << "of its path below INPUT";
  for (const auto* const name : {"report.json", "dicom-metadata.json", "instances.csv"})
    EXPECT_THAT(bytes_of(output + "/" + name), HasSubstr(digest)) << name;
  const auto asked = run_dcmflow(
      {"query", output, "SELECT count(*) AS n FROM files WHERE path = '" + digest + "'", "--json"});
  EXPECT_EQ(Json::parse(asked.output)[0]["n"], 1);
  EXPECT_THAT(run.errors, HasSubstr(name_digest("qdamaged"))) << "the log tells it, too";
  EXPECT_THAT(bytes_of(output + "/report.json"), HasSubstr(name_digest("qtext")));
  EXPECT_THAT(bytes_of(folder / "logs/dcmflow.log"), HasSubstr(name_digest(input)));
}

// Who is left out decides on nothing: of two that conflict the same is taken, and rules see paths.
TEST_F(NoPatient, ImagesAndSelectionsAreTheSame) {
  write_bytes(folder / "rules.json",
              R"({"selections": [{"name": "P", "conditions": {"Path": "qsubfolder"}}]})");
  std::map<std::string, std::string> images[2];
  for (const bool hidden : {false, true}) {
    std::vector<std::string> words{input, output,    "--format",
                                   "nii", "--rules", folder / "rules.json"};
    if (hidden) words.emplace_back("--no-patient");
    ASSERT_EQ(run_dcmflow(words).exit_status, 0);
    for (auto& [name, bytes] : contents(output))
      if (name.ends_with(".nii") || name == "selected-images.json") images[hidden][name] = bytes;
  }
  EXPECT_GE(images[0].size(), 2U);
  EXPECT_EQ(images[0], images[1]);
}

TEST_F(NoPatient, AResumedRunIsAFreshOne) {
  const std::vector<std::string> words{input, output, "--format", "nii", "--bids", "--no-patient"};
  ASSERT_EQ(run_dcmflow(words).exit_status, 0);
  const auto once = contents(output);
  auto resumed = words;
  resumed.emplace_back("--resume");
  ASSERT_EQ(run_dcmflow(resumed).exit_status, 0);
  EXPECT_EQ(contents(output), once);
  fs::rename(input + "/qtext", input + "/qtext2");
  const auto changed = run_dcmflow(resumed);
  ASSERT_EQ(changed.exit_status, 0);
  expect_none(all_that_was_written(changed));
  EXPECT_THAT(bytes_of(output + "/report.json"), HasSubstr(name_digest("qtext2")));
}

TEST_F(NoPatient, QuestionsAnswerWithoutIt) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"list", input},
        {"list", input, "--json"},
        {"values", input},
        {"rules", "explain", folder / "rules.json", input},
        {"rules", "explain", folder / "rules.json", input, "--json"}}) {
    auto asked = words;
    asked.insert(asked.end(), {"--no-patient", "--attributes", folder / "attributes.json"});
    const auto run = run_dcmflow(asked);
    EXPECT_EQ(run.exit_status, 0) << run.errors;
    EXPECT_NE(run.output, "");
    expect_none({{words[0], run.output + run.errors}});
  }
  EXPECT_EQ(run_dcmflow({"values", input, "AccessionNumber", "--no-patient"}).exit_status, 2);
  EXPECT_EQ(run_dcmflow({"values", input, "Path", "--no-patient"}).exit_status, 2);
  for (const auto* const keyword : {"AccessionNumber", "InstitutionName", "StudyID"})
    EXPECT_EQ(
        run_dcmflow({input, output, "--no-patient", "--name", '{' + std::string(keyword) + '}'})
            .exit_status,
        2);
}

class NoPatientInShards : public Shards {};

TEST_F(NoPatientInShards, TheyMakeTheOutputsOfOneProcess) {
  for (const bool is_scanned : {false, true}) {
    fs::remove_all(work);
    for (int part = 0; is_scanned && part < 2; ++part)
      ASSERT_EQ(
          run_dcmflow({"scan", input, work, "--part", std::to_string(part) + "/2", "--no-patient"})
              .exit_status,
          0);
    ASSERT_EQ(plan(2, {"--no-patient", "--bids"}).exit_status, 0);
    run_all(2);
    expect_one_process({"--no-patient", "--bids"});
  }
  EXPECT_THAT(bytes_of(output + "/volumes.json"), Not(HasSubstr(".dcm")));
}

TEST_F(NoPatientInShards, AScanOfOtherNamesIsNotTaken) {
  ASSERT_EQ(run_dcmflow({"scan", input, work, "--part", "0/1"}).exit_status, 0);
  const auto refused = plan(2, {"--no-patient"});
  EXPECT_EQ(refused.exit_status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--no-patient"));
}

}  // namespace
}  // namespace dcmflow
