#include "stages/database/catalogue_schema.h"

#include <array>

#include "stages/base/journal.h"
#include "stages/base/reasons.h"
#include "stages/catalog/names.h"
#include "stages/database/catalogue_views.h"

namespace dcmflow {
namespace {

constexpr std::int64_t application_id = 0x64636D66;  // "dcmf"

// The tables of version 1. A text that is no valid UTF-8 (a path may be any bytes) is a BLOB.
constexpr const char* tables_of_version_1 = R"(
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  version TEXT NOT NULL,      -- of dcmflow
  input ANY NOT NULL,         -- the input folder, as it was given
  settings TEXT NOT NULL,     -- JSON: names as in report.json
  fingerprint TEXT NOT NULL,  -- SHA-256 of the version and of the settings that change an output
  headers_fingerprint TEXT NOT NULL,  -- of the version and of the attributes that were read
  boot_id TEXT,               -- of the machine's start: what a run that has no end wrote may not be on the disk after another
  began TEXT NOT NULL,        -- UTC
  began_ns INTEGER NOT NULL,  -- the same, since 1970
  ended TEXT,                 -- NULL: it is at work, or was killed
  seconds REAL,
  status TEXT,                -- as in report.json
  exit_code INTEGER,
  files_fingerprint TEXT      -- of names, sizes and times of all files of the input; NULL: one was not settled
) STRICT;

CREATE TABLE reasons (
  code TEXT PRIMARY KEY,
  severity TEXT NOT NULL,  -- skipped, repaired, refused or failed
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  StudyInstanceUID TEXT NOT NULL,
  patient INTEGER NOT NULL,  -- 0; the instances of further patients under the same UIDs: 1, 2, ...
  attributes TEXT NOT NULL,  -- JSON: what stands at the study in dicom-metadata.json
  UNIQUE (StudyInstanceUID, patient)
) STRICT;

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  study INTEGER NOT NULL REFERENCES studies (id),
  SeriesInstanceUID TEXT NOT NULL,
  instances INTEGER NOT NULL,  -- how many there are
  attributes TEXT NOT NULL,    -- JSON: what stands at the series in dicom-metadata.json
  headers BLOB,                -- what was read of the headers of its files, for --resume; NULL: nothing is kept
  run INTEGER NOT NULL REFERENCES runs (id)  -- that read the headers
) STRICT;

-- Every file that was discovered; one of a series is an instance.
CREATE TABLE files (
  id INTEGER PRIMARY KEY,     -- within a series in the order of dicom-metadata.json
  path ANY NOT NULL,          -- relative to the input folder
  size INTEGER,               -- these four as it was found; NULL of what could not be looked at
  modified_ns INTEGER,        -- since 1970: of the content
  changed_ns INTEGER,         -- since 1970: of the inode
  inode INTEGER,
  disposition TEXT NOT NULL,  -- converted, skipped, refused or failed
  reason TEXT REFERENCES reasons (code),  -- NULL: converted
  detail TEXT,
  series INTEGER REFERENCES series (id),  -- NULL: of none
  SOPInstanceUID TEXT,
  attributes TEXT,            -- JSON: what stands at the instance in dicom-metadata.json
  record BLOB                 -- of a file of no series: what --resume goes by
) STRICT;

CREATE TABLE images (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series (id),
  name TEXT NOT NULL,  -- of the main file, relative to the output folder
  main INTEGER NOT NULL,
  split_reason TEXT,
  columns INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  slices INTEGER NOT NULL,
  volumes INTEGER NOT NULL,
  dimension TEXT,             -- what `volumes` counts
  column_spacing REAL NOT NULL,  -- mm, from the centre of one to that of the next
  row_spacing REAL NOT NULL,
  slice_spacing REAL NOT NULL,
  origin_x REAL NOT NULL,     -- mm, patient coordinates (LPS): centre of the first voxel
  origin_y REAL NOT NULL,
  origin_z REAL NOT NULL,
  direction TEXT NOT NULL,    -- JSON: unit vectors along columns, rows, slices
  placed INTEGER NOT NULL,
  sheared INTEGER NOT NULL,
  voxel_type TEXT NOT NULL,
  least REAL,
  greatest REAL,
  verdict TEXT NOT NULL,      -- pass, warn, fail or partial
  flags TEXT NOT NULL,        -- JSON
  max_corner_error_mm REAL NOT NULL,
  sha256 TEXT,                -- of the file that holds the voxels
  record BLOB NOT NULL,       -- what --resume goes by
  run INTEGER NOT NULL REFERENCES runs (id)  -- that made it
) STRICT;

CREATE TABLE image_files (
  image INTEGER NOT NULL REFERENCES images (id),
  number INTEGER NOT NULL,  -- 0: the main file
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  PRIMARY KEY (image, number)
) STRICT, WITHOUT ROWID;

-- The frames of an image, in its order: those of one volume behind those of the other.
CREATE TABLE slices (
  image INTEGER NOT NULL REFERENCES images (id),
  number INTEGER NOT NULL,  -- from 0
  file INTEGER NOT NULL REFERENCES files (id),
  frame INTEGER NOT NULL,   -- from 0 within the file
  PRIMARY KEY (image, number)
) STRICT, WITHOUT ROWID;

-- Files beside the images that --resume keeps where nothing changed that they follow from.
CREATE TABLE side_files (
  name TEXT PRIMARY KEY,
  made_of TEXT NOT NULL,  -- SHA-256 of all that
  size INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE selections (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  unmet TEXT  -- why a required, min or max of the selection is not met
) STRICT;

CREATE TABLE selected_images (
  selection INTEGER NOT NULL REFERENCES selections (id),
  number INTEGER NOT NULL,  -- from 0, in the order of selected-images.json
  key TEXT NOT NULL,        -- under which selected-images.json lists it
  image INTEGER NOT NULL REFERENCES images (id),
  PRIMARY KEY (selection, number)
) STRICT, WITHOUT ROWID;
)";

std::string version_1() { return tables_of_version_1 + std::string(views_of_version_1()); }

// migrations[n] makes version n + 1 of version n; 0 is an empty file.
constexpr std::array migrations{version_1};
static_assert(migrations.size() == catalogue_version);

constexpr const char* indexes = R"(
CREATE UNIQUE INDEX IF NOT EXISTS files_by_path ON files (path);
CREATE INDEX IF NOT EXISTS files_by_series ON files (series);
CREATE INDEX IF NOT EXISTS files_by_uid ON files (SOPInstanceUID) WHERE SOPInstanceUID IS NOT NULL;
CREATE INDEX IF NOT EXISTS files_by_reason ON files (reason) WHERE reason IS NOT NULL;
CREATE INDEX IF NOT EXISTS series_by_uid ON series (SeriesInstanceUID);
CREATE INDEX IF NOT EXISTS series_by_study ON series (study);
CREATE UNIQUE INDEX IF NOT EXISTS images_by_name ON images (name);
CREATE INDEX IF NOT EXISTS images_by_series ON images (series);
CREATE INDEX IF NOT EXISTS slices_by_file ON slices (file);
)";

Problem wrong(const Database& database, const std::string& what) {
  return {Reason::catalogue_failed, database.path(), what};
}

// Those of this release in place of an earlier one's.
Status write_reasons(Database& database) {
  if (auto emptied = database.execute("DELETE FROM reasons"); !emptied) return emptied;
  auto insert = database.prepare("INSERT INTO reasons VALUES (?, ?, ?)");
  if (!insert) return insert.problem();
  for (const ReasonRow& row : reason_rows()) {
    auto added = insert->run(row.code, severity_name(row.severity), row.text);
    if (!added) return added;
  }
  return Done{};
}

}  // namespace

std::string catalogue_path(const std::string& folder) {
  return folder + '/' + std::string(private_folder) + "/catalogue.sqlite";
}

Status migrate_catalogue(Database& database) {
  const auto version = database.number("PRAGMA user_version");
  if (!version) return version.problem();
  if (*version == catalogue_version) return check_catalogue(database, Check::quick);
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.problem();
  if (*version == 0 && *tables > 0) return wrong(database, "it is another program's database");
  if (*version < 0 || *version > catalogue_version)
    return wrong(database, "it is of version " + std::to_string(*version) +
                               ", this release knows versions up to " +
                               std::to_string(catalogue_version));
  std::string script = "BEGIN IMMEDIATE;";
  for (auto at = static_cast<std::size_t>(*version); at < migrations.size(); ++at)
    script += migrations[at]();
  script += "PRAGMA application_id = " + std::to_string(application_id) +
            "; PRAGMA user_version = " + std::to_string(catalogue_version) + ';';
  auto done = database.execute(script);
  if (done) done = write_reasons(database);
  if (done) done = database.execute("COMMIT");
  if (!done) static_cast<void>(database.execute("ROLLBACK"));
  return done;
}

Status make_indexes(Database& database) { return database.execute(indexes); }

Status check_catalogue(const Database& database, Check check) {
  const auto id = database.number("PRAGMA application_id");
  if (!id) return id.problem();
  const auto version = database.number("PRAGMA user_version");
  if (!version) return version.problem();
  if (*id != application_id) return wrong(database, "it is no catalogue of dcmflow's");
  if (*version < 1 || *version > catalogue_version)
    return wrong(database, "it is of version " + std::to_string(*version));
  if (check == Check::quick) return Done{};
  auto question = database.prepare("PRAGMA integrity_check(1)");
  if (!question) return question.problem();
  const auto row = question->next();
  if (!row) return row.problem();
  const auto words = *row ? question->text(0) : std::string("no answer");
  return words == "ok" ? Status(Done{}) : Status(wrong(database, words));
}

}  // namespace dcmflow
