#pragma once
// The files of scanned parts: WORK/scan/I (part.json, entries, refused, headers). For one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "stages/base/input_slice.h"
#include "stages/base/result.h"
#include "stages/dicom/attribute_table.h"

namespace dcmflow {

struct ScannedPart {
  InputSlice slice;
  std::string input;
  std::string root;            // see root_of_names()
  std::string attributes;      // that were read: see scan_fingerprint()
  std::uint64_t began_ns = 0;  // since 1970
  // Of the files that it has: what the walk found, in its order; files that are in no series, in
  // that order; and headers by series. See stages/database/scan_records.h.
  std::string entries_sha256;
  std::string refused_sha256;
  std::string headers_sha256;
};

// What the settings decide of a scan: the attributes that are read, and whether digests stand for
// names. See headers_fingerprint().
std::string scan_fingerprint(const AttributeTable& table, bool no_patient);

std::string part_folder(const std::string& work, std::size_t part);
std::string words(const InputSlice& slice);

// The numbers of the parts that are done, sorted.
std::vector<std::size_t> find_parts(const std::string& work);

// Problem{no_input}: there is none; {catalogue_failed}: it is damaged; {bad_settings}: it is of
// another release.
Result<ScannedPart> read_part(const std::string& folder);
// The bytes of part.json, which end in their own SHA-256.
std::string part_text(const ScannedPart& part);

}  // namespace dcmflow
