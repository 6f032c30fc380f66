#include "stages/database/row_values.h"

#include <cstdint>

#include "stages/dicom/character_set.h"

namespace dcmflow {

SqlValue name_value(std::string_view name) {
  if (is_utf8(name) && name.find('\0') == std::string_view::npos) return name;
  return SqlBytes(reinterpret_cast<const std::uint8_t*>(name.data()), name.size());
}

SqlBytes blob(const std::string& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

SqlValue text_or_null(std::string_view text) {
  return text.empty() ? SqlValue(nullptr) : SqlValue(text);
}

std::string direction_json(const Grid& grid) {
  auto json = JsonWriter::to_text();
  json.array(JsonWriter::Layout::one_line);
  for (const Vector3& axis : grid.direction) json.values(axis);
  json.end();
  auto text = json.take_text();
  text.pop_back();
  return text;
}

std::string attributes_json(const MetadataLevels& levels,
                            std::span<const std::pair<AttributeIndex, std::string_view>> rows) {
  auto json = JsonWriter::to_text();
  json.object(JsonWriter::Layout::one_line);
  levels.write(json, rows);
  json.end();
  auto text = json.take_text();
  text.pop_back();
  return text;
}

}  // namespace dcmflow
