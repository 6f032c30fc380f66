#include "stages/sorting/tell_repairs.h"

#include <algorithm>
#include <array>
#include <string>

#include "stages/base/reasons.h"

namespace dcmflow {
namespace {

std::string slices_of(const Stack& stack) {
  return " of " + std::to_string(stack.grid.size[2]) + " slices";
}

std::string filled_words(const Stack& stack) {
  return std::to_string(stack.filled_slices.size()) + slices_of(stack) +
         " were missing and are interpolated";
}

std::string resampled_words(const Stack& stack) {
  return std::to_string(stack.filled_slices.size()) + slices_of(stack) +
         " are interpolated, since the gaps between slices vary";
}

std::string rectified_words(const Stack&) {
  return "slices sheared by a tilted gantry are interpolated on an upright grid";
}

std::string kept_words(const Stack&) {
  return "written as if its slices lay evenly, which they do not";
}

std::string missing_words(const Stack& stack) {
  std::string words;
  for (const auto& missing : stack.missing) words.append(words.empty() ? "" : ", ").append(missing);
  return words;
}

std::string unreadable_words(const Stack& stack) {
  return stack.missing.empty() ? "made without slices that cannot be decoded"
                               : missing_words(stack);
}

std::string unusable_words(const Stack&) {
  return "the rescale makes no values: voxels are as they are stored";
}

std::string rounded_words(const Stack&) {
  return "the orientation is rounded: the line of the positions is the normal";
}

// A flag of Stack::flags, and what it says of the image.
struct RepairRow {
  std::string_view flag;
  Reason reason;
  Soundness soundness;
  std::string (*words)(const Stack& stack);
};
constexpr std::array rows{
    RepairRow{"missing_slices", Reason::grid_kept, Soundness::untrue, kept_words},
    RepairRow{"irregular_spacing", Reason::grid_kept, Soundness::untrue, kept_words},
    RepairRow{"slice_unreadable", Reason::slice_unreadable, Soundness::partial, unreadable_words},
    RepairRow{"slices_refused", Reason::slices_refused, Soundness::partial, missing_words},
    RepairRow{"volumes_incomplete", Reason::volumes_incomplete, Soundness::partial, missing_words},
    RepairRow{"missing_filled", Reason::missing_filled, Soundness::repaired, filled_words},
    RepairRow{"spacing_resampled", Reason::spacing_resampled, Soundness::repaired, resampled_words},
    RepairRow{"tilt_rectified", Reason::tilt_rectified, Soundness::repaired, rectified_words},
    RepairRow{"rescale_unusable", Reason::rescale_unusable, Soundness::repaired, unusable_words},
    RepairRow{"orientation_rounded", Reason::orientation_rounded, Soundness::repaired,
              rounded_words},
};

// What is partial without a flag of its own lacks volumes.
bool has(const Stack& stack, std::string_view flag) {
  const auto is_set = [&](std::string_view word) {
    return std::ranges::find(stack.flags, word) != stack.flags.end();
  };
  if (flag != "volumes_incomplete") return is_set(flag);
  return stack.verdict == Verdict::partial && !is_set("slice_unreadable");
}

}  // namespace

std::string_view soundness_word(Soundness soundness) {
  constexpr std::array<std::string_view, 5> words{"ok", "noted", "repaired", "partial", "untrue"};
  return words[static_cast<std::size_t>(soundness)];
}

Soundness soundness_of(const Stack& stack) {
  auto worst = stack.verdict == Verdict::pass ? Soundness::sound : Soundness::noted;
  for (const RepairRow& row : rows)
    if (has(stack, row.flag)) worst = std::max(worst, row.soundness);
  return worst;
}

std::vector<Problem> tell_repairs(const Stack& stack) {
  std::vector<Problem> repairs;
  for (const RepairRow& row : rows)
    if (has(stack, row.flag)) repairs.push_back({row.reason, stack.image_stem, row.words(stack)});
  return repairs;
}

}  // namespace dcmflow
