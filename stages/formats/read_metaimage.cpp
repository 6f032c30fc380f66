#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "stages/formats/header_fields.h"
#include "stages/formats/header_readers.h"

namespace dcmflow {
namespace {

constexpr std::array<std::pair<std::string_view, VoxelType>, 5> metaimage_types{
    {{"MET_SHORT", VoxelType::int16},
     {"MET_USHORT", VoxelType::uint16},
     {"MET_INT", VoxelType::int32},
     {"MET_FLOAT", VoxelType::float32},
     {"MET_UCHAR", VoxelType::rgb24}}};

}  // namespace

Result<ReadHeader> read_metaimage(const std::string& bytes) {
  const auto fields = fields_of(bytes, " = ", "ElementDataFile");
  const auto dimensions = field_numbers(fields, "NDims", 1);
  if (!dimensions) return dimensions.problem();
  const auto n = static_cast<std::size_t>((*dimensions)[0] == 4 ? 4 : 3);
  const auto sizes = field_numbers(fields, "DimSize", n);
  const auto spacing = field_numbers(fields, "ElementSpacing", n);
  const auto offset = field_numbers(fields, "Offset", n);
  const auto matrix = field_numbers(fields, "TransformMatrix", n * n);
  for (const auto* part : {&sizes, &spacing, &offset, &matrix})
    if (!*part) return part->problem();
  const auto type = fields.find("ElementType");
  if (type == fields.end()) return malformed("the header has no ElementType");
  const auto known = type_named(metaimage_types, std::string_view(type->second));
  if (!known) return known.problem();
  if (!std::ranges::all_of(*sizes, is_count)) return malformed("the header's DimSize is no size");
  ReadHeader header;
  header.image.type = *known;
  header.image.volumes = n == 4 ? static_cast<std::uint32_t>((*sizes)[3]) : 1;
  Grid& grid = header.image.grid;
  // As an identity at 0 it says the same, placed or not.
  for (std::size_t i = 0; i < 3; ++i) {
    grid.size[i] = static_cast<std::uint32_t>((*sizes)[i]);
    grid.spacing[i] = (*spacing)[i];
    grid.origin[i] = (*offset)[i];
    for (std::size_t j = 0; j < 3; ++j) grid.direction[i][j] = (*matrix)[i * n + j];
  }
  const auto file = fields.find("ElementDataFile");
  if (file == fields.end()) return malformed("the header has no ElementDataFile");
  header.voxel_file = file->second;
  // It is the last field: its line ends the header.
  header.voxel_offset = bytes.find('\n', bytes.find("ElementDataFile = ")) + 1;
  return header;
}

}  // namespace dcmflow
