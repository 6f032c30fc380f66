#include "stages/render_series.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "stages/catalog/metadata_rows.h"
#include "stages/catalog/report_files.h"
#include "stages/catalog/series_elements.h"
#include "stages/catalog/sorted.h"

namespace dcmflow {
namespace {

constexpr std::size_t depth_of_instances = 6;
constexpr std::size_t depth_of_volumes = 2;

using Text = std::optional<StoredText>;

// What `write` gives to a JSON writer.
template <class Write>
Text store_elements(PartStore& store, std::size_t depth, Write&& write) {
  StoredText text;
  auto json =
      JsonWriter::elements(depth, [&](std::string_view piece) { return store.add(text, piece); });
  write(json);
  return json.end_elements() ? Text(std::move(text)) : std::nullopt;
}

void render_metadata(SeriesParts& parts, const Series& series, const AttributeTable& table,
                     bool no_patient, PartStore& store) {
  MetadataLevels levels(table, no_patient);
  const auto level = levels.series(series, levels.shown());
  StoredText rows;
  if (!store.add(rows, pack(metadata_rows(levels, level)))) return;
  auto instances = store_elements(store, depth_of_instances, [&](JsonWriter& json) {
    write_instances(json, levels, series, level.below);
  });
  if (!instances) return;
  parts.texts[static_cast<std::size_t>(Part::metadata_rows)] = std::move(rows);
  parts.texts[static_cast<std::size_t>(Part::metadata_instances)] = std::move(instances);
}

void render_files(SeriesParts& parts, std::span<const ImageFile* const> images, PartStore& store) {
  auto files = store_converted(images, store);
  if (!files) return;
  parts.texts[static_cast<std::size_t>(Part::files)] = std::move(files->text);
  parts.first_file = std::move(files->first);
  parts.converted_files = files->files;
}

}  // namespace

SeriesParts render_series(const Series& series, std::span<const ImageFile* const> images,
                          const AttributeTable& table, bool no_patient, PartStore& store) {
  std::vector<const ImageFile*> sorted(images.begin(), images.end());
  sort_images(sorted);
  SeriesParts parts;
  render_metadata(parts, series, table, no_patient, store);
  parts.texts[static_cast<std::size_t>(Part::volumes)] = store_elements(
      store, depth_of_volumes, [&](JsonWriter& json) { write_volumes_of_series(json, sorted); });
  render_files(parts, sorted, store);
  return parts;
}

}  // namespace dcmflow
