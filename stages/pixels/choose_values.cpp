#include "stages/pixels/choose_values.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "stages/pixels/check_rescale.h"
#include "stages/pixels/colour.h"
#include "stages/pixels/lookup_table.h"
#include "stages/pixels/real_voxels.h"
#include "stages/pixels/stored_layout.h"

namespace dcmflow {
namespace {

void warn(Stack& stack, const char* flag) {
  stack.flags.emplace_back(flag);
  stack.warn();
}

void choose_colour(Stack& stack) {
  stack.first_type = VoxelType::rgb24;
  for (auto& frame : stack.frames) {
    frame.slope = 1;
    frame.intercept = 0;
  }
  const auto& layout = stack.frames.front().instance->shared->layout;
  if (layout.samples_per_pixel == 3 && layout.bits_stored > 8)
    stack.flags.emplace_back("colour_reduced_to_8_bits");
}

void use_mapping(Frame& frame, const RealWorldMapping& mapping) {
  frame.table = mapping.has_table ? TableKind::real_world : TableKind::none;
  frame.slope = mapping.has_table ? 1 : mapping.rescale.slope;
  frame.intercept = mapping.has_table ? 0 : mapping.rescale.intercept;
}

// A volume half in other units would be none: every frame has a mapping, or none is used.
bool use_real_world(Stack& stack) {
  std::map<const Instance*, std::vector<std::optional<RealWorldMapping>>> of_instance;
  for (const auto& frame : stack.frames) {
    auto& mappings = of_instance[frame.instance.get()];
    if (mappings.empty()) {
      auto read = read_real_world(*frame.instance);
      if (!read) return false;
      mappings = std::move(*read);
    }
    if (frame.number >= mappings.size() || !mappings[frame.number]) return false;
    if (mappings[frame.number]->has_table && has_real_pixels(*frame.instance)) return false;
  }
  for (auto& frame : stack.frames)
    use_mapping(frame, *of_instance[frame.instance.get()][frame.number]);
  return true;
}

bool use_modality_lut(Stack& stack) {
  bool used = false;
  for (auto& frame : stack.frames) {
    if (!frame.instance->shared->has_modality_lut || has_real_pixels(*frame.instance)) continue;
    frame.table = TableKind::modality;
    frame.slope = 1;
    frame.intercept = 0;
    used = true;
  }
  return used;
}

// The mirrored value is least + greatest − stored: a matter of slope and intercept.
bool invert_monochrome1(Stack& stack) {
  bool inverted = false;
  for (auto& frame : stack.frames) {
    const auto& shared = *frame.instance->shared;
    if (shared.photometric_interpretation != "MONOCHROME1" || has_real_pixels(*frame.instance))
      continue;
    const double least_and_greatest =
        shared.layout.is_signed
            ? -1
            : static_cast<double>((std::uint64_t{1} << shared.layout.bits_stored) - 1);
    frame.intercept += frame.slope * least_and_greatest;
    frame.slope = -frame.slope;
    inverted = true;
  }
  return inverted;
}

// Values in an unknown unit are better than made up ones.
void use_stored(Stack& stack) {
  for (auto& frame : stack.frames) {
    if (frame.table != TableKind::none) continue;
    frame.slope = 1;
    frame.intercept = 0;
  }
  warn(stack, "rescale_unusable");
}

bool keep_stored(Stack& stack) {
  const Rescale first{stack.frames.front().slope, stack.frames.front().intercept};
  const bool constant = std::ranges::all_of(stack.frames, [&](const Frame& frame) {
    return frame.slope == first.slope && frame.intercept == first.intercept &&
           frame.table == TableKind::none;
  });
  if (!constant) return false;
  stack.kept_stored = first;
  if (first.slope != 0)
    stack.background = std::round((stack.background - first.intercept) / first.slope);
  for (auto& frame : stack.frames) {
    frame.slope = 1;
    frame.intercept = 0;
  }
  return true;
}

// One question for each header that differs from the last.
bool all_say_sign(const Stack& stack) {
  const SharedHeader* asked = nullptr;
  return std::ranges::all_of(stack.frames, [&](const Frame& frame) {
    const auto* const last = std::exchange(asked, frame.instance->shared.get());
    return last == asked || says_sign(*frame.instance);
  });
}

}  // namespace

Status choose_values(Stack& stack, const ImageOptions& options) {
  if (stack.frames.empty()) return Done{};
  if (is_colour(*stack.frames.front().instance->shared)) {
    choose_colour(stack);
    return Done{};
  }
  if (!all_say_sign(stack)) warn(stack, "pixel_representation_missing");
  const bool is_real_world = options.real_world && use_real_world(stack);
  if (options.real_world)
    stack.flags.emplace_back(is_real_world ? "real_world_values" : "real_world_missing");
  if (!is_real_world && use_modality_lut(stack)) stack.flags.emplace_back("modality_lut");
  if (auto status = is_real_world ? Status{Done{}} : check_rescale(stack); !status) {
    if (!options.keep_stored && !rescale_is_one(stack)) return status;
    use_stored(stack);
  }
  if (options.invert_monochrome1 && invert_monochrome1(stack))
    stack.flags.emplace_back("monochrome1_inverted");
  if (options.keep_stored && !keep_stored(stack)) stack.flags.emplace_back("rescale_varies");
  return Done{};
}

}  // namespace dcmflow
