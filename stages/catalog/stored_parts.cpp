#include "stages/catalog/stored_parts.h"

#include <utility>

namespace dcmflow {

const StoredText* find_part(const Catalog& catalog, const Series& series, Part part) {
  const auto parts = catalog.parts.find(&series);
  return parts == catalog.parts.end() ? nullptr : parts->second.find(part);
}

Result<std::string> read_text(const PartStore& store, const StoredText& text) {
  PartReader reader(store, text);
  std::string whole;
  for (;;) {
    const auto piece = reader.next();
    if (!piece) return piece.problem();
    if (piece->empty()) return whole;
    whole += *piece;
  }
}

Status write_elements(JsonWriter& json, const PartStore& store, const StoredText& text) {
  PartReader reader(store, text);
  for (bool is_first = true; !json.is_failed();) {
    const auto piece = reader.next();
    if (!piece) return piece.problem();
    if (piece->empty()) break;
    if (std::exchange(is_first, false)) json.begin_elements();
    json.piece(*piece);
  }
  return Done{};
}

}  // namespace dcmflow
