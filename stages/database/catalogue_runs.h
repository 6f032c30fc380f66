#pragma once
// The table of runs: each run that a catalogue tells of, also those before the catalogue was made
// anew. Problems: catalogue_failed.

#include <cstddef>
#include <cstdint>
#include <string>

#include "stages/database/sqlite.h"
#include "stages/dicom/attribute_table.h"

namespace dcmflow {

struct CatalogueRun {
  std::string version;
  std::string input;
  std::string settings;     // JSON
  std::string fingerprint;  // of the release and of all settings that change an output
  std::string boot_id;
  std::string began;           // UTC
  std::uint64_t began_ns = 0;  // the same, since 1970: before it looked at a file
  bool goes_on = false;        // --resume
  std::size_t files = 0;       // how many there will be, about
};

struct CatalogueRunEnd {
  std::string ended;  // UTC
  double seconds = 0;
  std::string status;
  int exit_code = 0;
  std::string files_fingerprint = {};  // of the input; empty where it would say too little
};

// The runs of the catalogue at `path`, which `to` is to go on with; none where it is not there.
Status copy_runs(const std::string& path, Database& to);

// Adds a run that has no end; its id.
Result<std::int64_t> begin_run(const Database& database, const CatalogueRun& run,
                               const AttributeTable& table);

Status end_run(const Database& database, std::int64_t id, const CatalogueRunEnd& end);

}  // namespace dcmflow
