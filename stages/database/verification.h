#pragma once
// What dcmflow verify found, and the text in which it says so.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
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

  void differs(const std::string& file, std::string what) {
    differences.push_back({file, std::move(what)});
  }
  // What the file `name` claims; where it cannot be read or is not there, that is a difference.
  template <class Claim>
  std::optional<Claim> take(Result<std::optional<Claim>> read, const char* name);
};

// The answer: a line for each difference, and one for the whole; or the same as JSON.
std::string verification_text(const Verification& verification, bool json);

template <class Claim>
std::optional<Claim> Verification::take(Result<std::optional<Claim>> read, const char* name) {
  if (!read) {
    differs(name, "cannot be read: " + read.problem().detail);
    return std::nullopt;
  }
  if (!*read) differs(name, "is not there");
  return std::move(*read);
}

}  // namespace dcmflow
