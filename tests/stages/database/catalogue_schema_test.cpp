// The tables of the catalogue, and how a file comes to have them.

#include "stages/database/catalogue_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "stages/database/catalogue_views.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::HasSubstr;

class CatalogueSchema : public testing::Test {
 protected:
  Database open() const {
    auto database = Database::open(path, Database::Open::create);
    EXPECT_TRUE(database) << database.problem().detail;
    return std::move(*database);
  }
  static std::set<std::string> names(const Database& database, const char* kind) {
    std::set<std::string> found;
    auto question = database.prepare("SELECT name FROM sqlite_schema WHERE type = ?");
    question->ask(kind);
    while (*question->next()) found.insert(question->text(0));
    return found;
  }

  const TemporaryFolder folder;
  const std::string path = folder / "catalogue.sqlite";
};

TEST_F(CatalogueSchema, IsMadeOfAnEmptyFile) {
  auto database = open();
  const auto migrated = migrate_catalogue(database);
  ASSERT_TRUE(migrated) << migrated.problem().detail;
  EXPECT_EQ(*database.number("PRAGMA user_version"), catalogue_version);
  EXPECT_THAT(
      names(database, "table"),
      testing::IsSupersetOf({"runs", "studies", "series", "files", "images", "image_files",
                             "slices", "side_files", "selections", "selected_images", "reasons"}));
  EXPECT_THAT(names(database, "view"),
              testing::IsSupersetOf({"series_overview", "refused", "selected", "instances"}));
  EXPECT_EQ(*database.number("SELECT count(*) FROM reasons"),
            static_cast<std::int64_t>(reason_rows().size()));
  EXPECT_TRUE(make_indexes(database));
  EXPECT_TRUE(check_catalogue(database, Check::every_page));
}

TEST_F(CatalogueSchema, IsLeftAloneWhereItIsThere) {
  auto database = open();
  ASSERT_TRUE(migrate_catalogue(database));
  ASSERT_TRUE(database.execute("INSERT INTO selections VALUES (1, 'brain', NULL)"));
  EXPECT_TRUE(migrate_catalogue(database));
  EXPECT_EQ(*database.number("SELECT count(*) FROM selections"), 1);
}

TEST_F(CatalogueSchema, OfANewerReleaseIsRefusedAndUntouched) {
  auto database = open();
  ASSERT_TRUE(migrate_catalogue(database));
  ASSERT_TRUE(database.execute("PRAGMA user_version = 99"));
  const auto migrated = migrate_catalogue(database);
  ASSERT_FALSE(migrated);
  EXPECT_THAT(migrated.problem().detail, HasSubstr("99"));
  EXPECT_EQ(*database.number("PRAGMA user_version"), 99);
  EXPECT_FALSE(check_catalogue(database, Check::quick));
}

TEST_F(CatalogueSchema, AnotherProgramsDatabaseIsRefusedAndUntouched) {
  auto database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)"));
  EXPECT_FALSE(migrate_catalogue(database));
  EXPECT_EQ(names(database, "table"), (std::set<std::string>{"mine"}));
  EXPECT_FALSE(check_catalogue(database, Check::quick));
}

TEST_F(CatalogueSchema, WhatIsNoDatabaseIsAProblemInSqlitesWords) {
  std::ofstream(path) << std::string(5000, 'x');
  auto database = open();
  const auto migrated = migrate_catalogue(database);
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.problem().reason, Reason::catalogue_failed);
  EXPECT_THAT(migrated.problem().detail, HasSubstr("not a database"));
}

TEST_F(CatalogueSchema, ADamagedPageIsFound) {
  {
    auto database = open();
    ASSERT_TRUE(migrate_catalogue(database));
    ASSERT_TRUE(make_indexes(database));
    for (int i = 0; i < 2000; ++i) {
      auto insert = database.prepare("INSERT INTO selections VALUES (?, ?, NULL)");
      ASSERT_TRUE(insert->run(i, std::string(200, 'a')));
    }
  }
  const auto size = std::filesystem::file_size(path);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(size / 2));
  file << std::string(8192, '\xFF');
  file.close();
  const auto database = open();
  EXPECT_TRUE(check_catalogue(database, Check::quick));
  EXPECT_FALSE(check_catalogue(database, Check::every_page));
}

TEST_F(CatalogueSchema, ViewsHaveAColumnForEachKeywordThatAColumnCanBeNamed) {
  AttributeTable table;
  AttributeRow strange;
  strange.tag = 0x00091001;
  strange.vr = "LO";
  strange.keyword = "it's \"odd\"";
  table.add(strange);
  strange.tag = 0x00091002;
  strange.keyword = "My Keyword";
  table.add(strange);
  auto database = open();
  ASSERT_TRUE(migrate_catalogue(database));
  const auto made = make_attribute_views(database, table, false);
  ASSERT_TRUE(made) << made.problem().detail;
  const auto columns = [&](const std::string& name) {
    auto question = database.prepare(
        "SELECT count(*) FROM pragma_table_info('instance_attributes') WHERE name = ?");
    question->ask(name);
    EXPECT_TRUE(*question->next());
    return question->integer(0);
  };
  EXPECT_EQ(columns("EchoTime"), 1);
  EXPECT_EQ(columns("PatientName"), 1);
  EXPECT_EQ(columns("My Keyword"), 1);
  EXPECT_EQ(columns(strange.keyword), 1);
  EXPECT_EQ(columns("it's \"odd\""), 0);
  ASSERT_TRUE(make_attribute_views(database, table, true));
  EXPECT_EQ(columns("PatientName"), 0);
}

}  // namespace
}  // namespace dcmflow
