#include "stages/labels/label_image.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "stages/geometry/voxel_space.h"

namespace dcmflow {
namespace {

PlannedLabels planned(const LabelSet& labels, std::string stem, std::vector<std::size_t> segments,
                      std::uint32_t volumes) {
  auto stack = std::make_shared<Stack>();
  stack->series = labels.series;
  stack->image_stem = std::move(stem);
  stack->frames.push_back(make_frame(labels.instance, 0));
  stack->grid = labels.grid;
  stack->volumes = volumes;
  if (volumes > 1) stack->dimension = "segment";
  const auto greatest = labels.segments[segments.back()].number;
  const bool is_short = greatest <= std::numeric_limits<std::int16_t>::max();
  const auto type = labels.kind != LabelKind::binary ? VoxelType::float32
                    : is_short                       ? VoxelType::int16
                                                     : VoxelType::uint16;
  stack->first_type = type;
  return {std::move(stack), type, std::move(segments)};
}

// The segments that slice `slice` of the file may show, as positions in image.segments.
std::pair<std::size_t, std::size_t> shown_in(const PlannedLabels& image, std::uint32_t slice) {
  const auto slices = image.stack->grid.size[2];
  if (image.stack->volumes == 1) return {0, image.segments.size()};
  return {slice / slices, slice / slices + 1};
}

// Voxels are little endian, as on every machine that dcmflow is built for.
template <class Voxel>
void put(std::span<std::uint8_t> bytes, std::size_t i, Voxel voxel) {
  std::memcpy(bytes.data() + i * sizeof voxel, &voxel, sizeof voxel);
}

// The first cell from `i` on that is not 0; most are, so four at once.
std::size_t next_cell(std::span<const std::uint16_t> cells, std::size_t i) {
  for (std::uint64_t four = 0; cells.size() - i >= 4; i += 4) {
    std::memcpy(&four, cells.data() + i, sizeof four);
    if (four != 0) break;
  }
  while (i < cells.size() && cells[i] == 0) ++i;
  return i;
}

void add_numbers(std::span<const std::uint16_t> cells, std::uint16_t number,
                 std::span<std::uint8_t> voxels, PaintedSegment& painted) {
  for (auto i = next_cell(cells, 0); i < cells.size(); i = next_cell(cells, i + 1)) {
    ++painted.voxels;
    std::uint16_t there = 0;
    std::memcpy(&there, voxels.data() + i * sizeof there, sizeof there);
    if (there != 0)
      ++painted.overlaps;
    else
      put(voxels, i, number);
  }
}

void add_fractions(std::span<const std::uint16_t> cells, std::uint32_t most,
                   std::span<std::uint8_t> voxels, PaintedSegment& painted) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == 0) continue;
    painted.voxels += 2U * cells[i] >= most ? 1 : 0;
    painted.sum += cells[i];
    put(voxels, i, static_cast<float>(cells[i]) / static_cast<float>(most));
  }
}

}  // namespace

Result<std::vector<PlannedLabels>> plan_label_images(const LabelSet& labels, LabelStyle style,
                                                     const std::string& stem) {
  const auto path = std::string(labels_folder) + '/' + stem;
  const auto count = labels.segments.size();
  std::vector<PlannedLabels> images;
  if (style == LabelStyle::each) {
    for (std::size_t s = 0; s < count; ++s)
      images.push_back(
          planned(labels, path + '_' + std::to_string(labels.segments[s].number), {s}, 1));
    return images;
  }
  if (style == LabelStyle::merged && labels.kind != LabelKind::binary)
    return Problem{Reason::labels_not_merged,
                   {},
                   "a fractional segmentation has no one number a voxel; --label-style each or 4d "
                   "keeps its fractions"};
  std::vector<std::size_t> all;
  for (std::size_t s = 0; s < count; ++s) all.push_back(s);
  const auto volumes = style == LabelStyle::merged ? 1 : static_cast<std::uint32_t>(count);
  images.push_back(planned(labels, path, std::move(all), volumes));
  return images;
}

bool is_blank(const LabelSet& labels, const PlannedLabels& image, const SlabRange& range) {
  const auto slices = image.stack->grid.size[2];
  for (auto slice = range.first_slice; slice < range.first_slice + range.slices; ++slice) {
    const auto [first, end] = shown_in(image, slice);
    for (auto s = first; s < end; ++s)
      if (!labels.painter->is_blank(image.segments[s], slice % slices)) return false;
  }
  return true;
}

Result<Slab> paint_slab(const LabelSet& labels, const PlannedLabels& image, const SlabRange& range,
                        PaintBuffers& buffers, std::span<PaintedSegment> painted) {
  const auto& size = image.stack->grid.size;
  const auto in_slice = std::size_t{size[0]} * size[1];
  const auto slice_bytes = in_slice * voxel_bytes(image.type);
  Slab slab{.range = range, .type = image.type, .values = {}, .bytes = {}};
  slab.bytes = Buffer(slice_bytes * range.slices);
  std::ranges::fill(slab.bytes.span(), std::uint8_t{0});
  buffers.cells.resize(in_slice);
  for (std::uint32_t k = 0; k < range.slices; ++k) {
    const auto slice = range.first_slice + k;
    const auto voxels = slab.bytes.span().subspan(slice_bytes * k, slice_bytes);
    const auto [first, end] = shown_in(image, slice);
    for (auto s = first; s < end; ++s) {
      const auto segment = image.segments[s];
      if (labels.painter->is_blank(segment, slice % size[2])) continue;
      const auto outside =
          labels.painter->paint(segment, slice % size[2], buffers.frames, buffers.cells);
      if (!outside) return outside.problem();
      painted[s].outside += *outside;
      if (labels.kind == LabelKind::binary)
        add_numbers(buffers.cells, static_cast<std::uint16_t>(labels.segments[segment].number),
                    voxels, painted[s]);
      else
        add_fractions(buffers.cells, labels.most_fraction, voxels, painted[s]);
    }
  }
  return slab;
}

std::uint64_t paint_memory(const LabelSet& labels, const PlannedLabels& image,
                           const SlabRange& range, bool compressed) {
  const auto in_slice = std::uint64_t{image.stack->grid.size[0]} * image.stack->grid.size[1];
  const auto voxels = in_slice * range.slices * voxel_bytes(image.type);
  return voxels + (compressed ? voxels : 0) + in_slice * sizeof(std::uint16_t) +
         labels.painter->memory();
}

double volume_mm3(const LabelSet& labels, const PaintedSegment& painted) {
  const auto voxel = VoxelSpace(labels.grid).voxel_mm3();
  return voxel * (labels.kind == LabelKind::occupancy
                      ? static_cast<double>(painted.sum) / labels.most_fraction
                      : static_cast<double>(painted.voxels));
}

}  // namespace dcmflow
