#pragma once
// What the rows of the catalogue hold: names, texts and bytes as SQL values, and the JSON of those
// columns that hold several values. Values are views of what they are made of. Pure; no Problems.

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/metadata_levels.h"
#include "stages/database/sqlite.h"

namespace dcmflow {

// A name of a file: text where it is one.
SqlValue name_value(std::string_view name);

SqlBytes blob(const std::string& bytes);

SqlValue text_or_null(std::string_view text);

// An array.
template <class Range>
std::string json_list(const Range& range) {
  auto json = JsonWriter::to_text();
  json.values(range);
  auto text = json.take_text();
  text.pop_back();  // the line break
  return text;
}

// The unit vectors along columns, rows and slices (LPS), an array of arrays.
std::string direction_json(const Grid& grid);

// An object: the values of `rows` under their keywords.
std::string attributes_json(const MetadataLevels& levels,
                            std::span<const std::pair<AttributeIndex, std::string_view>> rows);

}  // namespace dcmflow
