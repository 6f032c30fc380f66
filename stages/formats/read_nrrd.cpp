#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "stages/formats/header_fields.h"
#include "stages/formats/header_readers.h"

namespace dcmflow {
namespace {

constexpr std::array<std::pair<std::string_view, VoxelType>, 5> nrrd_types{
    {{"int16", VoxelType::int16},
     {"uint16", VoxelType::uint16},
     {"int32", VoxelType::int32},
     {"float", VoxelType::float32},
     {"uint8", VoxelType::rgb24}}};

// "none" and "nan" of axes that are none of space go, and so do the axes.
std::string without_words(std::string text, std::string_view word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word))
    text.erase(at, word.size());
  return text;
}

Status read_scale(const std::string& bytes, ImageHeader& image) {
  const auto keys = fields_of(bytes, ":=", "");
  if (!keys.contains("rescale slope")) return Done{};
  const auto slope = field_numbers(keys, "rescale slope", 1);
  const auto intercept = field_numbers(keys, "rescale intercept", 1);
  if (!slope) return slope.problem();
  if (!intercept) return intercept.problem();
  image.scale = Rescale{slope->front(), intercept->front()};
  return Done{};
}

// REQUIRES: there is a space.
Status read_place(Fields& fields, Grid& grid) {
  const std::size_t in_space = fields["space"].ends_with("-time") ? 4 : 3;
  fields["space directions"] = without_words(fields["space directions"], "none");
  const auto steps = field_numbers(fields, "space directions", in_space * in_space);
  const auto origin = field_numbers(fields, "space origin", in_space);
  if (!steps) return steps.problem();
  if (!origin) return origin.problem();
  std::array<Vector3, 3> axes{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) axes[i][j] = (*steps)[i * in_space + j];
  set_steps(grid, axes);
  std::copy_n(origin->begin(), 3, grid.origin.begin());
  return Done{};
}

}  // namespace

Result<ReadHeader> read_nrrd(const std::string& bytes) {
  if (!bytes.starts_with("NRRD")) return malformed("the file does not begin with NRRD");
  auto fields = fields_of(bytes, ": ", "");
  const auto known = type_named(nrrd_types, std::string_view(fields["type"]));
  if (!known) return known.problem();
  ReadHeader header;
  header.image.type = *known;
  header.is_gzip = fields["encoding"] == "gzip";
  if (!header.is_gzip && fields["encoding"] != "raw")
    return malformed("the header's encoding is '" + fields["encoding"] + "'");
  if (const auto scaled = read_scale(bytes, header.image); !scaled) return scaled.problem();
  constexpr std::string_view last_line = "\n\n";
  const auto end = bytes.find(last_line);
  if (end == std::string::npos) return malformed("the header does not end");
  header.voxel_offset = end + last_line.size();
  const bool has_colour = *known == VoxelType::rgb24;
  const auto all_sizes = numbers_of(fields["sizes"]);
  const std::size_t first = has_colour ? 1 : 0;
  if (!all_sizes || all_sizes->size() < first + 3 || all_sizes->size() > first + 4 ||
      !std::ranges::all_of(*all_sizes, is_count))
    return malformed("the header's sizes are '" + fields["sizes"] + "'");
  Grid& grid = header.image.grid;
  for (std::size_t i = 0; i < 3; ++i)
    grid.size[i] = static_cast<std::uint32_t>((*all_sizes)[first + i]);
  if (all_sizes->size() == first + 4)
    header.image.volumes = static_cast<std::uint32_t>(all_sizes->back());
  grid.is_placed = fields.contains("space");
  if (!grid.is_placed) {
    fields["spacings"] = without_words(fields["spacings"], "nan");
    const auto spacings = field_numbers(fields, "spacings", 3);
    if (!spacings) return spacings.problem();
    std::ranges::copy(*spacings, grid.spacing.begin());
    return header;
  }
  if (const auto placed = read_place(fields, grid); !placed) return placed.problem();
  return header;
}

}  // namespace dcmflow
