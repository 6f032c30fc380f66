#pragma once
// What series are in each JSON file: written by the same functions into a part and, where there is
// none, into the file. No Problems but where they are named; thread-safe on distinct writers and
// levels.

#include <span>
#include <string_view>
#include <vector>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/metadata_levels.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// Elements of the arrays of the same names.
void write_instances(JsonWriter& json, MetadataLevels& levels, const Series& series,
                     std::span<const AttributeIndex> rows);
void write_volumes_of_series(JsonWriter& json, std::span<const ImageFile* const> images);
// What an element of volumes.json says between its files and its slices.
void write_volume_members(JsonWriter& json, const ImageFile& image);
// The member "suv": what the voxels are, and by what the values of the header were multiplied.
void write_suv(JsonWriter& json, const SuvScale& suv);
// The arrays themselves of all that the catalog has; of "series" those of selection-report.json.
// Problems: the store's.
Status write_studies(JsonWriter& json, const Catalog& catalog, const AttributeTable& table,
                     bool no_patient);
Status write_images(JsonWriter& json, const Catalog& catalog);
void write_explained(JsonWriter& json, const Catalog& catalog, const SelectionRules& rules,
                     bool no_patient);

// A file and an image that holds a frame of it. There is one for every file of an archive: small.
struct ConvertedFile {
  const std::string* name;
  const ImageFile* image;

  auto key() const { return std::pair<std::string_view, std::string_view>(*name, image->name); }
  bool operator==(const ConvertedFile& other) const { return key() == other.key(); }
};
// Sorted by file, then image, without repetition: a file with frames in several images comes
// several times.
std::vector<ConvertedFile> list_converted(std::span<const ImageFile* const> images);
// The entries of the first file; none of none.
std::span<const ConvertedFile> first_file(std::span<const ConvertedFile> files);
// An element of "files".
void write_file(JsonWriter& json, const std::string& name, std::string_view disposition,
                std::span<const ConvertedFile> images, std::string_view detail);

}  // namespace dcmflow
