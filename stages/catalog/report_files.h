#pragma once
// "files" of report.json: every file of the input by name. For one thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/catalog/series_elements.h"

namespace dcmflow {

// Some of the files, sorted by name, on their way: of each its name in its own bytes, NUL, the
// element, line feed.
struct FileRun {
  StoredText text;
  std::string first;            // the name of the first
  std::uint64_t files = 0;      // at least one
  bool is_of_problems = false;  // these come behind a file of the same name
};
// The files that images hold a frame of, and those of which the subjects are the files. Nullopt:
// the store has no room. Thread-safe; pure but for the store.
std::optional<FileRun> store_converted(std::span<const ImageFile* const> images, PartStore& store);
std::optional<FileRun> store_left(std::vector<Problem> left, PartStore& store);

// Lists that are sorted become one: what each series has rendered, what those have converted that
// have not, what was not converted, and the runs of series that are gone.
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
