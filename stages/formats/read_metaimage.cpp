#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/formats/header_fields.h"
#include "stages/formats/header_readers.h"

namespace dcmflow {
namespace {

constexpr std::array<std::pair<std::string_view, SampleType>, 10> metaimage_types{
    {{"MET_CHAR", SampleType::int8},
     {"MET_UCHAR", SampleType::uint8},
     {"MET_SHORT", SampleType::int16},
     {"MET_USHORT", SampleType::uint16},
     {"MET_INT", SampleType::int32},
     {"MET_UINT", SampleType::uint32},
     {"MET_LONG_LONG", SampleType::int64},
     {"MET_ULONG_LONG", SampleType::uint64},
     {"MET_FLOAT", SampleType::float32},
     {"MET_DOUBLE", SampleType::float64}}};

bool says_true(const Fields& fields, std::string_view field) {
  const auto found = fields.find(field);
  // MetaIO looks at the first letter.
  constexpr std::string_view true_letters = "Tt1";
  return found != fields.end() && !found->second.empty() &&
         true_letters.find(found->second.front()) != std::string_view::npos;
}

Status check_storage(const Fields& fields) {
  if (says_true(fields, "BinaryDataByteOrderMSB") || says_true(fields, "ElementByteOrderMSB"))
    return malformed("its voxels are big endian, which is not read");
  if (says_true(fields, "CompressedData"))
    return malformed("its voxels are compressed (CompressedData), which is not read");
  if (fields.contains("BinaryData") && !says_true(fields, "BinaryData"))
    return malformed("its voxels are text (BinaryData), which is not read");
  if (const auto skip = fields.find("HeaderSize"); skip != fields.end() && skip->second != "0")
    return malformed(
        "its voxels stand behind a header of their own (HeaderSize), which is not read");
  return Done{};
}

Result<std::size_t> channels_of(const Fields& fields) {
  if (!fields.contains("ElementNumberOfChannels")) return std::size_t{1};
  const auto channels = field_numbers(fields, "ElementNumberOfChannels", 1);
  if (!channels) return channels.problem();
  if (!is_count((*channels)[0]))
    return malformed("the header's ElementNumberOfChannels is no number");
  return static_cast<std::size_t>((*channels)[0]);
}

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
  const auto known = sample_named(metaimage_types, std::string_view(type->second));
  if (!known) return known.problem();
  if (auto read = check_storage(fields); !read) return read.problem();
  const auto channels = channels_of(fields);
  if (!channels) return channels.problem();
  if (!std::ranges::all_of(*sizes, is_count)) return malformed("the header's DimSize is no size");
  ReadHeader header;
  header.sample = *known;
  header.samples = *channels;
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
