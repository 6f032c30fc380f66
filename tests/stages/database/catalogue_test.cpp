// What the catalogue of a run tells, and what is left of it whenever it ends.

#include "stages/database/catalogue.h"

#include <gmock/gmock.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <deque>
#include <filesystem>
#include <fstream>

#include "stages/base/descriptor.h"
#include "stages/base/journal.h"
#include "stages/base/name_digest.h"
#include "stages/database/catalogue_schema.h"
#include "stages/database/network_folder.h"
#include "stages/database/query_catalogue.h"
#include "tests/support/catalog_fixture.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class CatalogueOfARun : public CatalogFixture,
                        public testing::WithParamInterface<Catalogue::Written> {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder + "/.dcmflow"); }

  std::unique_ptr<Catalogue> begin(bool hides_patient = false,
                                   const std::string& input = "/in\xFF") {
    no_patient = hides_patient;
    auto begun = Catalogue::begin(folder, GetParam(),
                                  {.version = "1.2",
                                   .input = input,
                                   .settings = "{}",
                                   .fingerprint = "f",
                                   .boot_id = "b",
                                   .began = "2026-01-01T00:00:00Z"},
                                  table, no_patient);
    EXPECT_TRUE(begun) << begun.problem().detail;
    return std::move(*begun);
  }
  static CatalogueRunEnd end(int exit_code = 0) {
    return {"2026-01-01T00:00:01Z", 1, exit_code == 0 ? "complete" : "failed", exit_code};
  }
  // Two files: one converted into nothing yet, and one that is refused.
  void add_series(Catalogue& catalogue, std::int64_t id, const std::string& uid) {
    kept.push_back(series(
        "1.2." + std::to_string(id), uid,
        {{uid + ".1", {{"Modality", "MR"}, {"PatientName", "A^B"}}, {{"EchoTime", "5"}}},
         {uid + ".2", {{"Modality", "MR"}, {"PatientName", "A^B"}}, {{"EchoTime", "7.5"}}}}));
    studies.push_back(kept.back().get());
    const std::vector<Problem> refused{{Reason::no_geometry, uid + ".2.dcm", "no position"}};
    const CatalogueSeries series{.id = id,
                                 .study_id = id,
                                 .first_file_id = id * 100,
                                 .first_image_id = id * 100,
                                 .study = {&studies.back(), 1},
                                 .series = studies.back(),
                                 .images = {},
                                 .not_converted = refused};
    const auto added = catalogue.add(series, render_rows(series, table, no_patient));
    ASSERT_TRUE(added) << added.problem().detail;
  }
  std::string ask(const std::string& sql) const {
    auto catalogue = read_catalogue(folder);
    if (!catalogue) return "Problem: " + catalogue.problem().detail;
    auto answer = query(*catalogue, sql, {.json = true});
    return answer ? *answer : "Problem: " + answer.problem().detail;
  }

  AttributeTable table;
  bool no_patient = false;
  std::deque<SeriesPtr> kept;
  std::deque<const Series*> studies;
};

TEST_P(CatalogueOfARun, TellsFilesWithTheirAttributesAtAnyLevel) {
  auto catalogue = begin();
  add_series(*catalogue, 1, "1.2.3");
  ASSERT_TRUE(catalogue->add(7, {Reason::not_dicom, "note\xFF.txt", ""}, nullptr));
  ASSERT_TRUE(catalogue->index());
  const auto finished = catalogue->finish(false);
  ASSERT_TRUE(finished) << finished.problem().detail;
  EXPECT_EQ(ask("SELECT file, Modality, EchoTime, PatientName FROM instance_attributes"),
            "[\n  {\"file\": \"1.2.3.1.dcm\", \"Modality\": \"MR\", \"EchoTime\": 5, "
            "\"PatientName\": \"A^B\"},\n  {\"file\": \"1.2.3.2.dcm\", \"Modality\": \"MR\", "
            "\"EchoTime\": 7.5, \"PatientName\": \"A^B\"}\n]\n");
  EXPECT_THAT(ask("SELECT path, disposition, reason, detail FROM refused"),
              HasSubstr("{\"path\": \"1.2.3.2.dcm\", \"disposition\": \"refused\", \"reason\": "
                        "\"no_geometry\", \"detail\": \"no position\"}"));
  EXPECT_THAT(ask("SELECT typeof(path) AS kind, size FROM files WHERE series IS NULL"),
              HasSubstr("{\"kind\": \"blob\", \"size\": null}"));
  EXPECT_THAT(
      ask("SELECT Modality, instances, converted, images FROM series_overview"),
      HasSubstr("{\"Modality\": \"MR\", \"instances\": 2, \"converted\": 1, \"images\": 0}"));
  ASSERT_TRUE(catalogue->conclude(end(), {}, false));
  EXPECT_THAT(ask("SELECT exit_code, status, ended IS NULL AS open FROM runs"),
              HasSubstr("{\"exit_code\": 0, \"status\": \"complete\", \"open\": 0}"));
}

TEST_P(CatalogueOfARun, LeavesThePatientOutWhereThatIsAskedFor) {
  auto catalogue = begin(true);
  add_series(*catalogue, 1, "1.2.3");
  ASSERT_TRUE(catalogue->index());
  ASSERT_TRUE(catalogue->finish(false));
  catalogue.reset();
  std::ifstream file(catalogue_path(folder), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(bytes.find("A^B"), std::string::npos);
  EXPECT_NE(bytes.find("1.2.3.1.dcm"), std::string::npos);
}

TEST_P(CatalogueOfARun, ToldAgainTakesThePlaceOfWhatWasTold) {
  auto catalogue = begin();
  add_series(*catalogue, 1, "1.2.3");
  add_series(*catalogue, 1, "1.2.4");
  ASSERT_TRUE(catalogue->index());
  ASSERT_TRUE(catalogue->finish(false));
  EXPECT_EQ(ask("SELECT count(*) AS n, min(SeriesInstanceUID) AS uid FROM series"),
            "[\n  {\"n\": 1, \"uid\": \"1.2.4\"}\n]\n");
  EXPECT_EQ(ask("SELECT count(*) AS n FROM files"), "[\n  {\"n\": 2}\n]\n");
}

TEST_P(CatalogueOfARun, KeepsTheRunsOfEarlierOnesAndNothingElse) {
  for (int run = 0; run < 3; ++run) {
    auto catalogue = begin();
    EXPECT_FALSE(catalogue->earlier_damage());
    add_series(*catalogue, run + 1, "1.2." + std::to_string(run));
    ASSERT_TRUE(catalogue->index());
    ASSERT_TRUE(catalogue->finish(false));
    // One that was killed tells of no end.
    if (run != 1) {
      ASSERT_TRUE(catalogue->conclude(end(run), {}, run == 2));
    }
  }
  EXPECT_EQ(ask("SELECT exit_code FROM runs"),
            "[\n  {\"exit_code\": 0},\n  {\"exit_code\": null},\n  {\"exit_code\": 2}\n]\n");
  EXPECT_EQ(ask("SELECT count(*) AS n FROM series"), "[\n  {\"n\": 1}\n]\n");
}

// So that whose images they are is not told by a run before the one that was to leave it out.
TEST_P(CatalogueOfARun, HidesTheInputsOfEarlierRunsWhereThePatientIsLeftOut) {
  const auto run_of = [&](bool hides_patient, const std::string& input) {
    auto catalogue = begin(hides_patient, input);
    ASSERT_TRUE(catalogue->index());
    ASSERT_TRUE(catalogue->finish(false));
  };
  const auto several = name_digest("a") + ", " + name_digest("list") + " (2 paths)";
  run_of(false, "/data/Smith^Jane");
  run_of(false, "/data/Smith^Jane\xFF");
  run_of(true, name_digest("b"));
  run_of(true, several);
  run_of(true, name_digest("c"));
  std::string inputs;
  for (const auto& input : {name_digest("/data/Smith^Jane"), name_digest("/data/Smith^Jane\xFF"),
                            name_digest("b"), several, name_digest("c")})
    inputs += (inputs.empty() ? "" : "; ") + input;
  EXPECT_THAT(ask("SELECT group_concat(input, '; ') AS inputs FROM runs"), HasSubstr(inputs));
  std::ifstream file(catalogue_path(folder), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(bytes.find("Smith"), std::string::npos);
}

TEST_P(CatalogueOfARun, MakesADamagedOneAnewAndTells) {
  std::ofstream(catalogue_path(folder)) << std::string(20000, 'x');
  auto catalogue = begin();
  ASSERT_TRUE(catalogue->earlier_damage());
  EXPECT_THAT(catalogue->earlier_damage()->detail, HasSubstr("not a database"));
  ASSERT_TRUE(catalogue->index());
  ASSERT_TRUE(catalogue->finish(false));
  EXPECT_EQ(ask("SELECT count(*) AS n FROM runs"), "[\n  {\"n\": 1}\n]\n");
}

TEST_P(CatalogueOfARun, LeavesOneFileAtItsEndAndNoneWhenItIsDropped) {
  const auto names = [&] {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder + "/.dcmflow"))
      found.push_back(entry.path().filename().string());
    return found;
  };
  auto catalogue = begin();
  add_series(*catalogue, 1, "1.2.3");
  ASSERT_TRUE(catalogue->index());
  ASSERT_TRUE(catalogue->finish(true));
  EXPECT_THAT(names(), testing::ElementsAre("catalogue.sqlite"));
  catalogue->drop();
  catalogue.reset();
  EXPECT_THAT(names(), testing::IsEmpty());
}

TEST_P(CatalogueOfARun, IsForWhoeverMayReadOtherFiles) {
  std::ofstream(folder + "/other") << "x";
  auto catalogue = begin();
  ASSERT_TRUE(catalogue->index());
  ASSERT_TRUE(catalogue->finish(false));
  const auto readers = [](const std::string& path) {
    using std::filesystem::perms;
    return std::filesystem::status(path).permissions() &
           (perms::owner_read | perms::group_read | perms::others_read);
  };
  EXPECT_EQ(readers(catalogue_path(folder)), readers(folder + "/other"));
}

TEST_P(CatalogueOfARun, ThatWasStoppedHasNoIndexesAndAnswers) {
  auto catalogue = begin();
  add_series(*catalogue, 1, "1.2.3");
  ASSERT_TRUE(catalogue->finish(false));
  ASSERT_TRUE(catalogue->conclude(end(143), {}, false));
  EXPECT_EQ(ask("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL"),
            "[\n  {\"n\": 0}\n]\n");
  EXPECT_EQ(ask("SELECT exit_code, instances FROM runs, series"),
            "[\n  {\"exit_code\": 143, \"instances\": 2}\n]\n");
}

// What a reader sees while the run goes on is what a kill leaves.
TEST_P(CatalogueOfARun, TellsWhatWasSavedWhileItIsWritten) {
  auto catalogue = begin();
  add_series(*catalogue, 1, "1.2.3");
  ASSERT_TRUE(catalogue->save());
  add_series(*catalogue, 2, "1.2.4");
  if (GetParam() == Catalogue::Written::in_place)
    EXPECT_EQ(ask("SELECT count(*) AS n, max(ended) AS ended FROM series, runs"),
              "[\n  {\"n\": 1, \"ended\": null}\n]\n");
  else
    EXPECT_THAT(ask("SELECT 1"), HasSubstr("no catalogue"));
  ASSERT_TRUE(catalogue->index());
  ASSERT_TRUE(catalogue->finish(false));
  EXPECT_EQ(ask("SELECT count(*) AS n FROM series"), "[\n  {\"n\": 2}\n]\n");
}

// /var/tmp is read-only in many containers, and no place for names of files.
TEST_P(CatalogueOfARun, SortsBesideItselfWhatItsMemoryDoesNotHold) {
  const std::string building = GetParam() == Catalogue::Written::in_place
                                   ? folder + "/.dcmflow"
                                   : std::filesystem::temp_directory_path().string();
  const Descriptor made(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  ASSERT_GE(inotify_add_watch(made.get(), building.c_str(), IN_CREATE), 0);
  auto catalogue = begin();
  const std::string long_name(100, 'a');
  for (std::int64_t id = 1; id <= 60'000; ++id)
    ASSERT_TRUE(
        catalogue->add(id, {Reason::not_dicom, long_name + std::to_string(id), ""}, nullptr));
  ASSERT_TRUE(catalogue->index());
  std::array<char, 1 << 14> events{};
  const auto size = read(made.get(), events.data(), events.size());
  ASSERT_GT(size, 0);
  EXPECT_THAT(std::string(events.data(), static_cast<std::size_t>(size)), HasSubstr("etilqs_"));
}

INSTANTIATE_TEST_SUITE_P(Everywhere, CatalogueOfARun,
                         testing::Values(Catalogue::Written::in_place,
                                         Catalogue::Written::elsewhere));

TEST(NetworkFolder, IsNoneWhereThereIsNothing) {
  EXPECT_FALSE(is_on_network("/no/such/folder"));
  EXPECT_FALSE(is_on_network("/proc"));
}

}  // namespace
}  // namespace dcmflow
