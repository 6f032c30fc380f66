#pragma once
// "files" of report.json: every file of the input by name. For one thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/catalog/series_elements.h"

namespace dcmflow {

// Lists that are sorted become one: what each series has rendered, what those have converted that
// have not, and what was not converted.
class ReportFiles {
 public:
  // REQUIRES: the catalog outlives it.
  explicit ReportFiles(const Catalog& catalog);

  // How many files are in images.
  std::uint64_t converted() const { return converted_; }
  // As elements of the array that is open. Called once. Problems: those of the store.
  Status write(JsonWriter& json);

 private:
  const Catalog& catalog_;
  std::vector<ConvertedFile> files_;      // of series that have not rendered theirs
  std::vector<const Problem*> problems_;  // by file
  std::uint64_t converted_ = 0;
};

}  // namespace dcmflow
