#include "stages/database/earlier_end.h"

#include <unistd.h>

#include <utility>

#include "stages/database/query_catalogue.h"

namespace dcmflow {
namespace {

Problem damaged(const std::string& what) { return {Reason::catalogue_failed, "catalogue", what}; }

Status settle(const std::string& path) {
  if (access((path + "-wal").c_str(), F_OK) != 0) return Done{};
  auto database = Database::open(path, Database::Open::create);
  if (!database) return database.problem();
  return database->execute("PRAGMA journal_mode = DELETE");
}

}  // namespace

Result<std::optional<Database>> open_earlier(const std::string& folder, Check check) {
  if (access(catalogue_path(folder).c_str(), F_OK) != 0) return std::optional<Database>();
  if (auto settled = settle(catalogue_path(folder)); !settled)
    return damaged(settled.problem().detail);
  auto database = read_catalogue(folder, check);
  if (!database) return damaged(database.problem().detail);
  return std::optional<Database>(std::move(*database));
}

Result<std::optional<EarlierEnd>> load_earlier_end(const std::string& folder, Check check) {
  auto database = open_earlier(folder, check);
  if (!database) return database.problem();
  if (!*database) return std::optional<EarlierEnd>();
  auto rows = (*database)->prepare(
      "SELECT coalesce(files_fingerprint, ''), fingerprint, status, exit_code, ended IS NOT NULL "
      "FROM runs ORDER BY id DESC LIMIT 1");
  if (!rows) return damaged(rows.problem().detail);
  const auto row = rows->next();
  if (!row) return damaged(row.problem().detail);
  if (!*row || rows->integer(4) == 0) return std::optional<EarlierEnd>();
  return std::optional(EarlierEnd{std::string(rows->text(0)), std::string(rows->text(1)),
                                  std::string(rows->text(2)), static_cast<int>(rows->integer(3))});
}

}  // namespace dcmflow
