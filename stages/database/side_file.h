#pragma once
// Files beside the images that a later run keeps, like them, where nothing changed that they follow
// from: <StudyInstanceUID>.dicom.json, and the sidecars of BIDS.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/database/sqlite.h"
#include "stages/dicom/attribute_table.h"
#include "stages/dicom_types.h"

namespace dcmflow {

struct SideFile {
  std::string name;  // relative to the output folder
  std::string made_of;
  std::uint64_t bytes = 0;       // as it was written
  std::int64_t modified_ns = 0;  // when, since 1970
};

// Of everything that the bytes of a <StudyInstanceUID>.dicom.json follow from: the release, the
// table, and of its files name, size and times, in their order. Equal texts, equal files. Pure.
std::string study_fingerprint(std::span<const Series* const> study, const AttributeTable& table,
                              bool no_patient);

// Of everything that the sidecars of a series' images follow from: the image_fingerprint() of each
// of its images, since echoes are told by those beside them. Pure.
std::string sidecars_fingerprint(std::span<const std::string> images);

// Calls `take` for each of the files until it has a Problem; an empty one is of none.
using EachSideFile = std::function<Status(const std::function<Status(const SideFile&)>& take)>;

// Adds rows to the catalogue; of equal names the last counts. Problems: catalogue_failed; and of
// `each`.
Status add_side_files(const Database& database, const EachSideFile& each);

// As a record. Pure.
std::string store_side_file(const SideFile& file);
// REQUIRES: what that gave.
SideFile load_side_file(std::string_view record);

}  // namespace dcmflow
