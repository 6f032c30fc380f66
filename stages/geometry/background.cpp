#include "stages/geometry/background.h"

#include <algorithm>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr double air_hu = -1024;

// Real pixels have a padding value of another kind. Its VR is US or SS, as Pixel Representation
// says, but many write US for both.
std::optional<double> stored_padding(const Frame& frame) {
  const auto kind = frame.instance->pixel_data.kind;
  if (kind == PixelData::Kind::float32 || kind == PixelData::Kind::float64) return std::nullopt;
  const auto value = parse_integer(frame.find(attribute_index(0x00280120)).value_or(""));
  const auto& layout = frame.instance->shared->layout;
  if (!value || layout.bits_allocated == 0 || layout.bits_allocated > 32) return std::nullopt;
  const auto past_greatest = std::int64_t{1} << layout.bits_allocated;
  const bool wraps = layout.is_signed && *value >= past_greatest / 2 && *value < past_greatest;
  return static_cast<double>(wraps ? *value - past_greatest : *value);
}

bool is_ct_without_padding(const Frame& frame) {
  return frame.instance->shared->modality == "CT" && !stored_padding(frame);
}

}  // namespace

double background_of(const Frame& frame) {
  if (const auto padding = stored_padding(frame)) return *padding * frame.slope + frame.intercept;
  return is_ct_without_padding(frame) ? air_hu : 0;
}

std::optional<double> lower_background(const Stack& stack, double background,
                                       const ValueRange& values) {
  const bool shows = std::ranges::any_of(stack.recipes, [](const SliceRecipe& recipe) {
    return recipe.shift != std::array<double, 2>{};
  });
  if (!shows || !is_ct_without_padding(stack.frames.front()) || stack.kept_stored ||
      values.least >= background)
    return std::nullopt;
  return values.least;
}

double background_outside(const Stack& stack, const ValueRange& values) {
  const auto& first = stack.frames.front();
  const double background = background_of(first);
  return is_ct_without_padding(first) ? std::min(background, values.least) : background;
}

}  // namespace dcmflow
