#include "stages/catalog/prepared_volumes.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/names.h"
#include "stages/catalog/series_elements.h"
#include "stages/prepare/rounded_to.h"
#include "stages/prepare/target_grid.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

// "prepared/x" → "x"
std::string_view within(std::string_view name) { return name.substr(prepared_folder.size() + 1); }

std::string in_prepared(std::string_view name) {
  return std::string(prepared_folder) + '/' + std::string(name);
}

// As the voxels hold it.
double held(double background, VoxelType type) {
  switch (type) {
    case VoxelType::int16:
      return rounded_to<std::int16_t>(background);
    case VoxelType::uint16:
      return rounded_to<std::uint16_t>(background);
    case VoxelType::int32:
      return rounded_to<std::int32_t>(background);
    default:
      return rounded_to<float>(background);
  }
}

// How its voxels came to be of the source's: `to_source` is three rows that make of a voxel of the
// prepared image (i, j, k, 1) where it lies in the source, in voxels.
void write_transform(JsonWriter& json, const PreparedImage& image, const PreparedSource& source) {
  json.key("transform").object().member("orientation", orientation_of(image.grid));
  json.member("interpolation",
              source.interpolates ? interpolation_name(source.interpolation) : "none");
  json.member("background", held(source.background, image.made.type))
      .key("aligned_to")
      .value_or_null(image.aligned_to);
  json.key("to_source").array(Layout::one_line);
  for (const auto& row : index_map(image.grid, source.image.file.stack->grid).at) json.values(row);
  json.end().end();
}

void write_source(JsonWriter& json, const ImageFile& file) {
  const Stack& stack = *file.stack;
  json.key("source").object(Layout::one_line).member("file", file.name);
  json.member("series", stack.series->series_instance_uid);
  json.member("verdict", verdict_name(stack.verdict));
  json.member("max_corner_error_mm", stack.max_corner_error_mm).end();
}

void write_origin(JsonWriter& json, const PreparedImage& image, const PreparedSource& source) {
  json.member("selection", source.selection);
  write_transform(json, image, source);
  write_source(json, source.image.file);
}

void write_image(JsonWriter& json, const PreparedImage& image) {
  json.object().member("file", within(image.made.name)).key("files").array(Layout::one_line);
  for (const auto& name : image.made.file_names) json.value(within(name));
  json.end();
  write_volume_members(json, image.made);
  json.key("slices").array(Layout::one_line).end();
  write_origin(json, image, image.sources.front());
  json.key("selections").values(image.sources.front().image.selections);
  if (image.sources.size() > 1) {
    json.key("channels").array();
    for (const auto& source : image.sources) {
      json.object();
      write_origin(json, image, source);
      const Stack& stack = *source.image.file.stack;
      json.key("flags").values(stack.flags);
      if (stack.suv) write_suv(json, *stack.suv);
      json.end();
    }
    json.end();
  }
  json.end();
}

// Of nnU-Net v2: "channel_names" and "file_ending" say what is in imagesTs.
Status write_dataset(const OutputFolder& folder, const PreparedPlan& plan) {
  auto json = JsonWriter::create(folder, in_prepared("dataset.json"));
  if (!json) return json.problem();
  json->object().key("channel_names").object();
  for (std::size_t i = 0; i < plan.channels.size(); ++i)
    json->member(std::to_string(i), plan.channels[i]);
  json->end().key("labels").object(Layout::one_line).member("background", 0).end();
  json->member("numTraining", 0).member("file_ending", ".nii.gz").end();
  return json->commit();
}

// Of load_decathlon_datalist(FILE, data_list_key="testing"): paths are relative to the list.
Status write_datalist(const OutputFolder& folder, const PreparedPlan& plan) {
  auto json = JsonWriter::create(folder, in_prepared("datalist.json"));
  if (!json) return json.problem();
  json->object().key("modality").object();
  for (std::size_t i = 0; i < plan.channels.size(); ++i)
    json->member(std::to_string(i), plan.channels[i]);
  json->end().key("testing").array();
  for (const PreparedCase& one : plan.cases) {
    if (!one.is_made) continue;
    json->object(Layout::one_line).member("case", one.name).key("image").array();
    for (const auto image : one.channels) json->value(within(one.images[image].made.name));
    json->end().end();
  }
  json->end().end();
  return json->commit();
}

}  // namespace

Status write_prepared_volumes(const OutputFolder& folder, std::span<const PreparedCase> cases) {
  auto json = JsonWriter::create(folder, in_prepared("volumes.json"));
  if (!json) return json.problem();
  json->object().member("schema", "urn:dcmflow:schema:volumes:1").key("volumes").array();
  for (const PreparedCase& one : cases)
    if (one.is_made)
      for (const PreparedImage& image : one.images) write_image(*json, image);
  json->end().end();
  return json->commit();
}

Status write_arrangement(const OutputFolder& folder, const PreparedPlan& plan,
                         Arrangement arrangement) {
  if (arrangement == Arrangement::nnunet) return write_dataset(folder, plan);
  if (arrangement == Arrangement::monai) return write_datalist(folder, plan);
  return Done{};
}

}  // namespace dcmflow
