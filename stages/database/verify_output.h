#pragma once
// dcmflow verify OUTPUT: whether the files of an output folder are what its run wrote.

#include <string>

#include "stages/base/result.h"
#include "stages/database/verification.h"

namespace dcmflow {

// Holds each image against volumes.json and the catalogue (its files, their sizes, SHA-256 where
// there is one, and the grid in its header), the JSON files against each other and the folder, and
// what nothing reads back (dicom-metadata.json, report.html, tables) against the sizes that the
// journal has. Reads the images that have a SHA-256 whole. Changes nothing, and waits for no other
// program: what is no regular file differs. Problem{bad_settings}: the folder holds no results.
Result<Verification> verify_output(const std::string& folder);

}  // namespace dcmflow
