#pragma once
// dcmflow verify OUTPUT: whether the files of an output folder are what its run wrote.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct Difference {
  std::string file;
  std::string what;  // found and expected
};

struct Verification {
  bool has_catalogue = false;  // without one, sizes and runs are known from the JSON files alone
  std::size_t images = 0;
  std::size_t files = 0;                // of images
  std::size_t hashed = 0;               // of those, by SHA-256
  std::uint64_t bytes = 0;              // of all files of images
  std::vector<Difference> differences;  // in the order of the JSON files
};

// Holds each image against volumes.json and the catalogue (its files, their sizes, SHA-256 where
// there is one, and the grid in its header), and the JSON files against each other and the folder.
// Reads the images that have a SHA-256 whole. Changes nothing. Problem{bad_settings}: the folder
// holds no results.
Result<Verification> verify_output(const std::string& folder);

// The answer: a line for each difference, and one for the whole; or the same as JSON.
std::string verification_text(const Verification& verification, bool json);

}  // namespace dcmflow
