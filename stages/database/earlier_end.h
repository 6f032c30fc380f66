#pragma once
// The catalogue that an earlier run left, and how that run ended.

#include <optional>
#include <string>

#include "stages/base/result.h"
#include "stages/database/catalogue_schema.h"
#include "stages/database/sqlite.h"

namespace dcmflow {

// nullopt: there is none. Of a run that was killed, what its log holds goes into the file first.
// Problem{catalogue_failed}: it is damaged, and nothing in it can be trusted. Not thread-safe.
Result<std::optional<Database>> open_earlier(const std::string& folder, Check check);

struct EarlierEnd {
  std::string files_fingerprint;    // see FilesFingerprint; empty: not known
  std::string outputs_fingerprint;  // see CatalogueRun
  std::string status;
  int exit_code = 0;
};
// Of the last run; nullopt when there is none, or it did not come to its end. Problems:
// those of open_earlier().
Result<std::optional<EarlierEnd>> load_earlier_end(const std::string& folder, Check check);

}  // namespace dcmflow
