#include "stages/labels/frame_labels.h"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <utility>

#include "stages/base/counted.h"
#include "stages/base/printable.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/geometry/unplaced_frame.h"
#include "stages/pixels/cells.h"
#include "stages/sorting/usable_instances.h"

namespace dcmflow {
namespace {

struct SliceFrame {
  std::uint32_t slice = 0;
  std::uint32_t frame = 0;
};

class FramePainter : public LabelPainter {
 public:
  FramePainter(const Segmentation& segmentation, std::vector<Frame> frames,
               std::vector<VoxelsOfFrame> places, const Grid& grid)
      : is_label_map_(segmentation.is_label_map),
        most_(segmentation.kind == LabelKind::binary ? 0 : segmentation.most_fraction),
        size_(grid.size),
        frames_(std::move(frames)),
        places_(std::move(places)),
        of_segment_(segmentation.segments.size()) {
    for (const auto& segment : segmentation.segments) numbers_.push_back(segment.number);
  }

  // How many frames lie above or below all slices.
  Result<std::size_t> sort_frames() {
    std::size_t outside = 0;
    FrameBuffers buffers;
    for (std::uint32_t f = 0; f < frames_.size(); ++f) {
      if (places_[f].slice < 0 || places_[f].slice >= size_[2]) {
        ++outside;
        continue;
      }
      const auto slice = static_cast<std::uint32_t>(places_[f].slice);
      const auto added = is_label_map_ ? add_values(slice, f, buffers) : add_number(slice, f);
      if (!added) return added.problem();
    }
    for (std::size_t s = 0; s < of_segment_.size(); ++s) {
      auto& slices = of_segment_[s];
      std::ranges::stable_sort(slices, {}, &SliceFrame::slice);
      const auto twice = std::ranges::adjacent_find(slices, {}, &SliceFrame::slice);
      if (twice != slices.end())
        return problem(Reason::ambiguous_positions,
                       "two frames of segment " + std::to_string(numbers_[s]) + " are slice " +
                           std::to_string(twice->slice + 1));
    }
    return outside;
  }

  bool is_blank(std::size_t segment, std::uint32_t slice) const override {
    return find(segment, slice) == nullptr;
  }

  Result<std::uint64_t> paint(std::size_t segment, std::uint32_t slice, FrameBuffers& buffers,
                              std::span<std::uint16_t> cells) const override {
    const auto* found = find(segment, slice);
    const auto& place = found ? places_[found->frame] : VoxelsOfFrame{};
    const auto& layout = frames_.front().instance->shared->layout;
    if (!found || !place.is_whole_slice() || layout.columns != size_[0] || layout.rows != size_[1])
      std::ranges::fill(cells, std::uint16_t{0});
    if (!found) return std::uint64_t{0};
    const auto pixels = read_frame(frames_[found->frame], buffers);
    if (!pixels) return pixels.problem();
    if (place.is_whole_slice() && layout.bits_allocated == 1 && !is_label_map_ &&
        pixels->size() == cells.size()) {
      std::ranges::copy(*pixels, cells.begin());  // the most usual: 0 and 1 already
      return std::uint64_t{0};
    }
    const auto number = is_label_map_ ? std::int64_t{numbers_[segment]} : 0;
    return with_stored_values(*pixels, cell_layout(layout),
                              [&](auto&& value_at) { return put(place, number, value_at, cells); });
  }

  std::uint64_t memory() const override { return frame_memory(*frames_.front().instance); }

 private:
  Problem problem(Reason reason, std::string detail) const {
    return {reason, frames_.front().instance->file->name, std::move(detail)};
  }

  const SliceFrame* find(std::size_t segment, std::uint32_t slice) const {
    const auto& slices = of_segment_[segment];
    const auto found = std::ranges::lower_bound(slices, slice, {}, &SliceFrame::slice);
    return found != slices.end() && found->slice == slice ? &*found : nullptr;
  }

  // −1: no segment has the number.
  std::int64_t index_of(std::int64_t number) const {
    const auto found = std::ranges::lower_bound(numbers_, number);
    return found != numbers_.end() && *found == number ? found - numbers_.begin() : -1;
  }

  Status add_number(std::uint32_t slice, std::uint32_t f) {
    const auto text = frames_[f].find(attribute_index(0x0062000B)).value_or("");
    const auto index = index_of(parse_integer(text).value_or(-1));
    if (index < 0)
      return problem(Reason::malformed, "frame " + std::to_string(f + 1) + " is of segment '" +
                                            printable(text) + "', which the header has not");
    of_segment_[static_cast<std::size_t>(index)].push_back({slice, f});
    return Done{};
  }

  // Which segments the pixels of a label map's frame are of.
  Status add_values(std::uint32_t slice, std::uint32_t f, FrameBuffers& buffers) {
    const auto pixels = read_frame(frames_[f], buffers);
    if (!pixels) return pixels.problem();
    const auto& layout = frames_[f].instance->shared->layout;
    constexpr std::size_t values = 65536;
    std::bitset<values> seen;
    std::int64_t wrong = 0;
    with_stored_values(*pixels, cell_layout(layout), [&](auto&& value_at) {
      std::int64_t last = 0;
      for (std::size_t i = 0; i < layout.frame_voxels(); ++i) {
        const std::int64_t value = value_at(i);
        if (value == last) continue;
        last = value;
        if (value < 0 || value >= std::int64_t{values})
          wrong = value;
        else
          seen.set(static_cast<std::size_t>(value));
      }
      return 0;
    });
    for (std::size_t value = 1; value < values && wrong == 0; ++value) {
      if (!seen.test(value)) continue;
      const auto index = index_of(static_cast<std::int64_t>(value));
      if (index < 0) wrong = static_cast<std::int64_t>(value);
      if (index >= 0) of_segment_[static_cast<std::size_t>(index)].push_back({slice, f});
    }
    if (wrong == 0) return Done{};
    return problem(Reason::malformed, "frame " + std::to_string(f + 1) + " has the value " +
                                          std::to_string(wrong) +
                                          ", which is no segment that the header has");
  }

  template <class ValueAt>
  Result<std::uint64_t> put(const VoxelsOfFrame& place, std::int64_t number, ValueAt&& value_at,
                            std::span<std::uint16_t> cells) const {
    const auto& layout = frames_.front().instance->shared->layout;
    const auto shown = [&](std::int64_t value) {
      if (number != 0) return std::int64_t{value == number};
      return most_ == 0 ? std::int64_t{value != 0} : value;
    };
    std::uint64_t outside = 0;
    std::int64_t greatest = 0;
    std::size_t i = 0;
    for (std::int64_t r = 0; r < layout.rows; ++r)
      for (std::int64_t c = 0; c < layout.columns; ++c, ++i) {
        const auto value = shown(value_at(i));
        greatest = std::max(greatest, value);
        const auto column = place.first[0] + c * place.along_row[0] + r * place.down_column[0];
        const auto row = place.first[1] + c * place.along_row[1] + r * place.down_column[1];
        if (column < 0 || column >= size_[0] || row < 0 || row >= size_[1])
          outside += value != 0 ? 1 : 0;
        else
          cells[static_cast<std::size_t>(row * size_[0] + column)] =
              static_cast<std::uint16_t>(value);
      }
    if (most_ != 0 && greatest > most_)
      return problem(Reason::malformed, "a pixel has the value " + std::to_string(greatest) +
                                            ", Maximum Fractional Value is " +
                                            std::to_string(most_));
    return outside;
  }

  const bool is_label_map_;
  const std::int64_t most_;  // 0: not fractional
  const std::array<std::uint32_t, 3> size_;
  const std::vector<Frame> frames_;
  const std::vector<VoxelsOfFrame> places_;
  std::vector<std::int64_t> numbers_;                // of the segments, ascending
  std::vector<std::vector<SliceFrame>> of_segment_;  // by slice
};

}  // namespace

Result<std::vector<Frame>> segmentation_frames(const InstancePtr& instance,
                                               const Tolerances& tolerances) {
  if (auto refused = find_refusal(instance, tolerances))
    return Problem{refused->reason, instance->file->name, std::move(refused->detail)};
  const auto& layout = instance->shared->layout;
  using enum PixelData::Kind;
  if (layout.samples_per_pixel != 1 || layout.bits_allocated > 16 ||
      instance->pixel_data.kind == float32 || instance->pixel_data.kind == float64)
    return Problem{Reason::pixel_layout_unsupported, instance->file->name,
                   "pixels of " + std::to_string(layout.samples_per_pixel) + " samples of " +
                       std::to_string(layout.bits_allocated) +
                       " bits; labels are whole numbers of at most 16"};
  std::vector<Frame> frames;
  frames.reserve(instance->pixel_data.number_of_frames);
  for (std::uint32_t n = 0; n < instance->pixel_data.number_of_frames; ++n) {
    frames.push_back(make_frame(instance, n));
    auto why = why_unplaced(frames.back(), tolerances);
    const auto reason = why ? Reason::no_geometry : Reason::no_pixel_spacing;
    if (!why) why = why_without_spacing(frames.back());
    if (why)
      return Problem{reason, instance->file->name, "frame " + std::to_string(n + 1) + ": " + *why};
  }
  return frames;
}

Result<std::vector<VoxelsOfFrame>> place_frames(const std::vector<Frame>& frames, const Grid& grid,
                                                const Tolerances& tolerances) {
  std::vector<VoxelsOfFrame> places;
  places.reserve(frames.size());
  double worst = 0;
  for (const auto& frame : frames) {
    const auto place = place_frame(frame, grid, tolerances, worst);
    if (!place)
      return Problem{Reason::labels_off_grid,
                     {},
                     "frame " + std::to_string(frame.number + 1) + " lies " +
                         std::to_string(worst) + " mm from the voxels of the image, at most " +
                         std::to_string(most_distance_mm(grid, tolerances)) + " mm are allowed"};
    places.push_back(*place);
  }
  return places;
}

Status label_frames(Segmentation&& segmentation, std::vector<Frame> frames,
                    std::vector<VoxelsOfFrame> places, LabelSet& labels) {
  labels.kind = segmentation.kind;
  labels.most_fraction = segmentation.most_fraction;
  const auto painter = std::make_shared<FramePainter>(segmentation, std::move(frames),
                                                      std::move(places), labels.grid);
  const auto outside = painter->sort_frames();
  if (!outside) return outside.problem();
  if (*outside > 0)
    labels.problems.push_back(
        {Reason::labels_outside, {}, counted(*outside, "frame") + " above or below all slices"});
  labels.segments = std::move(segmentation.segments);
  labels.painter = painter;
  return Done{};
}

}  // namespace dcmflow
