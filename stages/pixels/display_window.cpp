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
  if (frame.table == TableKind::real_world || stack.suv || has_flag(stack, "monochrome1_inverted"))
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
  const auto shown = std::ranges::count_if(values, [&](float value) {
    return static_cast<double>(value) > range[0] && static_cast<double>(value) < range[1];
  });
  return static_cast<double>(shown) > least_part * static_cast<double>(values.size());
}

// What would stand at these two parts of them, were they in order; the first part is the less.
std::array<double, 2> at_parts(std::span<float> values, std::array<double, 2> parts) {
  std::array<double, 2> found{};
  auto begin = values.begin();
  for (std::size_t i = 0; i < 2; ++i) {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(
                                            parts[i] * static_cast<double>(values.size() - 1));
    std::nth_element(begin, place, values.end());
    found[i] = static_cast<double>(*place);
    begin = place;  // all that is less stands before it
  }
  return found;
}

}  // namespace

bool shows_high_dark(const Stack& stack) {
  return middle_frame(stack).instance->shared->photometric_interpretation == "MONOCHROME1" &&
         !has_flag(stack, "monochrome1_inverted");
}

DisplayWindow choose_window(const Stack& stack, std::span<float> values) {
  if (stack.first_type == VoxelType::rgb24) return {{0, 255}, false};
  if (values.empty()) return {{0, 1}, false};
  const auto [least, greatest] = std::ranges::minmax(values);
  std::array range{static_cast<double>(least), static_cast<double>(greatest)};
  if (!is_label(*middle_frame(stack).instance->shared)) {
    if (const auto window = window_of_header(stack); window && shows_some(*window, values))
      return {*window, true};
    const auto most = at_parts(values, {0.01, 0.995});
    if (most[0] < most[1]) range = most;
  }
  if (!(range[0] < range[1])) range[1] = range[0] + 1;
  return {range, false};
}

}  // namespace dcmflow
