#include "stages/pixels/choose_voxels.h"

#include "stages/geometry/background.h"
#include "stages/pixels/rescale.h"

namespace dcmflow {

ChooseVoxels::ChooseVoxels(const Stack& stack) : voxels_{stack.first_type, stack.background} {}

void ChooseVoxels::see(const ValueRange& values) { seen_ = join(seen_, values); }

bool ChooseVoxels::holds() const { return dcmflow::holds(voxels_.type, seen_); }

bool ChooseVoxels::choose_again(const Stack& stack, bool saw_all) {
  if (!holds()) {
    voxels_.type = narrowest_type(seen_);
    return true;
  }
  const auto background =
      saw_all ? lower_background(stack, voxels_.background, seen_) : std::nullopt;
  if (background) voxels_.background = *background;
  return background.has_value();
}

StackPtr flag_values(const StackPtr& stack, const ValueRange& values) {
  if (!values.rounded && !values.recoloured && !values.masked) return stack;
  auto flagged = std::make_shared<Stack>(*stack);
  if (values.rounded) {
    const auto kind = stack->frames.front().instance->pixel_data.kind;
    flagged->flags.emplace_back(kind == PixelData::Kind::float64 ? "double_rounded"
                                                                 : "float32_inexact");
  }
  if (values.masked) flagged->flags.emplace_back("bits_masked");
  if (values.recoloured) {
    flagged->flags.emplace_back("colour_of_codestream");
    flagged->warn();
  }
  return flagged;
}

}  // namespace dcmflow
