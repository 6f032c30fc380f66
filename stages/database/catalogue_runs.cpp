#include "stages/database/catalogue_runs.h"

#include <unistd.h>

#include "stages/database/catalogue_schema.h"
#include "stages/database/row_values.h"
#include "stages/database/stored_headers.h"

namespace dcmflow {

Status copy_runs(const std::string& path, Database& to) {
  if (access(path.c_str(), F_OK) != 0) return Done{};
  auto from = Database::open(path, Database::Open::create);
  if (!from) return from.problem();
  if (auto sound = check_catalogue(*from, Check::quick); !sound) return sound;
  auto rows = from->prepare(
      "SELECT id, version, input, settings, fingerprint, headers_fingerprint, boot_id, began, "
      "began_ns, ended, seconds, status, exit_code, files_fingerprint FROM runs ORDER BY id");
  if (!rows) return rows.problem();
  auto insert = to.prepare("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return insert.problem();
  for (;;) {
    const auto row = rows->next();
    if (!row) return row.problem();
    if (!*row) return Done{};
    auto added =
        insert->run(rows->value(0), rows->value(1), rows->value(2), rows->value(3), rows->value(4),
                    rows->value(5), rows->value(6), rows->value(7), rows->value(8), rows->value(9),
                    rows->value(10), rows->value(11), rows->value(12), rows->value(13));
    if (!added) return added;
  }
}

Result<std::int64_t> begin_run(const Database& database, const CatalogueRun& run,
                               const AttributeTable& table) {
  auto insert = database.prepare(
      "INSERT INTO runs (version, input, settings, fingerprint, headers_fingerprint, boot_id, "
      "began, began_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return insert.problem();
  if (auto added = insert->run(run.version, name_value(run.input), run.settings, run.fingerprint,
                               headers_fingerprint(table), text_or_null(run.boot_id), run.began,
                               run.began_ns);
      !added)
    return added.problem();
  return database.number("SELECT last_insert_rowid()");
}

Status end_run(const Database& database, std::int64_t id, const CatalogueRunEnd& end) {
  auto update = database.prepare(
      "UPDATE runs SET ended = ?, seconds = ?, status = ?, exit_code = ?, files_fingerprint = ? "
      "WHERE id = ?");
  if (!update) return update.problem();
  return update->run(end.ended, end.seconds, end.status, end.exit_code,
                     text_or_null(end.files_fingerprint), id);
}

}  // namespace dcmflow
