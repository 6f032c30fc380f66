// What can be asked of a catalogue, and how it answers.

#include "stages/database/query_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "stages/base/journal.h"
#include "stages/database/catalogue_schema.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class QueryCatalogue : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder / std::string(private_folder));
    auto database = Database::open(catalogue_path(folder / "."), Database::Open::create);
    ASSERT_TRUE(database);
    ASSERT_TRUE(migrate_catalogue(*database));
    auto insert = database->prepare("INSERT INTO selections VALUES (?, ?, ?)");
    ASSERT_TRUE(insert->run(1, "brain", nullptr));
    ASSERT_TRUE(insert->run(22, "lung\n\x1B[31m", "too few"));
    auto reading = read_catalogue(folder / ".");
    ASSERT_TRUE(reading) << reading.problem().detail;
    catalogue = std::move(*reading);
  }
  std::string ask(std::string_view sql, const QueryForm& form = {}) {
    auto answer = query(*catalogue, sql, form);
    return answer ? *answer : "Problem: " + answer.problem().detail;
  }

  const TemporaryFolder folder;
  std::optional<Database> catalogue;
};

TEST_F(QueryCatalogue, AnswersAsATableWithNumbersToTheRight) {
  EXPECT_EQ(ask("SELECT id, name, unmet FROM selections ORDER BY id"),
            "id  name              unmet\n"
            "--  ----------------  -------\n"
            " 1  brain             NULL\n"
            "22  lung\\x0A\\x1B[31m  too few\n");
}

TEST_F(QueryCatalogue, AnswersAsJsonWithTypes) {
  EXPECT_EQ(
      ask("SELECT id, name, unmet, 1.5 AS half, x'FF41' AS bytes FROM selections WHERE id = 1",
          {.json = true}),
      "[\n  {\"id\": 1, \"name\": \"brain\", \"unmet\": null, \"half\": 1.5, "
      "\"bytes\": \"\\\\xFFA\"}\n]\n");
  EXPECT_EQ(ask("SELECT 1 WHERE 0", {.json = true}), "[]\n");
}

TEST_F(QueryCatalogue, FitsATerminalByCuttingTheWidestColumns) {
  const auto text = ask("SELECT 'short' AS a, printf('%.*c', 300, 'x') AS b", {.width = 80});
  EXPECT_THAT(text, HasSubstr("short"));
  EXPECT_THAT(text, HasSubstr("x…\n"));
  std::size_t longest = 0, at = 0;
  for (const char c : text) {
    if (c == '\n')
      at = 0;
    else if ((c & 0xC0) != 0x80)
      longest = std::max(longest, ++at);
  }
  EXPECT_EQ(longest, 80U);
}

TEST_F(QueryCatalogue, AnswersEachStatementAndCommentsAreNone) {
  EXPECT_EQ(ask("SELECT 1 AS a; -- and\nSELECT 2 AS b;"), "a\n-\n1\n\nb\n-\n2\n");
  EXPECT_THAT(ask("-- nothing"), HasSubstr("no statement"));
}

// Each would change something, or reach outside.
TEST_F(QueryCatalogue, RefusesWhatIsNoReading) {
  for (const auto* sql :
       {"DELETE FROM selections", "INSERT INTO selections VALUES (3, 'x', NULL)",
        "UPDATE selections SET name = 'x'", "DROP TABLE selections", "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x (a)", "ATTACH '/tmp/other.sqlite' AS other", "VACUUM",
        "VACUUM INTO '/tmp/copy.sqlite'", "PRAGMA query_only = 0", "PRAGMA journal_mode = WAL",
        "PRAGMA writable_schema = 1", "PRAGMA user_version = 7", "REINDEX", "ANALYZE", "BEGIN",
        "SELECT load_extension('x')", "WITH a AS (SELECT 1) DELETE FROM selections"})
    EXPECT_THAT(ask(sql), HasSubstr("Problem: ")) << sql;
  EXPECT_EQ(ask("SELECT count(*) AS n FROM selections"), "n\n-\n2\n");
  EXPECT_THAT(ask("PRAGMA table_info(selections)"), HasSubstr("unmet"));
  EXPECT_THAT(ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 3) "
                  "SELECT sum(i) AS s FROM n"),
              HasSubstr("6"));
}

TEST_F(QueryCatalogue, TellsWhatIsWrongInSqlitesWords) {
  auto answer = query(*catalogue, "SELECT nonsense FROM nowhere", {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.problem().reason, Reason::bad_settings);
  EXPECT_THAT(answer.problem().detail, HasSubstr("no such table: nowhere"));
}

TEST_F(QueryCatalogue, OfAFolderWithoutOneIsAProblemThatSaysHowToGetOne) {
  const TemporaryFolder other;
  const auto none = read_catalogue(other / ".");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.problem().reason, Reason::bad_settings);
  EXPECT_THAT(none.problem().detail, HasSubstr("--catalogue yes"));
}

}  // namespace
}  // namespace dcmflow
