#pragma once
// The tables of <output>/.dcmflow/catalogue.sqlite; docs/catalogue.md describes them. Views:
// catalogue_views.h.

#include <string>

#include "stages/database/sqlite.h"

namespace dcmflow {

// What PRAGMA user_version says of a catalogue of this release.
inline constexpr std::int64_t catalogue_version = 1;

// <output>/.dcmflow/catalogue.sqlite
std::string catalogue_path(const std::string& folder);

// Brings a catalogue of any version, an empty file too, to the tables of this release, in one
// transaction. Problem{catalogue_failed}: it is of a newer release, or no catalogue, and nothing
// has changed.
Status migrate_catalogue(Database& database);

// The keys of tables that are searched by UID or path, which are made when all rows are there:
// random UIDs one by one take three times as long.
Status make_indexes(Database& database);

// That a file is a catalogue that can be read: the version, and what `quick` leaves out is whether
// each page is sound.
enum class Check : std::uint8_t { quick, every_page };
Status check_catalogue(const Database& database, Check check);

}  // namespace dcmflow
