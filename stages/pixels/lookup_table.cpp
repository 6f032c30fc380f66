#include "stages/pixels/lookup_table.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "stages/pixels/header_values.h"
#include "stages/pixels/lut_bytes.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t modality_lut_sequence = 0x00283000;
constexpr std::uint32_t real_world_sequence = 0x00409096;
constexpr std::uint32_t shared_groups = 0x52009229;
constexpr std::uint32_t per_frame_groups = 0x52009230;
constexpr std::uint32_t real_world_first = 0x00409216;
constexpr std::uint32_t real_world_lut = 0x00409212;
constexpr std::uint32_t real_world_intercept = 0x00409224;
constexpr std::uint32_t real_world_slope = 0x00409225;

double double_at(const HeaderValue& value, std::size_t i) {
  std::uint64_t bits = 0;
  for (std::size_t k = 0; k < 8; ++k)
    bits |= std::uint64_t{value.bytes[8 * i + (value.big_endian ? 7 - k : k)]} << (8 * k);
  return std::bit_cast<double>(bits);
}

bool is_in_words(const Element& element) { return element.vr != vr('O', 'B'); }

Problem no_table(const Instance& instance, std::string detail) {
  return {Reason::malformed, instance.file->name, std::move(detail)};
}

std::string entries_text(std::string_view table, std::size_t there, std::size_t promised) {
  return std::string(table) + " has " + std::to_string(there) +
         " entries; its descriptor promises " + std::to_string(promised);
}

Result<ValueTable> read_modality_lut(const Instance& instance) {
  constexpr std::array<std::uint32_t, 1> sequences{modality_lut_sequence};
  constexpr std::array<std::uint32_t, 2> tags{0x00283002, 0x00283006};
  std::optional<LutDescriptor> descriptor;
  std::vector<std::uint16_t> entries;
  const auto visited = visit_header(instance, sequences, tags, [&](const HeaderValue& value) {
    if (value.path.size() != 1 || value.path[0].item != 0) return;
    if (value.element.tag == tags[0])
      descriptor = lut_descriptor(value.bytes, value.big_endian, instance.shared->layout.is_signed);
    else if (descriptor)
      entries = lut_entries(value.bytes, value.big_endian, is_in_words(value.element), *descriptor);
  });
  if (!visited) return visited.problem();
  if (!descriptor) return no_table(instance, "a Modality LUT Sequence without LUT Descriptor");
  if (entries.size() != descriptor->entries)
    return no_table(instance,
                    entries_text("the Modality LUT", entries.size(), descriptor->entries));
  return ValueTable{descriptor->first, {entries.begin(), entries.end()}};
}

// Which frames a Real World Value Mapping item is for: its place in the header says it. nullopt
// when it is none of those that count: the first item of each place.
struct MappingPlace {
  std::optional<std::uint32_t> frame;  // nullopt: all that have none of their own
};
std::optional<MappingPlace> mapping_place(std::span<const ItemPlace> path) {
  if (path.empty() || path.back().sequence != real_world_sequence || path.back().item != 0)
    return std::nullopt;
  if (path.size() == 1) return MappingPlace{};
  if (path.size() != 2) return std::nullopt;
  if (path[0].sequence == shared_groups && path[0].item == 0) return MappingPlace{};
  if (path[0].sequence == per_frame_groups) return MappingPlace{path[0].item};
  return std::nullopt;
}

Result<ValueTable> read_real_world_lut(const Frame& frame) {
  constexpr std::array sequences{real_world_sequence, shared_groups, per_frame_groups};
  constexpr std::array tags{real_world_first, real_world_lut};
  const auto& instance = *frame.instance;
  std::array<ValueTable, 2> tables;  // for all frames, of its own
  const auto visited = visit_header(instance, sequences, tags, [&](const HeaderValue& value) {
    const auto place = mapping_place(value.path);
    if (!place || (place->frame && *place->frame != frame.number)) return;
    auto& table = tables[place->frame ? 1 : 0];
    if (value.element.tag == real_world_first && value.bytes.size() >= 2) {
      const auto first = words_of(value.bytes.first(2), value.big_endian)[0];
      table.first = instance.shared->layout.is_signed ? static_cast<std::int16_t>(first) : first;
    } else if (value.element.tag == real_world_lut) {
      table.entries.clear();
      for (std::size_t i = 0; i < value.bytes.size() / 8; ++i)
        table.entries.push_back(double_at(value, i));
    }
  });
  if (!visited) return visited.problem();
  for (auto* table : {&tables[1], &tables[0]})
    if (!table->entries.empty()) return std::move(*table);
  return no_table(instance, "a Real World Value Mapping without Real World Value LUT Data");
}

}  // namespace

Result<ValueTable> read_value_table(const Frame& frame) {
  return frame.table == TableKind::modality ? read_modality_lut(*frame.instance)
                                            : read_real_world_lut(frame);
}

Result<Palette> read_palette(const Instance& instance) {
  constexpr std::array<std::string_view, 3> names{"the red palette", "the green palette",
                                                  "the blue palette"};
  constexpr std::array<std::uint32_t, 9> tags{0x00281101, 0x00281102, 0x00281103,
                                              0x00281201, 0x00281202, 0x00281203,
                                              0x00281221, 0x00281222, 0x00281223};
  std::array<std::optional<LutDescriptor>, 3> descriptors;
  std::array<std::vector<std::uint16_t>, 3> entries;
  const auto visited = visit_header(instance, {}, tags, [&](const HeaderValue& value) {
    const auto i = value.element.tag % 16 - 1;
    const auto kind = value.element.tag >> 4 & 0xFFF;  // descriptor, data or segmented data
    if (kind == 0x110)
      descriptors[i] =
          lut_descriptor(value.bytes, value.big_endian, instance.shared->layout.is_signed);
    else if (descriptors[i] && kind == 0x120 && !value.bytes.empty())
      entries[i] =
          lut_entries(value.bytes, value.big_endian, is_in_words(value.element), *descriptors[i]);
    else if (descriptors[i] && kind == 0x122 && entries[i].empty())
      entries[i] = segmented_lut_entries(value.bytes, value.big_endian, *descriptors[i]);
  });
  if (!visited) return visited.problem();
  unsigned greatest = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!descriptors[i])
      return no_table(instance, std::string(names[i]) + " has no descriptor of three numbers");
    if (entries[i].size() != descriptors[i]->entries)
      return no_table(instance, entries_text(names[i], entries[i].size(), descriptors[i]->entries));
    greatest = std::max<unsigned>(greatest, *std::ranges::max_element(entries[i]));
  }
  Palette palette;
  for (std::size_t i = 0; i < names.size(); ++i) {
    palette[i].first = descriptors[i]->first;
    for (const auto entry : entries[i])
      palette[i].entries.push_back(static_cast<std::uint8_t>(greatest > 255 ? entry >> 8 : entry));
  }
  return palette;
}

Result<std::shared_ptr<const ValueTable>> TableCache::value_table(const Frame& frame) {
  const bool is_of_frame = frame.table == TableKind::modality || values_of_frame_ == frame.number;
  if (values_of_ == frame.instance && kind_ == frame.table && is_of_frame) return values_;
  auto table = read_value_table(frame);
  if (!table) return table.problem();
  values_ = std::make_shared<const ValueTable>(std::move(*table));
  values_of_ = frame.instance;
  values_of_frame_ = frame.number;
  kind_ = frame.table;
  return values_;
}

Result<std::shared_ptr<const Palette>> TableCache::palette(const Frame& frame) {
  if (palette_of_ == frame.instance) return palette_;
  auto palette = read_palette(*frame.instance);
  if (!palette) return palette.problem();
  palette_ = std::make_shared<const Palette>(std::move(*palette));
  palette_of_ = frame.instance;
  return palette_;
}

Result<std::vector<std::optional<RealWorldMapping>>> read_real_world(const Instance& instance) {
  constexpr std::array sequences{real_world_sequence, shared_groups, per_frame_groups};
  constexpr std::array tags{real_world_lut, real_world_intercept, real_world_slope};
  std::vector<std::optional<RealWorldMapping>> mappings(instance.pixel_data.number_of_frames);
  std::optional<RealWorldMapping> shared;
  const auto visited = visit_header(instance, sequences, tags, [&](const HeaderValue& value) {
    const auto place = mapping_place(value.path);
    if (!place || value.bytes.size() < 8 || (place->frame && *place->frame >= mappings.size()))
      return;
    auto& mapping = place->frame ? mappings[*place->frame] : shared;
    if (!mapping) mapping = {.rescale = {.slope = 0}};
    if (value.element.tag == real_world_lut) mapping->has_table = true;
    const double number = double_at(value, 0);
    if (!std::isfinite(number)) return;
    if (value.element.tag == real_world_intercept) mapping->rescale.intercept = number;
    if (value.element.tag == real_world_slope) mapping->rescale.slope = number;
  });
  if (!visited) return visited.problem();
  for (auto& mapping : mappings) {
    if (!mapping) mapping = shared;
    if (mapping && mapping->rescale.slope == 0 && !mapping->has_table) mapping.reset();
  }
  return mappings;
}

}  // namespace dcmflow
