#include "stages/selection/image_facts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/geometry/orientation.h"
#include "stages/sorting/field_suffixes.h"
#include "stages/sorting/gradients.h"
#include "stages/sorting/image_type.h"

namespace dcmflow {
namespace {

using Texts = std::vector<std::string>;

std::string to_text(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

Texts truth(bool yes) { return {yes ? "true" : "false"}; }

template <class Numbers>
Texts to_texts(const Numbers& numbers) {
  Texts texts;
  for (const double number : numbers) texts.push_back(to_text(number));
  return texts;
}

// Row × column; of the first instance that tells its orientation where there is no image.
std::optional<Vector3> find_normal(const FactSource& source) {
  if (source.image != nullptr) {
    const Grid& grid = source.image->grid;
    if (!grid.is_placed) return std::nullopt;
    return cross(grid.direction[0], grid.direction[1]);
  }
  for (const InstancePtr& instance : source.series.instances) {
    if (!instance->shared || !instance->shared->image_orientation_patient) continue;
    const auto made = make_orientation(*instance->shared->image_orientation_patient,
                                       source.tolerances.iop_orthonormal);
    if (made) return made->normal;
  }
  return std::nullopt;
}

Texts plane(const FactSource& source) {
  const auto normal = find_normal(source);
  return normal ? Texts{std::string(plane_name(*normal))} : Texts{};
}

// What the operator calls the plane, however far off the axis it is; and Oblique where it is that.
Texts nearest_plane(const FactSource& source) {
  const auto normal = find_normal(source);
  if (!normal) return {};
  Vector3 axis{};
  axis[static_cast<std::size_t>(
      std::ranges::max_element(*normal, {}, [](double x) { return std::abs(x); }) -
      normal->begin())] = 1;
  Texts names{std::string(plane_name(axis))};
  if (plane_name(*normal) != names.front()) names.emplace_back(plane_name(*normal));
  return names;
}

Texts slice_count(const FactSource& source) {
  return {std::to_string(source.image != nullptr ? source.image->grid.size[2] : 0)};
}

Texts instance_count(const FactSource& source) {
  return {std::to_string(source.series.instances.size())};
}

Texts volume_count(const FactSource& source) {
  std::uint64_t volumes = 0;
  for (const Stack& stack : source.images) volumes += stack.volumes;
  return {std::to_string(volumes)};
}

Texts image_count(const FactSource& source) { return {std::to_string(source.images.size())}; }

Texts slice_spacing(const FactSource& source) {
  return source.image != nullptr ? Texts{to_text(source.image->grid.spacing[2])} : Texts{};
}

// More than one slice, and all on the image's grid.
Texts is_regular(const FactSource& source) {
  return truth(source.image != nullptr && source.image->grid.size[2] > 1 &&
               source.image->verdict != Verdict::fail);
}

Texts converted(const FactSource& source) { return truth(source.image != nullptr); }

Texts format(const FactSource& source) { return {std::string(source.format)}; }

Texts is_main(const FactSource& source) {
  return source.image != nullptr ? truth(source.image->is_main) : Texts{};
}

Texts split_reason(const FactSource& source) {
  const bool has = source.image != nullptr && !source.image->split_reason.empty();
  return has ? Texts{source.image->split_reason} : Texts{};
}

Texts verdict(const FactSource& source) {
  constexpr std::array<const char*, 4> names{"pass", "warn", "fail", "partial"};
  if (source.image == nullptr) return {};
  return {names[static_cast<std::size_t>(source.image->verdict)]};
}

Texts flags(const FactSource& source) {
  return source.image != nullptr ? source.image->flags : Texts{};
}

Texts dimension(const FactSource& source) {
  const bool has = source.image != nullptr && !source.image->dimension.empty();
  return has ? Texts{source.image->dimension} : Texts{};
}

// Those of its volumes, or of its frames, each once, ascending.
Texts b_values(const FactSource& source) {
  if (source.image == nullptr) return {};
  std::set<double> values;
  for (const VolumeKey& key : source.image->volume_keys)
    if (key.diffusion) values.insert(key.diffusion->b_value);
  if (values.empty())
    for (const Frame& frame : source.image->frames)
      if (const auto b = parse_decimal(frame.find(attribute_index(0x00189087)).value_or("")))
        values.insert(*b);
  return to_texts(values);
}

// Of diffusion images alone.
Texts gradients(const FactSource& source) {
  const auto is_weighted = [](const VolumeKey& key) { return key.diffusion.has_value(); };
  const bool is_told =
      source.image != nullptr && std::ranges::any_of(source.image->volume_keys, is_weighted);
  return is_told ? truth(has_gradients(*source.image)) : Texts{};
}

bool is_mr(const FactSource& source) {
  return source.image != nullptr &&
         source.image->frames.front().find(attribute_index(0x00080060)) == "MR";
}

// Its number among those of the series, also where no header numbers them.
Texts echo(const FactSource& source) {
  if (!is_mr(source)) return {};
  std::vector<const Frame*> first_frames;
  for (const Stack& stack : source.images) first_frames.push_back(&stack.frames.front());
  const auto number = EchoNumbers(first_frames).number_of(source.image->frames.front());
  return {std::to_string(number.value_or(1))};
}

// Magnitude, phase, real, imaginary, or a map.
Texts component(const FactSource& source) {
  return is_mr(source) ? Texts{image_component(source.image->frames.front())} : Texts{};
}

// The different echo times of all images of the series.
Texts echo_count(const FactSource& source) {
  std::set<double> times;
  for (const Stack& stack : source.images)
    for (const Frame& frame : stack.frames)
      if (const auto time = parse_decimal(frame.find(attribute_index(0x00180081)).value_or("")))
        times.insert(*time);
  return times.empty() ? Texts{} : Texts{std::to_string(times.size())};
}

Texts voxel_size(const FactSource& source) {
  return source.image != nullptr ? to_texts(source.image->grid.spacing) : Texts{};
}

// mm, along the axes of the image.
Texts extent(const FactSource& source) {
  if (source.image == nullptr) return {};
  Vector3 mm = source.image->grid.spacing;
  for (std::size_t axis = 0; axis < 3; ++axis) mm[axis] *= source.image->grid.size[axis];
  return to_texts(mm);
}

// The image axis that phase is encoded along, as BIDS names it; DICOM does not say which way.
Texts phase_encoding_direction(const FactSource& source) {
  if (source.image == nullptr || source.image->frames.empty()) return {};
  const auto along = source.image->frames.front().find(attribute_index(0x00181312)).value_or("");
  if (along == "ROW") return {"i"};
  return along.starts_with("COL") ? Texts{"j"} : Texts{};
}

constexpr auto rows = std::to_array<ImageFactRow>({
    {"Plane", false, false, plane},
    {"NearestPlane", false, true, nearest_plane},
    {"SliceCount", true, false, slice_count},
    {"InstanceCount", true, false, instance_count},
    {"VolumeCount", true, false, volume_count},
    {"ImageCount", true, false, image_count},
    {"SliceSpacing", true, false, slice_spacing},
    {"VoxelSize", true, false, voxel_size},
    {"Extent", true, false, extent},
    {"IsRegular", false, false, is_regular},
    {"Verdict", false, false, verdict},
    {"Flags", false, false, flags},
    {"Dimension", false, false, dimension},
    {"BValues", true, false, b_values},
    {"HasGradients", false, false, gradients},
    {"Echo", true, false, echo},
    {"Component", false, false, component},
    {"EchoCount", true, false, echo_count},
    {"PhaseEncodingDirection", false, false, phase_encoding_direction},
    {"IsMain", false, false, is_main},
    {"SplitReason", false, false, split_reason},
    {"Converted", false, false, converted},
    {"Format", false, false, format},
});

}  // namespace

std::span<const ImageFactRow> image_fact_rows() { return rows; }

std::optional<FactIndex> find_fact(std::string_view key) {
  const auto row = std::ranges::find(rows, key, &ImageFactRow::key);
  if (row == rows.end()) return std::nullopt;
  return static_cast<FactIndex>(row - rows.begin());
}

ImageFacts find_facts(const SeriesPtr& series, const Stack* image, std::span<const Stack> images,
                      std::string_view format, const Tolerances& tolerances) {
  ImageFacts facts{.series = series,
                   .stem = image != nullptr ? image->image_stem : std::string(),
                   .is_main = image == nullptr || image->is_main,
                   .converted = image != nullptr,
                   .values = {}};
  const FactSource source{*series, image, images, format, tolerances};
  facts.values.reserve(rows.size());
  for (const ImageFactRow& row : rows) facts.values.push_back(row.read(source));
  return facts;
}

}  // namespace dcmflow
