#include "stages/prepare/resample_job.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "stages/base/json_members.h"
#include "stages/base/positioned_json.h"
#include "stages/formats/formats.h"
#include "stages/formats/number_text.h"
#include "stages/prepare/target_grid.h"

namespace dcmflow {
namespace {

using enum JsonValue::Type;

constexpr double most_threads = 4096;
constexpr std::string_view named = "the job";

JsonValue json_of(double value) {
  JsonValue json{.type = number};
  append_number(json.text, value);
  return json;
}

JsonValue json_of(const std::string& value) { return {.type = string, .text = value}; }

template <class Range>
JsonValue json_list(const Range& values) {
  JsonValue json{.type = array};
  for (const auto& value : values) json.items.push_back(json_of(static_cast<double>(value)));
  return json;
}

void add(JsonValue& to, const char* key, JsonValue value) {
  to.members.push_back({.key = key, .position = {}, .value = std::move(value)});
}

void add_text(JsonValue& to, const char* key, const std::string& value) {
  if (!value.empty()) add(to, key, json_of(value));
}

JsonValue json_of(const Grid& grid) {
  JsonValue json{.type = object};
  add(json, "size", json_list(grid.size));
  add(json, "spacing", json_list(grid.spacing));
  add(json, "origin", json_list(grid.origin));
  std::vector<double> direction;
  for (const Vector3& axis : grid.direction)
    direction.insert(direction.end(), axis.begin(), axis.end());
  add(json, "direction", json_list(direction));
  return json;
}

constexpr double most_voxels_along = 1'000'000;

Grid read_grid(JsonMembers& members, const char* key) {
  Grid grid;
  const auto* const value = members.take(key, object);
  if (value == nullptr) return grid;
  auto of = members.within(*value);
  const auto size = of.numbers<3>("size");
  grid.spacing = of.numbers<3>("spacing");
  grid.origin = of.numbers<3>("origin");
  const auto direction = of.numbers<9>("direction");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!(size[axis] >= 1 && size[axis] <= most_voxels_along &&
          size[axis] == std::floor(size[axis])))
      of.fail("size", "holds what is no number of voxels");
    else
      grid.size[axis] = static_cast<std::uint32_t>(size[axis]);
    if (!(grid.spacing[axis] > 0)) of.fail("spacing", "holds what is no distance");
    for (std::size_t i = 0; i < 3; ++i) grid.direction[axis][i] = direction[3 * axis + i];
  }
  if (!is_orthogonal(grid)) of.fail("direction", "is not of three unit vectors at right angles");
  members.join(of);
  return grid;
}

ResampleSource read_source(JsonMembers& members) {
  ResampleSource source;
  source.path = members.text("from");
  source.format = members.text_or_none("from_format");
  source.background = members.number("background");
  const auto name = members.text("interpolation");
  const auto* const found = std::ranges::find(interpolation_names, name);
  if (found == interpolation_names.end())
    members.fail("interpolation", "is no interpolation that there is");
  else
    source.interpolation = static_cast<Interpolation>(found - interpolation_names.begin());
  return source;
}

std::vector<ResampleSource> read_sources(const JsonValue& root, JsonMembers& members) {
  std::vector<ResampleSource> sources;
  const auto read = [&](const JsonValue& value) {
    auto of = members.within(value);
    sources.push_back(read_source(of));
    if (value.find("from_grid")) sources.back().grid = read_grid(of, "from_grid");
    members.join(of);
  };
  if (!root.find("sources")) {
    read(root);
    return sources;
  }
  if (const auto* const list = members.take("sources", array)) {
    for (const JsonValue& item : list->items) read(item);
    if (list->items.empty()) members.fail("sources", "is empty");
  }
  return sources;
}

std::optional<VoxelType> type_named(std::string_view name) {
  for (const auto type :
       {VoxelType::int16, VoxelType::uint16, VoxelType::int32, VoxelType::float32})
    if (voxel_type_name(type) == name) return type;
  return std::nullopt;
}

}  // namespace

std::string write_resample_job(const ResampleJob& job) {
  JsonValue json{.type = object};
  JsonValue sources{.type = array};
  for (const auto& source : job.sources) {
    JsonValue one{.type = object};
    add_text(one, "from", source.path);
    add_text(one, "from_format", source.format);
    if (source.grid) add(one, "from_grid", json_of(*source.grid));
    add_text(one, "interpolation", std::string(interpolation_name(source.interpolation)));
    add(one, "background", json_of(source.background));
    sources.items.push_back(std::move(one));
  }
  add(json, "sources", std::move(sources));
  add(json, "grid", json_of(job.grid));
  add_text(json, "to", job.to);
  add_text(json, "format", job.format);
  add_text(json, "voxels", job.voxels);
  add_text(json, "voxel_name", job.voxel_name);
  if (job.type) add_text(json, "type", std::string(voxel_type_name(*job.type)));
  add(json, "time_step", json_of(job.time_step));
  add(json, "threads", json_of(static_cast<double>(job.threads)));
  add(json, "sha256", {.type = boolean, .boolean = job.with_sha256});
  return to_text(json) + '\n';
}

Result<ResampleJob> read_resample_job(const std::string& text) {
  const auto root = parse_positioned_json(text, named, Reason::malformed);
  if (!root) return root.problem();
  JsonMembers members(*root, named, Reason::malformed);
  ResampleJob job;
  job.sources = read_sources(*root, members);
  job.grid = read_grid(members, "grid");
  job.to = members.text("to");
  job.format = members.text_or_none("format");
  job.voxels = members.text_or_none("voxels");
  job.voxel_name = members.text_or_none("voxel_name");
  job.time_step = members.number_or("time_step", 0);
  job.with_sha256 = members.flag("sha256");
  const double threads = members.number_or("threads", 1);
  if (!(threads >= 1 && threads <= most_threads))
    members.fail("threads", "is no number of threads");
  else
    job.threads = static_cast<std::size_t>(threads);
  if (members.has("type")) {
    job.type = type_named(members.text("type"));
    if (!job.type) members.fail("type", "is none of int16, uint16, int32 and float32");
  }
  if (members.fault()) return *members.fault();
  return job;
}

std::string write_resampled(const Resampled& made) {
  JsonValue json{.type = object};
  add_text(json, "type", std::string(voxel_type_name(made.type)));
  add(json, "least", json_of(made.least));
  add(json, "greatest", json_of(made.greatest));
  add_text(json, "sha256", made.sha256);
  return to_text(json);
}

Result<Resampled> read_resampled(const std::string& text) {
  const auto root = parse_positioned_json(text, named, Reason::malformed);
  if (!root) return root.problem();
  JsonMembers members(*root, named, Reason::malformed);
  Resampled made;
  const auto type = type_named(members.text("type"));
  if (!type) members.fail("type", "is no type of voxels");
  made.type = type.value_or(VoxelType::float32);
  made.least = members.number("least");
  made.greatest = members.number("greatest");
  made.sha256 = members.text_or_none("sha256");
  if (members.fault()) return *members.fault();
  return made;
}

}  // namespace dcmflow
