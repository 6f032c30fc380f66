#pragma once
// What a catalogue claims of the images of its folder: read back, for whoever checks them, as
// result_claims.h does with the JSON files.

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "stages/base/vector3.h"
#include "stages/database/sqlite.h"

namespace dcmflow {

// Of an image: its files with their sizes (bytes), and its hash.
struct CatalogueClaim {
  std::map<std::string, std::int64_t> sizes;
  std::string sha256;
  std::int64_t slices = 0;                   // frames that are listed
  std::array<std::int64_t, 4> dimensions{};  // columns, rows, slices, volumes
  Vector3 spacing{}, origin{};               // mm; LPS, centre of the first voxel
};

// By the name of the main file.
using CatalogueClaims = std::map<std::string, CatalogueClaim>;

// Adds them to `claims`. Problem{catalogue_failed}: it cannot be read to its end; what was read
// stays.
Status read_catalogue_claims(const Database& database, CatalogueClaims& claims);

}  // namespace dcmflow
