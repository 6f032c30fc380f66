// series-images.json and selected-images.json: which file holds which series. Their form is fixed
// by those who read them, so they carry no "schema" member.

#include <algorithm>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/sorted.h"
#include "stages/write_catalog.h"

namespace dcmflow {

Status write_series_images(const OutputFolder& folder, const Catalog& catalog) {
  const auto images = main_images(catalog);
  if (!images) return images.problem();
  auto json = JsonWriter::create(folder, "series-images.json");
  if (!json) return json.problem();
  json->object();
  for (const auto& [series, main] : *images) json->member(main.key, main.image->name);
  json->end();
  return json->commit();
}

Status write_selected_images(const OutputFolder& folder, const Catalog& catalog) {
  const auto selections = listed_selections(catalog);
  if (!selections) return selections.problem();
  auto json = JsonWriter::create(folder, "selected-images.json");
  if (!json) return json.problem();
  json->object();
  for (const ListedSelection& selection : *selections) {
    if (selection.images.empty()) continue;
    json->key(selection.name).object();
    for (const auto& [key, image] : selection.images) json->member(key, image->name);
    json->end();
  }
  json->end();
  return json->commit();
}

}  // namespace dcmflow
