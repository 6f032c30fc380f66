// labels.json: every label image, the grid on which it lies, and its segments.

#include <optional>

#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"
#include "stages/formats/formats.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

void write_code(JsonWriter& json, std::string_view key, const std::optional<Code>& code) {
  json.key(key);
  if (!code) {
    json.null();
    return;
  }
  json.object(Layout::one_line).member("value", code->value).member("scheme", code->scheme);
  json.member("meaning", code->meaning).end();
}

void write_segment(JsonWriter& json, const LabelImage::Row& row) {
  const Segment& segment = row.segment;
  json.object().member("number", segment.number).member("name", segment.name);
  json.key("description").value_or_null(segment.description);
  json.member("voxels", row.voxels).member("volume_mm3", row.volume_mm3);
  write_code(json, "category", segment.category);
  write_code(json, "type", segment.type);
  json.key("colour");
  if (segment.colour)
    json.values(*segment.colour);
  else
    json.null();
  json.key("algorithm").object(Layout::one_line).key("type").value_or_null(segment.algorithm_type);
  json.key("name").value_or_null(segment.algorithm_name).end();
  json.key("roi_number");
  if (segment.roi_number)
    json.value(*segment.roi_number);
  else
    json.null();
  json.key("interpreted_type").value_or_null(segment.interpreted_type);
  json.end();
}

void write_label_image(JsonWriter& json, const LabelImage& image) {
  const Stack& stack = *image.file.stack;
  const Frame& frame = stack.frames.front();
  json.object().member("file", image.file.name).key("files").values(image.file.file_names);
  json.key("bytes").values(image.file.file_bytes);
  json.key("image").value_or_null(image.image).member("lies_on", label_grid_name(image.lies_on));
  json.member("series", stack.series->series_instance_uid)
      .member("study", stack.series->study_instance_uid)
      .member("sop_instance_uid", frame.instance->sop_instance_uid())
      .member("source", printable(frame.instance->file->name));
  json.member("style", label_styles[static_cast<std::size_t>(image.style)])
      .member("kind", label_kind_name(image.kind))
      .member("voxel_type", voxel_type_name(image.file.type))
      .member("volumes", stack.volumes);
  json.key("dimensions").values(stack.grid.size).key("spacing").values(stack.grid.spacing);
  json.key("origin").values(stack.grid.origin).key("direction").array(Layout::one_line);
  for (const Vector3& axis : stack.grid.direction) json.values(axis);
  json.end().member("sheared", stack.grid.is_sheared);
  json.key("sha256").value_or_null(image.file.sha256).key("segments").array();
  for (const auto& row : image.segments) write_segment(json, row);
  json.end().end();
}

}  // namespace

Status write_labels(const OutputFolder& folder, const Catalog& catalog) {
  auto json = JsonWriter::create(folder, "labels.json");
  if (!json) return json.problem();
  json->object().member("schema", "urn:dcmflow:schema:labels:1").key("labels").array();
  for (const LabelImage* image : catalog.labels)
    if (!json->is_failed()) write_label_image(*json, *image);
  json->end().end();
  return json->commit();
}

}  // namespace dcmflow
