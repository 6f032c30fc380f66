#pragma once
// An image → what selection rules can ask of it beside its attributes: the facts of volumes.json,
// and what follows from them. No Problems. Lengths in mm.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// What facts are made of. `image` is null for a series that became no image.
struct FactSource {
  const Series& series;
  const Stack* image = nullptr;
  std::span<const Stack> images;  // all of the series
  std::string_view format;
  const Tolerances& tolerances;
};

// A fact is one row: the key that rules name it by, whether it is a number, and where it comes
// from: its values as DICOM text would have them, none where there is nothing to tell.
struct ImageFactRow {
  std::string_view key;
  bool numeric = false;
  bool alternatives = false;  // several values are several names of one thing
  std::vector<std::string> (*read)(const FactSource& source) = nullptr;
};
std::span<const ImageFactRow> image_fact_rows();

// The row's place in the table.
using FactIndex = std::size_t;
std::optional<FactIndex> find_fact(std::string_view key);

// One image, or a series that became none. A plain value.
struct ImageFacts {
  SeriesPtr series;
  std::string stem;  // of the image's files; empty for a series that became none
  bool is_main = true;
  bool converted = false;                        // is, or is to become, a file
  std::vector<std::vector<std::string>> values;  // one list for each row of the table

  const std::vector<std::string>& of(FactIndex fact) const { return values[fact]; }
};

// `image` is one of `images`, or null when there are none. Pure; safe from any thread.
ImageFacts find_facts(const SeriesPtr& series, const Stack* image, std::span<const Stack> images,
                      std::string_view format, const Tolerances& tolerances);

}  // namespace dcmflow
