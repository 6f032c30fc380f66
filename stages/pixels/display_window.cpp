#include "stages/pixels/display_window.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

bool has_flag(const Stack& stack, std::string_view flag) {
  return std::ranges::find(stack.flags, flag) != stack.flags.end();
}

const Frame& middle_frame(const Stack& stack) { return stack.frames[stack.frames.size() / 2]; }

// The window is one of values after the modality's rescale (C.11.2.1.2.1).
std::optional<std::array<double, 2>> window_of_header(const Stack& stack) {
  const Frame& frame = middle_frame(stack);
  if (frame.table == TableKind::real_world || has_flag(stack, "monochrome1_inverted"))
    return std::nullopt;
  const auto center = parse_decimal(frame.find(attribute_index(0x00281050)).value_or(""));
  const auto width = parse_decimal(frame.find(attribute_index(0x00281051)).value_or(""));
  if (!center || !width || !(*width > 0)) return std::nullopt;
  std::array<double, 2> range{*center - *width / 2, *center + *width / 2};
  if (stack.kept_stored) {
    if (!(stack.kept_stored->slope > 0)) return std::nullopt;
    for (double& value : range)
      value = (value - stack.kept_stored->intercept) / stack.kept_stored->slope;
  }
  return range;
}

// A window that shows nothing but black and white is of other values.
bool shows_some(const std::array<double, 2>& range, std::span<const float> values) {
  constexpr double least_part = 0.02;
  const auto low = std::ranges::upper_bound(values, range[0], std::less(),
                                            [](float value) { return static_cast<double>(value); });
  const auto high = std::ranges::lower_bound(
      values, range[1], std::less(), [](float value) { return static_cast<double>(value); });
  return static_cast<double>(high - low) > least_part * static_cast<double>(values.size());
}

double at_part(std::span<const float> values, double part) {
  return static_cast<double>(
      values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))]);
}

}  // namespace

bool shows_high_dark(const Stack& stack) {
  return middle_frame(stack).instance->shared->photometric_interpretation == "MONOCHROME1" &&
         !has_flag(stack, "monochrome1_inverted");
}

DisplayWindow choose_window(const Stack& stack, std::span<const float> values) {
  if (stack.first_type == VoxelType::rgb24) return {{0, 255}, false};
  if (values.empty()) return {{0, 1}, false};
  constexpr double low_part = 0.01, high_part = 0.995;
  std::array<double, 2> range{at_part(values, 0), at_part(values, 1)};
  if (!is_label(*middle_frame(stack).instance->shared)) {
    if (const auto window = window_of_header(stack); window && shows_some(*window, values))
      return {*window, true};
    const std::array most{at_part(values, low_part), at_part(values, high_part)};
    if (most[0] < most[1]) range = most;
  }
  if (!(range[0] < range[1])) range[1] = range[0] + 1;
  return {range, false};
}

std::uint8_t level_of(double value, const std::array<double, 2>& window) {
  const double level = (value - window[0]) / (window[1] - window[0]) * 255;
  if (!(level > 0)) return 0;
  return static_cast<std::uint8_t>(std::lround(std::min(level, 255.0)));
}

}  // namespace dcmflow
