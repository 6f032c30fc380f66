#include "stages/prepare/prepared_stack.h"

#include <algorithm>
#include <utility>

namespace dcmflow {

StackPtr prepared_stack(const PreparedImage& image) {
  Stack stack = *image.sources.front().image.file.stack;
  stack.image_stem = image.stem;
  stack.grid = image.grid;
  stack.recipes.clear();
  stack.filled_slices.clear();
  if (image.sources.size() > 1) {
    stack.volumes = static_cast<std::uint32_t>(image.sources.size());
    stack.dimension = "channel";
    stack.volume_keys.clear();
    stack.suv.reset();  // of a channel, which tells it
    for (const auto& source : image.sources) {
      const Stack& of = *source.image.file.stack;
      stack.volume_keys.push_back({.value = source.selection, .time = {}, .diffusion = {}});
      for (const auto& flag : of.flags)
        if (std::ranges::find(stack.flags, flag) == stack.flags.end()) stack.flags.push_back(flag);
      stack.verdict = std::max(stack.verdict, of.verdict);
      stack.max_corner_error_mm = std::max(stack.max_corner_error_mm, of.max_corner_error_mm);
    }
  }
  return std::make_shared<const Stack>(std::move(stack));
}

}  // namespace dcmflow
