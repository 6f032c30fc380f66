// series-images.json and selected-images.json: which file holds which series. Their form is fixed
// by those who read them, so they carry no "schema" member.

#include <string_view>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/sorted.h"
#include "stages/write_catalog.h"

namespace dcmflow {

Status write_series_images(const OutputFolder& folder, const Catalog& catalog) {
  auto json = JsonWriter::create(folder, "series-images.json");
  if (!json) return json.problem();
  json->object();
  auto written =
      for_each_main_image(catalog, [&](std::string_view key, std::string_view name) -> Status {
        json->member(key, name);
        return Done{};
      });
  if (!written) return written;
  json->end();
  return json->commit();
}

Status write_selected_images(const OutputFolder& folder, const Catalog& catalog) {
  auto json = JsonWriter::create(folder, "selected-images.json");
  if (!json) return json.problem();
  json->object();
  auto written = for_each_selection(catalog, [&](const ListedSelection& one) -> Status {
    if (one.images.empty()) return Done{};
    json->key(one.name).object();
    for (const auto& [key, image] : one.images) json->member(key, image->name);
    json->end();
    return Done{};
  });
  if (!written) return written;
  json->end();
  return json->commit();
}

}  // namespace dcmflow
