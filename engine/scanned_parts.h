#pragma once
// What all parts of a scan have, as if one walk had found it.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/scan_files.h"
#include "stages/base/keyed_records.h"
#include "stages/base/part_store.h"
#include "stages/database/shard_records.h"
#include "stages/dicom/attribute_table.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Keeps the names of files that have several, and one series; memory does not grow with the input
// but by files that are in no series. For one thread. Problems: of KeyedReader.
class ScannedParts {
 public:
  // The parts that are in these folders. REQUIRES: all of one scan, for this table.
  static Result<ScannedParts> open(const std::vector<std::string>& folders,
                                   const AttributeTable& table);

  // All but the headers. Sorts in `store`. To be called first, once.
  Result<FoundFiles> find_files(PartStore& store);

  // The series of the next Study and Series Instance UID: one for each patient, as
  // GroupSeries::finish() gives them. Empty at the end.
  Result<std::vector<SeriesPtr>> next();

 private:
  using Sha256Of = std::string ScannedPart::*;

  ScannedParts(const AttributeTable& table) : table_(table) {}
  Result<MergedRecords> merge(const char* name, Sha256Of sha256) const;
  // Fills repeated_.
  Status compare_files(PartStore& store);
  Status add_entries(FoundFiles& found);
  Status add_refused(FoundFiles& found);
  Result<std::vector<SeriesPtr>> group_next();

  const AttributeTable& table_;
  std::vector<std::string> folders_;
  std::vector<ScannedPart> parts_;
  std::shared_ptr<const std::string> root_;
  std::set<std::string> repeated_;  // keys of names that lead to a file which has an earlier one
  std::optional<MergedRecords> headers_;
  KeyedRecord ahead_;  // of headers_
  bool has_more_ = true;
};

}  // namespace dcmflow
