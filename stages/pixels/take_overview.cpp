#include "stages/pixels/take_overview.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "stages/base/png.h"
#include "stages/pixels/display_window.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t not_shown = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t most_samples = 1 << 13;  // of a histogram
constexpr std::size_t most_bins = 48;

// Of red, green and blue, as bright as they are seen (ITU-R BT.601).
float brightness(float red, float green, float blue) {
  return 0.299F * red + 0.587F * green + 0.114F * blue;
}

// For each of at most `most` pixels a voxel of its own, evenly over the axis.
std::vector<std::uint32_t> spread(std::uint32_t size, std::uint32_t most) {
  const std::uint64_t pixels = std::min(size, most);
  std::vector<std::uint32_t> voxels;
  for (std::uint64_t pixel = 0; pixel < pixels; ++pixel)
    voxels.push_back(static_cast<std::uint32_t>((2 * pixel + 1) * size / (2 * pixels)));
  return voxels;
}

std::vector<std::uint32_t> count(const std::vector<float>& values,
                                 const std::array<double, 2>& range) {
  const auto [least, greatest] = range;
  const bool integral =
      std::ranges::all_of(values, [](float value) { return value == std::floor(value); });
  const bool few = integral && greatest - least < static_cast<double>(most_bins);
  const auto bins = few ? static_cast<std::size_t>(greatest - least) + 1 : most_bins;
  const double scale = static_cast<double>(bins) / (greatest - least + (few ? 1 : 0));
  std::vector<std::uint32_t> histogram(bins);
  for (const float value : values) {
    const double place = greatest > least ? (static_cast<double>(value) - least) * scale : 0;
    ++histogram[std::min(static_cast<std::size_t>(place), bins - 1)];
  }
  return histogram;
}

}  // namespace

std::uint32_t picture_side(std::size_t images) {
  constexpr std::array<std::pair<std::size_t, std::uint32_t>, 6> rows{
      {{200, 144}, {500, 120}, {1'500, 88}, {4'000, 56}, {8'000, 44}, {20'000, 28}}};
  for (const auto& [most, side] : rows)
    if (images <= most) return side;
  return 0;
}

TakeOverview::TakeOverview(StackPtr stack, std::uint32_t side)
    : stack_(std::move(stack)),
      samples_per_voxel_(stack_->first_type == VoxelType::rgb24 ? 3 : 1),
      strides_{samples_per_voxel_, std::size_t{stack_->grid.size[0]} * samples_per_voxel_, 0} {
  const Grid& grid = stack_->grid;
  for (std::size_t axis = 0; axis < 3; ++axis) voxels_[axis] = spread(grid.size[axis], side);
  for (auto& view : view_planes(grid)) {
    const auto pixels_along = [&](std::size_t i) {
      return static_cast<std::uint32_t>(voxels_[view.axes[i]].size());
    };
    const std::array pixels{pixels_along(0), pixels_along(1)};
    // A single slice is shown, also where it is a line; no line across slices.
    if (view.across != 2 && std::min(pixels[0], pixels[1]) < 2) continue;
    const std::size_t values = std::size_t{pixels[0]} * pixels[1] * samples_per_voxel_;
    const std::array offsets{offsets_of(view, 0), offsets_of(view, 1)};
    const std::size_t middle = grid.size[view.across] / 2 * strides_[view.across];
    planes_.push_back({std::move(view), pixels, offsets, middle, std::vector<float>(values)});
  }
  pixel_of_slice_.assign(grid.size[2], not_shown);
  for (std::uint32_t pixel = 0; pixel < voxels_[2].size(); ++pixel)
    pixel_of_slice_[voxels_[2][pixel]] = pixel;

  const std::uint32_t slices = stack_->written_slices();
  slice_step_ = (slices + most_samples - 1) / most_samples;
  const std::uint32_t sampled = (slices + slice_step_ - 1) / slice_step_;
  samples_per_slice_ = std::min(std::uint64_t{grid.size[0]} * grid.size[1],
                                std::uint64_t{std::max(most_samples / sampled, 1U)});
  samples_.assign(static_cast<std::size_t>(samples_per_slice_ * sampled), 0);
}

std::vector<std::size_t> TakeOverview::offsets_of(const ViewPlane& view, std::size_t i) const {
  std::vector<std::size_t> offsets;
  for (const auto voxel : voxels_[view.axes[i]]) offsets.push_back(voxel * strides_[view.axes[i]]);
  if (view.is_reversed[i]) std::ranges::reverse(offsets);
  return offsets;
}

void TakeOverview::add(const Slab& slab) {
  const std::size_t slice_voxels = std::size_t{stack_->grid.size[0]} * stack_->grid.size[1];
  if (slab.bytes.size() < slice_voxels * voxel_bytes(slab.type) * slab.range.slices) return;
  // By VoxelType.
  constexpr std::array adders{
      &TakeOverview::add_slices<std::int16_t>, &TakeOverview::add_slices<std::uint16_t>,
      &TakeOverview::add_slices<std::int32_t>, &TakeOverview::add_slices<float>,
      &TakeOverview::add_slices<std::uint8_t>};
  (this->*adders[static_cast<std::size_t>(slab.type)])(slab);
}

template <class Sample>
void TakeOverview::add_slices(const Slab& slab) {
  const Grid& grid = stack_->grid;
  const std::size_t slice_samples =
      std::size_t{grid.size[0]} * grid.size[1] * voxel_bytes(slab.type) / sizeof(Sample);
  // Slabs are buffers of memory of their own, aligned for any number.
  const auto* voxels = reinterpret_cast<const Sample*>(slab.bytes.data());
  for (std::uint32_t i = 0; i < slab.range.slices; ++i, voxels += slice_samples) {
    const std::uint32_t slice = slab.range.first_slice + i;
    sample_slice(slice, voxels);
    if (slice >= grid.size[2]) continue;
    for (Plane& plane : planes_) show_slice(plane, slice, voxels);
  }
}

// The pixels of a plane that lie in a slice: all, or one row or column of them.
template <class Sample>
void TakeOverview::show_slice(Plane& plane, std::uint32_t slice, const Sample* voxels) {
  const Grid& grid = stack_->grid;
  const auto& axes = plane.view.axes;
  if (plane.view.across == 2 && slice != grid.size[2] / 2) return;
  if (plane.view.across != 2 && pixel_of_slice_[slice] == not_shown) return;
  std::array<std::uint32_t, 2> from{}, to = plane.pixels;
  for (std::size_t i = 0; i < 2; ++i)
    if (axes[i] == 2) {
      const auto pixel = pixel_of_slice_[slice];
      from[i] = plane.view.is_reversed[i] ? plane.pixels[i] - 1 - pixel : pixel;
      to[i] = from[i] + 1;
    }
  for (std::uint32_t row = from[1]; row < to[1]; ++row) {
    const Sample* const line = voxels + plane.middle + plane.offsets[1][row];
    float* value =
        &plane.values[(std::size_t{row} * plane.pixels[0] + from[0]) * samples_per_voxel_];
    for (std::uint32_t column = from[0]; column < to[0]; ++column)
      for (std::uint32_t s = 0; s < samples_per_voxel_; ++s)
        *value++ = static_cast<float>(line[plane.offsets[0][column] + s]);
  }
}

// Every so many voxels, at places that do not fall into columns.
template <class Sample>
void TakeOverview::sample_slice(std::uint32_t slice, const Sample* voxels) {
  if (slice % slice_step_ != 0) return;
  constexpr std::uint64_t golden = 2654435761;
  const std::uint64_t step =
      std::uint64_t{stack_->grid.size[0]} * stack_->grid.size[1] / samples_per_slice_;
  float* sample = &samples_[static_cast<std::size_t>(slice / slice_step_ * samples_per_slice_)];
  for (std::uint64_t i = 0; i < samples_per_slice_; ++i) {
    const std::uint64_t place = i * step + ((slice + i) * golden & 0xFFFFFFFF) % step;
    const Sample* voxel = voxels + place * samples_per_voxel_;
    const auto value = [&](std::size_t s) { return static_cast<float>(voxel[s]); };
    sample[i] = samples_per_voxel_ == 1 ? value(0) : brightness(value(0), value(1), value(2));
  }
}

Picture TakeOverview::picture_of(const Plane& plane, const std::array<double, 2>& window) const {
  const Grid& grid = stack_->grid;
  const bool is_grey = samples_per_voxel_ == 1;
  const std::uint8_t dark = is_grey && shows_high_dark(*stack_) ? 255 : 0;
  std::vector<std::uint8_t> pixels(plane.values.size());
  const GreyLevels levels(window);
  if (is_grey)
    std::ranges::transform(plane.values, pixels.begin(), [&](float value) {
      return static_cast<std::uint8_t>(levels.of(value) ^ dark);  // 255 - level, where it is dark
    });
  else
    std::ranges::transform(plane.values, pixels.begin(),
                           [](float value) { return static_cast<std::uint8_t>(value); });
  Picture picture;
  picture.plane = plane.view.name;
  picture.letters = plane.view.letters;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto axis = plane.view.axes[i];
    picture.size_mm[i] = grid.size[axis] * grid.spacing[axis];
  }
  picture.png = encode_png(plane.pixels[0], plane.pixels[1], samples_per_voxel_, pixels);
  return picture;
}

Overview TakeOverview::finish() {
  Overview overview;
  std::erase_if(samples_, [](float value) { return !std::isfinite(value); });
  if (!samples_.empty()) {
    const auto [least, greatest] = std::ranges::minmax(samples_);
    overview.range = {static_cast<double>(least), static_cast<double>(greatest)};
    overview.histogram = count(samples_, overview.range);
  }
  const auto chosen = choose_window(*stack_, samples_);
  overview.window = chosen.range;
  overview.window_of_header = chosen.is_of_header;
  for (const Plane& plane : planes_)
    overview.pictures.push_back(picture_of(plane, overview.window));
  return overview;
}

}  // namespace dcmflow
