#include "stages/formats/read_image_header.h"

#include <fcntl.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <system_error>

#include "stages/base/descriptor.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_header = 8 << 10;  // of those that dcmflow writes

Problem malformed(const std::string& what) { return {Reason::malformed, {}, what}; }

// The first bytes of a file, inflated where it is a gzip stream.
Result<std::string> first_bytes(const std::string& path) {
  const auto file = gzopen(path.c_str(), "rbe");
  if (file == nullptr)
    return Problem{Reason::unreadable, {}, std::generic_category().message(errno)};
  std::string bytes(longest_header, '\0');
  const int count = gzread(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose_r(file);
  if (count < 0) return malformed("it cannot be read, or its gzip stream is damaged");
  bytes.resize(static_cast<std::size_t>(count));
  return bytes;
}

// Numbers of a text, separated by spaces, commas and parentheses; nullopt when something is none.
std::optional<std::vector<double>> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  for (;;) {
    const auto begin = text.find_first_not_of(" ,()");
    if (begin == std::string_view::npos) return numbers;
    text.remove_prefix(begin);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
}

// Lines of `key`, `separator`, value up to `last` or an empty line.
using Fields = std::map<std::string, std::string, std::less<>>;
Fields fields_of(std::string_view text, std::string_view separator, std::string_view last) {
  Fields fields;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    if (line.empty()) break;
    const auto at = line.find(separator);
    if (at != std::string_view::npos) {
      const std::string key(line.substr(0, at));
      fields.emplace(key, line.substr(at + separator.size()));
      if (key == last) break;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return fields;
}

// The numbers of a field, as many as there must be.
Result<std::vector<double>> field_numbers(const Fields& fields, std::string_view key,
                                          std::size_t count) {
  const auto field = fields.find(key);
  if (field == fields.end()) return malformed("the header has no " + std::string(key));
  const auto numbers = numbers_of(field->second);
  if (!numbers || numbers->size() != count)
    return malformed("the header's " + std::string(key) + " is '" + field->second + "', expected " +
                     std::to_string(count) + " numbers");
  return *numbers;
}

bool is_count(double number) {
  return number >= 1 && number <= 4294967295.0 && number == std::floor(number);
}

// Steps along the axes → spacing and direction.
void set_steps(Grid& grid, const std::array<Vector3, 3>& steps) {
  for (std::size_t i = 0; i < 3; ++i) {
    grid.spacing[i] = std::hypot(steps[i][0], steps[i][1], steps[i][2]);
    for (std::size_t j = 0; j < 3; ++j) grid.direction[i][j] = steps[i][j] / grid.spacing[i];
  }
}

template <class Type, std::size_t count>
Result<VoxelType> type_named(const std::array<std::pair<Type, VoxelType>, count>& names,
                             const Type& name) {
  const auto found = std::ranges::find(names, name, &std::pair<Type, VoxelType>::first);
  if (found == names.end()) return malformed("the header names no voxel type of dcmflow's");
  return found->second;
}

constexpr std::array<std::pair<std::string_view, VoxelType>, 5> metaimage_types{
    {{"MET_SHORT", VoxelType::int16},
     {"MET_USHORT", VoxelType::uint16},
     {"MET_INT", VoxelType::int32},
     {"MET_FLOAT", VoxelType::float32},
     {"MET_UCHAR", VoxelType::rgb24}}};

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
  ReadHeader header;
  header.image.type = *known;
  header.image.volumes = n == 4 ? static_cast<std::uint32_t>((*sizes)[3]) : 1;
  Grid& grid = header.image.grid;
  // As an identity at 0 it says the same, placed or not.
  for (std::size_t i = 0; i < 3; ++i) {
    if (!is_count((*sizes)[i])) return malformed("the header's DimSize is no size");
    grid.size[i] = static_cast<std::uint32_t>((*sizes)[i]);
    grid.spacing[i] = (*spacing)[i];
    grid.origin[i] = (*offset)[i];
    for (std::size_t j = 0; j < 3; ++j) grid.direction[i][j] = (*matrix)[i * n + j];
  }
  const auto file = fields.find("ElementDataFile");
  if (file == fields.end()) return malformed("the header has no ElementDataFile");
  header.voxel_file = file->second;
  return header;
}

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

Result<ReadHeader> read_nrrd(const std::string& bytes) {
  if (!bytes.starts_with("NRRD")) return malformed("the file does not begin with NRRD");
  auto fields = fields_of(bytes, ": ", "");
  const auto known = type_named(nrrd_types, std::string_view(fields["type"]));
  if (!known) return known.problem();
  ReadHeader header;
  header.image.type = *known;
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
  return header;
}

// Little endian, as dcmflow writes them.
template <class Number>
Number number_at(const std::string& bytes, std::size_t offset) {
  Number number{};
  std::memcpy(&number, bytes.data() + offset, sizeof(number));
  return number;
}

constexpr std::array<std::pair<std::int16_t, VoxelType>, 5> nifti_types{{{4, VoxelType::int16},
                                                                         {512, VoxelType::uint16},
                                                                         {8, VoxelType::int32},
                                                                         {16, VoxelType::float32},
                                                                         {128, VoxelType::rgb24}}};

// Offsets from nifti1.h and nifti2.h.
template <class Dimension, class Real, class Code>
struct NiftiFields {
  std::size_t header_bytes, type, dim, pixdim, sform_code, sform;

  Result<ReadHeader> read(const std::string& bytes) const {
    if (bytes.size() < header_bytes) return malformed("the header ends within itself");
    const auto known = type_named(nifti_types, number_at<std::int16_t>(bytes, type));
    if (!known) return known.problem();
    ReadHeader header;
    header.image.type = *known;
    Grid& grid = header.image.grid;
    std::array<Dimension, 5> sizes{};
    for (std::size_t i = 0; i < sizes.size(); ++i)
      sizes[i] = number_at<Dimension>(bytes, dim + i * sizeof(Dimension));
    if (sizes[0] < 3 || sizes[0] > 4 || std::any_of(sizes.begin() + 1, sizes.end(), [](auto size) {
          return !is_count(static_cast<double>(size));
        }))
      return malformed("the header's dim are no sizes");
    header.image.volumes = static_cast<std::uint32_t>(sizes[4]);
    for (std::size_t i = 0; i < 3; ++i) {
      grid.size[i] = static_cast<std::uint32_t>(sizes[i + 1]);
      grid.spacing[i] = double{number_at<Real>(bytes, pixdim + (i + 1) * sizeof(Real))};
    }
    grid.is_placed = number_at<Code>(bytes, sform_code) > 0;
    if (!grid.is_placed) return header;
    std::array<Vector3, 3> steps{};
    constexpr Vector3 lps_from_ras{-1, -1, 1};
    for (std::size_t row = 0; row < 3; ++row) {
      const auto at = [&](std::size_t column) {
        return lps_from_ras[row] *
               double{number_at<Real>(bytes, sform + (4 * row + column) * sizeof(Real))};
      };
      for (std::size_t axis = 0; axis < 3; ++axis) steps[axis][row] = at(axis);
      grid.origin[row] = at(3);
    }
    const Vector3 spacing = grid.spacing;
    set_steps(grid, steps);
    grid.spacing = spacing;
    return header;
  }
};

Result<ReadHeader> read_nifti(const std::string& bytes) {
  static_assert(std::endian::native == std::endian::little);
  constexpr NiftiFields<std::int16_t, float, std::int16_t> version_1{348, 70, 40, 76, 254, 280};
  constexpr NiftiFields<std::int64_t, double, std::int32_t> version_2{540, 12, 16, 104, 348, 400};
  if (bytes.size() < sizeof(std::int32_t)) return malformed("the file has no header");
  const auto size = number_at<std::int32_t>(bytes, 0);
  if (size == 348) return version_1.read(bytes);
  if (size == 540) return version_2.read(bytes);
  return malformed("the file begins with " + std::to_string(size) +
                   ", expected 348 or 540 of a NIfTI header");
}

struct Reader {
  std::string (*writer)(const ImageHeader&, std::string_view);
  Result<ReadHeader> (*read)(const std::string& bytes);
};
constexpr std::array readers{
    Reader{metaimage_header, read_metaimage}, Reader{metaimage_local_header, read_metaimage},
    Reader{nifti_header, read_nifti},         Reader{nifti_pair_header, read_nifti},
    Reader{nrrd_header, read_nrrd},           Reader{nrrd_gzip_header, read_nrrd},
};

const Reader* find_reader(const ImageFormat& format) {
  if (format.converted) return nullptr;
  const auto found = std::ranges::find(readers, format.header, &Reader::writer);
  return found == readers.end() ? nullptr : &*found;
}

}  // namespace

bool can_read_header(const ImageFormat& format) { return find_reader(format) != nullptr; }

Result<ReadHeader> read_image_header(const std::string& path, const ImageFormat& format) {
  const Reader* const reader = find_reader(format);
  if (reader == nullptr)
    return Problem{
        Reason::malformed, {}, "headers of " + std::string(format.name) + " are not read here"};
  const auto bytes = first_bytes(path);
  return bytes ? reader->read(*bytes) : Result<ReadHeader>(bytes.problem());
}

}  // namespace dcmflow
