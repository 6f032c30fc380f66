#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/formats/header_fields.h"
#include "stages/formats/header_readers.h"

namespace dcmflow {
namespace {

// As the format's specification spells them.
constexpr std::array<std::pair<std::string_view, SampleType>, 33> nrrd_types{
    {{"int8", SampleType::int8},
     {"int8_t", SampleType::int8},
     {"signed char", SampleType::int8},
     {"uint8", SampleType::uint8},
     {"uint8_t", SampleType::uint8},
     {"uchar", SampleType::uint8},
     {"unsigned char", SampleType::uint8},
     {"int16", SampleType::int16},
     {"int16_t", SampleType::int16},
     {"short", SampleType::int16},
     {"short int", SampleType::int16},
     {"signed short", SampleType::int16},
     {"uint16", SampleType::uint16},
     {"uint16_t", SampleType::uint16},
     {"ushort", SampleType::uint16},
     {"unsigned short", SampleType::uint16},
     {"int32", SampleType::int32},
     {"int32_t", SampleType::int32},
     {"int", SampleType::int32},
     {"signed int", SampleType::int32},
     {"uint32", SampleType::uint32},
     {"uint32_t", SampleType::uint32},
     {"uint", SampleType::uint32},
     {"unsigned int", SampleType::uint32},
     {"int64", SampleType::int64},
     {"int64_t", SampleType::int64},
     {"longlong", SampleType::int64},
     {"long long", SampleType::int64},
     {"uint64", SampleType::uint64},
     {"uint64_t", SampleType::uint64},
     {"unsigned long long", SampleType::uint64},
     {"float", SampleType::float32},
     {"double", SampleType::float64}}};

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

// Whether the voxels are bytes behind the header that we read.
Status check_storage(Fields& fields) {
  auto endian = fields["endian"];
  std::ranges::transform(endian, endian.begin(), lower);
  if (endian == "big") return malformed("its voxels are big endian, which is not read");
  if (fields.contains("data file") || fields.contains("datafile"))
    return malformed("its voxels are in another file, which is not read");
  for (const std::string skip : {"line skip", "lineskip", "byte skip", "byteskip"})
    if (fields.contains(skip) && fields[skip] != "0")
      return malformed("its voxels stand behind something else (" + skip + "), which is not read");
  const auto& encoding = fields["encoding"];
  if (encoding == "raw" || encoding == "gzip" || encoding == "gz") return Done{};
  return malformed("the header's encoding is '" + encoding + "'");
}

// REQUIRES: there is a space.
Status read_place(Fields& fields, Grid& grid) {
  const std::size_t in_space = fields["space"].ends_with("-time") ? 4 : 3;
  fields["space directions"] = without_words(fields["space directions"], "none");
  const auto steps = field_numbers(fields, "space directions", in_space * in_space);
  const auto origin = field_numbers(fields, "space origin", in_space);
  if (!steps) return steps.problem();
  if (!origin) return origin.problem();
  const auto& space = fields["space"];
  const bool is_ras = space.starts_with("right-anterior-superior") || space.starts_with("RAS");
  if (!is_ras && !space.starts_with("left-posterior-superior") && !space.starts_with("LPS"))
    return malformed("the header's space is '" + space + "', expected left-posterior-superior");
  const Vector3 to_lps{is_ras ? -1.0 : 1.0, is_ras ? -1.0 : 1.0, 1};
  std::array<Vector3, 3> axes{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) axes[i][j] = to_lps[j] * (*steps)[i * in_space + j];
  set_steps(grid, axes);
  for (std::size_t j = 0; j < 3; ++j) grid.origin[j] = to_lps[j] * (*origin)[j];
  return Done{};
}

}  // namespace

Result<ReadHeader> read_nrrd(const std::string& bytes) {
  if (!bytes.starts_with("NRRD")) return malformed("the file does not begin with NRRD");
  auto fields = fields_of(bytes, ": ", "");
  const auto known = sample_named(nrrd_types, std::string_view(fields["type"]));
  if (!known) return known.problem();
  ReadHeader header;
  header.sample = *known;
  const bool has_colour = fields["kinds"].starts_with("RGB-color ");
  header.samples = has_colour ? 3 : 1;
  if (auto readable = check_storage(fields); !readable) return readable.problem();
  header.is_gzip = fields["encoding"] != "raw";
  if (const auto scaled = read_scale(bytes, header.image); !scaled) return scaled.problem();
  constexpr std::string_view last_line = "\n\n";
  const auto end = bytes.find(last_line);
  if (end == std::string::npos) return malformed("the header does not end");
  header.voxel_offset = end + last_line.size();
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
