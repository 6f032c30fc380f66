#include "stages/to_dicom/label_image.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "stages/formats/formats.h"
#include "stages/formats/read_image_header.h"
#include "stages/formats/voxel_values.h"

namespace dcmflow {
namespace {

constexpr std::size_t voxels_at_once = std::size_t{1} << 18;

Problem unusable(const std::string& what) { return {Reason::labels_unusable, {}, what}; }

std::string in_words(double number) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

std::string voxel_words(std::uint64_t at, const Grid& grid) {
  const std::uint64_t row = at / grid.size[0];
  return "voxel (" + std::to_string(at % grid.size[0]) + ", " + std::to_string(row % grid.size[1]) +
         ", " + std::to_string(row / grid.size[1]) + ')';
}

// What is expected of a value where it is not that.
std::optional<std::string_view> fault_of(double value, std::uint16_t& label) {
  if (!(value >= 0 && value <= std::numeric_limits<std::uint16_t>::max()) ||
      value != std::floor(value))
    return "expected a whole number from 0 to 65535";
  label = static_cast<std::uint16_t>(value);
  return std::nullopt;
}

std::optional<std::string_view> fault_of(double value, float& kept) {
  constexpr double largest_whole = 16'777'216;  // up to which float32 holds each
  kept = static_cast<float>(value);
  if (!std::isfinite(kept)) return "expected a number that single precision holds";
  if (std::abs(value) > largest_whole && value == std::floor(value) && double{kept} != value)
    return "expected whole numbers up to 16777216";
  return std::nullopt;
}

Result<ReadHeader> read_header(const std::string& path, const ImageFormat& format) {
  auto header = read_foreign_header(path, format);
  if (!header) return unusable(header.problem().detail);
  const ImageHeader& image = header->image;
  if (header->samples != 1)
    return unusable("it has " + std::to_string(header->samples) + " samples a voxel, expected one");
  if (image.volumes != 1)
    return unusable("it has " + std::to_string(image.volumes) + " volumes, expected one");
  if (!image.grid.is_placed)
    return unusable("its header does not say where it lies in the patient");
  return header;
}

template <class Value>
Result<GivenImage<Value>> read_given(const std::string& path, std::uint64_t most_bytes) {
  const ImageFormat* const format = format_of_file(path);
  if (format == nullptr || !can_read_header(*format))
    return unusable("expected a file that ends in .nii, .nii.gz, .mhd, .mha, .nrrd or .hdr");
  const auto header = read_header(path, *format);
  if (!header) return header.problem();
  const auto voxels = voxels_of(header->image);
  if (!voxels || *voxels > most_bytes / sizeof(Value))
    return unusable("its header promises " + (voxels ? std::to_string(*voxels) : "2^64 or more") +
                    " voxels of " + std::to_string(sizeof(Value)) + " bytes each, and " +
                    std::to_string(most_bytes) + " bytes may be used");
  auto values = VoxelValues::open({path, *format, *header});
  if (!values) return unusable(values.problem().detail);
  GivenImage<Value> given{header->image.grid, {}};
  given.voxels.reserve(static_cast<std::size_t>(*voxels));  // addresses; memory comes with values
  while (given.voxels.size() < *voxels) {
    const auto count = std::min<std::uint64_t>(voxels_at_once, *voxels - given.voxels.size());
    if (auto read = values->read(static_cast<std::size_t>(count)); !read)
      return unusable(read.problem().detail);
    for (const double value : values->values()) {
      Value kept{};
      if (const auto fault = fault_of(value, kept))
        return unusable(voxel_words(given.voxels.size(), given.grid) + " is " + in_words(value) +
                        ", " + std::string(*fault));
      given.voxels.push_back(kept);
    }
  }
  return given;
}

}  // namespace

Result<GivenImage<std::uint16_t>> read_label_image(const std::string& path,
                                                   std::uint64_t most_bytes) {
  return read_given<std::uint16_t>(path, most_bytes);
}

Result<GivenImage<float>> read_value_image(const std::string& path, std::uint64_t most_bytes) {
  return read_given<float>(path, most_bytes);
}

}  // namespace dcmflow
