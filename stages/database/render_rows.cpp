#include "stages/database/render_rows.h"

#include "stages/catalog/json_writer.h"
#include "stages/catalog/metadata_levels.h"
#include "stages/database/stored_headers.h"
#include "stages/database/stored_image.h"

namespace dcmflow {
namespace {

void render_files(const Series& series, MetadataLevels& levels,
                  std::span<const AttributeIndex> rows, SeriesRows& rendered) {
  rendered.file_ends.reserve(series.instances.size());
  auto json = JsonWriter::to_text();
  json.array(JsonWriter::Layout::one_line);
  const auto begin = json.mark();
  for (const InstancePtr& instance : series.instances) {
    json.object(JsonWriter::Layout::one_line);
    levels.write(json, levels.instance(*instance, rows));
    json.end();
    rendered.files += json.text_since(begin);
    rendered.file_ends.push_back(rendered.files.size());
    json.go_back(begin);
  }
}

}  // namespace

SeriesRows render_rows(const CatalogueSeries& series, const AttributeTable& table,
                       bool no_patient) {
  SeriesRows rendered;
  MetadataLevels levels(table, no_patient);
  auto level = levels.series(*series.series, levels.shown());
  rendered.attributes = std::move(level.here);
  if (!no_patient)
    rendered.headers =
        store_headers(series.series->instances, series.digests ? *series.digests : FrameDigests{});
  render_files(*series.series, levels, level.below, rendered);
  for (const CatalogueImage& image : series.images)
    rendered.images.push_back(store_image(*image.file, image.made_of, image.overview));
  return rendered;
}

}  // namespace dcmflow
