#include "stages/prepare/arrange_case.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "stages/formats/formats.h"
#include "stages/prepare/target_grid.h"

namespace dcmflow {
namespace {

constexpr double alike = 1e-3;  // of a voxel

Problem lacks(std::string detail) { return {Reason::channel_missing, {}, std::move(detail)}; }

Result<const PlannedImage*> find_channel(std::span<const PlannedImage> planned,
                                         const std::string& channel) {
  const PlannedImage* found = nullptr;
  std::size_t count = 0;
  for (const PlannedImage& one : planned)
    if (std::ranges::find(one.image->selections, channel) != one.image->selections.end()) {
      if (count++ == 0) found = &one;
    }
  if (count == 0) return lacks("no image for channel '" + channel + "'");
  if (count > 1)
    return lacks(std::to_string(count) + " images for channel '" + channel +
                 "', expected one: a limit of 1 keeps the first");
  if (const auto volumes = found->image->file.stack->volumes; volumes != 1)
    return lacks("the image for channel '" + channel + "' has " + std::to_string(volumes) +
                 " volumes, expected one");
  return found;
}

// That a voxel of a source has in the end, were it alone.
VoxelType type_of(const PreparedSource& source) {
  return makes_new_values(source.interpolation) ? VoxelType::float32 : source.image.file.type;
}

// Of those whose values are all held exactly; float32 holds integers up to 2^24.
std::optional<VoxelType> common_type(std::span<const PreparedSource> sources) {
  constexpr double exact = 1 << 24;
  const auto first = type_of(sources.front());
  if (std::ranges::all_of(sources, [&](const auto& one) { return type_of(one) == first; }))
    return first;
  const bool has_real = std::ranges::any_of(
      sources, [](const auto& one) { return type_of(one) == VoxelType::float32; });
  if (!has_real) return VoxelType::int32;
  const auto fits = [](const PreparedSource& one) {
    const auto& values = one.image.file.values;
    return type_of(one) != VoxelType::int32 ||
           (std::abs(values.least) <= exact && std::abs(values.greatest) <= exact);
  };
  return std::ranges::all_of(sources, fits) ? std::optional(VoxelType::float32) : std::nullopt;
}

std::string numbered(const std::string& name, std::size_t channel) {
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), "_%04zu", channel);
  return name + number.data();
}

// Images of a study that are several channels' are one image, but for nnU-Net.
void add_image(PreparedCase& arranged, const PreparedImage& image) {
  const auto same = std::ranges::find(arranged.images, image.stem, &PreparedImage::stem);
  arranged.channels.push_back(static_cast<std::size_t>(same - arranged.images.begin()));
  if (same == arranged.images.end()) arranged.images.push_back(image);
}

Status join_channels(PreparedCase& arranged, const std::vector<PreparedImage>& images) {
  PreparedImage joined = images.front();
  joined.stem = std::string(prepared_folder) + '/' + arranged.name;
  joined.sources.clear();
  for (const auto& image : images) joined.sources.push_back(image.sources.front());
  joined.type = common_type(joined.sources);
  if (!joined.type)
    return lacks(
        "no voxel type holds the values of all channels: integers beyond 16777216 beside "
        "others that are none");
  arranged.channels.assign(images.size(), 0);
  arranged.images.push_back(std::move(joined));
  return Done{};
}

}  // namespace

Result<PreparedCase> arrange_case(std::span<const PlannedImage> planned,
                                  std::span<const std::string> channels, Arrangement arrangement,
                                  const std::string& name) {
  std::vector<PreparedImage> images;
  for (const std::string& channel : channels) {
    const auto found = find_channel(planned, channel);
    if (!found) return found.problem();
    images.push_back((*found)->prepared);
    images.back().sources.front().selection = channel;
    if (!is_same_grid(images.front().grid, images.back().grid, alike))
      return lacks("the images for channels '" + channels.front() + "' and '" + channel +
                   "' lie on two grids: --align-to brings them onto one");
  }
  PreparedCase arranged{.name = name};
  if (arrangement == Arrangement::channels) {
    if (auto joined = join_channels(arranged, images); !joined) return joined.problem();
    return arranged;
  }
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (arrangement == Arrangement::nnunet) {
      images[i].stem = std::string(prepared_folder) + "/imagesTs/" + numbered(name, i);
      images[i].format = "nii.gz";
    }
    add_image(arranged, images[i]);
  }
  return arranged;
}

}  // namespace dcmflow
