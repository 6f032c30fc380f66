#pragma once
// What each element of a file's data set holds, whatever it is called: for questions to which no
// attribute of the table is the answer. Thread-safe.

#include <cstdint>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Equal values have equal digests (FNV-1a of their bytes, of a sequence of all its items').
struct ElementDigest {
  std::uint32_t tag = 0;
  std::uint64_t digest = 0;
};

// Of the data set's own level (PS3.5 section 7), in the order of the file, without Pixel Data and
// what is longer than 64 KB. Problems, with the name of the file: those of OpenDataset and of
// ElementReader, changed_during_run.
Result<std::vector<ElementDigest>> digest_elements(const FilePtr& file);

}  // namespace dcmflow
