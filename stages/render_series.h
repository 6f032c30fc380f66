#pragma once
// A series → what it says in the JSON files, before these are written. No Problems.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "stages/base/part_store.h"
#include "stages/dicom/attribute_table.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// The texts that a series gives to be joined, byte for byte what they are in the file. None tells
// of another series, and none depends on the others: where these change, it stays as it is.
enum class Part : std::uint8_t {
  // Of dicom-metadata.json, what all instances of the series have with one value, in the order of
  // the attribute table: packed MetadataRow (stages/catalog/metadata_rows.h). Those of patient and
  // study that all series of the study have with one text rise to it when it is joined.
  metadata_rows,
  // Of dicom-metadata.json, the elements of the series' "instances", by position: what differs.
  metadata_instances,
  // Of volumes.json, the elements of "volumes": the main image, then the others by name.
  volumes,
  // Of report.json, those elements of "files" that are in images, by name: a FileRun
  // (stages/catalog/report_files.h); lists are merged by these names.
  files,
};
inline constexpr std::size_t part_count = 4;

// The parts of one series. A part that is not there (there was no room for it) is rendered when the
// file is written.
struct SeriesParts {
  std::array<std::optional<StoredText>, part_count> texts;
  std::string first_file;             // the first of Part::files; empty: there is none
  std::uint64_t converted_files = 0;  // how many these are

  const StoredText* find(Part part) const {
    const auto& text = texts[static_cast<std::size_t>(part)];
    return text ? &*text : nullptr;
  }
};

// Renders a series and the images that are made of it, in any order. `no_patient` as in
// write_dicom_metadata(). Memory does not grow with the series. Thread-safe; pure but for the
// store.
SeriesParts render_series(const Series& series, std::span<const ImageFile* const> images,
                          const AttributeTable& table, bool no_patient, PartStore& store);

}  // namespace dcmflow
