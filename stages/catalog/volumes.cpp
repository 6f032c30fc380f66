// volumes.json: every image with its grid, and where each of its slices came from.

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "stages/base/printable.h"
#include "stages/catalog/image_axes.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/listed_series.h"
#include "stages/catalog/names.h"
#include "stages/catalog/series_elements.h"
#include "stages/catalog/sorted.h"
#include "stages/catalog/stored_parts.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/formats/formats.h"
#include "stages/geometry/time_step.h"
#include "stages/pixels/suv.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

constexpr std::size_t rescales_listed = 8;

void write_grid(JsonWriter& json, const Grid& grid) {
  json.key("dimensions").values(grid.size);
  json.key("spacing").values(grid.spacing);
  json.key("origin").values(grid.origin);
  json.key("direction").array(Layout::one_line);
  for (const Vector3& axis : grid.direction) json.values(axis);
  json.end().member("placed", grid.is_placed).member("sheared", grid.is_sheared);
}

void write_number_or_null(JsonWriter& json, std::string_view key, const std::optional<double>& n) {
  json.key(key);
  if (n)
    json.value(*n);
  else
    json.null();
}

void write_diffusion(JsonWriter& json, const Diffusion& diffusion, const Grid& grid) {
  json.member("b_value", diffusion.b_value);
  if (!diffusion.direction) {
    json.key("direction").null().key("direction_in_image").null();
    return;
  }
  json.key("direction").values(*diffusion.direction);
  json.key("direction_in_image").values(in_image_axes(*diffusion.direction, grid));
}

// What the fourth dimension counts, and what tells its volumes apart.
void write_volumes_of(JsonWriter& json, const Stack& stack) {
  json.member("volumes", stack.volumes).key("dimension").value_or_null(stack.dimension);
  const double step = time_step(stack);
  write_number_or_null(json, "time_step_s", step > 0 ? std::optional(step) : std::nullopt);
  json.key("volume_keys").array();
  for (const VolumeKey& key : stack.volume_keys) {
    json.object(Layout::one_line).member("value", key.value);
    write_number_or_null(json, "time_s", key.time);
    if (key.diffusion) write_diffusion(json, *key.diffusion, stack.grid);
    json.end();
  }
  json.end();
}

// Which segment of a segmentation the image shows (PS3.3 C.8.20.4).
void write_segment(JsonWriter& json, const Frame& frame) {
  const auto number = parse_integer(frame.find(attribute_index(0x0062000B)).value_or(""));
  json.key("segment");
  if (!number) {
    json.null();
    return;
  }
  json.object(Layout::one_line).member("number", *number);
  json.key("label").value_or_null(
      std::string(frame.find(attribute_index(0x00620005)).value_or("")));
  json.end();
}

// How the written slices were made of the frames, where they are not simply these.
void write_recipes(JsonWriter& json, const Stack& stack) {
  json.key("filled_slices").values(stack.filled_slices).key("missing").values(stack.missing);
  json.key("recipes").array();
  for (const SliceRecipe& recipe : stack.recipes) {
    json.object(Layout::one_line);
    if (recipe.lower == SliceRecipe::no_frame) {
      json.key("lower").null().key("upper").null();
    } else {
      json.member("lower", recipe.lower).member("upper", recipe.upper);
    }
    json.member("upper_weight", recipe.upper_weight).key("shift").values(recipe.shift).end();
  }
  json.end();
}

// The first few distinct pairs in slice order, and how many there are: PET has one for each slice.
void write_rescale(JsonWriter& json, const Stack& stack) {
  json.member("stored_values", stack.kept_stored.has_value());
  if (stack.kept_stored) {
    json.key("rescale").array(Layout::one_line).object();
    json.member("slope", stack.kept_stored->slope);
    json.member("intercept", stack.kept_stored->intercept).end().end().member("rescale_count", 1);
    return;
  }
  std::set<std::pair<double, double>> seen;
  json.key("rescale").array(Layout::one_line);
  for (const Frame& frame : stack.frames) {
    const bool is_new = seen.emplace(frame.slope, frame.intercept).second;
    if (is_new && seen.size() <= rescales_listed)
      json.object().member("slope", frame.slope).member("intercept", frame.intercept).end();
  }
  json.end().member("rescale_count", seen.size());
}

void write_slices(JsonWriter& json, const std::vector<Frame>& frames) {
  json.key("slices").array();
  for (const Frame& frame : frames) {
    json.object(Layout::one_line).member("sop_instance_uid", frame.instance->sop_instance_uid());
    json.member("file", printable(frame.instance->file->name)).member("frame", frame.number).end();
  }
  json.end();
}

void write_volume(JsonWriter& json, const ImageFile& image) {
  json.object().member("file", image.name).key("files").values(image.file_names);
  write_volume_members(json, image);
  write_slices(json, image.stack->frames);
  json.end();
}

}  // namespace

void write_suv(JsonWriter& json, const SuvScale& suv) {
  json.key("suv").object(Layout::one_line).member("type", suv_type(suv.kind));
  json.member("units", suv_units(suv.kind)).key("factors").values(suv.factors).end();
}

void write_volume_members(JsonWriter& json, const ImageFile& image) {
  const Stack& stack = *image.stack;
  json.member("series", stack.series->series_instance_uid)
      .member("study", stack.series->study_instance_uid);
  json.member("main", stack.is_main).key("split_reason").value_or_null(stack.split_reason);
  write_grid(json, stack.grid);
  json.member("voxel_type", voxel_type_name(image.type));
  json.key("value_range").values(std::array{image.values.least, image.values.greatest});
  write_rescale(json, stack);
  if (stack.suv) write_suv(json, *stack.suv);
  json.member("max_corner_error_mm", stack.max_corner_error_mm);
  json.member("verdict", verdict_name(stack.verdict));
  write_segment(json, stack.frames.front());
  write_volumes_of(json, stack);
  write_recipes(json, stack);
  json.key("flags").values(stack.flags).key("sha256").value_or_null(image.sha256);
}

void write_volumes_of_series(JsonWriter& json, std::span<const ImageFile* const> images) {
  for (const ImageFile* image : images)
    if (!json.is_failed()) write_volume(json, *image);
}

Status write_images(JsonWriter& json, const Catalog& catalog) {
  const auto images = sorted_images(catalog);
  for (auto begin = images.begin(); begin != images.end() && !json.is_failed();) {
    const Series* series = (*begin)->stack->series.get();
    const auto end = std::find_if(begin, images.end(), [&](const ImageFile* image) {
      return image->stack->series.get() != series;
    });
    if (const auto* text = find_part(catalog, *series, Part::volumes)) {
      if (auto written = write_elements(json, *catalog.part_store, *text); !written) return written;
    } else {
      write_volumes_of_series(json, {begin, end});
    }
    begin = end;
  }
  return Done{};
}

Status write_volumes(const OutputFolder& folder, const Catalog& catalog) {
  auto json = JsonWriter::create(folder, "volumes.json");
  if (!json) return json.problem();
  json->object().member("schema", "urn:dcmflow:schema:volumes:1").key("volumes").array();
  auto written = catalog.listed ? write_elements(*json, *catalog.part_store,
                                                 catalog.listed->text(List::volumes))
                                : write_images(*json, catalog);
  if (!written) return written;
  json->end().end();
  return json->commit();
}

}  // namespace dcmflow
